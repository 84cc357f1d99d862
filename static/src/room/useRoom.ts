/**
 * A person in a meeting: socket, media (useCall.ts) and devices behind refs. What may be sent is decided here from the room's view, so
 * that nothing is captured for a chamber nobody told us about: fail closed.
 */
import { computed, effectScope, onScopeDispose, ref, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue'

import { ApiError } from '../api'
import type { Caption, ChamberId, ClientEvents, Go, Kind, RoomView, ServerEvents } from '../protocol'
import { connectRoom, type Held, type Link, type RoomClient, type TicketAnswer } from './client'
import type { makePeer, Tracks } from './peer'
import { useCall } from './useCall'
import { useChat, type RoomChat } from './useChat'
import { useMuted } from './useMuted'
import { tellClock } from '../ui/useNow'
import { usePeople, type People } from './usePeople'
import type { Devices } from './useDevices'
import type { Screen } from './useScreen'

/** Why the meeting is over for this page. */
export type Over = 'ended' | 'taken_over' | 'left' | 'sent_out' | 'removed' | 'refused'

/** The card shown when one enters another chamber. */
export interface MoveCard {
  chamber: ChamberId
  hears: string[]
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

/** What is written, without what only the socket says. */
type Words = Omit<RoomChat, 'hear' | 'hearAll' | 'forgetCaucus'>

export interface Room extends Words, Omit<People, 'learn'> {
  view: ShallowRef<RoomView | null>
  link: Ref<Link>
  /** Seconds the last interruption lasted; null when none was or it was told. */
  outage: Ref<number | null>
  over: Ref<Over | null>
  refusedCode: Ref<string>
  /** Why the room does not open now, though the page goes on knocking; empty when it is only the line. */
  held: Ref<Held | null>
  media: Ref<RTCPeerConnectionState>
  streams: ShallowRef<ReadonlyMap<string, MediaStream>>
  /** The streams worth showing: none while they stand still. */
  pictures: ComputedRef<ReadonlyMap<string, MediaStream>>
  /** The screens others may show, by person; which of them is shown now stands in `sharer`. */
  screens: ShallowRef<ReadonlyMap<string, MediaStream>>
  /** Persons whose picture is held back because our line is thin. */
  saving: ShallowRef<ReadonlySet<string>>
  speaking: ShallowRef<ReadonlySet<string>>
  /** Phone with five or more: who spoke last. */
  lastSpeaker: ComputedRef<string | null>
  card: ShallowRef<MoveCard | null>
  /** The newest words somebody shows as text. */
  caption: ShallowRef<Caption | null>
  /** Our microphone was closed and is ours to open: after a private talk, or because a host wished quiet. */
  returned: Ref<'' | 'together' | 'quiet'>
  /** One is asked whether the joint talk may be recorded, and has not answered. */
  askedToRecord: ComputedRef<boolean>
  waiting: ComputedRef<boolean>
  present: ComputedRef<boolean>
  inCaucus: ComputedRef<boolean>
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
  dismissCard: () => void
  enter: () => void
  retry: () => void
  leave: () => Promise<void>
}

/** Any chamber but the joint one. */
const isPrivate = (chamber: ChamberId | null | undefined): boolean => chamber != null && chamber !== 'joint'
/** What a camera and a microphone had taken up before a move arrives so long after it, at most; it is let go unsent. */
const RUN_DRY_MS = 500
const STATS_MS = 2000
const SPEAKING_MS = 250

export function useRoom(options: RoomOptions): Room {
  const { devices, screen } = options
  const cardMs = options.cardMs ?? 3000
  const view = shallowRef<RoomView | null>(null)
  const link = ref<Link>('connecting')
  const outage = ref<number | null>(null)
  const over = ref<Over | null>(null)
  const refusedCode = ref('')
  const held = shallowRef<Held | null>(null)
  const card = shallowRef<MoveCard | null>(null)
  const caption = shallowRef<Caption | null>(null)
  const returned = ref<'' | 'together' | 'quiet'>('')
  const current = ref<Go | null>(null)
  const holdPicture = ref(false)
  let client: RoomClient | null = null
  let lostAt: number | null = null
  let cardTimer: ReturnType<typeof setTimeout> | undefined

  const present = computed(() => view.value?.you.state === 'present')
  const waiting = computed(() => view.value?.you.state === 'waiting')
  const chamber = computed<ChamberId>(() => view.value?.you.chamber ?? 'joint')
  const inCaucus = computed(() => present.value && chamber.value !== 'joint')
  const askedToRecord = computed(() => present.value && chamber.value === 'joint' && view.value?.recording.state === 'asking' && view.value.recording.agreed === null)
  const hears = computed(() => (link.value === 'open' ? (view.value?.chamber?.hears ?? []) : []))
  const closedBy = (kind: Kind): boolean => (kind === 'screen' ? !view.value?.you.sharing : (view.value?.you.muted[kind] ?? true))
  const microphoneOn = computed(() => people.takesPart.value && !closedBy('audio') && mutes.open.audio)
  const cameraOn = computed(() => people.takesPart.value && !closedBy('video') && mutes.open.video)

  function sending(kind: Kind): boolean {
    const seen = view.value
    const go = current.value
    if (!seen || !go || seen.state !== 'open' || seen.away || over.value || closedBy(kind)) return false
    // `go` comes before the view of the new chamber: until then we do not know who hears us, nor whether we are muted.
    if (seen.you.chamber !== go.chamber || seen.chamber?.epoch !== go.epoch) return false
    return kind === 'screen' || (mutes.open[kind] && (kind === 'audio' || !holdPicture.value))
  }

  /** Everything that decides what leaves this device, watched as one. */
  const outgoing = computed<Tracks>(() => ({
    audio: sending('audio') ? devices.microphone.track.value : null,
    video: sending('video') ? devices.camera.track.value : null,
    screen: sending('screen') ? screen.track.value : null,
  }))

  const mutes = useMuted({ view, link, devices, act })
  const call = useCall({
    outgoing,
    act,
    onAnew: () => (current.value = null),
    onUseless: () => client?.retry(),
    make: options.peer,
  })

  const { hear, hearAll, forgetCaucus, ...words } = useChat({
    chamber,
    you: () => view.value?.you.person ?? '',
    gathered: () => present.value && view.value?.away !== true,
    send: (line) => act('chat', line),
    write: (line) => act('write', line),
  })
  const { learn, ...people } = usePeople(view, () => words.privateUnread.value.keys())

  // --- what the server says ---------------------------------------------------------------------------------------

  const on: { [E in keyof ServerEvents]: (body: ServerEvents[E]) => void } = {
    room: onRoom,
    offer: (offer) => void call.offer(offer),
    draining: ({ epoch }) => void onDraining(epoch),
    go: onGo,
    chat: (line) => {
      learn(line.from, line.name)
      hear(line)
    },
    broadcast: (line) => {
      if (!view.value?.you.host || line.name !== view.value.you.name) hearAll(line) // not one's own words
    },
    caption: (line) => void (caption.value = line),
    saving: ({ people: saved }) => void (call.saving.value = new Set(saved)),
    changed: ({ what }) => options.onChanged?.(what),
    taken_over: () => finish('taken_over'),
    ended: () => finish('ended'),
  }

  function onRoom(next: RoomView): void {
    const before = view.value
    tellClock(next.at)
    view.value = next
    if (next.you.state === 'out' || next.you.state === 'removed') {
      return finish(next.you.state === 'removed' ? 'removed' : before?.you.state === 'waiting' ? 'sent_out' : 'left')
    }
    if (next.you.state !== 'present') hangUp()
    const wasApart = before?.you.state === 'present' && (before.away || isPrivate(before.you.chamber))
    const isApart = next.away || isPrivate(next.you.chamber)
    const here = next.you.state === 'present' && next.you.muted.audio && !next.you.host && people.takesPart.value
    if (here && wasApart && !isApart) returned.value = 'together'
    else if (here && before?.you.muted.audio === false && devices.microphone.track.value && mutes.open.audio && !next.you.muted.by_host.audio) returned.value = 'quiet'
    if (isApart || !next.you.muted.audio) returned.value = ''
    if (isPrivate(before?.you.chamber) && before?.you.chamber !== next.you.chamber) {
      forgetCaucus()
      caption.value = null
    }
    mutes.keep(next)
    mutes.tellMissing()
  }

  async function onDraining(epoch: number): Promise<void> {
    current.value = null
    await call.drain()
    await new Promise((resolve) => setTimeout(resolve, RUN_DRY_MS))
    await act('drained', { epoch }).catch(() => undefined)
  }

  function onGo(go: Go): void {
    const from = view.value?.you.state === 'present' ? view.value.you.chamber : null
    current.value = go
    if (from !== null && from !== go.chamber) showCard({ chamber: go.chamber, hears: go.hears })
    // Back from a private talk the picture waits until the card was read; the microphone is closed by the server.
    holdPicture.value = card.value !== null && go.chamber === 'joint' && view.value?.you.host !== true
    call.go(go.set)
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

  // --- the connection ---------------------------------------------------------------------------------------------

  /** Media lives on while the socket does not: the room goes on with it, or offers another. */
  function onLink(next: Link, since: number): void {
    link.value = next
    if (next === 'lost') lostAt ??= since
    else if (next === 'closed') hangUp()
    else if (next === 'open') {
      call.reached()
      if (lostAt !== null) outage.value = Math.round((Date.now() - lostAt) / 1000)
      lostAt = null
    }
  }

  function hangUp(): void {
    current.value = null
    call.hangUp()
  }

  function start(): void {
    client = (options.connect ?? connectRoom)({
      getTicket: options.getTicket,
      getPeer: call.id,
      isSilent: call.silent,
      onEvent: (event, body) => on[event](body),
      onLink,
      onIceServers: call.setIce,
      watchReach: call.watchReach,
      onHeld: (now) => void (held.value = now),
      onRefused: (code) => {
        refusedCode.value = code
        finish(code === 'room_ended' ? 'ended' : code === 'seat_removed' ? 'removed' : 'refused')
      },
    })
  }

  function finish(why: Over): void {
    over.value ??= why
    caption.value = null
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
    await mutes.set('audio', !on)
    if (on) returned.value = ''
  }

  async function setCamera(on: boolean): Promise<void> {
    if (on && devices.camera.track.value === null && (await devices.camera.start()) !== 'live') {
      throw new ApiError('device_denied', 0)
    }
    await mutes.set('video', !on)
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

  async function leave(): Promise<void> {
    await act('leave', {}).catch(() => undefined)
    finish('left')
  }

  async function report(): Promise<void> {
    if (!present.value || link.value !== 'open') return
    const body = await call.stats()
    if (body) await act('stats', body).catch(() => undefined)
  }

  const scope = effectScope()
  const timers: ReturnType<typeof setInterval>[] = []

  function enter(): void {
    if (client || over.value) return
    scope.run(() => {
      watch(outgoing, call.send, { flush: 'sync' })
      watch([devices.microphone.state, devices.camera.state, devices.starting], mutes.tellMissing)
      // The room ends a share (the host, a move, a lost line): then nothing is captured any more.
      watch(() => view.value?.you.sharing, (shared) => shared || screen.stop())
    })
    timers.push(setInterval(() => present.value && call.listen(view.value?.you.person ?? ''), SPEAKING_MS), setInterval(() => void report(), STATS_MS))
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

  return {
    view,
    link,
    outage,
    over,
    refusedCode,
    held,
    media: call.media,
    streams: call.streams,
    pictures: call.pictures,
    screens: call.screens,
    saving: call.saving,
    speaking: call.speaking,
    lastSpeaker: call.lastSpeaker,
    card,
    caption,
    ...words,
    ...people,
    returned,
    askedToRecord,
    waiting,
    present,
    inCaucus,
    hears,
    microphoneOn,
    cameraOn,
    sending,
    act,
    setMicrophone,
    setCamera,
    share,
    stopShare,
    look: (sizes, screen) => call.look({ sizes, screen }),
    dismissCard,
    enter,
    retry: () => client?.retry(),
    leave,
  }
}
