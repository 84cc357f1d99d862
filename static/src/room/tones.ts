/** The soft sounds of the room; each event is also written on the screen. One switch turns them off. */
import { ref } from 'vue'

export type Tone = 'admitted' | 'moved' | 'called' | 'turn' | 'time_up'

const NOTES: Record<Tone, number[]> = { admitted: [523, 659], moved: [440, 440], called: [659, 523, 659], turn: [523, 784], time_up: [784, 659] }
const STORED = 'hejie-tones'
export const tonesOn = ref(read())

function read(): boolean {
  try {
    return localStorage.getItem(STORED) !== 'off'
  } catch {
    return true
  }
}

export function setTones(on: boolean): void {
  tonesOn.value = on
  try {
    localStorage.setItem(STORED, on ? 'on' : 'off')
  } catch {
    // not remembered, still switched
  }
}

export function play(tone: Tone): void {
  if (!tonesOn.value || typeof AudioContext === 'undefined') return
  const context = new AudioContext()
  const begin = context.currentTime + 0.02
  for (const [index, hertz] of NOTES[tone].entries()) {
    const voice = context.createOscillator()
    const level = context.createGain()
    const at = begin + index * 0.22
    voice.frequency.value = hertz
    level.gain.setValueAtTime(0, at)
    level.gain.linearRampToValueAtTime(0.12, at + 0.03)
    level.gain.exponentialRampToValueAtTime(0.001, at + 0.2)
    voice.connect(level).connect(context.destination)
    voice.start(at)
    voice.stop(at + 0.22)
  }
  setTimeout(() => void context.close(), 1500)
}
