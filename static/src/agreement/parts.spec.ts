/** Parts of a sum: months filled in, gaps found, ready clauses taken into a draft. */
import { describe, expect, it } from 'vitest'

import { blanks, dueWords, emptyInstalment, filledIn, found, MOST_INSTALMENTS, sumOf, withMonths } from './parts'
import { emptyFields, type Due, type ReadyClause } from './types'

const on = (amount_fen: number, date: string): { amount_fen: number; due: Due } => ({ amount_fen, due: { by: 'date', date } })

describe('equal months', () => {
  it('follow what was typed and take the place of empty rows', () => {
    const rows = withMonths([on(3_000_000, '2026-12-31'), emptyInstalment()], 8, '2027-01-25', null, 12_600_000)
    expect(rows.map((one) => one.amount_fen)).toEqual([3_000_000, ...Array<number>(8).fill(1_200_000)])
    expect(rows.at(1)?.due).toEqual({ by: 'date', date: '2027-01-25' })
    expect(rows.at(-1)?.due).toEqual({ by: 'date', date: '2027-08-25' })
    expect(sumOf(rows)).toBe(12_600_000)
  })
  it.each([1, 2, 3, 7, 11, 36, 60])('%i months come to the sum, the last takes the rest', (count) => {
    for (const total of [100, 101, 99_999, 1_000_000, 3_860_050]) {
      const rows = withMonths([], count, '2027-01-31', null, total)
      expect(rows).toHaveLength(count)
      expect(sumOf(rows)).toBe(total)
    }
  })
  it('keep the sum given for each, and end on the last day of short months', () => {
    expect(withMonths([], 3, '2027-01-31', 500, 9_999)).toEqual([on(500, '2027-01-31'), on(500, '2027-02-28'), on(500, '2027-03-31')])
  })
  it('are never more than a clause may have', () => {
    const full = Array.from({ length: 59 }, () => on(100, '2027-01-01'))
    expect(withMonths(full, 12, '2027-02-01', 100, null)).toHaveLength(MOST_INSTALMENTS)
    expect(withMonths(withMonths(full, 12, '2027-02-01', 100, null), 5, '2027-02-01', null, 1)).toHaveLength(MOST_INSTALMENTS)
  })
})

it.each<[Due | null, string]>([
  [{ by: 'date', date: '2026-12-05' }, '2026年12月5日前（含当日）'],
  [{ by: 'date', date: '' }, ''],
  [{ by: 'days_after_effective', days: 7, working: false, event: '' }, '本协议生效之日起7日内'],
  [{ by: 'days_after_effective', days: 10, working: true, event: '收到材料' }, '收到材料之日起10个工作日内'],
  [{ by: 'days_after_effective', days: 0, working: false, event: '' }, ''],
  [null, ''],
])('a limit is read as it will be printed: %j', (due, words) => expect(dueWords(due)).toBe(words))

it('finds each gap of a text once', () => {
  expect(blanks('于【日期】付【数额】元，再付【数额】元，编号＿＿，（【】）')).toEqual(['【日期】', '【数额】', '＿＿', '【】'])
  expect(blanks('没有空')).toEqual([])
})

const READY: ReadyClause = {
  id: 'wages', title: '分期付清欠薪', search: '工资 农民工', kinds: ['labour'], kind: 'payment', own: false,
  fields: { ...emptyFields(), obligor: '乙方', obligee: '丙方', instalments: [{ amount_fen: 0, due: null }], text: '【月份】工资' },
  open: ['amount_fen', 'due', '【月份】'], preview: '乙方支付丙方【月份】工资人民币＿＿元。',
} // prettier-ignore

it('a ready clause takes the parties of the case and leaves open what is open', () => {
  const fields = filledIn(READY, [{ id: 'p1', label: '甲方' }, { id: 'p2', label: '乙方' }]) // prettier-ignore
  expect([fields.obligor, fields.obligee]).toEqual(['p2', ''])
  expect(fields.due).toEqual({ by: 'date', date: '' })
  expect(fields.instalments).toEqual([emptyInstalment()])
  expect(READY.fields.obligor).toBe('乙方')
})

it('ready clauses are found by title, by search words and by what they say', () => {
  for (const question of ['', '欠薪', '农民工', '工资 人民币']) expect(found([READY], question)).toEqual([READY])
  expect(found([READY], '欠薪 漏水')).toEqual([])
})
