/** The room's socket: WebSocket only, short waits, a fresh ticket for each connection, acks with a deadline. Knows no media. */
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

export interface RoomClientOptions {
  getTicket: () => Promise<TicketAnswer>
  onEvent: <E extends keyof ServerEvents>(event: E, body: ServerEvents[E]) => void
  onLink: (link: Link) => void
  onIceServers: (servers: RTCIceServer[]) => void
  /** The door stays shut: a code of errors.json. Nothing is tried any more. */
  onRefused: (code: string) => void
}

export interface RoomClient {
  /** Resolves on the server's ok; throws ApiError with the room's code, `connection_lost` or `timeout`. */
  send: <E extends keyof ClientEvents>(event: E, body: ClientEvents[E]) => Promise<void>
  /** Try again at once (the network came back, or the reader asked). */
  retry: () => void
  close: () => void
}

interface Ack {
  ok?: boolean
  error?: { code: string; detail: string } | null
}

const ACK_MS = 5000
const RETRY_MS = [300, 600, 1200, 2000, 3000]
/** Codes after which asking again cannot help. */
const FINAL = new Set(['room_ended', 'seat_removed', 'right_missing', 'link_expired', 'link_unknown', 'gone', 'not_permitted', 'unauthenticated', 'seat_taken'])
const EVENTS: (keyof ServerEvents)[] = ['room', 'offer', 'draining', 'go', 'chat', 'changed', 'taken_over', 'ended']

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
  let tries = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let closed = false
  let over = false

  async function open(): Promise<void> {
    clearTimeout(timer)
    let answer: TicketAnswer
    try {
      answer = await options.getTicket()
    } catch (error) {
      return failed(error instanceof ApiError ? error.code : 'network')
    }
    if (closed) return
    options.onIceServers(answer.ice_servers ?? [])
    socket?.removeAllListeners()
    socket?.disconnect()
    const origin = new URL(answer.url || '/', location.href).origin
    const next = make(origin.replace(/^ws/, 'http') + NAMESPACE, {
      transports: ['websocket'],
      reconnection: false, // each connection needs a ticket of its own
      timeout: 4000,
      forceNew: true,
      auth: { ticket: answer.ticket, device },
    })
    socket = next
    for (const event of EVENTS) next.on(event, (body: ServerEvents[typeof event]) => heard(event, body))
    next.on('connect', () => {
      tries = 0
      options.onLink('open')
    })
    next.on('connect_error', (error: Error & { data?: { code?: string } }) => failed(error.data?.code ?? 'network'))
    next.on('disconnect', () => {
      if (closed) return
      if (over) return finish()
      failed('network') // also when the server itself hung up: it restarts, and the seat is kept
    })
  }

  function heard<E extends keyof ServerEvents>(event: E, body: ServerEvents[E]): void {
    const seat = event === 'room' ? (body as ServerEvents['room']).you.state : null
    if (event === 'taken_over' || event === 'ended' || seat === 'out' || seat === 'removed') over = true
    options.onEvent(event, body)
  }

  function failed(code: string): void {
    if (closed) return
    if (FINAL.has(code)) {
      finish()
      return options.onRefused(code)
    }
    options.onLink('lost')
    clearTimeout(timer)
    timer = setTimeout(() => void open(), RETRY_MS[Math.min(tries++, RETRY_MS.length - 1)])
  }

  function finish(): void {
    closed = true
    clearTimeout(timer)
    removeEventListener('offline', lost)
    removeEventListener('online', retry)
    socket?.removeAllListeners()
    socket?.disconnect()
    socket = null
    options.onLink('closed')
  }

  function lost(): void {
    // The browser knows before the socket does; the server keeps the seat.
    socket?.removeAllListeners()
    socket?.disconnect()
    socket = null
    if (!closed) options.onLink('lost')
  }

  function retry(): void {
    if (closed || socket?.connected) return
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

  addEventListener('offline', lost)
  addEventListener('online', retry)
  options.onLink('connecting')
  void open()
  return { send, retry, close: finish }
}
