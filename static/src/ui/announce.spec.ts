import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { announce, spoken } from './announce'

beforeEach(() => vi.useFakeTimers())
afterEach(() => {
  vi.runAllTimers()
  vi.useRealTimers()
})

it('says one thing after the other, each long enough', () => {
  announce('一')
  announce('二')
  expect(spoken.polite.value).toBe('一')
  vi.advanceTimersByTime(1200)
  expect(spoken.polite.value).toBe('二')
})

it('makes the same sentence news again, and does not queue it twice at once', () => {
  announce('同一句')
  announce('别的')
  announce('别的')
  vi.advanceTimersByTime(1200)
  expect(spoken.polite.value).toBe('别的')
  vi.advanceTimersByTime(1200)
  announce('别的')
  expect(spoken.polite.value.trim()).toBe('别的')
})

it('does not keep in the page what was said', () => {
  announce('您将进入：单独会谈', 'assertive')
  vi.advanceTimersByTime(8000)
  expect(spoken.assertive.value).toBe('')
})
