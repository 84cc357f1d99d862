import { nextTick, ref } from 'vue'
import { describe, expect, it } from 'vitest'

import { useTalking } from './useTalking'

describe('who speaks at this device', () => {
  const level = ref(0)
  const open = ref(true)
  const { speaks, unheard } = useTalking(level, open)
  async function hear(samples: number, loudness: number): Promise<void> {
    for (let n = 0; n < samples; n++) {
      level.value = loudness + n / 1e6
      await nextTick()
    }
  }

  it('does not take a cough for speech', async () => {
    await hear(2, 0.5)
    await hear(3, 0.01)
    expect(speaks.value).toBe(false)
  })
  it('speaks over the pause between two words', async () => {
    await hear(8, 0.5)
    await hear(4, 0.01)
    expect([speaks.value, unheard.value]).toEqual([true, false])
    await hear(20, 0.01)
    expect(speaks.value).toBe(false)
  })
  it('says so after a second of speech into a closed microphone, and no longer once it is open', async () => {
    open.value = false
    await hear(7, 0.5)
    expect(unheard.value).toBe(false)
    await hear(3, 0.5)
    expect([speaks.value, unheard.value]).toEqual([false, true])
    open.value = true
    await nextTick()
    expect(unheard.value).toBe(false)
  })
})
