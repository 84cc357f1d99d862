import { expect, it } from 'vitest'

import { chineseNumber } from './numerals'

it.each([
  [1, '一'],
  [10, '十'],
  [11, '十一'],
  [20, '二十'],
  [47, '四十七'],
])('%i is %s', (value, words) => expect(chineseNumber(value)).toBe(words))
