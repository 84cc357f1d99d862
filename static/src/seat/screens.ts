/** Which screen an open seat shows: the steps in their order, and what the person asked for beside it. Pure. */
import type { SeatView, Step } from './types'

/** `choose`: choose anew after a no to video; `prepare`: choices and code already days before; `try`: a trial run. */
export type Wish = 'unwilling' | 'telephone' | 'choose' | 'try' | 'prepare'
export type Screen = Exclude<Step, 'telephone'> | 'unwilling' | 'telephone' | 'ready' | 'trial'

/** Nobody hears a talk, not by telephone either, who was asked for a promise and has not given it. */
export const mayPhone = ({ me, consents }: Pick<SeatView, 'me' | 'consents'>): boolean => !me.guest || consents.online === true

export function screenOf(seat: Pick<SeatView, 'step' | 'early' | 'consents'>, wish: Wish | null): Screen {
  if (wish === 'telephone' || seat.step === 'telephone') return 'telephone'
  if (wish === 'choose') return 'consent'
  // A no to video keeps the person out of the video steps until they choose otherwise.
  if (wish === 'unwilling' || seat.consents.online === false) return 'unwilling'
  if (!seat.early || seat.step === 'identify') return seat.step
  if (wish === 'try') return 'trial'
  const open = seat.step === 'consent' || seat.step === 'code'
  return wish === 'prepare' && open ? seat.step : 'ready'
}
