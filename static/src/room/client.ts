/**
 * The room's socket: WebSocket only, acks with a deadline. It judges the line itself, since TCP needs a minute to notice that
 * nothing arrives, and a new attempt is a new connection: one that waits for an old segment or SYN is of no use any more.
 * Knows no media.
 */
import { io, type Socket } from 'socket.io-client'

import { ApiError } from '../api'
import { NAMESPACE, type ClientEvents, type ServerEvents } from '../protocol'

export interface TicketAnswer {
  ticket: string
  /** Where the room's node answers; empty or a path: this host. */
  url?: string
  ice_servers?: RTCIceServer[]
}

export type Link = 'connecting' | 'open' | 'lost' | 'closed'

/** A code of errors.json, and the figure its words name: how many people a full room takes. */
export interface Held {
  code: string
  n: string
}

export interface RoomClientOptions {
  /** A ticket serves all connections of this page; another is fetched when it is refused. */
  getTicket: (signal: AbortSignal) => Promise<TicketAnswer>
  /** Which media connection this page still holds; empty: none. */
  getPeer: () => string
  /** Sound has just stopped coming: then the line is doubted sooner. */
  isSilent: () => boolean
  onEvent: <E extends keyof ServerEvents>(event: E, body: ServerEvents[E]) => void
  /** `since`: when the server was last heard, for `lost` (milliseconds, as Date.now). */
  onLink: (link: Link, since: number) => void
  onIceServers: (servers: RTCIceServer[]) => void
  /** Ask by another way whether the room can be reached again, until told to end; null when there is none. */
  watchReach: (onReached: () => void) => (() => void) | null
  /** The door stays shut: a code of errors.json. Nothing is tried any more. */
  onRefused: (code: string) => void
  /** The door is closed and may open again: the page goes on knocking. Null: no longer so. */
  onHeld: (held: Held | null) => void
}

export interface RoomClient {
  /** Resolves on the server's ok; throws ApiError with the room's code, `connection_lost` or `timeout`. */
  send: <E extends keyof ClientEvents>(event: E, body: ClientEvents[E]) => Promise<void>
  /** Connect anew at once (the network changed, or the reader asked). */
  retry: () => void
  close: () => void
}

interface Ack {
  ok?: boolean
  error?: { code: string; detail: string } | null
}

interface Connection extends EventTarget {
  type?: string
}

const ACK_MS = 5000
/** The server speaks at least every 0.5 s and a round trip; this long without a word and the line counts as lost. */
const SILENCE_MS = 1500
/** Where sound has stopped too, this part of it is enough. */
const DOUBT = 0.6
/** A line that falls silent again so soon is slow (or the server is): it is given twice the time, so that those who connect
 * anew do not slow it down further. */
const STEADY_MS = 20_000
const SILENCE_MAX_MS = 8000
const LOOK_MS = 250
/** After a sleep of the page, what had arrived is read within this time. */
const WAKE_MS = 700
/** An attempt ends after this long at least: its SYN is repeated after 1 s, so that there is one each second. From the fourth
 * on each has the longest time, or browsers would hold them back (reach.ts). */
const ATTEMPT_MS = 2000
const ATTEMPT_MAX_MS = 8000
const SHORT_ATTEMPTS = 3
/** Between the beginnings of attempts that fail at once: dense while somebody waits, then sparing. */
const DENSE_MS = 1000
const SPARE_MS = 4000
const DENSE_FOR_MS = 180_000
/** Codes after which asking again cannot help. */
const FINAL = new Set(['room_ended', 'seat_removed', 'right_missing', 'link_expired', 'link_unknown', 'gone', 'not_permitted', 'unauthenticated', 'seat_taken'])
/** Codes of a door that others open, or make place behind. */
const HOLDING = new Set(['room_locked', 'room_full'])
/** Of the document, when a frozen or hidden page comes back. */
const WAKING = ['visibilitychange', 'resume']
const EVENTS: (keyof ServerEvents)[] = ['room', 'offer', 'draining', 'go', 'chat', 'broadcast', 'caption', 'saving', 'changed', 'taken_over', 'ended']

/** A random value this browser tab keeps over a reload, so that a copied ticket is noticed. */
export function deviceId(store: Pick<Storage, 'getItem' | 'setItem'> | null = storage()): string {
  const known = store?.getItem('hejie-device')
  if (known) return known
  const made = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
  store?.setItem('hejie-device', made)
  return made
}

function storage(): Storage | null {
  try {
    return sessionStorage
  } catch {
    return null // private windows of some browsers refuse storage
  }
}

/** `make` opens a socket; replaced in specs. */
export function connectRoom(options: RoomClientOptions, device = deviceId(), make: typeof io = io): RoomClient {
  let socket: Socket | null = null
  let ticket: TicketAnswer | null = null
  let fetching: AbortController | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let tries = 0
  let beganAt = 0
  let openedAt = 0
  /** Milliseconds of the last round trip: a far server is given more. Not the time to connect, which lost SYNs stretch. */
  let trip = 0
  let heardAt = Date.now()
  let connectedAt = heardAt
  let silence = SILENCE_MS
  let lookedAt = heardAt
  let closed = false
  let over = false
  let unwatch: (() => void) | null = null
  const connection = (navigator as Navigator & { connection?: Connection }).connection
  let way = connection?.type

  function patience(): number {
    return tries < SHORT_ATTEMPTS ? Math.min(ATTEMPT_MAX_MS, Math.max(ATTEMPT_MS, 1000 + 8 * trip)) : ATTEMPT_MAX_MS
  }

  /** Leave whatever is open or under way. */
  function abandon(): void {
    clearTimeout(timer)
    fetching?.abort()
    fetching = null
    socket?.removeAllListeners()
    socket?.disconnect()
    socket = null
  }

  async function open(): Promise<void> {
    abandon()
    beganAt = Date.now()
    timer = setTimeout(() => failed('network'), patience())
    if (!ticket) {
      const mine = (fetching = new AbortController())
      try {
        ticket = await options.getTicket(mine.signal)
      } catch (error) {
        if (mine === fetching) failed(error instanceof ApiError ? error.code : 'network')
        return
      }
      if (mine !== fetching || closed) return
      options.onIceServers(ticket.ice_servers ?? [])
      clearTimeout(timer)
      timer = setTimeout(() => failed('network'), patience())
    }
    beganAt = openedAt = Date.now()
    const origin = new URL(ticket.url || '/', location.href).origin
    const next = make(origin.replace(/^ws/, 'http') + NAMESPACE, {
      transports: ['websocket'],
      reconnection: false,
      timeout: ATTEMPT_MAX_MS,
      forceNew: true,
      auth: { ticket: ticket.ticket, device, peer: options.getPeer() },
    })
    socket = next
    next.io.engine.on('open', () => (openedAt = Date.now()))
    next.io.engine.on('heartbeat', () => (heardAt = Date.now()))
    for (const event of EVENTS) next.on(event, (body: ServerEvents[typeof event]) => heard(event, body))
    next.on('connect', () => {
      clearTimeout(timer)
      endWatch()
      tries = 0
      heardAt = connectedAt = Date.now()
      trip = heardAt - openedAt
      options.onLink('open', heardAt)
      options.onHeld(null)
    })
    next.on('connect_error', (error: Error & { data?: { code?: string; detail?: string } }) => failed(error.data?.code ?? 'network', error.data?.detail))
    next.on('disconnect', () => {
      if (over) finish()
      else lost() // also when the server itself hung up: it restarts, and the seat is kept
    })
  }

  function heard<E extends keyof ServerEvents>(event: E, body: ServerEvents[E]): void {
    const seat = event === 'room' ? (body as ServerEvents['room']).you.state : null
    if (event === 'taken_over' || event === 'ended' || seat === 'out' || seat === 'removed') over = true
    options.onEvent(event, body)
  }

  /** What was open is open no more: the first attempt follows at once, a little apart from everybody else's. */
  function lost(): void {
    abandon()
    options.onLink('lost', heardAt)
    tries = 0
    timer = setTimeout(() => void open(), Math.random() * 200)
  }

  /** An attempt failed: by its own deadline, or by a code. */
  function failed(code: string, n = ''): void {
    if (closed) return
    abandon()
    if (FINAL.has(code)) {
      finish()
      return options.onRefused(code)
    }
    if (code === 'ticket_rejected') ticket = null
    options.onHeld(HOLDING.has(code) ? { code, n } : null)
    options.onLink('lost', heardAt)
    tries++
    watch()
    const gap = (Date.now() - heardAt < DENSE_FOR_MS ? DENSE_MS : SPARE_MS) * (0.75 + Math.random() / 2)
    timer = setTimeout(() => void open(), Math.max(0, beganAt + gap - Date.now()))
  }

  /** While somebody waits for it: by another way, too. What it finds is tried without waiting for an attempt that hangs, but no
   * sooner than after one that failed at once: the door may answer while the room does not. */
  function watch(): void {
    if (Date.now() - heardAt >= DENSE_FOR_MS) return endWatch()
    unwatch ??= options.watchReach(() => {
      unwatch = null
      clearTimeout(timer)
      timer = setTimeout(() => void open(), Math.max(0, beganAt + DENSE_MS - Date.now()))
    })
  }

  function endWatch(): void {
    unwatch?.()
    unwatch = null
  }

  function look(): void {
    const now = Date.now()
    if (now - lookedAt > 4 * LOOK_MS) heardAt = Math.max(heardAt, now - silence + WAKE_MS)
    lookedAt = now
    if (heardAt - connectedAt > STEADY_MS) silence = SILENCE_MS
    if (!socket?.connected || over || now - heardAt <= silence * (options.isSilent() ? DOUBT : 1)) return
    if (heardAt - connectedAt < STEADY_MS) silence = Math.min(2 * silence, SILENCE_MAX_MS)
    lost()
  }

  function finish(): void {
    closed = true
    abandon()
    endWatch()
    clearInterval(looking)
    removeEventListener('offline', onOffline)
    removeEventListener('online', retry)
    for (const event of WAKING) document.removeEventListener(event, onWake)
    removeEventListener('pageshow', onWake)
    connection?.removeEventListener('change', onWay)
    options.onLink('closed', heardAt)
  }

  function onOffline(): void {
    if (!closed && socket?.connected) lost() // the browser knows before the socket does
  }

  /** A phone came back from its pocket: do not wait for the next attempt. */
  function onWake(): void {
    if (document.visibilityState === 'hidden') return
    look()
    if (!socket?.connected && Date.now() - beganAt > DENSE_MS) retry()
  }

  /** From Wi-Fi to mobile or back: the old line is dead or about to be. Other changes are mere estimates. */
  function onWay(): void {
    if (connection?.type === way) return
    way = connection?.type
    retry()
  }

  function retry(): void {
    if (closed || over) return
    if (socket?.connected) options.onLink('lost', heardAt)
    tries = 0
    void open()
  }

  async function send<E extends keyof ClientEvents>(event: E, body: ClientEvents[E]): Promise<void> {
    if (!socket?.connected) throw new ApiError('connection_lost', 0)
    let ack: Ack
    try {
      ack = (await socket.timeout(ACK_MS).emitWithAck(event, body)) as Ack
    } catch {
      throw new ApiError('timeout', 0)
    }
    if (ack.error) throw new ApiError(ack.error.code, 0, ack.error.detail, {}, '', { retry_after: ack.error.detail, n: ack.error.detail })
  }

  const looking = setInterval(look, LOOK_MS)
  addEventListener('offline', onOffline)
  addEventListener('online', retry)
  for (const event of WAKING) document.addEventListener(event, onWake)
  addEventListener('pageshow', onWake)
  connection?.addEventListener('change', onWay)
  options.onLink('connecting', heardAt)
  void open()
  return { send, retry, close: finish }
}
