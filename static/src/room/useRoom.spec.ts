import { effectScope, nextTick, ref, shallowRef, type EffectScope } from 'vue'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { ApiError } from '../api'
import type { ChamberId, ClientEvents, RoomView, ServerEvents } from '../protocol'
import type { Link, RoomClientOptions } from './client'
import { KINDS, nothing, type PeerOptions, type Tracks } from './peer'
import { chamberView, personView, roomView, Track } from './testing'
import type { Device, Devices, DeviceState } from './useDevices'
import { useRoom, type Room } from './useRoom'
import type { Screen } from './useScreen'

let scope: EffectScope
let room: Room
let client: RoomClientOptions
let sent: [keyof ClientEvents, unknown][]
let answers: Partial<Record<keyof ClientEvents, () => void>>
let refuse: Partial<Record<keyof ClientEvents, string>>
let peers: { options: PeerOptions; tracks: Tracks; log: string[]; open: boolean }[]
let changed: string[]
let retries: number
let useless: boolean
let playedAt: number
let devices: Devices
let screen: Screen

function device(kind: 'audio' | 'video'): Device {
  const state = ref<DeviceState>('live')
  const track = shallowRef<MediaStreamTrack | null>(new Track(kind) as unknown as MediaStreamTrack)
  return {
    kind,
    state,
    track,
    choices: shallowRef([]),
    chosen: ref(''),
    start: () => {
      track.value = new Track(kind) as unknown as MediaStreamTrack
      return Promise.resolve((state.value = 'live'))
    },
    stop: () => {
      track.value = null
      state.value = 'off'
    },
    next: () => Promise.resolve(state.value),
  }
}

beforeEach(() => {
  vi.useFakeTimers()
  sent = []
  refuse = {}
  answers = {}
  peers = []
  changed = []
  retries = 0
  useless = false
  playedAt = 0
  const camera = device('video')
  const microphone = device('audio')
  devices = {
    camera,
    microphone,
    voiceOnly: ref(false),
    starting: ref(false),
    startAll: () => Promise.resolve(),
    stopAll: () => [camera, microphone].forEach((one) => one.stop()),
    ready: ref(true) as unknown as Devices['ready'],
  }
  const shown = shallowRef<MediaStreamTrack | null>(null)
  screen = {
    possible: true,
    track: shown,
    start: () => Promise.resolve((shown.value = new Track('video') as unknown as MediaStreamTrack)),
    stop: () => {
      shown.value?.stop()
      shown.value = null
    },
  }
  scope = effectScope()
  room = scope.run(() =>
    useRoom({
      getTicket: () => Promise.resolve({ ticket: 't' }),
      devices,
      screen,
      onChanged: (what) => changed.push(what),
      connect: (options) => {
        client = options
        return {
          send: (event, body) => {
            sent.push([event, body])
            answers[event]?.()
            const code = refuse[event]
            return code ? Promise.reject(new ApiError(code, 0)) : Promise.resolve()
          },
          retry: () => retries++,
          close: () => undefined,
        }
      },
      peer: (options) => {
        const peer = { options, tracks: nothing(), log: [] as string[], open: true }
        peers.push(peer)
        return {
          offer: (offer) => (peer.log.push(`offer ${offer.n}`), useless ? Promise.reject(new Error('sdp')) : Promise.resolve(`answer ${offer.n}`)),
          go: (set) => (peer.log.push(`go ${set}`), Promise.resolve()),
          drain: () => (peer.log.push('drain'), Promise.resolve()),
          setTracks: (tracks) => ((peer.tracks = tracks), Promise.resolve()),
          stats: () => Promise.resolve({ received: { gu: { audio: 1, video: 2 } }, line: 3 }),
          speaking: () => new Set(['gu']),
          heardAt: () => playedAt,
          resumed: () => void peer.log.push('resumed'),
          close: () => void (peer.open = false),
        }
      },
    }),
  ) as Room
  room.enter()
})
afterEach(() => {
  scope.stop()
  vi.useRealTimers()
})

const hear = <E extends keyof ServerEvents>(event: E, body: ServerEvents[E]): void => client.onEvent(event, body)
const link = (state: Link, since = Date.now()): void => client.onLink(state, since)
const offer = (n = 1, peer = 'p1'): void => hear('offer', { peer, n, sdp: '', sets: {} as never, sources: [] })
const go = (epoch = 0, set: 'A' | 'B' = 'A', chamber: ChamberId = 'joint'): void =>
  hear('go', { epoch, set, chamber, hears: ['顾明华'] })
const last = (): Tracks => peers[peers.length - 1]?.tracks ?? nothing()
const kinds = (): string => KINDS.filter((kind) => last()[kind] !== null).join('+')
const flush = async (): Promise<void> => {
  await vi.advanceTimersByTimeAsync(0)
  await nextTick()
}
const caucus = (epoch = 1): Partial<RoomView> => ({
  chamber: chamberView({ id: 'caucus_applicant', epoch, people: [personView('lin'), personView('gu')] }),
  since: '2026-11-26T06:00:00Z',
})
async function inRoom(peer = 'p1'): Promise<void> {
  link('open')
  offer(1, peer)
  go()
  hear('room', roomView())
  await flush()
}
async function toCaucus(): Promise<void> {
  hear('draining', { epoch: 1 })
  await flush()
  go(1, 'B', 'caucus_applicant')
  hear('room', roomView({ ...caucus(), you: { chamber: 'caucus_applicant', set: 'B' } }))
  await flush()
}
const muted = { audio: true, video: false, by_host: { audio: false, video: false } }

describe('entering', () => {
  it('sends nothing and makes no peer while waiting', async () => {
    link('open')
    hear('room', roomView({ you: { state: 'waiting', chamber: null, set: null }, chamber: null }))
    await flush()
    expect(room.waiting.value).toBe(true)
    expect(peers).toEqual([])
  })
  it('sends sound and picture once it knows the set and the chamber', async () => {
    link('open')
    offer()
    go()
    await flush()
    expect(kinds()).toBe('')
    hear('room', roomView())
    await flush()
    expect(kinds()).toBe('audio+video')
    expect(room.hears.value).toEqual(['顾明华'])
  })
  it('tells the room of a device that is not there', async () => {
    devices.microphone.stop()
    await inRoom()
    expect(sent).toContainEqual(['mute', { kind: 'audio', muted: true }])
  })
  it('waits with that while the devices are still being asked for', async () => {
    devices.microphone.stop()
    devices.starting.value = true
    await inRoom()
    expect(sent.filter(([event]) => event === 'mute')).toEqual([])
  })
  it('reports what arrives every 2 s', async () => {
    await inRoom()
    await vi.advanceTimersByTimeAsync(2000)
    expect(sent).toContainEqual(['stats', { received: { gu: { audio: 1, video: 2 } }, line: 3 }])
    expect([...room.speaking.value]).toEqual(['gu'])
  })
  it('passes on what changed', () => {
    hear('changed', { what: 'agreement:agr_1' })
    expect(changed).toEqual(['agreement:agr_1'])
  })
})

describe('a move', () => {
  it('drains first, lets what the devices had taken up run dry, and only then acknowledges', async () => {
    await inRoom()
    hear('draining', { epoch: 1 })
    await vi.advanceTimersByTimeAsync(499)
    expect(peers[0]?.log).toContain('drain')
    expect(sent.some(([event]) => event === 'drained')).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(sent[sent.length - 1]).toEqual(['drained', { epoch: 1 }])
    expect(kinds()).toBe('')
  })
  it('shows where one goes and who hears, for 3 s', async () => {
    await inRoom()
    await toCaucus()
    expect(room.card.value).toEqual({ chamber: 'caucus_applicant', hears: ['顾明华'] })
    expect(room.inCaucus.value).toBe(true)
    expect(kinds()).toBe('audio+video')
    await vi.advanceTimersByTimeAsync(3000)
    expect(room.card.value).toBeNull()
  })
  it('brings the microphone back closed and the picture only after the card', async () => {
    await inRoom()
    await toCaucus()
    hear('draining', { epoch: 2 })
    await flush()
    go(2, 'A', 'joint')
    await flush()
    expect(kinds(), 'before the new view nothing is sent').toBe('')
    const back = roomView({ you: { set: 'A', muted } })
    hear('room', { ...back, chamber: back.chamber && { ...back.chamber, epoch: 2 } })
    await flush()
    expect(room.returned.value).toBe('together')
    expect(kinds()).toBe('')
    await vi.advanceTimersByTimeAsync(3000)
    expect(kinds()).toBe('video')
    await room.setMicrophone(true)
    expect(sent[sent.length - 1]).toEqual(['mute', { kind: 'audio', muted: false }])
    expect(room.returned.value).toBe('')
  })
  it('sends nothing while left outside a private talk, and shows nobody', async () => {
    await inRoom()
    hear('room', roomView({ away: true, chamber: chamberView({ people: [personView('lin')], hears: [] }) }))
    await flush()
    expect(kinds()).toBe('')
    expect(room.hears.value).toEqual([])
    hear('room', roomView({ you: { muted } }))
    await flush()
    expect(kinds()).toBe('video')
    expect(room.returned.value).toBe('together')
  })
  it('sends nothing during a pause', async () => {
    await inRoom()
    hear('room', roomView({ state: 'paused' }))
    await flush()
    expect(kinds()).toBe('')
  })
})

describe('microphone and camera', () => {
  it('stop at once when the host closes them', async () => {
    await inRoom()
    hear('room', roomView({ you: { muted: { ...muted, by_host: { audio: true, video: false } } } }))
    await flush()
    expect(kinds()).toBe('video')
  })
  it('are closed at once also while the room is out of reach, which hears of it later', async () => {
    await inRoom()
    link('lost')
    await room.setCamera(false)
    expect(room.cameraOn.value).toBe(false)
    expect(sent).not.toContainEqual(['mute', { kind: 'video', muted: true }])
    link('open')
    hear('room', roomView())
    await flush()
    expect(sent).toContainEqual(['mute', { kind: 'video', muted: true }])
    expect(kinds()).toBe('audio')
  })
  it('let the camera go when it is switched off', async () => {
    await inRoom()
    await room.setCamera(false)
    expect(devices.camera.track.value).toBeNull()
    await room.setCamera(true)
    expect(devices.camera.track.value).not.toBeNull()
  })
  it('stay as they are when the room refuses', async () => {
    await inRoom()
    refuse['mute'] = 'muted_by_host'
    await expect(room.setMicrophone(true)).rejects.toMatchObject({ code: 'muted_by_host' })
  })
  it('cannot be opened without a device', async () => {
    await inRoom()
    devices.microphone.stop()
    devices.microphone.start = () => Promise.resolve('denied')
    await expect(room.setMicrophone(true)).rejects.toMatchObject({ code: 'device_denied' })
  })
})

describe('chat', () => {
  const line = (text: string, chamber: ChamberId | null, from = 'gu', to?: string) => ({
    from, name: from, text, at: '2026-11-26T06:00:00Z', key: text, chamber, ...(to ? { to } : {}),
  })
  const texts = (to = ''): string[] => room.written(to).lines.map((one) => one.text)
  it('changes with the chamber, and a private talk is forgotten when it ends', async () => {
    await inRoom()
    hear('chat', line('大家好', 'joint'))
    await toCaucus()
    hear('chat', line('最多六千', 'caucus_applicant'))
    room.type('', '我想')
    expect(texts()).toEqual(['最多六千'])
    const back = roomView()
    hear('room', { ...back, chamber: back.chamber && { ...back.chamber, epoch: 2 } })
    await flush()
    expect(texts()).toEqual(['大家好'])
    await toCaucus()
    expect([texts().length, room.written('').typed]).toEqual([0, ''])
  })
  it('keeps typed text with its chamber and clears it only when sent', async () => {
    await inRoom()
    room.type('', '您好')
    refuse['chat'] = 'nobody_hears'
    await expect(room.say('您好')).rejects.toMatchObject({ code: 'nobody_hears' })
    expect(room.written('').typed).toBe('您好')
    delete refuse['chat']
    await room.say('您好')
    expect(room.written('').typed).toBe('')
  })
  it('sends a line again with the same key when no answer came', async () => {
    await inRoom()
    refuse['chat'] = 'timeout'
    await expect(room.say('好')).rejects.toMatchObject({ code: 'timeout' })
    const keys = sent.filter(([event]) => event === 'chat').map(([, body]) => (body as { key: string }).key)
    expect(keys.length).toBe(2)
    expect(new Set(keys).size).toBe(1)
  })
  it('sends no empty line', async () => {
    await room.say('  ')
    await room.write('gu', ' ')
    expect(sent.filter(([event]) => event === 'chat' || event === 'write')).toEqual([])
  })
  it('keeps a line to one person out of every chamber, and sends the answer to that person alone', async () => {
    await inRoom()
    hear('chat', line('请您想一想', null, 'gu', 'lin'))
    expect([texts(), texts('gu')]).toEqual([[], ['请您想一想']])
    expect([...room.privateUnread.value]).toEqual([['gu', 1]])
    room.read('gu')
    expect(room.unread.value).toBe(0)
    room.type('gu', '好的')
    await room.write('gu', '好的')
    expect(sent.filter(([event]) => event === 'write' || event === 'chat').map(([event, body]) => [event, body])).toEqual([
      ['write', { to: 'gu', text: '好的', key: expect.any(String) as string }],
    ])
    hear('chat', line('好的', null, 'lin', 'gu'))
    expect([texts('gu'), room.written('gu').typed, room.unread.value, texts()]).toEqual([['请您想一想', '好的'], '', 0, []])
  })
  it('may write alone to hosts only, wherever they are; a host to all who are here; who looks on to nobody', async () => {
    await inRoom()
    const to = (): string[] => room.readers.value.map((one) => one.person)
    expect(to()).toEqual(['gu'])
    const apart = roomView({ away: true, lead: 'gu' })
    hear('room', { ...apart, chamber: chamberView({ people: [personView('lin')], hears: [] }) })
    expect([to(), room.nameOf('gu')]).toEqual([['gu'], 'gu'])
    hear('room', roomView({ you: { role: 'observer', side: '' } }))
    expect([to(), room.takesPart.value]).toEqual([[], false])
    const chambers = [{ id: 'joint' as const, people: [personView('gu'), personView('chen'), personView('han', { phone: true })], hands: [], since: null }]
    hear('room', roomView({ you: { person: 'gu', role: 'mediator', side: '', host: true }, chambers, lobby: [personView('wu')] }))
    expect(to()).toEqual(['chen', 'wu'])
  })
  it('shows what a host said to all until it is put away, in the lobby too', () => {
    hear('room', roomView({ you: { state: 'waiting', chamber: null }, chamber: null }))
    hear('broadcast', { name: '顾明华', text: '十分钟后开始', at: '2026-11-26T06:00:00Z', key: 'k1' })
    hear('broadcast', { name: '顾明华', text: '请准备材料', at: '2026-11-26T06:01:00Z', key: 'k2' })
    room.dismissBroadcast('k1')
    expect(room.broadcasts.value.map((one) => one.text)).toEqual(['请准备材料'])
  })
})

describe('what the room asks of one', () => {
  const recording = (more: Partial<RoomView['recording']>): RoomView['recording'] => ({ ...roomView().recording, ...more })
  it('asks about recording only whom it concerns and who has not answered', async () => {
    await inRoom()
    expect(room.askedToRecord.value).toBe(false)
    hear('room', roomView({ recording: recording({ state: 'asking' }) }))
    expect(room.askedToRecord.value).toBe(true)
    hear('room', roomView({ recording: recording({ state: 'asking', agreed: false }) }))
    expect(room.askedToRecord.value).toBe(false)
  })
  it('offers to open a microphone a host has closed once, and not one its owner closed', async () => {
    await inRoom()
    const closed = { audio: true, video: false, by_host: { audio: false, video: false } }
    hear('room', roomView({ you: { muted: closed } }))
    expect(room.returned.value).toBe('quiet')
    await room.setMicrophone(true)
    hear('room', roomView())
    expect(room.returned.value).toBe('')
    await room.setMicrophone(false)
    hear('room', roomView({ you: { muted: closed } }))
    expect(room.returned.value).toBe('')
  })
  it('shows large whom the host chose, else who has the floor', async () => {
    await inRoom()
    const floor = { person: 'gu', since: '2026-11-26T06:00:00Z', until: '2026-11-26T06:03:00Z', following: [] }
    hear('room', roomView({ chamber: chamberView({ floor }) }))
    expect(room.large.value).toBe('gu')
    hear('room', roomView({ chamber: chamberView({ floor, spotlight: 'lin' }) }))
    expect(room.large.value).toBe('lin')
    hear('room', roomView())
    expect(room.large.value).toBeNull()
  })
})

describe('trouble', () => {
  it('doubts the line when sound has just stopped, not while nobody has spoken yet or for long', async () => {
    await inRoom()
    expect(client.isSilent()).toBe(false)
    playedAt = Date.now()
    expect(client.isSilent()).toBe(false)
    await vi.advanceTimersByTimeAsync(700)
    expect(client.isSilent()).toBe(true)
    await vi.advanceTimersByTimeAsync(3000)
    expect(client.isSilent()).toBe(false)
  })
  it('keeps the media while the room is out of reach, and tells how long it was', async () => {
    await inRoom()
    link('lost', Date.now() - 2000)
    expect(room.hears.value).toEqual([])
    await vi.advanceTimersByTimeAsync(7000)
    expect([peers[0]?.open, kinds(), client.getPeer()]).toEqual([true, 'audio+video', 'p1'])
    link('open')
    expect(room.outage.value).toBe(9)
    offer(2)
    go()
    await flush()
    expect([peers.length, peers[0]?.log.includes('resumed'), kinds()]).toEqual([1, true, 'audio+video'])
    expect(sent).toContainEqual(['answer', { n: 2, sdp: 'answer 2' }])
  })
  it('begins anew when the room offers another connection, and sends nothing before it names the set', async () => {
    await inRoom()
    link('lost')
    link('open')
    offer(1, 'p2')
    await flush()
    expect([peers.map((one) => one.open), kinds(), client.getPeer()]).toEqual([[false, true], '', 'p2'])
    go()
    await flush()
    expect(kinds()).toBe('audio+video')
  })
  it('keeps closed what its owner closed when the room has forgotten it', async () => {
    await inRoom()
    await room.setMicrophone(false)
    hear('room', roomView({ you: { muted } }))
    sent = []
    hear('room', roomView({ you: { state: 'waiting', chamber: null, set: null }, chamber: null }))
    expect(sent).toEqual([['mute', { kind: 'audio', muted: true }]])
    await inRoom('p2')
    expect(kinds()).toBe('video')
    await room.setMicrophone(true)
    hear('room', roomView())
    await flush()
    expect(kinds()).toBe('audio+video')
  })
  it('answers an offer only on the connection that brought it', async () => {
    await inRoom()
    sent = []
    offer(2)
    link('lost')
    link('open')
    await flush()
    expect(sent).toEqual([])
  })
  it('gives up a connection that cannot take an offer, but not again and again', async () => {
    await inRoom()
    vi.spyOn(console, 'error').mockImplementation(() => undefined)
    useless = true
    offer(2)
    await flush()
    offer(1, 'p2')
    await flush()
    expect([retries, peers[0]?.open]).toEqual([1, false])
    await vi.advanceTimersByTimeAsync(5000)
    offer(2, 'p2')
    await flush()
    expect([retries, client.getPeer()]).toEqual([2, ''])
  })
  it('gives up a connection that is dead', async () => {
    await inRoom()
    const peer = peers[0]
    peer?.options.onDead()
    await flush()
    expect([peer?.open, retries]).toEqual([false, 1])
  })
  it.each([
    ['taken_over', 'taken_over'],
    ['ended', 'ended'],
  ] as const)('ends for this page on %s and lets the devices go', async (event, why) => {
    await inRoom()
    hear(event, {})
    expect(room.over.value).toBe(why)
    expect(devices.camera.track.value).toBeNull()
  })
  it.each([
    ['waiting', 'out', 'sent_out'],
    ['present', 'out', 'left'],
    ['present', 'removed', 'removed'],
  ] as const)('tells %s -> %s as %s', async (before, after, why) => {
    link('open')
    hear('room', roomView({ you: { state: before } }))
    hear('room', roomView({ you: { state: after, chamber: null }, chamber: null }))
    expect(room.over.value).toBe(why)
  })
  it('says why the door stays shut', () => {
    client.onRefused('room_ended')
    expect([room.over.value, room.refusedCode.value]).toEqual(['ended', 'room_ended'])
  })
  it('leaves', async () => {
    await inRoom()
    await room.leave()
    expect(sent[sent.length - 1]).toEqual(['leave', {}])
    expect(room.over.value).toBe('left')
  })
})

describe('sharing the screen', () => {
  async function sharing(): Promise<MediaStreamTrack | null> {
    await inRoom()
    answers['share'] = () => hear('room', roomView({ you: { sharing: true } }))
    await room.share()
    await flush()
    return screen.track.value
  }

  it('sends nothing of the screen before the room said yes', async () => {
    const before: string[] = []
    await inRoom()
    answers['share'] = () => {
      before.push(kinds())
      hear('room', roomView({ you: { sharing: true } }))
    }
    await room.share()
    await flush()
    expect([...before, kinds()]).toEqual(['audio+video', 'audio+video+screen'])
  })
  it('lets the screen go when the share ended before the answer came', async () => {
    await inRoom()
    await room.share()
    expect(screen.track.value).toBeNull()
  })
  it('says nothing when the person closed the question', async () => {
    await inRoom()
    screen.start = () => Promise.resolve(null)
    await room.share()
    expect(sent.map(([event]) => event)).not.toContain('share')
  })
  it('lets the screen go when the room refuses', async () => {
    await inRoom()
    refuse['share'] = 'share_taken'
    await expect(room.share()).rejects.toThrow(ApiError)
    expect(screen.track.value).toBeNull()
  })
  it('captures no more once the host stopped it', async () => {
    const track = await sharing()
    hear('room', roomView())
    await flush()
    expect([track?.readyState, kinds()]).toEqual(['ended', 'audio+video'])
  })
  it('captures no more when it comes back from a lost line and the room has ended the share', async () => {
    const track = await sharing()
    link('lost')
    await inRoom()
    expect([track?.readyState, kinds()]).toEqual(['ended', 'audio+video'])
  })
  it('sends nothing of the screen into a chamber whose view has not come', async () => {
    await sharing()
    hear('draining', { epoch: 1 })
    await flush()
    go(1, 'B', 'caucus_applicant')
    await flush()
    expect(kinds()).toBe('')
  })
  it('tells the room when the browser itself ended it', async () => {
    const track = await sharing()
    track?.dispatchEvent(new Event('ended'))
    await flush()
    expect(sent).toContainEqual(['share', { on: false }])
    expect(kinds()).toBe('audio+video')
  })
  it('knows who shares', async () => {
    await inRoom()
    hear('room', roomView({ chamber: chamberView({ people: [personView('lin'), personView('gu', { sharing: true })], hears: [] }) }))
    expect(room.sharer.value?.person).toBe('gu')
  })
})

describe('what is looked at', () => {
  const connected = (): void => peers[peers.length - 1]?.options.onState('connected')
  const watched = (): unknown[] => sent.filter(([event]) => event === 'watch').map(([, body]) => body)

  it('is said once, and again only when it changed', async () => {
    await inRoom()
    connected()
    room.look({ gu: 180 }, true)
    room.look({ gu: 180 }, true)
    room.look({ gu: 0 }, true)
    expect(watched()).toEqual([{ sizes: { gu: 180 }, screen: true }, { sizes: { gu: 0 }, screen: true }])
  })
  it('is said anew to the peer of a new connection', async () => {
    await inRoom()
    room.look({ gu: 180 }, true)
    connected()
    link('lost')
    await inRoom('p2')
    connected()
    expect(watched()).toHaveLength(2)
  })
  it('knows whose picture is held back', async () => {
    await inRoom()
    hear('saving', { people: ['gu'] })
    expect([...room.saving.value]).toEqual(['gu'])
  })
})
