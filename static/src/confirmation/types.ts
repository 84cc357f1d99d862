/** What the doors of confirmation and performance answer; days are calendar days of the centre, sums whole fen. */
export type Status = 'ok' | 'missing' | 'ask' | 'warning'

export interface Item {
  code: string
  status: Status
  /** In words; empty where no statute stands behind it. */
  article: string
  people: string[]
  /** The question it hangs on; "": none. */
  field: string
  /** Code of a lack or of a rule of the checker, with the word it means. */
  detail: string
  word: string
  /** Number of the clause; 0: none. */
  clause: number
}

export interface Precheck {
  last: string
  left: number
  announced: boolean
  items: Item[]
  answers: Record<string, string>
  courts: { court: string; level: string; reasons: string[]; article: string; sure: boolean; listed: boolean; slots: string[] }[]
  unsettled: { reason: string; whose: string; why: string; between: string[] }[]
  listed: boolean
  ways: { code: string; article: string; why: string }[]
  ready: boolean
}

export interface Application {
  state: string
  court: string
  case_no: string
  submitted_on: string
  deadline: string
  reason: string
  article: string
  last: string
  left: number
  over: boolean
  again: boolean
  appointments: { id: string; starts_at: string; where: string; online: boolean; note: string; /** Of the court's own room with us */ session: string }[]
  events: { id: string; kind: string; on: string; court: string; case_no: string; deadline: string; reason: string; article: string; note: string; /** Who of the court did it through its link */ by_court: string }[]
  ruling: { case_no: string; on: string; sha256: string; checked: string } | null
  acts: string[]
  grounds: Record<string, string[]>
}

export interface Entry {
  id: string
  on: string
  amount_fen: number
  said_by: string
  confirmed: string
  proof: boolean
  struck: boolean
  /** One's own word, unanswered. */
  mine: boolean
  /** One is asked whether it was received. */
  asked: boolean
}

export interface Due {
  clause: string
  part: number
  number: number
  obligor: string
  obligee: string
  /** null: an act. */
  amount_fen: number | null
  /** What is to be done, in the words of the clause */
  act: string
  day: string
  event: string
  announced: boolean
  standing: 'waiting' | 'due' | 'overdue' | 'performed'
  paid_fen: number
  said_fen: number
  enforce_until: string
  /** What a party may write down; empty for staff. */
  mine: '' | 'paid' | 'received'
  entries: Entry[]
}

export interface Performance {
  rows: Due[]
  owed_fen: number
  paid_fen: number
  overdue_fen: number
  enforceable: boolean
  article: string
}

export interface Enforcement {
  claims: { party: string; label: string; debtors: string[]; rest_fen: number; count: number; until: string; /** Below 0 when the day is past */ days: number }[]
  court: string
  nearby: string[]
  ruling: boolean
  broken: boolean
  period: string
  interest: string
  place: string
}

/** What a party is typing; `row` is clause and part. */
export interface SaidTyped {
  row: string
  on: string
  fen: number | null
}

/** Where what is typed is kept until it is saved. */
export interface Keep<T> {
  read: () => T | null
  write: (typed: T) => void
  clear: () => void
}

/** An act at court as it is typed. */
export interface CourtTyped {
  act: string
  on: string
  court: string
  case_no: string
  deadline: string
  reason: string
  note: string
}

/** A payment as it is typed; `row` is clause and part, "" while no form is open. */
export interface PaymentTyped {
  row: string
  on: string
  fen: number | null
  said_by: string
  confirmed: string
}
