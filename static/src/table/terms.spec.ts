/** Terms as typed: what is still wrong, equal parts, what goes to the server. */
import { describe, expect, it } from 'vitest'

import { monthsAfter } from '../i18n/format'
import { emptyTerms, inEqualParts, wire, wrongWith } from './terms'

const money = (more = {}) => ({ ...emptyTerms('lin', 'chen'), sum_fen: 850_000, ...more })

describe('what is wrong', () => {
  it('is nothing with payer, payee and sum', () => expect(wrongWith(money())).toEqual({}))
  it('is everything that is missing, by field', () => expect(wrongWith(emptyTerms())).toEqual({ payer: 'payer', payee: 'payee', sum: 'sum' }))
  it('is paying oneself', () => expect(wrongWith(money({ payee: 'lin' }))).toEqual({ payee: 'same' }))
  it('is an offer of nothing', () => {
    expect(wrongWith({ ...emptyTerms(), money: false })).toEqual({ deeds: 'nothing' })
    expect(wrongWith({ ...emptyTerms(), money: false, deeds: '修好' })).toEqual({})
  })
  it.each([
    ['parts_sum', [{ amount_fen: 1, due: '2026-12-01' }]],
    ['parts_dates', [{ amount_fen: 400_000, due: '2026-12-02' }, { amount_fen: 450_000, due: '2026-12-01' }]],
    ['parts_dates', [{ amount_fen: 850_000, due: '' }]],
  ] as const)('is %s', (what, instalments) => expect(wrongWith(money({ inParts: true, instalments: [...instalments] }))).toEqual({ parts: what }))
})

describe('equal parts', () => {
  it('add up to the sum, a month after another, and can be sent as they are', () => {
    const instalments = inEqualParts(1_000_001, 3, '2026-01-31')
    expect(instalments.map((one) => one.due)).toEqual(['2026-02-28', '2026-03-31', '2026-04-30'])
    expect(instalments.map((one) => one.amount_fen)).toEqual([333_300, 333_300, 333_401])
    expect(wrongWith(money({ sum_fen: 1_000_001, inParts: true, instalments }))).toEqual({})
  })
  it('goes over the end of a year', () => expect(monthsAfter('2026-12-31', 2)).toBe('2027-02-28'))
})

describe('what is sent', () => {
  it('has no money where none is asked for, whatever was typed before', () => {
    const typed = money({ money: false, inParts: true, instalments: inEqualParts(850_000, 2), deeds: ' 修好 ' })
    expect(wire(typed)).toEqual({ payer: '', payee: '', sum_fen: null, instalments: [], deeds: '修好', conditions: '' })
  })
  it('has no parts where the sum is paid at once', () => expect(wire(money({ instalments: inEqualParts(850_000, 2) })).instalments).toEqual([]))
})
