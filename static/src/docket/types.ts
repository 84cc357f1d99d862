/** What the doors of a court's link answer: the permitted facts, the packet, the verifications; days are the centre's calendar days. */
import type { Centre } from '../me'

export interface Door {
  court: string
  name: string
  role: 'judge' | 'clerk'
  /** Masked; "": the centre tells the code. */
  sent_to: string
  centre: Centre
}

export interface Appointment {
  id: string
  starts_at: string
  where: string
  online: boolean
  /** Our own room of it, "" elsewhere. */
  session: string
}

export interface Docket {
  csrf: string
  me: { name: string; role: 'judge' | 'clerk' }
  number: string
  committee: string
  court: string
  parties: { label: string; name: string; side: string; acting: { name: string; part: string }[] }[]
  effective_at: string
  since: string
  last: string
  submitted_on: string
  in_time: boolean
  article: string
  state: string
  case_no: string
  deadline: string
  reason: string
  reason_article: string
  appointments: Appointment[]
  ruling: { case_no: string; on: string; checked: string } | null
  acts: string[]
  /** Act -> ground -> its article. */
  grounds: Record<string, Record<string, string>>
  expires_at: string
}

export interface Member {
  n: number
  path: string
  slot: string
  title: string
  length: number
  media_type: string
}

export interface Packet {
  number: string
  sha256: string
  length: number
  made_at: string
  files: Member[]
}

export interface Invited {
  id: string
  name: string
  part: string
  label: string
  whose: string
  assurance: string
  progress: string
}

export interface Hearing {
  session: string
  starts_at: string
  minutes: number
  state: string
  early: boolean
  with_mediator: boolean
  people: Invited[]
}

/** A link as staff see it. */
export interface CourtLink {
  id: string
  name: string
  court: string
  role: 'judge' | 'clerk'
  phone: string
  made_at: string
  expires_at: string
  opened_at: string | null
  seen_at: string | null
  revoked_at: string | null
  alive: boolean
}

export interface CourtLinks {
  links: CourtLink[]
  court: string
  may_make: boolean
}
