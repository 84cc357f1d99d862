/** What is offered: how it is begun, what of it is still wrong, what goes to the server. Pure. */
import { monthsAfter, today } from '../i18n/format'
import type { Terms } from './types'

/** Terms as they are typed: money is a choice of its own, so that a deed alone can be offered. */
export interface TypedTerms extends Omit<Terms, 'instalments'> {
  money: boolean
  inParts: boolean
  instalments: { amount_fen: number | null; due: string }[]
}

export const emptyTerms = (payer = '', payee = ''): TypedTerms => ({
  money: true,
  inParts: false,
  payer,
  payee,
  sum_fen: null,
  instalments: [],
  deeds: '',
  conditions: '',
})

/** Field -> what is wrong with it, by the same rules as the server's; empty when it can be sent. */
export function wrongWith(typed: TypedTerms): Record<string, 'payer' | 'payee' | 'same' | 'sum' | 'parts_sum' | 'parts_dates' | 'nothing'> {
  if (!typed.money) return typed.deeds.trim() ? {} : { deeds: 'nothing' }
  const wrong: ReturnType<typeof wrongWith> = {}
  if (!typed.payer) wrong['payer'] = 'payer'
  if (!typed.payee) wrong['payee'] = 'payee'
  else if (typed.payee === typed.payer) wrong['payee'] = 'same'
  if (!typed.sum_fen) wrong['sum'] = 'sum'
  if (typed.inParts) {
    const days = typed.instalments.map((one) => one.due)
    if (!days.length || days.some((day, index) => !day || day < (days[index - 1] ?? ''))) wrong['parts'] = 'parts_dates'
    if (partsSum(typed) !== typed.sum_fen) wrong['parts'] = 'parts_sum'
  }
  return wrong
}

export const partsSum = (typed: TypedTerms): number => typed.instalments.reduce((sum, one) => sum + (one.amount_fen ?? 0), 0)

export function wire(typed: TypedTerms): Terms {
  const { money, inParts, instalments, payer, payee, sum_fen, deeds, conditions } = typed
  return {
    payer: money ? payer : '',
    payee: money ? payee : '',
    sum_fen: money ? sum_fen : null,
    instalments: money && inParts ? instalments.map((one) => ({ amount_fen: one.amount_fen ?? 0, due: one.due })) : [],
    deeds: deeds.trim(),
    conditions: conditions.trim(),
  }
}

/** Equal parts of the sum, a month after another; the last takes what is left over. */
export function inEqualParts(sum: number | null, parts: number, from: string = today()): { amount_fen: number | null; due: string }[] {
  const each = sum ? Math.floor(sum / parts / 100) * 100 : 0
  return Array.from({ length: parts }, (_, index) => ({
    amount_fen: sum ? (index === parts - 1 ? sum - each * (parts - 1) : each) : null,
    due: monthsAfter(from, index + 1),
  }))
}
