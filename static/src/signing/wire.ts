/** The parts of an agreement that reading and signing show (GET /api/agreements/{id}); other members may come along. */
import { calendarDay, yuan } from '../i18n/format'

export interface ClauseText {
  readonly id: string
  readonly kind: 'payment' | 'act' | 'free'
  readonly number: number
  readonly text: string
  readonly hash: string
  readonly fields: {
    readonly obligor: string
    readonly obligee: string
    readonly amount_fen: number | null
    readonly due: { readonly by: 'date'; readonly date: string } | { readonly by: 'days_after_effective'; readonly days: number } | null
  }
  readonly confirmed: readonly string[]
  readonly questioned: readonly string[]
}

/** What is printed around the clauses, answered like one of them. */
export type AroundText = Pick<ClauseText, 'id' | 'text' | 'hash' | 'confirmed' | 'questioned'>

export interface AgreementText {
  readonly id: string
  readonly number: string | null
  readonly parties: readonly { readonly id: string; readonly label: string; readonly name: string }[]
  readonly around: AroundText | null
  readonly clauses: readonly ClauseText[]
  readonly required: readonly { readonly person: string; readonly name: string; readonly role: string; readonly label: string }[]
}

type Translate = (key: string, values?: Record<string, string | number>) => string

/** A payment in one plain sentence as this person sees it; null for other clauses. */
export function promiseOf(clause: ClauseText, agreement: AgreementText, me: string, t: Translate): string | null {
  const { obligor, obligee, amount_fen: fen, due } = clause.fields
  if (clause.kind !== 'payment' || fen === null) return null
  const nameOf = (id: string): string => agreement.parties.find((party) => party.id === id)?.name ?? ''
  const [from, to] = [nameOf(obligor), nameOf(obligee)]
  const kind = obligor === me ? 'pay' : obligee === me ? 'receive' : 'other'
  const money = t(`signing.promise.${kind}`, { from, to, amount: yuan(fen) })
  if (!due) return money
  const until = due.by === 'date' ? t('signing.promise.date', { date: calendarDay(due.date) }) : t('signing.promise.days', { n: due.days })
  return t('signing.promise.with_time', { until, money })
}
