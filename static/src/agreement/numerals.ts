/** Chinese numbers of clauses: 1 -> 一, 12 -> 十二 (up to 99), as the printed text has them. */
const DIGITS = '零一二三四五六七八九'

export function chineseNumber(value: number): string {
  if (value < 10) return DIGITS[value] ?? ''
  const tens = Math.floor(value / 10)
  const ones = value % 10
  return `${tens > 1 ? DIGITS[tens] : ''}十${ones ? DIGITS[ones] : ''}`
}
