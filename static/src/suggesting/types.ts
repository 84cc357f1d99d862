/** Suggestions as the server makes them (POST /api/suggestions), and the tree they come from (GET /api/kinds). */

export interface Kind {
  readonly code: string
  readonly name: string
  readonly en: string
  /** Code of the kind above; '' for the upper level. */
  readonly parent: string
  /** Its agreements are signed by hand. */
  readonly paper: boolean
}

export interface Reason {
  readonly code: string
  /** Words of the text. */
  readonly found: readonly string[]
  readonly article: string
}

export interface Proposed {
  /** '' for no suggestion. */
  readonly value: string
  readonly reasons: readonly Reason[]
}

export interface Suggestion {
  readonly category: Proposed
  readonly complexity: Proposed
  readonly route: Proposed
  /** The next kinds, the likeliest first. */
  readonly others: readonly string[]
  readonly danger: readonly Reason[]
  readonly notes: readonly Reason[]
}

/** What a person has decided; '' before. */
export interface Decided {
  category: string
  complexity: string
  route: string
}

export const COMPLEXITIES = ['simple', 'complex'] as const
export const ROUTES = ['committee', 'specialist', 'arbitration', 'office', 'court', 'police'] as const
