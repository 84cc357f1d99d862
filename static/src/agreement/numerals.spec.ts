import { expect, it } from 'vitest'

import { chineseNumber, clauseFigure } from './numerals'

it.each([
  [1, '一'],
  [10, '十'],
  [11, '十一'],
  [20, '二十'],
  [47, '四十七'],
])('%i is %s', (value, words) => expect(chineseNumber(value)).toBe(words))

it('is a figure in English', () => expect([clauseFigure(12, 'zh-CN'), clauseFigure(12, 'en')]).toEqual(['十二', '12']))
