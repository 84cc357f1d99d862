/**
 * The media connection of a room: made by the first offer, kept while the socket is not, replaced when the room offers
 * another. What may be sent is decided by the room; here it is only carried out.
 */
import { computed, ref, shallowRef, type ComputedRef, type Ref, type ShallowRef } from 'vue'

import type { ClientEvents, Offer, SetName } from '../protocol'
import { nextFloor, type Floor } from './gridLayout'
import { makePeer, type PeerStats, type RoomPeer, type Tracks } from './peer'
import { watchReach } from './reach'

export interface CallOptions {
  /** What may leave this device now. */
  outgoing: ComputedRef<Tracks>
  act: <E extends keyof ClientEvents>(event: E, body: ClientEvents[E]) => Promise<void>
  /** The room offers another connection: nothing is sent on it before the room names the set. */
  onAnew: () => void
  /** Connect to the room again, without a media connection. */
  onUseless: () => void
  /** Replaced in tests. */
  make?: typeof makePeer
}

export interface Call {
  media: Ref<RTCPeerConnectionState>
  streams: ShallowRef<ReadonlyMap<string, MediaStream>>
  screens: ShallowRef<ReadonlyMap<string, MediaStream>>
  /** The streams worth showing: none while they stand still, name cards then say more than a frozen face. */
  pictures: ComputedRef<ReadonlyMap<string, MediaStream>>
  saving: ShallowRef<ReadonlySet<string>>
  speaking: ShallowRef<ReadonlySet<string>>
  /** Whom to show large on a phone with five or more. */
  lastSpeaker: ComputedRef<string | null>
  /** Which connection is held; empty: none. */
  id: () => string
  setIce: (servers: RTCIceServer[]) => void
  offer: (offer: Offer) => Promise<void>
  go: (set: SetName) => void
  drain: () => Promise<void>
  /** What may leave has changed. */
  send: () => void
  /** The room is in reach over a new connection. */
  reached: () => void
  /** Ask by the last offer whether its door can be reached; null before there was one. */
  watchReach: (onReached: () => void) => (() => void) | null
  look: (wanted: ClientEvents['watch']) => void
  /** Sound that came a moment ago comes no more: somebody closed a microphone, or the line is dead. */
  silent: () => boolean
  /** Who speaks now; asked a few times a second. */
  listen: (you: string) => void
  stats: () => Promise<PeerStats | null>
  hangUp: () => void
}

const RENEW_MS = 5000
/** Voices come fifty times a second; what stopped longer ago is no news. */
const SILENT_MS = 600
const NEWS_MS = 3000
const BREATH_MS = 600 // a frame that goes out between two words only distracts

export function useCall(options: CallOptions): Call {
  const { act, outgoing } = options
  const media = ref<RTCPeerConnectionState>('new')
  const streams = shallowRef<ReadonlyMap<string, MediaStream>>(new Map())
  const screens = shallowRef<ReadonlyMap<string, MediaStream>>(new Map())
  const saving = shallowRef<ReadonlySet<string>>(new Set())
  const speaking = shallowRef<ReadonlySet<string>>(new Set())
  const heard = new Map<string, number>()
  const talking = new Map<string, number>()
  const floor = shallowRef<Floor>({ person: null, since: 0 })
  const still = computed(() => media.value === 'disconnected' || media.value === 'failed')
  const pictures = computed(() => (still.value ? new Map<string, MediaStream>() : streams.value))
  let peer: RoomPeer | null = null
  let peerId = ''
  let set: SetName | null = null
  /** How many connections to the room were opened. */
  let connections = 0
  let renewedAt = -Infinity
  let ice: RTCIceServer[] = []
  let wanted: ClientEvents['watch'] | null = null
  let looked = ''
  let door = ''

  async function offer(offered: Offer): Promise<void> {
    if (!peer || offered.peer !== peerId) {
      if (peer) {
        hangUp()
        options.onAnew()
      }
      peer = newPeer()
      peerId = offered.peer
    }
    door = offered.sdp
    const mine = peer
    const on = connections
    let sdp: string
    try {
      sdp = await mine.offer(offered)
    } catch (error) {
      if (mine !== peer) return
      console.error(error)
      return renew()
    }
    // Whoever connects anew is offered anew; an answer to what came before would be taken for one to it.
    if (mine === peer && on === connections) await act('answer', { n: offered.n, sdp }).catch(() => undefined)
  }

  function newPeer(): RoomPeer {
    const made = (options.make ?? makePeer)({
      iceServers: ice,
      restart: () => act('restart', {}),
      onStreams: (next, shown) => {
        streams.value = next
        screens.value = shown
      },
      onState: (state) => {
        media.value = state
        tellWatched() // a new peer knows nothing of it
      },
      onDead: renew,
    })
    void made.setTracks(outgoing.value)
    if (set) void made.go(set)
    return made
  }

  /** Give up the media connection; who connects without one is given a fresh one. */
  function renew(): void {
    if (Date.now() - renewedAt < RENEW_MS) return
    renewedAt = Date.now()
    hangUp()
    options.onUseless()
  }

  function go(name: SetName): void {
    set = name
    void peer?.setTracks(outgoing.value).then(() => peer?.go(name))
  }

  async function drain(): Promise<void> {
    set = null
    await peer?.drain()
  }

  function hangUp(): void {
    set = null
    peer?.close()
    peer = null
    peerId = ''
    streams.value = new Map()
    screens.value = new Map()
    saving.value = new Set()
    looked = ''
    media.value = 'new'
    speaking.value = new Set()
    talking.clear()
    heard.clear()
  }

  function silent(): boolean {
    const since = Date.now() - (peer?.heardAt() ?? 0)
    return since > SILENT_MS && since < NEWS_MS
  }

  function tellWatched(): void {
    const said = JSON.stringify(wanted)
    if (!wanted || said === looked || media.value !== 'connected') return
    looked = said
    void act('watch', wanted).catch(() => (looked = ''))
  }

  function listen(you: string): void {
    if (!peer) return
    const now = Date.now()
    for (const person of peer.speaking()) heard.set(person, now)
    for (const [person, at] of heard) if (now - at > BREATH_MS) heard.delete(person)
    const loud = new Set(heard.keys())
    for (const person of talking.keys()) if (!loud.has(person)) talking.delete(person)
    for (const person of loud) if (!talking.has(person)) talking.set(person, now)
    if (loud.size !== speaking.value.size || [...loud].some((one) => !speaking.value.has(one))) speaking.value = loud
    floor.value = nextFloor(floor.value, talking, you, now)
  }

  return {
    media,
    streams,
    screens,
    pictures,
    saving,
    speaking,
    lastSpeaker: computed(() => floor.value.person),
    id: () => peerId,
    setIce: (servers) => (ice = servers),
    offer,
    go,
    drain,
    send: () => void peer?.setTracks(outgoing.value),
    watchReach: (onReached) => (door ? watchReach(door, onReached) : null),
    reached: () => {
      connections++
      peer?.resumed()
    },
    look: (now) => {
      wanted = now
      tellWatched()
    },
    silent,
    listen,
    stats: () => peer?.stats().catch(() => null) ?? Promise.resolve(null),
    hangUp,
  }
}
