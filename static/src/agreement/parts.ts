/** Parts of a sum: what they come to, how far from the sum they are, months filled in at once, gaps still open. Pure. */
import { monthsAfter } from '../i18n/format'
import type { ClauseFields, Due, Instalment, ReadyClause } from './types'

export const MOST_INSTALMENTS = 60
export const MOST_ITEMS = 30

export const sumOf = (parts: readonly { amount_fen: number }[]): number => parts.reduce((sum, one) => sum + one.amount_fen, 0)

export const emptyInstalment = (): Instalment => ({ amount_fen: 0, due: { by: 'date', date: '' } })

/** Whether nothing was typed into a row yet. */
const untouched = (one: Instalment): boolean => !one.amount_fen && (!one.due || (one.due.by === 'date' && !one.due.date))

/**
 * `count` equal months from `first` after the rows that hold something, never more than MOST_INSTALMENTS in all.
 * Without `each` what is left of `total` is shared out in whole yuan, and the last month takes the rest.
 */
export function withMonths(rows: readonly Instalment[], count: number, first: string, each: number | null, total: number | null): Instalment[] {
  const kept = rows.filter((one) => !untouched(one))
  const months = Math.max(0, Math.min(count, MOST_INSTALMENTS - kept.length))
  const left = Math.max(0, (total ?? 0) - sumOf(kept))
  const share = each ?? Math.floor(left / months / 100) * 100
  const last = each ?? left - share * (months - 1)
  const added = Array.from({ length: months }, (_, n) => ({
    amount_fen: n === months - 1 ? last : share,
    due: { by: 'date' as const, date: monthsAfter(first, n) },
  }))
  return [...kept, ...added]
}

/** How the last day will read, with 含当日 said; "" while it is open. */
export function dueWords(due: Due | null): string {
  if (due?.by === 'date') {
    const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(due.date)
    return match ? `${match[1]}年${Number(match[2])}月${Number(match[3])}日前（含当日）` : ''
  }
  if (!due || !(due.days >= 1)) return ''
  return `${due.event.trim() || '本协议生效'}之日起${due.days}${due.working ? '个工作日' : '日'}内`
}

const BLANK = /【[^【】]{0,60}】|[_＿]{2,60}/g

/** The places of a text that are still to be filled in, each once. */
export const blanks = (text: string): string[] => [...new Set(text.match(BLANK) ?? [])]

/** A ready clause as a draft takes it: labels become the case's parties, what is open stays open. */
export function filledIn(ready: ReadyClause, parties: readonly { id: string; label: string }[]): ClauseFields {
  const party = (label: string): string => parties.find((one) => one.label === label)?.id ?? ''
  const { fields } = ready
  return {
    ...structuredClone(fields),
    obligor: party(fields.obligor),
    obligee: party(fields.obligee),
    due: ready.open.includes('due') ? { by: 'date', date: '' } : fields.due && { ...fields.due },
    instalments: fields.instalments.map(() => emptyInstalment()),
  }
}

/** Ready clauses in which every word of the question is found: in title, search words or the text itself. */
export function found(clauses: readonly ReadyClause[], question: string): ReadyClause[] {
  const words = question.trim().toLowerCase().split(/\s+/)
  return clauses.filter((one) => words.every((word) => `${one.title} ${one.search} ${one.preview}`.toLowerCase().includes(word)))
}
