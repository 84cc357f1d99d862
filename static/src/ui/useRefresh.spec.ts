import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'

import { mounted } from './testing'
import { useRefresh } from './useRefresh'

describe('looking again', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  /** A page whose looks are answered one after another by `answer`. */
  async function page(): Promise<{ now: () => Promise<void>; answer: () => Promise<void>; looks: () => number; close: () => void }> {
    let looks = 0
    const open: (() => void)[] = []
    let now = (): Promise<void> => Promise.resolve()
    const { unmount } = await mounted(
      defineComponent({
        setup() {
          ;({ now } = useRefresh(() => (looks++, new Promise<void>((done) => open.push(done))), () => 1000))
          return () => h('p')
        },
      }),
    )
    const answer = async (): Promise<void> => {
      open.shift()?.()
      await vi.advanceTimersByTimeAsync(0)
    }
    return { now: () => now(), answer, looks: () => looks, close: unmount }
  }

  it('follows a look that a change overtook with one more, however many changes there were', async () => {
    const { now, answer, looks, close } = await page()
    expect(looks()).toBe(1)
    let seen = false
    void now().then(() => (seen = true))
    void now()
    await answer()
    expect([looks(), seen]).toEqual([2, false])
    await answer()
    expect([looks(), seen]).toEqual([2, true])
    close()
  })

  it('looks every so often after the last answer, until its page goes', async () => {
    const { answer, looks, close } = await page()
    await vi.advanceTimersByTimeAsync(5000)
    expect(looks()).toBe(1)
    await answer()
    await vi.advanceTimersByTimeAsync(1000)
    expect(looks()).toBe(2)
    close()
    await answer()
    await vi.advanceTimersByTimeAsync(5000)
    expect(looks()).toBe(2)
  })
})
