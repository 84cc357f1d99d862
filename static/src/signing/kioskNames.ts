/** Whom the centre's device may name to who stands before it, and who may share it in a meeting. Pure. */

export type KioskSide = 'applicant' | 'respondent'

interface Somebody {
  readonly id: string
  readonly side: KioskSide
}

/**
 * Everybody where nobody must be kept apart. Else only the side the device is set up for, without whom somebody who sits
 * there must not meet. Nobody as long as it is not known who must not meet (null), or for whom the device is.
 */
export function namedAt(people: readonly Somebody[], pairs: readonly (readonly [string, string])[] | null, side: KioskSide | null, here: readonly string[]): Set<string> {
  if (pairs === null) return new Set()
  if (pairs.length === 0) return new Set(people.map(({ id }) => id))
  const apart = (id: string): boolean => pairs.some(([one, other]) => (one === id && here.includes(other)) || (other === id && here.includes(one)))
  return new Set(people.filter((one) => one.side === side && !apart(one.id)).map(({ id }) => id))
}

/** The side in the room; "" for who stands beside both. */
export function roomSide({ part, side }: { readonly part: string; readonly side: KioskSide }): KioskSide | '' {
  return ['party', 'representative', 'guardian', 'interpreter'].includes(part) ? side : ''
}
