/** What somebody who waits is told of the time: the host's estimate grows old as minutes pass. Pure. */
import type { SeatView } from './types'

/** Whole minutes still to wait by the host's word; 0 once they are over; null without a word. A word from the future (a
 *  clock that is behind) is one of now. */
export function minutesLeft({ minutes, said_at }: SeatView['waiting'], now: number): number | null {
  if (minutes === null || said_at === null) return null
  return Math.max(0, Math.ceil(minutes - Math.max(0, now - Date.parse(said_at)) / 60_000))
}
