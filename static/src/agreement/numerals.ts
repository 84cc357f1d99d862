/** Numbers of clauses: in Chinese 1 -> 一, 12 -> 十二 (up to 99), as the printed text has them; elsewhere as figures. */
const DIGITS = '零一二三四五六七八九'

export function chineseNumber(value: number): string {
  if (value < 10) return DIGITS[value] ?? ''
  const tens = Math.floor(value / 10)
  const ones = value % 10
  return `${tens > 1 ? DIGITS[tens] : ''}十${ones ? DIGITS[ones] : ''}`
}

export const clauseFigure = (value: number, locale: string): string => (locale === 'zh-CN' ? chineseNumber(value) : String(value))
