/** Something of the table kept fresh: looked at when the room says that it changed, and every so often for lost pushes. */
import { shallowRef, watch, type ShallowRef } from 'vue'

import { troubleOf, type Trouble } from '../i18n/errors'
import { useRefresh } from '../ui/useRefresh'
import { useDoors, type Doors } from './doors'
import type { Push } from './types'

export interface Kept<T> {
  data: ShallowRef<T | null>
  trouble: ShallowRef<Trouble | null>
  look: () => Promise<void>
}

const EVERY_MS = 30_000

/** `path` null: not known yet, nothing is asked. */
export function useList<T>(path: () => string | null, what: string, push: () => Push, doors: Doors = useDoors()): Kept<T> {
  const data = shallowRef<T | null>(null)
  const trouble = shallowRef<Trouble | null>(null)
  let asked = 0

  /** Of several looks under way the one begun last counts: it has seen the newest change. */
  async function look(): Promise<void> {
    const where = path()
    if (where === null) return
    const turn = ++asked
    try {
      const answer = await doors.get<T>(where)
      if (turn !== asked) return
      data.value = answer
      trouble.value = null
    } catch (error) {
      if (turn === asked) trouble.value = troubleOf(error)
    }
  }
  useRefresh(look, () => EVERY_MS)
  watch(push, ({ what: word }) => void (word === what && look()))
  return { data, trouble, look }
}
