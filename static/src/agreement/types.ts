/** What the server tells about an agreement (GET /api/agreements/{id}) and takes back as terms. */

export type AgreementState = 'drafting' | 'in_review' | 'reading' | 'frozen' | 'signing' | 'effective' | 'complete' | 'on_paper' | 'void'
export type AgreementAct = 'submit' | 'edit' | 'freeze' | 'reopen' | 'abandon' | 'show' | 'print'
export type ClauseKind = 'payment' | 'act' | 'free'
export type Due = { by: 'date'; date: string } | { by: 'days_after_effective'; days: number }

/** The parts of one clause; obligor and obligee are party ids, money is whole fen, "" means not given. */
export interface ClauseFields {
  obligor: string
  obligee: string
  amount_fen: number | null
  /** Written by the server at each save. */
  amount_words: string
  due: Due | null
  account: string
  manner: string
  /** For a payment the verb (赔偿, 支付 ...), for an act what is to be done. */
  act: string
  breach: string
  /** For a payment what it is for, for a free clause all of it. */
  text: string
}

export interface ClauseView {
  id: string
  kind: ClauseKind
  number: number
  text: string
  hash: string
  fields: ClauseFields
  confirmed: string[]
  questioned: string[]
}

export interface Dispute {
  facts: string
  issues: string
  responsibility: string
}

export interface Finding {
  clause: string | null
  code: string
  detail: string
  /** The articles in words. */
  article: string
  /** A note is a wish, no defect. */
  level: 'refused' | 'unenforceable' | 'unclear' | 'note'
}

export interface AgreementView {
  id: string
  case_id: string
  number: string | null
  state: AgreementState
  version: number
  text_hash: string | null
  shown: boolean
  can: { edit: boolean; confirm: boolean; freeze: boolean; sign: boolean; print: boolean; file: boolean }
  parties: { id: string; label: string; name: string }[]
  dispute: Dispute
  clauses: ClauseView[]
  minutes: { paragraphs: string[] }
  required: { person: string; name: string; role: string; label: string }[]
  ceremony: string | null
  files: { id: string; title: string; pages: number; sha256: string }[] | null
  checks: Finding[]
  /** Since when it binds; null before. */
  effective_at: string | null
  profile: string
  /** Signed with ink: the print, and the scan once it is filed. */
  paper: { printed_at: string; pages: number; print: string; scan: string | null; signed_on: string | null } | null
  /** Why only ink will do. */
  paper_only: { reason: string; article: string; text: string } | null
  lacks: { code: string; name: string; article: string }[]
}

export interface EditedClause {
  /** Key of the list in this browser; the server's id once it has one. */
  key: string
  id?: string
  kind: ClauseKind
  fields: ClauseFields
}

export interface Terms {
  dispute: Dispute
  clauses: EditedClause[]
  minutes: { paragraphs: string[] }
}

export const emptyFields = (): ClauseFields => ({
  obligor: '',
  obligee: '',
  amount_fen: null,
  amount_words: '',
  due: null,
  account: '',
  manner: '',
  act: '',
  breach: '',
  text: '',
})
