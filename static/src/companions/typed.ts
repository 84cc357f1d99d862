/** What is typed and not yet saved, by party: kept while the page lives, so that a push or a change of view loses nothing. Never written to the device: it may be shared. */
import type { ServiceTyped } from './types'

const typed = new Map<string, ServiceTyped>()

export interface Kept {
  read: () => ServiceTyped | null
  write: (now: ServiceTyped) => void
  clear: () => void
}

export function typedFor(agreement: string, party: string): Kept {
  const key = `${agreement} ${party}`
  return {
    read: () => typed.get(key) ?? null,
    write: (now) => void typed.set(key, now),
    clear: () => void typed.delete(key),
  }
}
