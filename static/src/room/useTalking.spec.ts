import { effectScope, nextTick, ref } from 'vue'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { useTalking } from './useTalking'

describe('who speaks at this device', () => {
  const level = ref(0)
  const open = ref(true)
  const scope = effectScope()
  let talk: ReturnType<typeof useTalking>
  beforeAll(() => {
    vi.useFakeTimers()
    talk = scope.run(() => useTalking(level, open)) as typeof talk
  })
  afterAll(() => {
    scope.stop()
    expect(vi.getTimerCount()).toBe(0)
    vi.useRealTimers()
  })
  function hear(ms: number, loudness: number): void {
    level.value = loudness
    vi.advanceTimersByTime(ms)
  }

  it('does not take a cough for speech', () => {
    hear(200, 0.5)
    hear(300, 0.01)
    expect(talk.speaks.value).toBe(false)
  })
  it('speaks over the pause between two words', () => {
    hear(800, 0.5)
    hear(400, 0.01)
    expect([talk.speaks.value, talk.unheard.value]).toEqual([true, false])
    hear(2000, 0.01)
    expect(talk.speaks.value).toBe(false)
  })
  it('says so after a while of speech into a closed microphone, and no longer once it is open', async () => {
    open.value = false
    await nextTick()
    hear(700, 0.5)
    expect(talk.unheard.value).toBe(false)
    hear(300, 0.5)
    expect([talk.speaks.value, talk.unheard.value]).toEqual([false, true])
    open.value = true
    await nextTick()
    expect(talk.unheard.value).toBe(false)
  })
})
