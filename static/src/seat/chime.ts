import { useSpeaker } from '../ui/speaker'

/** Three soft notes to try the loudspeaker; made on the spot, no file to load. Must be called from a tap. */
export async function playChime(): Promise<void> {
  const context = new AudioContext()
  await useSpeaker(context)
  await context.resume()
  const begin = context.currentTime + 0.05
  for (const [index, hertz] of [523, 659, 784].entries()) {
    const tone = context.createOscillator()
    const level = context.createGain()
    const at = begin + index * 0.45
    tone.frequency.value = hertz
    level.gain.setValueAtTime(0, at)
    level.gain.linearRampToValueAtTime(0.25, at + 0.04)
    level.gain.exponentialRampToValueAtTime(0.001, at + 0.42)
    tone.connect(level).connect(context.destination)
    tone.start(at)
    tone.stop(at + 0.45)
  }
  await new Promise((resolve) => setTimeout(resolve, 1600))
  await context.close()
}
