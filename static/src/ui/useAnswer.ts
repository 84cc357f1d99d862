/** Of several questions asked one after another the last one's answer counts, whichever comes first. */
import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'

import { troubleOf, type Trouble } from '../i18n/errors'

export interface Answer<T> {
  answer: ShallowRef<T | null>
  busy: Ref<boolean>
  trouble: ShallowRef<Trouble | null>
  /** The answer so far stands until the new one is there. */
  ask: (work: () => Promise<T>) => Promise<void>
  /** No answer, and none that is on its way. */
  clear: () => void
}

export function useAnswer<T>(): Answer<T> {
  const answer = shallowRef<T | null>(null)
  const busy = ref(false)
  const trouble = shallowRef<Trouble | null>(null)
  let turn = 0

  async function ask(work: () => Promise<T>): Promise<void> {
    const mine = ++turn
    busy.value = true
    trouble.value = null
    try {
      const found = await work()
      if (mine === turn) answer.value = found
    } catch (error) {
      if (mine === turn) trouble.value = troubleOf(error)
    } finally {
      if (mine === turn) busy.value = false
    }
  }
  function clear(): void {
    turn += 1
    answer.value = trouble.value = null
    busy.value = false
  }
  return { answer, busy, trouble, ask, clear }
}
