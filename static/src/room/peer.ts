/**
 * One RTCPeerConnection to the room. The server always offers; we send on the set it names (A or B) and on nothing while
 * draining. Which line carries whom stands in the offer. Knows nothing of chambers.
 */
import type { Kind, Offer, Received, SetName } from '../protocol'
import { limit } from './encodings'
import { roaming } from './roaming'

export type Tracks = Record<Kind, MediaStreamTrack | null>
export const KINDS: readonly Kind[] = ['audio', 'video', 'screen']
export const nothing = (): Tracks => ({ audio: null, video: null, screen: null })

export interface PeerStats {
  received: Record<string, Received>
  line: Line
}

export interface RoomPeer {
  /** Offers are taken one after another; resolves to the answer. */
  offer: (offer: Offer) => Promise<string>
  /** Send on this set from now on. */
  go: (set: SetName) => Promise<void>
  /** Send nothing; resolves when no sender has a track. */
  drain: () => Promise<void>
  /** What to send; null stops that kind at once (replaceTrack, not `enabled`). */
  setTracks: (tracks: Tracks) => Promise<void>
  stats: () => Promise<PeerStats>
  /** The room is in reach again, and offers a new ICE name: what was bad before does not count. */
  resumed: () => void
  /** Persons whose voice is loud now. */
  speaking: () => Set<string>
  /** When sound of anybody was last played (milliseconds, as Date.now); 0: never. */
  heardAt: () => number
  close: () => void
}

export interface PeerOptions {
  iceServers: RTCIceServer[]
  /** Ask the server for an offer with a new ICE name. */
  restart: () => Promise<void>
  /** Voice and camera, and apart from them the screen, of every person we have lines for; a stream stays the same object. */
  onStreams: (streams: ReadonlyMap<string, MediaStream>, screens: ReadonlyMap<string, MediaStream>) => void
  onState: (state: RTCPeerConnectionState) => void
  /** Restarting did not help: only a new connection can. */
  onDead: () => void
  make?: (config: RTCConfiguration) => RTCPeerConnection
  /** Milliseconds; a clock for tests. */
  now?: () => number
}

type Line = 0 | 1 | 2 | 3 | 4

const RESTART_EVERY_MS = 2000
const DEAD_AFTER_MS = 15_000
const LOUD = 0.03
const SETS: SetName[] = ['A', 'B']

/** Bars from the loss of the last interval (0..1) and the round trip (s). */
export function lineOf(connected: boolean, loss: number, rtt: number): Line {
  if (!connected) return 0
  if (loss < 0.02 && rtt < 0.2) return 4
  if (loss < 0.05 && rtt < 0.4) return 3
  if (loss < 0.1 && rtt < 0.8) return 2
  return 1
}

export function makePeer(options: PeerOptions): RoomPeer {
  const now = options.now ?? (() => performance.now())
  const pc = (options.make ?? roaming)({
    iceServers: options.iceServers,
    bundlePolicy: 'max-bundle',
  })
  const streams = new Map<string, MediaStream>()
  const screens = new Map<string, MediaStream>()
  let latest: Offer | null = null
  let current: SetName | null = null
  let tracks = nothing()
  let queue: Promise<unknown> = Promise.resolve()
  let closed = false
  let restarted = -Infinity
  let badSince: number | null = null
  let lossBefore = { lost: 0, received: 0 }

  /** Offers, sets and tracks change the same senders: one thing at a time. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = queue.then(work)
    queue = done.catch(() => undefined)
    return done
  }

  async function take(offer: Offer): Promise<string> {
    await pc.setRemoteDescription({ type: 'offer', sdp: offer.sdp })
    latest = offer
    for (const set of SETS) {
      for (const kind of KINDS) {
        const transceiver = byMid(offer.sets[set][kind])
        if (transceiver && transceiver.direction !== 'sendonly') transceiver.direction = 'sendonly'
      }
    }
    const answer = await pc.createAnswer()
    await pc.setLocalDescription(answer)
    mapStreams()
    await place()
    return pc.localDescription?.sdp ?? answer.sdp ?? ''
  }

  function byMid(mid: string): RTCRtpTransceiver | undefined {
    return pc.getTransceivers().find((transceiver) => transceiver.mid === mid)
  }

  /** Which person each received track is; a line lent to somebody else moves to their stream. */
  function mapStreams(): void {
    fill(streams, (kind) => kind !== 'screen')
    fill(screens, (kind) => kind === 'screen')
    options.onStreams(new Map(streams), new Map(screens))
  }

  function fill(into: Map<string, MediaStream>, takes: (kind: Kind) => boolean): void {
    const wanted = new Map<string, MediaStreamTrack[]>()
    for (const source of latest?.sources ?? []) {
      const track = takes(source.kind) && byMid(source.mid)?.receiver.track
      if (track) wanted.set(source.person, [...(wanted.get(source.person) ?? []), track])
    }
    for (const person of [...into.keys()]) if (!wanted.has(person)) into.delete(person)
    for (const [person, list] of wanted) {
      const stream = into.get(person) ?? new MediaStream()
      for (const old of stream.getTracks()) if (!list.includes(old)) stream.removeTrack(old)
      for (const track of list) if (!stream.getTracks().includes(track)) stream.addTrack(track)
      into.set(person, stream)
    }
  }

  /** Tracks on the current set, nothing on the other. The set we leave is emptied before the next one is filled. */
  async function place(): Promise<void> {
    if (!latest || closed) return
    const order = current === 'A' ? (['B', 'A'] as const) : SETS
    for (const set of order) {
      for (const kind of KINDS) {
        const sender = byMid(latest.sets[set][kind])?.sender
        const track = set === current ? tracks[kind] : null
        if (!sender || sender.track === track) continue
        await sender.replaceTrack(track)
        if (track) await limit(sender, kind)
      }
    }
  }

  function askRestart(): void {
    if (closed || !latest || now() - restarted < RESTART_EVERY_MS) return
    restarted = now()
    void options.restart().catch(() => undefined)
  }

  function watch(): void {
    if (closed) return
    const state = pc.connectionState
    options.onState(state)
    if (state === 'connected') badSince = null
    else if (state === 'failed' || state === 'disconnected') {
      badSince ??= now()
      if (state === 'failed') askRestart()
    } else if (state === 'closed') options.onDead()
  }

  pc.addEventListener('connectionstatechange', watch)

  async function stats(): Promise<PeerStats> {
    const received: Record<string, Received> = {}
    const people = new Map((latest?.sources ?? []).map((source) => [source.mid, source] as const))
    const tracksOf = new Map<string, string>()
    for (const source of people.values()) {
      const track = byMid(source.mid)?.receiver.track
      if (track) tracksOf.set(track.id, source.mid)
    }
    let lost = 0
    let arrived = 0
    let far = 0
    let rtt = 0
    for (const [, report] of (await pc.getStats()) as unknown as Map<string, Record<string, unknown>>) {
      if (report['type'] === 'inbound-rtp') {
        lost += number(report['packetsLost'])
        arrived += number(report['packetsReceived'])
        const mid = String(report['mid'] ?? tracksOf.get(String(report['trackIdentifier'])) ?? '')
        const source = people.get(mid)
        if (!source || source.kind === 'screen') continue
        const entry = (received[source.person] ??= { audio: 0, video: 0 })
        // A line may have had several streams over time; the newest has the larger count of what matters.
        if (source.kind === 'audio') entry.audio += number(report['packetsReceived'])
        else entry.video += number(report['framesDecoded'])
      } else if (report['type'] === 'remote-inbound-rtp') {
        far = Math.max(far, number(report['fractionLost']))
        rtt = Math.max(rtt, number(report['roundTripTime']))
      } else if (report['type'] === 'candidate-pair' && report['nominated']) {
        rtt = Math.max(rtt, number(report['currentRoundTripTime']))
      }
    }
    const fresh = { lost: Math.max(0, lost - lossBefore.lost), received: Math.max(0, arrived - lossBefore.received) }
    lossBefore = { lost, received: arrived }
    const near = fresh.lost + fresh.received > 0 ? fresh.lost / (fresh.lost + fresh.received) : 0
    if (badSince !== null && now() - badSince > DEAD_AFTER_MS) options.onDead()
    else if (badSince !== null) askRestart()
    return { received, line: lineOf(pc.connectionState === 'connected', Math.max(near, far), rtt) }
  }

  function speaking(): Set<string> {
    const loud = new Set<string>()
    for (const source of latest?.sources ?? []) {
      if (source.kind !== 'audio') continue
      const [last] = byMid(source.mid)?.receiver.getSynchronizationSources?.() ?? []
      if (last && (last.audioLevel ?? 0) > LOUD && Date.now() - last.timestamp < 1000) loud.add(source.person)
    }
    return loud
  }

  function heardAt(): number {
    const sources = (latest?.sources ?? []).filter((source) => source.kind === 'audio')
    return Math.max(0, ...sources.map((source) => byMid(source.mid)?.receiver.getSynchronizationSources?.()[0]?.timestamp ?? 0))
  }

  function close(): void {
    if (closed) return
    closed = true
    pc.removeEventListener('connectionstatechange', watch)
    streams.clear()
    screens.clear()
    pc.close()
  }

  return {
    offer: (offer) => inTurn(() => take(offer)),
    go: (set) => {
      current = set
      return inTurn(place)
    },
    drain: () => {
      current = null
      return inTurn(place)
    },
    setTracks: (next) => {
      tracks = next
      return inTurn(place)
    },
    stats,
    resumed: () => {
      if (badSince !== null) badSince = restarted = now()
    },
    speaking,
    heardAt,
    close,
  }
}

function number(value: unknown): number {
  return typeof value === 'number' ? value : 0
}
