/** What the server tells a seat about itself (GET /api/seat). */
import type { Centre } from '../me'

export type Step = 'identify' | 'telephone' | 'consent' | 'code' | 'devices' | 'room'

export interface SeatView {
  slug: string
  csrf: string
  me: { id: string; name: string; side: string; label: string; role: string; phone_masked: string; /** Expert or observer: decides and signs nothing; texts.online is the undertaking */ guest: boolean; /** Observer: sends neither picture nor sound */ looks_on: boolean; /** Of a guardian: whom they decide for, else "" */ ward: string; /** A guardian decides for this person or with them */ guarded: boolean }
  centre: Centre
  case: { number: string; title: string; kind: string }
  session: { id: string; state: 'scheduled' | 'open' | 'paused' | 'closed' | 'cancelled'; starts_at: string; minutes: number; /** Who verifies the agreement here; "": it is a mediation */ court: string }
  mediator: { name: string }
  /** Empty, as `guests` and `waiting.company`, before one agreed to take part */
  others: { name: string; label: string }[]
  texts: { version: string; online: string; esign: string; warning: string; rights: string; concessions: string }
  consents: { online: boolean | null; esign: boolean | null; at: string | null }
  code: { sent_at: string | null; verified: boolean; tries_left: number; locked_until: string | null }
  assurance: 'none' | 'code' | 'seen' | 'desk' | 'licensed'
  step: Step
  agreements: { id: string; state: string; number: string | null; partial: boolean }[]
  /** Who comes only if one agrees; null: not answered */
  guests: { id: string; name: string; part: 'expert' | 'observer'; agrees: boolean | null }[]
  /** The day has not come: devices are tried, nothing of the session starts. */
  early: boolean
  trial: ({ at: string } & DeviceResult) | null
  /** Asked to attend by ordinary telephone. */
  telephone: { at: string; number: string } | null
  /** `company`: names of one's own side; `minutes` from `said_at` on: the host's estimate. */
  waiting: { company: string[]; since: string | null; minutes: number | null; said_at: string | null }
}

/** Result of the device check, kept with the session so that the mediator knows what to expect. */
export interface DeviceResult {
  camera: boolean
  microphone: boolean
  speaker: 'heard' | 'not_heard' | 'untested'
  line: Line
}

export type Line = 'trying' | 'good' | 'fair' | 'poor' | 'blocked' | 'offline' | 'unknown'
