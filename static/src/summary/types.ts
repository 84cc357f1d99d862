/** The plain-language summary (GET /api/agreements/{id}/summary). */

export interface Line {
  clause: string
  number: number
  /** Empty where the clause is only quoted. */
  text: string
  /** Instalments, one each. */
  steps: string[]
  quotes: { term: string; words: string }[]
}

export interface SummaryView {
  version: number
  /** The party the reader belongs to; null reads every side. */
  mine: string | null
  sides: { party: string; label: string; name: string; do: Line[]; get: Line[]; others: Line[] }[]
  dates: Line[]
  unless: Line[]
  given_up: Line[]
  as_written: Line[]
  open_points: string | null
}
