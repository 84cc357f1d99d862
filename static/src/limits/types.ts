/** Clocks, warnings and the board as the server tells them. */
export type Light = 'red' | 'yellow' | 'green' | 'suspended'
export const LIGHTS: readonly Light[] = ['red', 'yellow', 'green', 'suspended']

export interface Lamp {
  /** Empty when the matter is over */
  readonly light: Light | ''
  /** YYYY-MM-DD; null while the clock stands */
  readonly due: string | null
  readonly left: number
  readonly stood: number
}

export interface Urging {
  readonly id: string
  readonly by: string
  readonly words: string
  readonly asked_at: string
  readonly answer_due: string
  readonly overdue: boolean
  readonly answer: string
  readonly answered_by: string
  readonly answered_at: string | null
}

export interface ClockView extends Lamp {
  readonly matter: string
  readonly number: string
  readonly title: string
  readonly stage: string
  readonly announced: boolean
  readonly late: boolean
  readonly term_days: number
  readonly working: boolean
  readonly source: string
  readonly acts: readonly ('suspend' | 'resume' | 'extend')[]
  readonly urges: boolean
  readonly answers: boolean
  readonly reasons: readonly { readonly code: string; readonly name: string; readonly source: string }[]
  readonly stops: readonly { readonly reason: string; readonly note: string; readonly by: string; readonly started_at: string; readonly ended_at: string | null }[]
  readonly extension: { readonly until: string; readonly note: string; readonly by: string; readonly at: string } | null
  readonly urgings: readonly Urging[]
}

export interface Row extends Lamp {
  readonly id: string
  readonly number: string
  readonly title: string
  readonly organisation: string
  readonly handler: string
  readonly stage: string
  readonly state: string
  readonly reason: string
  readonly waits: string
  readonly late: boolean
  readonly outcome: string
  readonly urging: { readonly asked_at: string; readonly answer_due: string; readonly answered: boolean; readonly overdue: boolean } | null
}

export interface Choice {
  readonly id: string
  readonly name: string
}

export interface BoardView {
  readonly at: string
  readonly counts: Readonly<Record<Light, number>>
  readonly rows: readonly Row[]
  readonly total: number
  readonly page: number
  readonly pages: number
  readonly organisations: readonly Choice[]
  readonly kinds: readonly Choice[]
  readonly reasons: readonly Choice[]
}

export interface MonthView {
  readonly month: string
  readonly received: number
  readonly closed: number
  readonly settled: number
  readonly on_time: number
}

export interface MineView {
  readonly notices: readonly { readonly id: string; readonly number: string; readonly title: string; readonly light: 'red' | 'yellow'; readonly audience: string; readonly due: string | null }[]
  readonly urgings: readonly Choice[]
  readonly rows: readonly Row[]
}
