import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { ApiError } from '../api'
import { connectRoom, deviceId, type Link, type RoomClient } from './client'
import { roomView } from './testing'

type Handler = (...args: unknown[]) => void

/** What connectRoom uses of a socket. */
class Socket {
  connected = false
  handlers = new Map<string, Handler>()
  sent: [string, unknown][] = []
  answer: unknown = { ok: true }
  constructor(readonly url: string, readonly options: { auth: { ticket: string; device: string }; transports: string[] }) {}
  on(event: string, handler: Handler): void {
    this.handlers.set(event, handler)
  }
  removeAllListeners(): void {
    this.handlers.clear()
  }
  disconnect(): void {
    this.connected = false
  }
  timeout(): { emitWithAck: (event: string, body: unknown) => Promise<unknown> } {
    return {
      emitWithAck: (event, body) => {
        this.sent.push([event, body])
        return this.answer instanceof Error ? Promise.reject(this.answer) : Promise.resolve(this.answer)
      },
    }
  }
  hear(event: string, ...args: unknown[]): void {
    if (event === 'connect') this.connected = true
    if (event === 'disconnect') this.connected = false
    this.handlers.get(event)?.(...args)
  }
}

let sockets: Socket[]
let links: Link[]
let events: [string, unknown][]
let refused: string[]
let tickets: (string | Error)[]
let client: RoomClient
const last = (): Socket => sockets[sockets.length - 1] as Socket
const flush = (ms = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(ms)

async function start(): Promise<void> {
  client = connectRoom(
    {
      getTicket: () => {
        const next = tickets.length > 1 ? tickets.shift() : tickets[0]
        return next instanceof Error ? Promise.reject(next) : Promise.resolve({ ticket: String(next), url: 'http://node-2:8080', ice_servers: [] })
      },
      onEvent: (event, body) => events.push([event, body]),
      onLink: (link) => links.push(link),
      onIceServers: () => undefined,
      onRefused: (code) => refused.push(code),
    },
    'device-1',
    ((url: string, options: Socket['options']) => {
      const socket = new Socket(url, options)
      sockets.push(socket)
      return socket
    }) as never,
  )
  await flush()
}

beforeEach(() => {
  vi.useFakeTimers()
  sockets = []
  links = []
  events = []
  refused = []
  tickets = ['t1', 't2', 't3']
})
afterEach(() => {
  client.close()
  vi.useRealTimers()
})

describe('the socket', () => {
  it('goes to the node the ticket names, by WebSocket only, with its device', async () => {
    await start()
    expect(last().url).toBe('http://node-2:8080/room')
    expect(last().options).toMatchObject({ auth: { ticket: 't1', device: 'device-1' }, transports: ['websocket'] })
    last().hear('connect')
    expect(links).toEqual(['connecting', 'open'])
  })
  it('comes back within half a second, with a fresh ticket', async () => {
    await start()
    last().hear('connect')
    last().hear('disconnect', 'transport close')
    expect(links).toContain('lost')
    await flush(500)
    expect(sockets.length).toBe(2)
    expect(last().options.auth.ticket).toBe('t2')
  })
  it('waits longer after each failure, and tries a fresh ticket when one was refused', async () => {
    await start()
    last().hear('connect_error', Object.assign(new Error('x'), { data: { code: 'ticket_rejected' } }))
    await flush(301)
    expect(sockets.length).toBe(2)
    last().hear('connect_error', new Error('websocket error'))
    await flush(301)
    expect(sockets.length).toBe(2)
    await flush(301)
    expect(sockets.length).toBe(3)
  })
  it.each(['room_ended', 'seat_removed'])('stops when the door stays shut: %s', async (code) => {
    await start()
    last().hear('connect_error', Object.assign(new Error('x'), { data: { code } }))
    await flush(10_000)
    expect([refused, sockets.length, links[links.length - 1]]).toEqual([[code], 1, 'closed'])
  })
  it('stops when the office gives no ticket, and goes on when it was only out of reach', async () => {
    tickets = [new ApiError('network', 0), new ApiError('link_expired', 410)]
    await start()
    expect(refused).toEqual([])
    await flush(400)
    expect(refused).toEqual(['link_expired'])
  })
  it.each([
    ['taken_over', {}],
    ['ended', {}],
    ['room', roomView({ you: { state: 'out' } })],
    ['room', roomView({ you: { state: 'removed' } })],
  ])('does not come back after %s', async (event, body) => {
    await start()
    last().hear('connect')
    last().hear(event, body)
    last().hear('disconnect', 'io server disconnect')
    await flush(10_000)
    expect(sockets.length).toBe(1)
  })
  it('comes back when the server restarts', async () => {
    await start()
    last().hear('connect')
    last().hear('disconnect', 'io server disconnect')
    await flush(500)
    expect(sockets.length).toBe(2)
  })
  it('is lost at once when the browser is offline, and back at once when it is online', async () => {
    await start()
    last().hear('connect')
    dispatchEvent(new Event('offline'))
    expect(links[links.length - 1]).toBe('lost')
    dispatchEvent(new Event('online'))
    await flush()
    expect(sockets.length).toBe(2)
  })
})

describe('what is said', () => {
  it('is answered', async () => {
    await start()
    last().hear('connect')
    await client.send('leave', {})
    expect(last().sent).toEqual([['leave', {}]])
  })
  it('carries the code of a refusal', async () => {
    await start()
    last().hear('connect')
    last().answer = { error: { code: 'too_many', detail: '7' } }
    await expect(client.send('leave', {})).rejects.toMatchObject({ code: 'too_many', data: { retry_after: '7' } })
  })
  it('fails by name when nobody answers or the line is cut', async () => {
    await start()
    await expect(client.send('leave', {})).rejects.toMatchObject({ code: 'connection_lost' })
    last().hear('connect')
    last().answer = new Error('operation has timed out')
    await expect(client.send('leave', {})).rejects.toMatchObject({ code: 'timeout' })
  })
  it('hands events on', async () => {
    await start()
    last().hear('changed', { what: 'session' })
    expect(events).toEqual([['changed', { what: 'session' }]])
  })
})

describe('the device', () => {
  it('keeps its value over a reload of the tab', () => {
    const store = new Map<string, string>()
    const storage = { getItem: (key: string) => store.get(key) ?? null, setItem: (key: string, value: string) => void store.set(key, value) }
    const first = deviceId(storage)
    expect(first).toMatch(/^[0-9a-f]{32}$/)
    expect(deviceId(storage)).toBe(first)
    expect(deviceId(null)).not.toBe(first)
  })
})
