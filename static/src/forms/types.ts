/** Forms of the volume as the server tells them (GET /api/forms, /api/cases/{id}/forms). */

export type Need = 'always' | 'if_any' | 'local'
export type Kind = 'line' | 'paragraph' | 'date' | 'choice' | 'sum' | 'person' | 'sign'

export interface Problem {
  readonly file: string
  readonly place: string
  readonly reason: string
  readonly allowed: readonly string[]
}

export interface FormRow {
  readonly id: string
  readonly title: string
  readonly order: number
  readonly need: Need
  readonly own: boolean
  readonly article: string
  /** The agreement's text comes from the draft, a form's from the case. */
  readonly made_from: 'case' | 'draft'
  readonly missing: number
  readonly saved_at: string | null
}

export interface FormsView {
  readonly forms: readonly FormRow[]
  readonly problems: readonly Problem[]
  readonly folder: boolean
}

export interface FormField {
  readonly id: string
  readonly label: string
  readonly kind: Kind
  readonly required: boolean
  readonly fixed: boolean
  readonly several: boolean
  readonly options: readonly string[]
  readonly people: readonly { id: string; name: string; label: string }[]
  /** What the case says. */
  readonly given: string
  /** What a person typed in its place, "" to leave room to write by hand; null: the case speaks. */
  readonly typed: string | null
}

export interface FormView {
  readonly id: string
  readonly title: string
  readonly number: string
  readonly need: Need
  readonly article: string
  readonly fields: readonly FormField[]
  readonly missing: readonly string[]
  readonly version: number
  readonly saved_by: string
  readonly saved_at: string | null
}
