import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import type { Kind, Offer } from '../protocol'
import { lineOf, makePeer, type RoomPeer } from './peer'
import { Connection, Stream, Track } from './testing'

vi.stubGlobal('MediaStream', Stream)

const SETS = { A: { audio: '00', video: '01', screen: '02' }, B: { audio: '03', video: '04', screen: '05' } }
const LINES = '00:audio 01:video 02:video 03:audio 04:video 05:video'
const offer = (n: number, sources: [string, string, Kind][] = []): Offer => ({
  peer: 'p1',
  n,
  sdp: [LINES, ...sources.map(([mid, , kind]) => `${mid}:${kind}`)].join(' '),
  sets: SETS,
  sources: sources.map(([mid, person, kind]) => ({ mid, person, kind })),
})
const microphone = new Track('audio') as unknown as MediaStreamTrack
const camera = new Track('video') as unknown as MediaStreamTrack

let pc: Connection
let peer: RoomPeer
let streams: ReadonlyMap<string, MediaStream>
let screens: ReadonlyMap<string, MediaStream>
let clock: number
const restart = vi.fn(() => Promise.resolve())
const onDead = vi.fn()

beforeEach(() => {
  pc = new Connection()
  streams = new Map()
  clock = 0
  restart.mockClear()
  onDead.mockClear()
  peer = makePeer({
    iceServers: [],
    restart,
    onStreams: (next, shown) => ([streams, screens] = [next, shown]),
    onState: () => undefined,
    onDead,
    make: () => pc as unknown as RTCPeerConnection,
    now: () => clock,
  })
})
afterEach(() => peer.close())
const sends = (): string[] => pc.lines.filter((line) => line.sender.track !== null).map((line) => line.mid)

describe('what is sent', () => {
  it('answers with both sets to send on and the rest to receive', async () => {
    expect(await peer.offer(offer(1, [['r1', 'gu', 'audio']]))).toBe(
      '00:sendonly 01:sendonly 02:sendonly 03:sendonly 04:sendonly 05:sendonly r1:recvonly',
    )
  })
  it('sends nothing before it is told a set', async () => {
    await peer.setTracks({ audio: microphone, video: camera, screen: null })
    await peer.offer(offer(1))
    expect(sends()).toEqual([])
  })
  it('sends on the named set only, whether go comes before or after the offer', async () => {
    await peer.setTracks({ audio: microphone, video: camera, screen: null })
    await peer.go('B')
    await peer.offer(offer(1))
    expect(sends()).toEqual(['03', '04'])
    await peer.go('A')
    expect(sends()).toEqual(['00', '01'])
  })
  it('never has a track on both sets, not even in between', async () => {
    await peer.setTracks({ audio: microphone, video: null, screen: null })
    await peer.offer(offer(1))
    await peer.go('A')
    const seen: string[][] = []
    for (const line of pc.lines) {
      const real = line.sender.replaceTrack.bind(line.sender)
      line.sender.replaceTrack = (track) => real(track).then(() => void seen.push(sends()))
    }
    await peer.go('B')
    await peer.go('A')
    expect(seen.every((mids) => mids.length <= 1)).toBe(true)
  })
  it('sends a screen on the line of its own, and drains it like the others', async () => {
    const screen = new Track('video') as unknown as MediaStreamTrack
    await peer.setTracks({ audio: microphone, video: null, screen })
    await peer.offer(offer(1))
    await peer.go('B')
    expect(sends()).toEqual(['03', '05'])
    await peer.drain()
    expect(sends()).toEqual([])
  })
  it('drains to nothing and stays so over a new offer', async () => {
    await peer.setTracks({ audio: microphone, video: camera, screen: null })
    await peer.offer(offer(1))
    await peer.go('A')
    await peer.drain()
    await peer.offer(offer(2))
    expect(sends()).toEqual([])
  })
  it('stops one kind when its track is taken away', async () => {
    await peer.setTracks({ audio: microphone, video: camera, screen: null })
    await peer.offer(offer(1))
    await peer.go('A')
    await peer.setTracks({ audio: null, video: camera, screen: null })
    expect(sends()).toEqual(['01'])
  })
  it('takes offers one after another', async () => {
    await Promise.all([1, 2, 3].map((n) => peer.offer(offer(n, [[`r${n}`, 'gu', 'audio']]))))
    expect(pc.log.map((line) => line.slice(-8))).toEqual(['r1:audio', 'r2:audio', 'r3:audio'])
  })
  it('goes on after an offer it could not take', async () => {
    const real = pc.setRemoteDescription.bind(pc)
    pc.setRemoteDescription = () => Promise.reject(new Error('bad sdp'))
    await expect(peer.offer(offer(1))).rejects.toThrow('bad sdp')
    pc.setRemoteDescription = real
    expect(await peer.offer(offer(2))).toContain('00:sendonly')
  })
})

describe('who is who', () => {
  const tracks = (person: string): string[] => (streams.get(person)?.getTracks() ?? []).map((track) => track.kind)
  it('gives each person one stream with their sound and picture', async () => {
    await peer.offer(offer(1, [['r1', 'gu', 'audio'], ['r2', 'gu', 'video'], ['r3', 'chen', 'audio']]))
    expect([tracks('gu'), tracks('chen')]).toEqual([['audio', 'video'], ['audio']])
  })
  it('keeps the stream object, so that no picture is rebuilt', async () => {
    await peer.offer(offer(1, [['r1', 'gu', 'audio']]))
    const before = streams.get('gu')
    await peer.offer(offer(2, [['r1', 'gu', 'audio'], ['r2', 'gu', 'video']]))
    expect(streams.get('gu')).toBe(before)
    expect(tracks('gu')).toEqual(['audio', 'video'])
  })
  it('keeps a screen apart from the face and the voice', async () => {
    await peer.offer(offer(1, [['r1', 'gu', 'audio'], ['r2', 'gu', 'video'], ['r3', 'gu', 'screen']]))
    expect(tracks('gu')).toEqual(['audio', 'video'])
    expect(screens.get('gu')?.getTracks()).toEqual([pc.lines.find((line) => line.mid === 'r3')?.receiver.track])
  })
  it('moves a line that is lent to somebody else', async () => {
    await peer.offer(offer(1, [['r1', 'gu', 'audio']]))
    const line = streams.get('gu')?.getTracks()[0]
    await peer.offer(offer(2, [['r1', 'chen', 'audio']]))
    expect(streams.has('gu')).toBe(false)
    expect(streams.get('chen')?.getTracks()).toEqual([line])
  })
  it('says who speaks', async () => {
    await peer.offer(offer(1, [['r1', 'gu', 'audio'], ['r3', 'chen', 'audio']]))
    const line = pc.lines.find((one) => one.mid === 'r3')
    if (line) line.level = 0.2
    expect([...peer.speaking()]).toEqual(['chen'])
  })
  it('says when it last heard anybody', async () => {
    expect(peer.heardAt()).toBe(0)
    await peer.offer(offer(1, [['r1', 'gu', 'audio'], ['r2', 'gu', 'video']]))
    expect(Date.now() - peer.heardAt()).toBeLessThan(1000)
  })
})

describe('the line', () => {
  it.each([
    [false, 0, 0, 0],
    [true, 0, 0.05, 4],
    [true, 0.03, 0.05, 3],
    [true, 0, 0.5, 2],
    [true, 0.3, 0.05, 1],
  ])('connected %s, loss %d, %d s: %i bars', (connected, loss, rtt, bars) => {
    expect(lineOf(connected, loss, rtt)).toBe(bars)
  })
  it('counts packets and decoded pictures by person', async () => {
    await peer.offer(offer(1, [['r1', 'gu', 'audio'], ['r2', 'gu', 'video']]))
    pc.change('connected')
    pc.reports = new Map<string, Record<string, unknown>>([
      ['a', { type: 'inbound-rtp', mid: 'r1', packetsReceived: 50, packetsLost: 0 }],
      ['b', { type: 'inbound-rtp', trackIdentifier: pc.lines.find((l) => l.mid === 'r2')?.receiver.track.id, framesDecoded: 20, packetsReceived: 90 }],
      ['c', { type: 'remote-inbound-rtp', fractionLost: 0.04, roundTripTime: 0.1 }],
    ])
    expect(await peer.stats()).toEqual({ received: { gu: { audio: 50, video: 20 } }, line: 3 })
  })
  it('asks for a restart when the path failed, and not twice within 2 s', async () => {
    await peer.offer(offer(1))
    clock = 10_000
    pc.change('failed')
    pc.change('failed')
    expect(restart).toHaveBeenCalledTimes(1)
    clock = 12_500
    await peer.stats()
    expect(restart).toHaveBeenCalledTimes(2)
  })
  it('gives up after 15 s without a path', async () => {
    await peer.offer(offer(1))
    clock = 10_000
    pc.change('failed')
    clock = 26_000
    await peer.stats()
    expect(onDead).toHaveBeenCalled()
  })
  it('does not count the time when the room itself was out of reach', async () => {
    await peer.offer(offer(1))
    pc.change('failed')
    clock = 84_000
    peer.resumed()
    await peer.stats()
    expect([restart.mock.calls.length, onDead.mock.calls.length]).toEqual([1, 0])
  })
  it('hears nothing more after it was closed', async () => {
    await peer.offer(offer(1))
    peer.close()
    clock = 60_000
    pc.change('failed')
    expect(restart).not.toHaveBeenCalled()
  })
})
