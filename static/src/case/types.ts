/** What staff see of sessions and cases (GET /api/day, /api/cases/{id}, /api/sessions/{id}). */

export type Progress = 'not_opened' | 'opened' | 'consented' | 'verified' | 'checked' | 'waiting'
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
  parties: { id: string; name: string; side: string; label: string; progress: Progress }[]
}

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
    id_document: string | null
  }
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
  agreements: { id: string; state: string; number: string | null }[]
}

export interface SessionView {
  id: string
  case: CaseView
  state: SessionState
  starts_at: string
  room: string
}

export interface DemoView {
  roles: { role: string; name: string; url: string }[]
  outbox: { to: string; kind: 'link' | 'code'; text: string; code?: string; at: string; slot?: string; person?: string; url?: string }[]
  login: { username: string; password: string }
}

export interface FreshCase {
  case_id: string
  session_id: string
  login: { username: string; password: string }
  links: { person: string; name: string; role: string; url: string }[]
}
