/** What somebody who waits is told of the time: the host's estimate grows old as minutes pass. Pure. */
import type { SeatView } from './types'

/** Whole minutes still to wait by the host's word; 0 once they are over; null without a word. */
export function minutesLeft({ minutes, said_at }: SeatView['waiting'], now: number): number | null {
  if (minutes === null || said_at === null) return null
  return Math.max(0, Math.ceil(minutes - (now - Date.parse(said_at)) / 60_000))
}
