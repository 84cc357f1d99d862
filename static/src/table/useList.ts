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

  const { now } = useRefresh(
    async () => {
      const where = path()
      if (where === null) return
      try {
        data.value = await doors.get<T>(where)
        trouble.value = null
      } catch (error) {
        trouble.value = troubleOf(error)
      }
    },
    () => EVERY_MS,
  )
  watch(push, ({ what: word }) => void (word === what && now()))
  return { data, trouble, look: now }
}
