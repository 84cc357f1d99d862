/** What staff see of sessions and cases (GET /api/day, /api/cases/{id}, /api/sessions/{id}). */

export type Progress = 'at_desk' | 'not_opened' | 'opened' | 'consented' | 'verified' | 'checked' | 'waiting'
export type Assurance = 'none' | 'code' | 'seen' | 'desk' | 'licensed'
export type SessionState = 'scheduled' | 'open' | 'paused' | 'closed' | 'cancelled'
export type IdentityDocument = 'id_card' | 'passport' | 'other'

export interface SessionRow {
  id: string
  case_id: string
  number: string
  title: string
  starts_at: string
  state: SessionState
  parties: {
    id: string
    name: string
    side: string
    label: string
    /** Observer: sends neither picture nor sound */
    looks_on: boolean
    progress: Progress
    trial: { at: string; camera: boolean; microphone: boolean; speaker: string; line: string } | null
    telephone: { at: string; number: string } | null
  }[]
}

export type Part = 'party' | 'representative' | 'guardian' | 'interpreter' | 'witness' | 'expert' | 'observer'

export interface PartyView {
  id: string
  name: string
  side: 'applicant' | 'respondent'
  label: string
  filed: {
    sex: string
    born: string
    ethnic: string
    occupation: string
    address: string
    id_no_masked: string
    phone_masked: string
    email_masked?: string
    id_document: string | null
    born_on: string
    capacity: '' | 'full' | 'limited' | 'none'
    code: string
    head: string
    position: string
    /** Of an organisation: "plain" or the hash of a picture. */
    seal: string
  }
  part: Part
  organisation: boolean
  acts_for: string | null
  authority: { basis: '' | 'legal_representative' | 'attorney'; scope: '' | 'special' | 'general' | 'full'; relation: string; document: string }
  assurance: Assurance
  link: { sent_at: string | null; opened_at: string | null; expires_at: string | null }
}

export interface CaseView {
  id: string
  number: string
  title: string
  kind: string
  state: string
  facts: { time: string; place: string; people: string; event: string; cause: string }
  claims: string
  parties: PartyView[]
  mediator: { id: string; name: string }
  recorder: { id: string; name: string } | null
  sessions: { id: string; state: SessionState; starts_at: string }[]
  agreements: { id: string; state: string; number: string | null; partial: boolean }[]
  profile: string
  /** What must be put right before an agreement can be frozen. */
  lacks: { code: string; person: string; article: string }[]
  /** One is its mediator, who alone begins agreements and acts on them. */
  leads: boolean
  /** Why the dispute can only be settled on paper. */
  paper: { reason: string; article: string; text: string } | null
}

/** What the mediator fills in about somebody; empty `phone`, `email` and `id_no` keep what was filed. */
export interface PersonForm {
  part: Part
  name: string
  side: 'applicant' | 'respondent'
  organisation: boolean
  acts_for: string
  sex: string
  born: string
  born_on: string
  ethnic: string
  occupation: string
  address: string
  id_no: string
  phone: string
  email: string
  capacity: '' | 'full' | 'limited' | 'none'
  code: string
  head: string
  position: string
  seal: '' | 'plain' | 'picture'
  basis: '' | 'legal_representative' | 'attorney'
  scope: '' | 'special' | 'general' | 'full'
  relation: string
  document: string
}

/** 18 or older by what is filed [CIV 17]; a year alone that leaves it open is no yes. */
export function isAdult({ born, born_on }: PartyView['filed'], today = new Date()): boolean {
  if (!born_on) return Number(born) > 0 && today.getFullYear() - Number(born) > 18
  const [year = 0, month = 1, day = 1] = born_on.split('-').map(Number)
  return new Date(year + 18, month - 1, day) <= today
}

export const emptyPerson = (): PersonForm => ({
  part: 'representative',
  name: '',
  side: 'applicant',
  organisation: false,
  acts_for: '',
  sex: '',
  born: '',
  born_on: '',
  ethnic: '',
  occupation: '',
  address: '',
  id_no: '',
  phone: '',
  email: '',
  capacity: '',
  code: '',
  head: '',
  position: '',
  seal: '',
  basis: '',
  scope: '',
  relation: '',
  document: '',
})

/** The form as it stands for somebody who is known already. */
export function formOf(person: PartyView): PersonForm {
  const { filed, authority } = person
  return {
    part: person.part,
    name: person.name,
    side: person.side,
    organisation: person.organisation,
    acts_for: person.acts_for ?? '',
    sex: filed.sex,
    born: filed.born,
    born_on: filed.born_on,
    ethnic: filed.ethnic,
    occupation: filed.occupation,
    address: filed.address,
    id_no: '',
    phone: '',
    email: '',
    capacity: filed.capacity,
    code: filed.code,
    head: filed.head,
    position: filed.position,
    seal: filed.seal === '' || filed.seal === 'plain' ? filed.seal : 'picture',
    basis: authority.basis,
    scope: authority.scope,
    relation: authority.relation,
    document: authority.document,
  }
}

export interface SessionView {
  id: string
  case: CaseView
  state: SessionState
  starts_at: string
  room: string
  /** Minutes that who waits is told, and since when. */
  wait: number | null
  wait_at: string | null
  /** Who said no to coming by video and asked for no telephone */
  declined: string[]
  /** Who asked to be called on an ordinary telephone, and on which number */
  telephones: Record<string, { at: string; number: string }>
  /** Who leads in the room now */
  lead: { id: string; name: string } | null
  /** Who verifies the agreement here, "": it is a mediation; `invited`: the court asked for the mediator. */
  court?: string
  invited?: boolean
}

/** Who leads beside the mediator, and who must not meet (GET /api/cases/{id}/cast). */
export interface CastView {
  pairs: [string, string][]
  /** Of each guest, ids of who agrees, does not, has not answered */
  answers: { guest: string; agreed: string[]; refused: string[]; missing: string[] }[]
  co_mediators: { id: string; name: string }[]
  mediators: { id: string; name: string }[]
}

export interface DemoView {
  roles: { role: string; name: string; url: string }[]
  outbox: { to: string; kind: 'link' | 'code'; text: string; code?: string; at: string; slot?: string; person?: string; url?: string }[]
  login: { username: string; password: string }
}

/** Of a member of the demo's staff. */
export interface Account {
  username: string
  password: string
}

export interface FreshCase {
  case_id: string
  session_id: string
  login: Account
  recorder: Account | null
  beside: Account | null
  reviewer: Account | null
  links: { person: string; name: string; role: string; url: string }[]
}
