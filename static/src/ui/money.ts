/** Money in whole fen: reading what people type, and the legal capitals (大写) of an amount. Pure. */

const DIGITS = '零壹贰叁肆伍陆柒捌玖'
const UNITS = ['', '拾', '佰', '仟']
const SECTIONS = ['', '万', '亿', '兆']
export const MAX_FEN = 999_999_999_999_99

/** "8,500.5" -> 850050; null when it is no amount of at most two decimals. Full-width figures and 元 are understood. */
export function fenOf(text: string): number | null {
  const plain = text.normalize('NFKC').replace(/[,\s¥元]/g, '')
  const match = /^(\d{1,12})(?:\.(\d{0,2}))?$/.exec(plain)
  if (!match) return null
  return Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'))
}

/** 850050 -> "8500.50", 850000 -> "8500": what stands in the input. */
export function plainYuan(fen: number): string {
  return fen % 100 ? (fen / 100).toFixed(2) : String(fen / 100)
}

function section(value: number): string {
  let words = ''
  let zero = false
  for (let place = 3; place >= 0; place--) {
    const digit = Math.floor(value / 10 ** place) % 10
    if (digit === 0) {
      zero = words !== ''
    } else {
      words += (zero ? '零' : '') + DIGITS[digit] + UNITS[place]
      zero = false
    }
  }
  return words
}

function wholeWords(value: number): string {
  let words = ''
  let zero = false
  for (let index = 3; index >= 0; index--) {
    const part = Math.floor(value / 10_000 ** index) % 10_000
    if (part === 0) {
      zero = words !== ''
      continue
    }
    if (words && (zero || part < 1000)) words += '零'
    words += section(part) + SECTIONS[index]
    zero = false
  }
  return words
}

/** 850000 -> 捌仟伍佰元整; 105 -> 壹元零伍分. The twin of the server's rule; the server's value is the one printed. */
export function amountWords(fen: number): string {
  if (!Number.isSafeInteger(fen) || fen < 0 || fen > MAX_FEN) return ''
  if (fen === 0) return '零元整'
  const whole = Math.floor(fen / 100)
  const jiao = Math.floor(fen / 10) % 10
  const fenDigit = fen % 10
  let words = whole ? `${wholeWords(whole)}元` : ''
  if (!jiao && !fenDigit) return `${words}整`
  if (jiao) words += `${DIGITS[jiao]}角`
  else if (whole) words += '零'
  return fenDigit ? `${words}${DIGITS[fenDigit]}分` : `${words}整`
}
