/** Dates, times and money as people write them; all times shown are the centre's (Asia/Shanghai). */
import { currentLocale } from '.'

export const ZONE = 'Asia/Shanghai'

function format(value: string | Date, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(currentLocale(), { timeZone: ZONE, ...options }).format(typeof value === 'string' ? new Date(value) : value)
}

/** 11月26日星期四 14:00 */
export const dayAndTime = (at: string | Date): string =>
  format(at, { month: 'long', day: 'numeric', weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
/** 2026年11月26日 14:00 */
export const fullTime = (at: string | Date): string =>
  format(at, { year: 'numeric', month: 'long', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
export const day = (at: string | Date): string => format(at, { year: 'numeric', month: 'long', day: 'numeric' })
export const weekday = (at: string | Date): string => format(at, { month: 'long', day: 'numeric', weekday: 'long' })
/** 14:00 */
export const time = (at: string | Date): string => format(at, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })

/** A calendar date of the centre without a time ("2026-12-05") in words. */
export const calendarDay = (date: string): string => day(`${date}T12:00:00+08:00`)

/** Today in the centre's zone as YYYY-MM-DD. */
export const today = (now: Date = new Date()): string => new Intl.DateTimeFormat('sv-SE', { timeZone: ZONE }).format(now)

/** Whole days from an instant to `now` (milliseconds); never negative. */
export const daysSince = (at: string, now: number): number => Math.max(0, Math.floor((now - Date.parse(at)) / 86_400_000))

/** Seconds as m:ss. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
}

/** Whole fen as 8500元 / 8,500.50元 (no sign of currency before the figure: documents write it so). */
export function yuan(fen: number): string {
  const figure = new Intl.NumberFormat('en-US', { minimumFractionDigits: fen % 100 ? 2 : 0, maximumFractionDigits: 2 }).format(fen / 100)
  return currentLocale() === 'en' ? `CNY ${figure}` : `${figure}元`
}

/** A hash's check code: its first eight digits in two groups, the same on every screen. */
export const checkCode = (hex: string): string => `${hex.slice(0, 4)} ${hex.slice(4, 8)}`

/** A fingerprint in groups of four. */
export const groups = (hex: string): string => hex.replace(/[^0-9a-f]/gi, '').replace(/(.{4})(?=.)/g, '$1 ')

/** The same day of a later month, or its last day. */
export function monthsAfter(day: string, months: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  const first = new Date(Date.UTC(year, month - 1 + months, 1))
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate()
  first.setUTCDate(Math.min(date, last))
  return first.toISOString().slice(0, 10)
}
