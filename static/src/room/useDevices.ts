/**
 * Camera and microphone, asked for one after the other so that one can fail alone. Each has a state with a name a person
 * understands, and can be tried again without reloading.
 */
import { computed, reactive, ref, shallowRef, type ComputedRef, type Ref, type ShallowRef } from 'vue'

import type { DeviceKind } from '../protocol'

/**
 * off: not asked or switched off; asking; live; denied: not allowed; none: no such device; busy: used by another program;
 * no_answer: the question is still open after 8 s; unsupported: this page cannot ask at all.
 */
export type DeviceState = 'off' | 'asking' | 'live' | 'denied' | 'none' | 'busy' | 'no_answer' | 'unsupported'

export interface Device {
  kind: DeviceKind
  state: Ref<DeviceState>
  track: ShallowRef<MediaStreamTrack | null>
  choices: ShallowRef<MediaDeviceInfo[]>
  chosen: Ref<string>
  /** Ask for it, or for another one; resolves to the state reached, at the latest after 8 s. Never throws. */
  start: (deviceId?: string) => Promise<DeviceState>
  /** Switch it off and let the device go. */
  stop: () => void
  /** Take the next one (front and back camera). */
  next: () => Promise<DeviceState>
}

export interface Devices {
  camera: Device
  microphone: Device
  /** The reader wants to take part by voice only. */
  voiceOnly: Ref<boolean>
  /** While startAll runs: what is still off may come. */
  starting: Ref<boolean>
  /** Sound first: it matters more. */
  startAll: () => Promise<void>
  stopAll: () => void
  ready: ComputedRef<boolean>
}

export const NO_ANSWER_MS = 8000

/** What the reader chose at the check holds in the room, too. */
const remembered = reactive({ camera: '', microphone: '', voiceOnly: false })

type Media = Pick<MediaDevices, 'getUserMedia' | 'enumerateDevices' | 'addEventListener' | 'removeEventListener'>

export function stateOf(error: unknown): DeviceState {
  const name = error instanceof Error || error instanceof DOMException ? error.name : ''
  if (name === 'NotFoundError' || name === 'OverconstrainedError' || name === 'DevicesNotFoundError') return 'none'
  if (name === 'NotReadableError' || name === 'AbortError' || name === 'TrackStartError') return 'busy'
  return 'denied'
}

function device(kind: DeviceKind, media: Media | undefined): Device {
  const state = ref<DeviceState>('off')
  const track = shallowRef<MediaStreamTrack | null>(null)
  const choices = shallowRef<MediaDeviceInfo[]>([])
  const name = kind === 'audio' ? 'microphone' : 'camera'
  const chosen = ref(remembered[name])
  let asked = 0

  function constraints(id: string): MediaStreamConstraints {
    const exact = id ? { deviceId: { exact: id } } : {}
    if (kind === 'audio') return { audio: { ...exact, echoCancellation: true, noiseSuppression: true, autoGainControl: true } }
    return {
      video: { ...exact, ...(id ? {} : { facingMode: 'user' }), width: { ideal: 640 }, height: { ideal: 360 }, frameRate: { ideal: 20, max: 30 } },
    }
  }

  function start(id = chosen.value): Promise<DeviceState> {
    if (!media) return Promise.resolve((state.value = 'unsupported'))
    const turn = ++asked
    drop()
    state.value = 'asking'
    const late = new Promise<DeviceState>((resolve) => {
      setTimeout(() => {
        if (turn === asked && state.value === 'asking') state.value = 'no_answer'
        resolve(state.value)
      }, NO_ANSWER_MS)
    })
    // An answer after that still counts: the question stays open in the browser.
    return Promise.race([late, take(media, id, turn)])
  }

  async function take(from: Media, id: string, turn: number): Promise<DeviceState> {
    try {
      const stream = await ask(from, id)
      const got = stream.getTracks().find((one) => one.kind === kind) ?? null
      if (turn !== asked) {
        stream.getTracks().forEach((one) => one.stop())
        return state.value
      }
      hold(got)
      await list(from)
    } catch (error) {
      if (turn === asked) state.value = stateOf(error)
    }
    return state.value
  }

  /** A remembered device may be gone: then any will do. */
  async function ask(from: Media, id: string): Promise<MediaStream> {
    try {
      return await from.getUserMedia(constraints(id))
    } catch (error) {
      if (!id || stateOf(error) !== 'none') throw error
      return from.getUserMedia(constraints(''))
    }
  }

  function hold(got: MediaStreamTrack | null): void {
    track.value = got
    state.value = got ? 'live' : 'none'
    if (!got) return
    chosen.value = remembered[name] = got.getSettings?.().deviceId ?? ''
    got.addEventListener('ended', () => {
      if (track.value !== got) return
      track.value = null
      state.value = 'busy' // unplugged, or taken by a call
    })
  }

  async function list(from: Media): Promise<void> {
    const all = await from.enumerateDevices().catch(() => [])
    choices.value = all.filter((one) => one.kind === `${kind}input` && one.deviceId !== '')
  }

  function drop(): void {
    const old = track.value
    track.value = null
    old?.stop()
  }

  function stop(): void {
    asked++
    drop()
    state.value = 'off'
  }

  function next(): Promise<DeviceState> {
    const ids = choices.value.map((one) => one.deviceId)
    return start(ids[(ids.indexOf(chosen.value) + 1) % Math.max(1, ids.length)] ?? '')
  }

  return { kind, state, track, choices, chosen, start, stop, next }
}

export function useDevices(media: Media | undefined = globalThis.navigator?.mediaDevices): Devices {
  const camera = device('video', media)
  const microphone = device('audio', media)
  const voiceOnly = computed({ get: () => remembered.voiceOnly, set: (only) => (remembered.voiceOnly = only) })
  const starting = ref(false)
  return {
    camera,
    microphone,
    voiceOnly,
    starting,
    async startAll() {
      starting.value = true
      await microphone.start()
      if (!voiceOnly.value) await camera.start()
      starting.value = false
    },
    stopAll() {
      camera.stop()
      microphone.stop()
    },
    ready: computed(() => microphone.state.value === 'live' || camera.state.value === 'live'),
  }
}
