/**
 * A person in a meeting: socket, peer and devices behind refs. What may be sent is decided here from the room's view, so
 * that nothing is captured for a chamber nobody told us about: fail closed.
 */
import { computed, effectScope, onScopeDispose, reactive, ref, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue'

import { ApiError } from '../api'
import type { ChamberId, Chat, ClientEvents, DeviceKind, Go, Kind, Offer, PersonView, RoomView, ServerEvents } from '../protocol'
import { connectRoom, type Link, type RoomClient, type TicketAnswer } from './client'
import { nextFloor, type Floor } from './gridLayout'
import { makePeer, type RoomPeer, type Tracks } from './peer'
import type { Devices } from './useDevices'
import type { Screen } from './useScreen'

/** Why the meeting is over for this page. */
export type Over = 'ended' | 'taken_over' | 'left' | 'sent_out' | 'removed' | 'refused'

/** The card shown when one enters another chamber. */
export interface MoveCard {
  chamber: ChamberId
  hears: string[]
}

export interface ChatLineShown extends Chat {
  mine: boolean
}

export interface RoomOptions {
  getTicket: (signal: AbortSignal) => Promise<TicketAnswer>
  devices: Devices
  screen: Screen
  onChanged?: (what: string) => void
  /** Replaced in tests. */
  connect?: typeof connectRoom
  peer?: typeof makePeer
  cardMs?: number
}

export interface Room {
  view: ShallowRef<RoomView | null>
  link: Ref<Link>
  /** Seconds the last interruption lasted; null when none was or it was told. */
  outage: Ref<number | null>
  over: Ref<Over | null>
  refusedCode: Ref<string>
  media: Ref<RTCPeerConnectionState>
  streams: ShallowRef<ReadonlyMap<string, MediaStream>>
  /** The screens others may show, by person; which of them is shown now stands in `sharer`. */
  screens: ShallowRef<ReadonlyMap<string, MediaStream>>
  /** Who shows their screen to one's own chamber now, oneself included. */
  sharer: ComputedRef<PersonView | null>
  /** Persons whose picture is held back because our line is thin. */
  saving: ShallowRef<ReadonlySet<string>>
  speaking: ShallowRef<ReadonlySet<string>>
  /** Phone with five or more: who is large. */
  floor: ComputedRef<string | null>
  card: ShallowRef<MoveCard | null>
  chat: ComputedRef<ChatLineShown[]>
  unread: Ref<number>
  /** Text typed and not sent, by chamber. */
  typed: ComputedRef<string> & { set: (text: string) => void }
  /** Our microphone came back closed: ask to open it. */
  returned: Ref<boolean>
  waiting: ComputedRef<boolean>
  present: ComputedRef<boolean>
  inCaucus: ComputedRef<boolean>
  /** One's own chamber with oneself; nobody else while left outside a private talk. */
  people: ComputedRef<PersonView[]>
  /** Names of those who can hear one now; empty is "nobody". */
  hears: ComputedRef<string[]>
  microphoneOn: ComputedRef<boolean>
  cameraOn: ComputedRef<boolean>
  /** True when our sound or picture really leaves this device. */
  sending: (kind: Kind) => boolean
  act: <E extends keyof ClientEvents>(event: E, body: ClientEvents[E]) => Promise<void>
  setMicrophone: (on: boolean) => Promise<void>
  setCamera: (on: boolean) => Promise<void>
  /** Ask what to show, then show it to one's own chamber; resolves without doing anything when the person cancels. */
  share: () => Promise<void>
  stopShare: () => Promise<void>
  /** What is looked at now; said to the server only when it changed. */
  look: (sizes: Record<string, number>, screen: boolean) => void
  say: (text: string) => Promise<void>
  /** The chat was looked at. */
  read: () => void
  dismissCard: () => void
  enter: () => void
  retry: () => void
  leave: () => Promise<void>
}

const STATS_MS = 2000
const RENEW_MS = 5000
const SPEAKING_MS = 250
const BREATH_MS = 600 // a frame that goes out between two words only distracts

export function useRoom(options: RoomOptions): Room {
  const { devices, screen } = options
  const cardMs = options.cardMs ?? 3000
  const view = shallowRef<RoomView | null>(null)
  const link = ref<Link>('connecting')
  const outage = ref<number | null>(null)
  const over = ref<Over | null>(null)
  const refusedCode = ref('')
  const media = ref<RTCPeerConnectionState>('new')
  const streams = shallowRef<ReadonlyMap<string, MediaStream>>(new Map())
  const screens = shallowRef<ReadonlyMap<string, MediaStream>>(new Map())
  const saving = shallowRef<ReadonlySet<string>>(new Set())
  const speaking = shallowRef<ReadonlySet<string>>(new Set())
  const heard = new Map<string, number>()
  const talking = new Map<string, number>()
  const floorState = shallowRef<Floor>({ person: null, since: 0 })
  const card = shallowRef<MoveCard | null>(null)
  const lines = shallowRef<Record<ChamberId, ChatLineShown[]>>({ joint: [], caucus: [] })
  const texts = ref<Record<ChamberId, string>>({ joint: '', caucus: '' })
  const unread = ref(0)
  const returned = ref(false)
  const current = ref<Go | null>(null)
  const holdPicture = ref(false)
  let client: RoomClient | null = null
  let peer: RoomPeer | null = null
  let peerId = ''
  /** How many connections were opened. */
  let connections = 0
  let renewedAt = -Infinity
  let ice: RTCIceServer[] = []
  let lostAt: number | null = null
  let cardTimer: ReturnType<typeof setTimeout> | undefined
  const telling = new Set<Kind>()
  /** What the person last left open. A room that has begun anew (the server restarted) knows of nothing that was closed. */
  const open = reactive<Record<DeviceKind, boolean>>({ audio: true, video: true })
  const opening = new Set<DeviceKind>()
  let wanted: ClientEvents['watch'] | null = null
  let looked = ''

  const present = computed(() => view.value?.you.state === 'present')
  const waiting = computed(() => view.value?.you.state === 'waiting')
  const chamber = computed<ChamberId>(() => view.value?.you.chamber ?? 'joint')
  const inCaucus = computed(() => present.value && chamber.value === 'caucus')
  const people = computed(() => view.value?.chamber?.people ?? [])
  const hears = computed(() => (link.value === 'open' ? (view.value?.chamber?.hears ?? []) : []))
  const sharer = computed(() => people.value.find((one) => one.sharing) ?? null)
  const closedBy = (kind: Kind): boolean => (kind === 'screen' ? !view.value?.you.sharing : (view.value?.you.muted[kind] ?? true))
  const microphoneOn = computed(() => !closedBy('audio'))
  const cameraOn = computed(() => !closedBy('video'))

  function sending(kind: Kind): boolean {
    const seen = view.value
    const go = current.value
    if (!seen || !go || seen.state !== 'open' || seen.away || over.value || closedBy(kind)) return false
    // `go` comes before the view of the new chamber: until then we do not know who hears us, nor whether we are muted.
    if (seen.you.chamber !== go.chamber || seen.chamber?.epoch !== go.epoch) return false
    return kind === 'screen' || (open[kind] && (kind === 'audio' || !holdPicture.value))
  }

  /** Everything that decides what leaves this device, watched as one. */
  const outgoing = computed<Tracks>(() => ({
    audio: sending('audio') ? devices.microphone.track.value : null,
    video: sending('video') ? devices.camera.track.value : null,
    screen: sending('screen') ? screen.track.value : null,
  }))

  // --- what the server says ---------------------------------------------------------------------------------------

  function onEvent<E extends keyof ServerEvents>(event: E, body: ServerEvents[E]): void {
    switch (event) {
      case 'room':
        return onRoom(body as ServerEvents['room'])
      case 'offer':
        return void onOffer(body as Offer)
      case 'draining':
        return void onDraining((body as ServerEvents['draining']).epoch)
      case 'go':
        return onGo(body as Go)
      case 'chat':
        return onChat(body as Chat)
      case 'saving':
        return void (saving.value = new Set((body as ServerEvents['saving']).people))
      case 'changed':
        return options.onChanged?.((body as ServerEvents['changed']).what)
      case 'taken_over':
        return finish('taken_over')
      case 'ended':
        return finish('ended')
    }
  }

  function onRoom(next: RoomView): void {
    const before = view.value
    view.value = next
    if (next.you.state === 'out' || next.you.state === 'removed') {
      return finish(next.you.state === 'removed' ? 'removed' : before?.you.state === 'waiting' ? 'sent_out' : 'left')
    }
    if (next.you.state !== 'present') hangUp()
    const wasApart = before?.you.state === 'present' && (before.away || before.you.chamber === 'caucus')
    const isApart = next.away || next.you.chamber === 'caucus'
    if (wasApart && !isApart && next.you.state === 'present') returned.value = next.you.muted.audio && !next.you.host
    if (isApart || !next.you.muted.audio) returned.value = false
    if (before?.you.chamber === 'caucus' && next.you.chamber !== 'caucus') forgetCaucus()
    keepClosed(next)
    tellMissingDevices()
  }

  /** What was closed is opened by its owner and by nobody else. */
  function keepClosed(seen: RoomView): void {
    for (const kind of ['audio', 'video'] as const) {
      if (opening.has(kind)) continue
      if (seen.you.muted[kind]) open[kind] = false
      else if (!open[kind]) void act('mute', { kind, muted: true }).catch(() => undefined)
    }
  }

  async function setMuted(kind: DeviceKind, muted: boolean): Promise<void> {
    opening.add(kind)
    try {
      await act('mute', { kind, muted })
      open[kind] = !muted
    } finally {
      opening.delete(kind)
    }
  }

  /** Nothing of a private talk stays on the screen after it: another one may be with the other side. */
  function forgetCaucus(): void {
    lines.value = { ...lines.value, caucus: [] }
    texts.value.caucus = ''
    unread.value = 0
  }

  /** Who has no microphone does not look as if they were just silent: the room is told. */
  function tellMissingDevices(): void {
    const you = view.value?.you
    if (!you || you.role === 'observer' || devices.starting.value || link.value !== 'open') return
    for (const [kind, device] of [['audio', devices.microphone], ['video', devices.camera]] as const) {
      if (device.state.value === 'live' || device.state.value === 'asking' || you.muted[kind] || telling.has(kind)) continue
      telling.add(kind)
      void act('mute', { kind, muted: true })
        .catch(() => undefined)
        .finally(() => telling.delete(kind))
    }
  }

  async function onOffer(offer: Offer): Promise<void> {
    if (!peer || offer.peer !== peerId) {
      if (peer) hangUp()
      peer = newPeer()
      peerId = offer.peer
    }
    const mine = peer
    const on = connections
    let sdp: string
    try {
      sdp = await mine.offer(offer)
    } catch (error) {
      if (mine !== peer) return
      console.error(error)
      return renew()
    }
    // Whoever connects anew is offered anew; an answer to what came before would be taken for one to it.
    if (mine === peer && on === connections) await act('answer', { n: offer.n, sdp }).catch(() => undefined)
  }

  function newPeer(): RoomPeer {
    const made = (options.peer ?? makePeer)({
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
    if (current.value) void made.go(current.value.set)
    return made
  }

  async function onDraining(epoch: number): Promise<void> {
    current.value = null
    await peer?.drain()
    await act('drained', { epoch }).catch(() => undefined)
  }

  function onGo(go: Go): void {
    const from = view.value?.you.state === 'present' ? view.value.you.chamber : null
    current.value = go
    if (from !== null && from !== go.chamber) showCard({ chamber: go.chamber, hears: go.hears })
    // Back from a private talk the picture waits until the card was read; the microphone is closed by the server.
    holdPicture.value = card.value !== null && go.chamber === 'joint' && view.value?.you.host !== true
    void peer?.setTracks(outgoing.value).then(() => peer?.go(go.set))
  }

  function showCard(next: MoveCard): void {
    card.value = next
    clearTimeout(cardTimer)
    cardTimer = setTimeout(dismissCard, cardMs)
  }

  function dismissCard(): void {
    clearTimeout(cardTimer)
    card.value = null
    holdPicture.value = false
  }

  function onChat(line: Chat): void {
    const shown = { ...line, mine: line.from === view.value?.you.person }
    lines.value = { ...lines.value, [line.chamber]: [...lines.value[line.chamber].slice(-199), shown] }
    if (!shown.mine) unread.value++
  }

  // --- the connection ---------------------------------------------------------------------------------------------

  /** Media lives on while the socket does not: the room goes on with it, or offers another. */
  function onLink(next: Link, since: number): void {
    link.value = next
    if (next === 'lost') lostAt ??= since
    else if (next === 'closed') hangUp()
    else if (next === 'open') {
      connections++
      peer?.resumed()
      if (lostAt !== null) outage.value = Math.round((Date.now() - lostAt) / 1000)
      lostAt = null
    }
  }

  function hangUp(): void {
    current.value = null
    peer?.close()
    peer = null
    streams.value = new Map()
    screens.value = new Map()
    saving.value = new Set()
    looked = ''
    media.value = 'new'
    speaking.value = new Set()
    talking.clear()
    heard.clear()
  }

  /** Give up the media connection; who connects without one is given a fresh one. */
  function renew(): void {
    if (over.value || Date.now() - renewedAt < RENEW_MS) return
    renewedAt = Date.now()
    hangUp()
    client?.retry()
  }

  function start(): void {
    client = (options.connect ?? connectRoom)({
      getTicket: options.getTicket,
      getPeer: () => (peer ? peerId : ''),
      onEvent,
      onLink,
      onIceServers: (servers) => (ice = servers),
      onRefused: (code) => {
        refusedCode.value = code
        finish(code === 'room_ended' ? 'ended' : code === 'seat_removed' ? 'removed' : 'refused')
      },
    })
  }

  function finish(why: Over): void {
    over.value ??= why
    hangUp()
    client?.close()
    client = null
    devices.stopAll()
    screen.stop()
  }

  // --- what the person does ---------------------------------------------------------------------------------------

  function act<E extends keyof ClientEvents>(event: E, body: ClientEvents[E]): Promise<void> {
    return client ? client.send(event, body) : Promise.reject(new ApiError('connection_lost', 0))
  }

  async function setMicrophone(on: boolean): Promise<void> {
    if (on && devices.microphone.track.value === null && (await devices.microphone.start()) !== 'live') {
      throw new ApiError('device_denied', 0)
    }
    await setMuted('audio', !on)
    if (on) returned.value = false
  }

  async function setCamera(on: boolean): Promise<void> {
    if (on && devices.camera.track.value === null && (await devices.camera.start()) !== 'live') {
      throw new ApiError('device_denied', 0)
    }
    await setMuted('video', !on)
    if (!on) devices.camera.stop() // the camera's lamp goes out, too
  }

  async function share(): Promise<void> {
    const shown = await screen.start()
    if (!shown) return
    shown.addEventListener('ended', () => void stopShare().catch(() => undefined)) // the browser's own stop button
    try {
      await act('share', { on: true })
    } finally {
      if (!view.value?.you.sharing) screen.stop() // refused, or ended before the answer came
    }
  }

  function stopShare(): Promise<void> {
    screen.stop()
    return act('share', { on: false })
  }

  async function say(text: string): Promise<void> {
    const words = text.trim()
    if (!words) return
    const where = chamber.value
    const key = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, '0')).join('')
    try {
      await act('chat', { text: words, key })
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'timeout') throw error
      await act('chat', { text: words, key }) // sent twice, shown once
    }
    if (texts.value[where] === text) texts.value[where] = ''
  }

  async function leave(): Promise<void> {
    await act('leave', {}).catch(() => undefined)
    finish('left')
  }

  function look(sizes: Record<string, number>, seesScreen: boolean): void {
    wanted = { sizes, screen: seesScreen }
    tellWatched()
  }

  function tellWatched(): void {
    const said = JSON.stringify(wanted)
    if (!wanted || said === looked || media.value !== 'connected') return
    looked = said
    void act('watch', wanted).catch(() => (looked = ''))
  }

  function listen(): void {
    if (!peer || !present.value) return
    const now = Date.now()
    for (const person of peer.speaking()) heard.set(person, now)
    for (const [person, at] of heard) if (now - at > BREATH_MS) heard.delete(person)
    const loud = new Set(heard.keys())
    for (const person of talking.keys()) if (!loud.has(person)) talking.delete(person)
    for (const person of loud) if (!talking.has(person)) talking.set(person, now)
    if (loud.size !== speaking.value.size || [...loud].some((one) => !speaking.value.has(one))) speaking.value = loud
    floorState.value = nextFloor(floorState.value, talking, view.value?.you.person ?? '', now)
  }

  async function report(): Promise<void> {
    if (!peer || !present.value || link.value !== 'open') return
    const body = await peer.stats().catch(() => null)
    if (body) await act('stats', body).catch(() => undefined)
  }

  const scope = effectScope()
  const timers: ReturnType<typeof setInterval>[] = []

  function enter(): void {
    if (client || over.value) return
    scope.run(() => {
      watch(outgoing, (tracks) => void peer?.setTracks(tracks), { flush: 'sync' })
      watch([devices.microphone.state, devices.camera.state, devices.starting], tellMissingDevices)
      // The room ends a share (the host, a move, a lost line): then nothing is captured any more.
      watch(() => view.value?.you.sharing, (shared) => shared || screen.stop())
    })
    timers.push(setInterval(listen, SPEAKING_MS), setInterval(() => void report(), STATS_MS))
    start()
  }

  onScopeDispose(() => {
    timers.forEach(clearInterval)
    clearTimeout(cardTimer)
    scope.stop()
    hangUp()
    client?.close()
    client = null
  })

  const typed = Object.assign(
    computed(() => texts.value[chamber.value]),
    { set: (text: string) => void (texts.value[chamber.value] = text) },
  )

  return {
    view,
    link,
    outage,
    over,
    refusedCode,
    media,
    streams,
    screens,
    sharer,
    saving,
    speaking,
    floor: computed(() => floorState.value.person),
    card,
    chat: computed(() => lines.value[chamber.value]),
    unread,
    typed,
    returned,
    waiting,
    present,
    inCaucus,
    people,
    hears,
    microphoneOn,
    cameraOn,
    sending,
    act,
    setMicrophone,
    setCamera,
    share,
    stopShare,
    look,
    say,
    read: () => void (unread.value = 0),
    dismissCard,
    enter,
    retry: () => client?.retry(),
    leave,
  }
}
