import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { lasting, serverNow, tellClock } from './useNow'

describe('the clock of the room', () => {
  beforeEach(() => vi.useFakeTimers({ now: Date.parse('2026-11-22T08:00:00Z') }))
  afterEach(() => {
    tellClock(new Date().toISOString())
    vi.useRealTimers()
  })

  it('is the server’s, however wrong the device’s is', () => {
    tellClock('2026-11-22T08:07:30.000Z')
    expect(new Date(serverNow()).toISOString()).toBe('2026-11-22T08:07:30.000Z')
    vi.advanceTimersByTime(5000)
    expect(lasting('2026-11-22T08:07:30.000Z', serverNow())).toBe('00:05')
  })

  it('does not tremble with the time messages take', () => {
    tellClock('2026-11-22T08:07:30.000Z')
    tellClock('2026-11-22T08:07:29.400Z')
    expect(new Date(serverNow()).toISOString()).toBe('2026-11-22T08:07:30.000Z')
  })
})
