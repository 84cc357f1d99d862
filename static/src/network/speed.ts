/** How much goes through, down and up, in kbit/s: a little first, more only where that was quick. At most 700 kB a time. */
import { api } from '../api'

export interface Speed {
  down: number
  up: number
}

export interface Meter {
  /** Fetch so many kilobytes; resolves when the last has arrived. */
  down: (kilobytes: number) => Promise<unknown>
  up: (kilobytes: number) => Promise<unknown>
  /** Milliseconds. */
  now: () => number
}

const LITTLE_KB = 32
const MUCH_KB = 256
/** With less than this there is no need to know more exactly. */
const QUICK = 800
const LIMIT_MS = 8000

const METER: Meter = {
  down: (kilobytes) => api.bytes(`/api/network/bytes?kb=${kilobytes}`, { timeout: LIMIT_MS }),
  up: (kilobytes) =>
    api.upload('/api/network/bytes', new Blob([new Uint8Array(kilobytes * 1024)]), () => undefined, {
      type: 'application/octet-stream',
      signal: AbortSignal.timeout(LIMIT_MS),
    }),
  now: () => performance.now(),
}

async function time(meter: Meter, act: () => Promise<unknown>): Promise<number> {
  const began = meter.now()
  await act()
  return meter.now() - began
}

/** `idle`: milliseconds a request takes that carries nothing. */
async function rate(meter: Meter, way: 'down' | 'up', idle: number): Promise<number> {
  let found = 0
  for (const kilobytes of [LITTLE_KB, MUCH_KB]) {
    const took = await time(meter, () => meter[way](kilobytes))
    found = (kilobytes * 8.192) / (Math.max(1, took - idle) / 1000)
    if (found < QUICK) break
  }
  return Math.round(found)
}

/** Null when nothing comes through. */
export async function measureSpeed(meter: Meter = METER): Promise<Speed | null> {
  try {
    await meter.down(1) // the first request may also pay for a connection
    const idle = await time(meter, () => meter.down(1))
    return { down: await rate(meter, 'down', idle), up: await rate(meter, 'up', idle) }
  } catch {
    return null
  }
}

/** Bars of a line of so many kbit/s: 4 for pictures of all, 3 for smaller ones, 2 for one small picture, 1 for voices. */
export function barsOf(speed: Speed | null): 0 | 1 | 2 | 3 | 4 {
  const least = speed ? Math.min(speed.down, speed.up) : 0
  if (least >= 1500) return 4
  if (least >= QUICK) return 3
  if (least >= 300) return 2
  return least > 0 ? 1 : 0
}
