import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { Stream, Track } from './testing'
import { NO_ANSWER_MS, stateOf, useDevices } from './useDevices'

type Answer = Error | 'never' | null
let answers: Record<'audio' | 'video', Answer>
let asked: MediaStreamConstraints[]
let tracks: Track[]

const media = {
  getUserMedia: (wanted: MediaStreamConstraints): Promise<MediaStream> => {
    asked.push(wanted)
    const kind = wanted.audio ? 'audio' : 'video'
    const answer = answers[kind]
    if (answer === 'never') return new Promise(() => undefined)
    if (answer) return Promise.reject(answer)
    const track = new Track(kind)
    tracks.push(track)
    return Promise.resolve(new Stream([track]) as unknown as MediaStream)
  },
  enumerateDevices: () =>
    Promise.resolve([
      { kind: 'audioinput', deviceId: 'audio-1' },
      { kind: 'videoinput', deviceId: 'video-1' },
      { kind: 'videoinput', deviceId: 'video-2' },
      { kind: 'videoinput', deviceId: '' },
    ] as MediaDeviceInfo[]),
  addEventListener: () => undefined,
  removeEventListener: () => undefined,
}
const named = (name: string): Error => Object.assign(new Error(name), { name })

beforeEach(() => {
  answers = { audio: null, video: null }
  asked = []
  tracks = []
})
afterEach(() => vi.useRealTimers())

describe('devices', () => {
  it('asks for sound and picture separately, sound first', async () => {
    const devices = useDevices(media)
    await devices.startAll()
    expect(asked.map((one) => (one.audio ? 'audio' : 'video'))).toEqual(['audio', 'video'])
    expect([devices.microphone.state.value, devices.camera.state.value]).toEqual(['live', 'live'])
  })
  it('keeps the microphone when the camera is not allowed', async () => {
    answers.video = named('NotAllowedError')
    const devices = useDevices(media)
    await devices.startAll()
    expect([devices.microphone.state.value, devices.camera.state.value]).toEqual(['live', 'denied'])
    expect(devices.ready.value).toBe(true)
  })
  it.each([
    ['NotAllowedError', 'denied'],
    ['SecurityError', 'denied'],
    ['NotFoundError', 'none'],
    ['OverconstrainedError', 'none'],
    ['NotReadableError', 'busy'],
    ['AbortError', 'busy'],
  ])('names %s as %s', (name, state) => expect(stateOf(named(name))).toBe(state))
  it('says so when nobody answered within 8 s, and still takes a late yes', async () => {
    vi.useFakeTimers()
    const devices = useDevices(media)
    let yes: (stream: MediaStream) => void = () => undefined
    const slow = { ...media, getUserMedia: () => new Promise<MediaStream>((resolve) => (yes = resolve)) }
    const late = useDevices(slow)
    const reached = late.microphone.start()
    await vi.advanceTimersByTimeAsync(NO_ANSWER_MS)
    expect(await reached).toBe('no_answer')
    yes(new Stream([new Track('audio')]) as unknown as MediaStream)
    await vi.advanceTimersByTimeAsync(0)
    expect(late.microphone.state.value).toBe('live')
    expect(devices.microphone.state.value).toBe('off')
  })
  it('can be tried again without a reload', async () => {
    answers.audio = named('NotAllowedError')
    const devices = useDevices(media)
    await devices.microphone.start()
    answers.audio = null
    expect(await devices.microphone.start()).toBe('live')
  })
  it('lets the device go when switched off or asked anew', async () => {
    const devices = useDevices(media)
    await devices.camera.start()
    await devices.camera.start()
    devices.camera.stop()
    expect(tracks.map((track) => track.readyState)).toEqual(['ended', 'ended'])
    expect(devices.camera.state.value).toBe('off')
  })
  it('takes the next camera', async () => {
    const devices = useDevices(media)
    await devices.camera.start()
    expect(devices.camera.choices.value.map((one) => one.deviceId)).toEqual(['video-1', 'video-2'])
    await devices.camera.next()
    expect(asked[asked.length - 1]?.video).toMatchObject({ deviceId: { exact: 'video-2' } })
  })
  it('notices a device that was unplugged', async () => {
    const devices = useDevices(media)
    await devices.microphone.start()
    tracks[0]?.dispatchEvent(new Event('ended'))
    expect([devices.microphone.state.value, devices.microphone.track.value]).toEqual(['busy', null])
  })
  it('does not ask for a camera when taking part by voice only', async () => {
    const devices = useDevices(media)
    devices.voiceOnly.value = true
    await devices.startAll()
    expect(asked.map((one) => Boolean(one.video))).toEqual([false])
    devices.voiceOnly.value = false
  })
  it('says that a page without the right to ask cannot ask', async () => {
    // A default parameter would bring jsdom's own (missing) devices back.
    const devices = useDevices(undefined)
    await devices.startAll()
    expect(devices.microphone.state.value).toBe('unsupported')
  })
})
