/** Drafts in the reviewer's hands (GET /api/reviews, /api/reviews/{id}). */

export interface ReviewRow {
  id: string
  number: string
  title: string
  mediator: string
  /** Title of the document */
  document: string
  profile: string
  given_at: string
  /** How often this agreement was given. */
  round: number
  outcome: 'waiting' | 'passed' | 'returned' | 'taken_back'
  decided_at: string | null
}

export interface ReviewsView {
  waiting: ReviewRow[]
  decided: ReviewRow[]
}

export interface ReviewView {
  row: ReviewRow
  parties: { label: string; name: string; description: string }[]
  dispute: { facts: string; issues: string; responsibility: string; open_points: string | null }
  clauses: { id: string; number: number; text: string; remark: string }[]
  minutes: string[]
  checks: { clause: string | null; code: string; detail: string }[]
  reason: string
  earlier: { outcome: string; decided_at: string; reviewer: string; reason: string; remarks: string[] }[]
}
