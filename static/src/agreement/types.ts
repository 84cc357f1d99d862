/** What the server tells about an agreement (GET /api/agreements/{id}) and takes back as terms. */

export type AgreementState = 'drafting' | 'in_review' | 'reading' | 'frozen' | 'signing' | 'effective' | 'complete' | 'on_paper' | 'void'
export type AgreementAct = 'submit' | 'edit' | 'freeze' | 'reopen' | 'abandon' | 'show' | 'print'
export type ClauseKind = 'payment' | 'act' | 'free'
/** `event` empty: the days are counted from when the agreement takes effect. */
export type Due = { by: 'date'; date: string } | { by: 'days_after_effective'; days: number; working: boolean; event: string }

/** A part of the sum; 0 fen: not given yet. */
export interface Instalment {
  amount_fen: number
  due: Due | null
}

/** What a part of the sum is for; 0 fen: not given yet. */
export interface Item {
  label: string
  amount_fen: number
}

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
  /** A payment in parts, each with its day; then `due` is not used. */
  instalments: Instalment[]
  /** What a payment is made of. */
  items: Item[]
  place: string
  /** Under what condition, or after what reckoning: the clause's opening words. */
  condition: string
}

/** A ready clause of the library (GET /api/clauses); in its fields parties are labels (甲方). */
export interface ReadyClause {
  id: string
  title: string
  search: string
  kinds: string[]
  kind: ClauseKind
  fields: ClauseFields
  /** What is still to be filled in: names of fields (`due`: a day), and the blanks in the text. */
  open: string[]
  preview: string
  own: boolean
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

/** Facts, responsibility and open points as printed around the clauses: read aloud and answered like one of them. */
export interface AroundView {
  id: string
  text: string
  hash: string
  confirmed: string[]
  questioned: string[]
}

export interface Dispute {
  facts: string
  issues: string
  responsibility: string
  /** What stays in dispute; not null: a partial agreement. */
  open_points: string | null
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
  /** 人民调解协议书, marked where it is partial. */
  title: string
  around: AroundView | null
  clauses: ClauseView[]
  minutes: { paragraphs: string[] }
  required: { person: string; name: string; role: string; label: string }[]
  ceremony: string | null
  files: { id: string; title: string; pages: number; sha256: string }[] | null
  checks: Finding[]
  /** Since when it binds; null before. */
  effective_at: string | null
  profile: string
  /** Kind of dispute. */
  kind: string
  /** Signed with ink: the print, and the scan once it is filed. */
  paper: { printed_at: string; pages: number; print: string; scan: string | null; signed_on: string | null } | null
  /** Why only ink will do. */
  paper_only: { reason: string; article: string; text: string } | null
  lacks: { code: string; name: string; article: string }[]
  /** As it stands now the draft goes to the reviewer before it is read. */
  reviewed: boolean
  /** The newest review, for the staff of the case. */
  review: {
    outcome: 'waiting' | 'passed' | 'returned' | 'taken_back'
    given_at: string
    decided_at: string | null
    reviewer: string
    reason: string
    /** `changed`: the clause has another wording since. */
    remarks: { clause: string; text: string; changed: boolean }[]
  } | null
}

/** What somebody else changed at the same time: `theirs` is what the version `number` says; `clause` "" for dispute and minutes. */
export interface BothChanged {
  clause: string
  /** A field's name, "kind", or "removed": one removed the clause, the other changed it, and it stays. */
  field: string
  theirs: unknown
  by: string
  number: number
}

/** The agreement after a save; `merged`: it says something else than what was sent. */
export interface SavedView extends AgreementView {
  merged: boolean
  both_changed: BothChanged[]
}

export interface EditedClause {
  /** Key of the list in this browser, and of its controls. */
  key: string
  id: string
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
  instalments: [],
  items: [],
  place: '',
  condition: '',
})
