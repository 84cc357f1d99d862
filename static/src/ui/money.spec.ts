import { expect, it } from 'vitest'

import { amountWords, fenOf, plainYuan } from './money'

it.each([
  ['8500', 850000],
  ['8,500.5', 850050],
  ['８５００．５０元', 850050],
  [' 7038.90 ', 703890],
  ['0', 0],
])('reads %s', (text, fen) => expect(fenOf(text)).toBe(fen))

it.each(['', 'abc', '1.234', '-5', '1e3', '8500元整'])('does not guess what %s means', (text) => expect(fenOf(text)).toBeNull())

it.each([
  [850000, '捌仟伍佰元整'],
  [703890, '柒仟零叁拾捌元玖角整'],
  [633500, '陆仟叁佰叁拾伍元整'],
  [12600000, '壹拾贰万陆仟元整'],
  [42000000, '肆拾贰万元整'],
  [105, '壹元零伍分'],
  [150, '壹元伍角整'],
  [50, '伍角整'],
  [5, '伍分'],
  [0, '零元整'],
  [10000000000, '壹亿元整'],
  [10000100, '壹拾万零壹元整'],
  [1000000001000, '壹佰亿零壹拾元整'],
  [2000050000, '贰仟万零伍佰元整'],
])('writes %i fen in capitals', (fen, words) => expect(amountWords(fen)).toBe(words))

it('refuses what is no amount', () => {
  expect(amountWords(-1)).toBe('')
  expect(amountWords(1.5)).toBe('')
})

it('shows in the input what was typed', () => {
  expect(plainYuan(850000)).toBe('8500')
  expect(plainYuan(850050)).toBe('8500.50')
})
