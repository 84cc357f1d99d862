/** As the server tells it: server/messages/model.py, server/sessions/coming_routes.py */
export type State = 'waiting' | 'sent' | 'failed' | 'given_up'
export type Way = 'sms' | 'mail' | 'demo'

export interface Message {
  id: string
  case_id: string
  case_title: string
  person: string
  topic: string
  way: Way
  to: string
  state: State
  attempts: number
  reason: string
  at: string
  next_at: string | null
  sent_at: string | null
  again: boolean
}

export interface Counts extends Record<State, number> {
  since: string
  oldest: string | null
  ways: Way[]
}

export interface ComingRow {
  organisation: string
  invited: number
  opened: number
  answered: number
  agreed: number
  came: number
  open: number
}

export interface Coming {
  days: number
  since: string
  rows: ComingRow[]
}

export const KINDS = { waiting: 'now', sent: 'ok', failed: 'warn', given_up: 'danger' } as const
