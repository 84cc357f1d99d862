/** The judgement on an extract of a journal as the browser reads it. Decides nothing: the verdict is the server's. */
import type { Verdict } from './report'

/** One entry; `since` is null where it is not proven. */
export interface Proven {
  seq: number
  at: string
  kind: string
  actor: string
  kept: string
  fields: Record<string, unknown>
  hidden: number
  since: string | null
  by: string
}

export interface Disclosed {
  form: 'disclosure'
  verdict: Verdict
  reasons: { code: string; detail?: string | null }[]
  case: string
  entries: Proven[]
  anchors: { seq: number; at: string | null; by: string; good: boolean }[]
  heads: Record<string, number>
  root: string
}

/** Key of the words for a kind of entry, below `court.disclosure.kind`. */
export const kindOf = (kind: string): string => kind.replace('.', '_')
