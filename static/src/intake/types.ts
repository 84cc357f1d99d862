/** What the server tells of matters (GET /api/matters, /api/matters/{id}, /api/tasks). */

export type MatterState = 'received' | 'accepted' | 'routed' | 'appointed' | 'mediating' | 'settled' | 'failed' | 'referred' | 'declined' | 'withdrawn' | 'archived'
export type MatterAct = 'accept' | 'decline' | 'withdraw' | 'route' | 'refer' | 'send_back' | 'appoint' | 'agree' | 'refuse' | 'recuse' | 'archive'

export interface MatterRow {
  id: string
  number: string
  state: MatterState
  source: string
  title: string
  category: string
  complexity: string
  received_at: string
  claimable: boolean
  organisation: string
  mediator: string | null
}

export interface QueueView {
  rows: MatterRow[]
  next: string
  counts: Partial<Record<MatterState, number>>
}

export interface Unit {
  id: string
  name: string
  depth: number
  department: boolean
}

export interface HelpCall {
  id: string
  matter_id: string
  number: string
  kind: 'assist' | 'whistle'
  organisation: string
  words: string
  asked_by: string
  asked_at: string
  answer: string
  answered_by: string
  answered_at: string | null
}

export interface Fit {
  id: string
  name: string
  organisation: string
  speciality: string
  available: boolean
  reasons: { code: string; n: number; word: string }[]
}

export interface MatterView {
  id: string
  number: string
  state: MatterState
  source: string
  title: string
  facts: Record<'time' | 'place' | 'people' | 'event' | 'cause', string>
  claims: string
  people: { side: 'applicant' | 'respondent'; name: string; phone: string; id_no_masked: string; address: string; organisation: boolean; consent: string }[]
  needs: { interpreter: string; large_type: boolean; no_device: boolean; apart: boolean; mode: string; times: string }
  received_at: string
  category: string
  complexity: string
  organisation: Unit
  claimable: boolean
  mediator: string | null
  case_id: string | null
  acts: MatterAct[]
  ask: { mediator: string; asked_at: string; until: string; state: string } | null
  calls: HelpCall[]
  history: { at: string; kind: string; who: string; to: string; words: string; article: string; target: string }[]
  missing: string[]
  ratings: { score: number; words: string; at: string }[]
  units: Unit[]
  kinds: { code: string; name: string; en: string }[]
}

export interface TasksView {
  asked: { row: MatterRow; until: string }[]
  claimable: MatterRow[]
  held: { row: MatterRow; case_id: string }[]
}

/** The light of a state, for UiStatus. */
export const LIGHT: Record<MatterState, 'ok' | 'warn' | 'now' | 'stopped'> = {
  received: 'warn',
  accepted: 'warn',
  routed: 'warn',
  appointed: 'now',
  mediating: 'now',
  settled: 'ok',
  failed: 'stopped',
  referred: 'stopped',
  declined: 'stopped',
  withdrawn: 'stopped',
  archived: 'ok',
}
