/** What lies on the mediator's table, as its doors tell it (server/table/README.md) and as the room points at it. */
import type { ClientEvents, RoomView } from '../protocol'

/** Somebody of the case; without a name for who must not meet them. */
export interface Seated {
  id: string
  name: string
  label: string
  party: boolean
}

/** Where one sits (GET /api/sessions/{id}/table). */
export interface AtTable {
  case: string
  host: boolean
  /** The party one sees and answers for */
  mine: string
  speaks: boolean
  people: Seated[]
}

/** A word of the room that something changed; `n` counts them. */
export interface Push {
  what: string
  n: number
}

/** All that the panels need of the room. */
export interface TableRoom {
  view: { value: RoomView | null }
  act: <E extends 'stage' | 'show_document' | 'turn_page' | 'hide_document'>(event: E, body: ClientEvents[E]) => Promise<void>
}

export interface Tick {
  person: string
  answer: boolean
  by: string
  at: string
}

export interface AgendaItem {
  code: string
  each: boolean
  asks: boolean
  ticks: Tick[]
}

export interface AgendaView {
  session: string
  stages: { code: string; items: AgendaItem[] }[]
  people: { id: string; name: string; label: string }[]
}

export interface NoteText {
  text: string
  about: string
  may_be_told: boolean
}

export interface NoteView {
  id: string
  author: string
  version: number
  shared: boolean
  content: NoteText
  at: string
}

export interface Instalment {
  amount_fen: number
  due: string
}

export interface Terms {
  payer: string
  payee: string
  sum_fen: number | null
  instalments: Instalment[]
  deeds: string
  conditions: string
}

export type OfferState = 'confided' | 'open' | 'accepted' | 'declined' | 'withdrawn' | 'expired'
export type OfferAct = 'allow' | 'keep' | 'pass_on' | 'accept' | 'decline' | 'withdraw'

/** `giver` and `to` are party ids, "" the mediator. */
export interface OfferView {
  id: string
  giver: string
  to: string
  may_be_told: boolean | null
  state: OfferState
  terms: Terms
  expires_at: string | null
  made_at: string
  acts: OfferAct[]
}

export interface ProposalView {
  id: string
  state: 'open' | 'settled' | 'not_settled' | 'withdrawn'
  parties: string[]
  terms: Terms
  until: string
  made_at: string
  may_answer: boolean
  /** One's own, while it is open */
  answer: boolean | null
  /** For mediators: how many */
  answered: number | null
}

export interface PaperView {
  id: string
  name: string
  owner: string
  media_type: string
  pages: number
  at: string
  handed: string[]
}

export interface PageView {
  paper: string
  name: string
  page: number
  pages: number
  url: string
  width: number
  height: number
}

/** How people of the case are called here: 甲方 林秀珍; the mediator is "". */
export function called(people: readonly Seated[], id: string, mediator: string): string {
  if (id === '') return mediator
  const one = people.find((each) => each.id === id)
  return one ? `${one.label} ${one.name}`.trim() : ''
}
