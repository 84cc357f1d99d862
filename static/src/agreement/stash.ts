/**
 * What was typed and is not on the server yet, kept by this tab through a reload, a crash and an expired login. It ends with the tab, with
 * logging out, and when somebody else writes here: a shared device keeps nothing.
 */
import type { Terms } from './types'

/** A save under way or to be repeated, word for word. */
export interface Post {
  save: string
  version: number
  /** One's own save it was built on, where that was merged; "": the version. */
  since: string
  terms: Terms
}

export interface Unsaved {
  terms: Terms
  version: number
  since: string
  /** The newest version whose words were all on the screen. */
  seen: number
  pending: Post | null
  /** The private talk in which it was typed; "": none. */
  chamber: string
}

export interface Stash<T> {
  read: () => T | null
  write: (unsaved: T) => void
  clear: () => void
}

const PREFIX = 'hejie-draft-'

/** `what`: the agreement for its draft, else what is written and on what. */
export function stashOf<T = Unsaved>(person: string, what: string): Stash<T> {
  const key = `${PREFIX}${person}-${what}`
  forget((name) => !name.startsWith(`${PREFIX}${person}-`))
  return {
    read: () => quietly(() => JSON.parse(sessionStorage.getItem(key) ?? 'null') as T | null) ?? null,
    write: (unsaved) => void quietly(() => sessionStorage.setItem(key, JSON.stringify(unsaved))),
    clear: () => void quietly(() => sessionStorage.removeItem(key)),
  }
}

/** At logging out. */
export function forgetDrafts(): void {
  forget(() => true)
}

function forget(which: (name: string) => boolean): void {
  quietly(() => {
    for (const name of Object.keys(sessionStorage)) if (name.startsWith(PREFIX) && which(name)) sessionStorage.removeItem(name)
  })
}

/** Some browsers refuse storage in private windows; then the text lives as long as the page. */
function quietly<T>(act: () => T): T | undefined {
  try {
    return act()
  } catch {
    return undefined
  }
}
