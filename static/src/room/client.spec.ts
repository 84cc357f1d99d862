import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { ApiError } from '../api'
import { connectRoom, deviceId, type Held, type Link, type RoomClient } from './client'
import { roomView, Socket } from './testing'

let sockets: Socket[]
let links: Link[]
let events: [string, unknown][]
let refused: string[]
let held: (Held | null)[] = []
let tickets: (string | Error | Promise<never>)[]
let aborted: number
let since: number
let quiet: boolean
/** Set while the other way is asked. */
let reach: (() => void) | null
let client: RoomClient
const last = (): Socket => sockets[sockets.length - 1] as Socket
const flush = (ms = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(ms)

/** It was open and is not any more. */
async function lose(why = 'transport close'): Promise<void> {
  await start()
  last().hear('connect')
  last().hear('disconnect', why)
}

async function start(): Promise<void> {
  client = connectRoom(
    {
      getTicket: (signal) => {
        signal.addEventListener('abort', () => aborted++)
        const next = tickets.length > 1 ? tickets.shift() : tickets[0]
        if (next instanceof Promise) return next
        return next instanceof Error ? Promise.reject(next) : Promise.resolve({ ticket: String(next), url: 'http://node-2:8080', ice_servers: [] })
      },
      getPeer: () => 'peer-7',
      isSilent: () => quiet,
      onEvent: (event, body) => events.push([event, body]),
      onLink: (link, heard) => {
        links.push(link)
        since = heard
      },
      onIceServers: () => undefined,
      watchReach: (onReached) => {
        reach = () => {
          reach = null
          onReached()
        }
        return () => (reach = null)
      },
      onRefused: (code) => refused.push(code),
      onHeld: (now) => held.push(now),
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
  held = []
  tickets = ['t1', 't2', 't3']
  aborted = 0
  reach = null
  quiet = false
})
afterEach(() => {
  client.close()
  vi.useRealTimers()
})

it('listens to every event the server may send', async () => {
  await start()
  const wire = readFileSync(join(import.meta.dirname, '../protocol.ts'), 'utf8')
  const names = [...(wire.split('export interface ServerEvents {')[1]?.split('}')[0] ?? '').matchAll(/^ {2}(\w+):/gm)].map((one) => one[1])
  expect(names).toContain('broadcast')
  expect(names.filter((name) => !last().handlers.has(name ?? ''))).toEqual([])
})

describe('the socket', () => {
  it('goes to the node the ticket names, by WebSocket only, with its device and the media it holds', async () => {
    await start()
    expect(last().url).toBe('http://node-2:8080/room')
    expect(last().options).toMatchObject({ auth: { ticket: 't1', device: 'device-1', peer: 'peer-7' }, transports: ['websocket'] })
    last().hear('connect')
    expect(links).toEqual(['connecting', 'open'])
  })
  it('comes back within a quarter of a second, by the same ticket: nothing is fetched over an old line', async () => {
    await lose()
    expect(links).toContain('lost')
    await flush(250)
    expect(sockets.length).toBe(2)
    expect(last().options.auth.ticket).toBe('t1')
  })
  it('is lost after a second and a half without a word, whatever TCP believes, and says since when', async () => {
    await start()
    last().hear('connect')
    for (let beat = 0; beat < 5; beat++) {
      await flush(1400)
      last().engine.get('heartbeat')?.()
    }
    expect(links).toEqual(['connecting', 'open'])
    const heard = Date.now()
    await flush(1800)
    expect(links).toEqual(['connecting', 'open', 'lost'])
    expect(since).toBe(heard)
    await flush(250)
    expect(sockets.length).toBe(2)
  })
  it('is lost sooner when sound has stopped too', async () => {
    await start()
    last().hear('connect')
    quiet = true
    last().engine.get('heartbeat')?.()
    await flush(800)
    expect(links).toEqual(['connecting', 'open'])
    await flush(400)
    expect(links).toEqual(['connecting', 'open', 'lost'])
  })
  it('grows patient with a line that falls silent again and again, and quick when it has been steady', async () => {
    const until = async (): Promise<number> => {
      const before = links.length
      const began = Date.now()
      while (links.length === before) await flush(50)
      return Math.round((Date.now() - began) / 500) / 2
    }
    const reach = async (): Promise<void> => {
      await flush(250)
      last().hear('connect')
    }
    await start()
    last().hear('connect')
    expect(await until()).toBeCloseTo(1.75, 0)
    await reach()
    expect(await until()).toBeCloseTo(3.25, 0)
    await reach()
    for (let beat = 0; beat < 25; beat++) {
      await flush(1000)
      last().engine.get('heartbeat')?.()
    }
    expect(await until()).toBeCloseTo(1.75, 0)
  })
  it('gives the line a moment when the page itself has slept', async () => {
    await start()
    last().hear('connect')
    vi.setSystemTime(Date.now() + 60_000)
    await flush(500)
    last().engine.get('heartbeat')?.()
    await flush(1000)
    expect(links).toEqual(['connecting', 'open'])
  })
  it('never waits long for an old SYN, and stays below the number of failures from which browsers hold a socket back', async () => {
    await lose()
    await flush(7000)
    expect(sockets.length).toBe(5)
    await flush(77_000)
    expect(sockets.length).toBeGreaterThan(12)
    expect(sockets.length).toBeLessThan(16)
  })
  it('asks by another way from the first failure on, and tries at once what that finds', async () => {
    await start()
    last().hear('connect')
    expect(reach).toBeNull()
    last().hear('disconnect', 'transport close')
    await flush(250)
    expect(reach).toBeNull()
    await flush(2000)
    expect(reach).not.toBeNull()
    await flush(17_000)
    const before = sockets.length
    reach?.()
    await flush()
    expect(sockets.length).toBe(before + 1)
    last().hear('connect')
    expect(reach).toBeNull()
  })
  it('does not hurry where the door answers and every attempt fails at once', async () => {
    await lose()
    const begun = sockets.length
    for (let ms = 0; ms < 10_000; ms += 50) {
      await flush(50)
      last().hear('connect_error', new Error('websocket error'))
      reach?.()
    }
    expect(sockets.length - begun).toBeGreaterThan(5)
    expect(sockets.length - begun).toBeLessThan(15)
  })
  it('asks again when what was found did not open', async () => {
    await lose()
    await flush(3000)
    reach?.()
    expect(reach).toBeNull()
    await flush(9000)
    expect(reach).not.toBeNull()
    client.close()
    expect(reach).toBeNull()
  })
  it('begins one attempt a second while all fail at once, fewer after three minutes', async () => {
    await lose()
    let begun = 0
    const fail = async (seconds: number): Promise<number> => {
      const before = begun
      for (let ms = 0; ms < seconds * 1000; ms += 50) {
        await flush(50)
        if (sockets.length > begun) {
          begun = sockets.length
          last().hear('connect_error', new Error('websocket error'))
        }
      }
      return begun - before
    }
    expect(await fail(60)).toBeGreaterThan(45)
    await fail(125)
    expect(await fail(60)).toBeLessThan(25)
  })
  it('gives a far server more time', async () => {
    await start()
    await flush(1000)
    last().engine.get('open')?.()
    await flush(500)
    last().hear('connect')
    last().hear('disconnect', 'transport close')
    await flush(250)
    expect(sockets.length).toBe(2)
    await flush(4500)
    expect(sockets.length).toBe(2)
    await flush(1500)
    expect(sockets.length).toBe(3)
  })
  it('leaves a ticket request that hangs', async () => {
    tickets = [new Promise<never>(() => undefined), 't2']
    await start()
    await flush(2100)
    expect([aborted, sockets.length]).toEqual([1, 1])
  })
  it('fetches a fresh ticket when one was refused', async () => {
    await start()
    last().hear('connect_error', Object.assign(new Error('x'), { data: { code: 'ticket_rejected' } }))
    await flush(1300)
    expect(last().options.auth.ticket).toBe('t2')
  })
  it.each(['room_ended', 'seat_removed'])('stops when the door stays shut: %s', async (code) => {
    await start()
    last().hear('connect_error', Object.assign(new Error('x'), { data: { code } }))
    await flush(10_000)
    expect([refused, sockets.length, links[links.length - 1]]).toEqual([[code], 1, 'closed'])
  })
  it.each([['room_locked', ''], ['room_full', '16']])('knocks on at a door that is shut and says so while it is, not when only the line is away: %s', async (code, detail) => {
    await start()
    last().hear('connect_error', Object.assign(new Error('x'), { data: { code, detail } }))
    await flush(1300)
    expect([held, refused, sockets.length]).toEqual([[{ code, n: detail }], [], 2])
    last().hear('connect_error', new Error('x'))
    await flush(1300)
    last().hear('connect')
    expect(held).toEqual([{ code, n: detail }, null, null])
  })
  it('stops when the office gives no ticket, and goes on when it was only out of reach', async () => {
    tickets = [new ApiError('network', 0), new ApiError('link_expired', 410)]
    await start()
    expect(refused).toEqual([])
    await flush(1300)
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
    await lose('io server disconnect')
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
  it.each(['visibilitychange', 'resume'])('tries at once when a phone is taken out of the pocket: %s', async (event) => {
    await lose()
    await flush(1500)
    const before = sockets.length
    document.dispatchEvent(new Event(event))
    await flush()
    expect(sockets.length).toBe(before + 1)
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
