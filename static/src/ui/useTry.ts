/** Runs one act of a form: busy while it runs, words when it did not work. */
import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'

import { troubleOf, type Trouble } from '../i18n/errors'

export interface Attempt {
  busy: Ref<boolean>
  trouble: ShallowRef<Trouble | null>
  /** Resolves to whether it worked; a second call while busy does nothing. */
  run: (work: () => Promise<unknown>) => Promise<boolean>
}

export function useTry(): Attempt {
  const busy = ref(false)
  const trouble = shallowRef<Trouble | null>(null)
  async function run(work: () => Promise<unknown>): Promise<boolean> {
    if (busy.value) return false
    busy.value = true
    trouble.value = null
    try {
      await work()
      return true
    } catch (error) {
      trouble.value = troubleOf(error)
      return false
    } finally {
      busy.value = false
    }
  }
  return { busy, trouble, run }
}
