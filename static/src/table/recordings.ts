/** Recordings as their doors tell them (GET /api/cases/{id}/recordings and what follows), and how the films of one are played together. */

export interface RecordingView {
  id: string
  session: string
  state: 'on' | 'ended' | 'destroyed'
  started_at: string
  ended_at: string | null
  why: string
  keep_until: string
  may_view: boolean
  /** One is in it, and so may ask */
  inside: boolean
  asked: boolean
  refused: boolean
  open_until: string | null
  wants_deletion: boolean
  /** For who keeps it */
  people: { person: string; name: string; asked_at: string | null; refused_at: string | null; open_until: string | null; wants_deletion: boolean }[]
}

/** One person's file; `begins` and `ends` in milliseconds of the recording. */
export interface Film {
  url: string
  person: string
  name: string
  what: 'camera' | 'screen'
  begins: number
  ends: number
}

export interface Viewing {
  until: string
  films: Film[]
}

/** Milliseconds from the first film's beginning to the last one's end. */
export const length = (films: readonly Film[]): number => Math.max(0, ...films.map((film) => film.ends)) - beginning(films)
export const beginning = (films: readonly Film[]): number => (films.length ? Math.min(...films.map((film) => film.begins)) : 0)

/** Seconds into a film at a time of the whole; null where this person has no film then. */
export function placeIn(film: Film, at: number, begin: number): number | null {
  const place = begin + at - film.begins
  return place < 0 || place > film.ends - film.begins ? null : place / 1000
}
