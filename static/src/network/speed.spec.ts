import { expect, it } from 'vitest'

import { measureSpeed, type Meter } from './speed'

/** A line of so many kbit/s with a round trip of so many ms; what it carried is noted. */
function line(down: number, up: number, trip = 50): Meter & { carried: number } {
  let time = 0
  const meter = {
    carried: 0,
    now: () => time,
    down: (kilobytes: number) => carry(kilobytes, down),
    up: (kilobytes: number) => carry(kilobytes, up),
  }
  async function carry(kilobytes: number, rate: number): Promise<void> {
    if (rate === 0) throw new Error('timeout')
    meter.carried += kilobytes
    time += trip + (kilobytes * 8.192 * 1000) / rate
  }
  return meter
}

it.each([
  [8000, 2000],
  [400, 400],
  [5000, 120],
])('finds %i down and %i up within a tenth', async (down, up) => {
  const found = await measureSpeed(line(down, up))
  expect(Math.abs((found?.down ?? 0) / down - 1)).toBeLessThan(0.1)
  expect(Math.abs((found?.up ?? 0) / up - 1)).toBeLessThan(0.1)
})

it('loads a thin line with little, and any line with at most 700 kB', async () => {
  const thin = line(400, 400)
  await measureSpeed(thin)
  expect(thin.carried).toBeLessThan(70)
  const fast = line(90_000, 90_000)
  await measureSpeed(fast)
  expect(fast.carried).toBeLessThan(700)
})

it('finds nothing where nothing comes through', async () => {
  expect(await measureSpeed(line(0, 1000))).toBeNull()
})
