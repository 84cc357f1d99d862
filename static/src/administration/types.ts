/** What /api/administration answers. */
export const ROLES = ['mediator', 'intake', 'supervisor', 'reviewer', 'recorder', 'administrator'] as const
export const KINDS = ['city', 'district', 'town', 'village', 'grid', 'department'] as const
export type Role = (typeof ROLES)[number]
export type Kind = (typeof KINDS)[number]
export type Presence = '' | 'resident' | 'rotating'

export interface Person {
  id: string
  username: string
  name: string
  role: Role
  organisation: string
  factors: string[]
  invited: boolean
  ended_at: string | null
}

export interface Organisation {
  id: string
  parent: string
  kind: Kind
  name: string
  presence: Presence
}

export interface Office {
  people: Person[]
  organisations: Organisation[]
}

export interface Invitation {
  id: string
  url: string
  ends_in: number
}

export interface Act {
  at: string
  kind: string
  by: string
  on: string
}

/** How far below the root of its tree each unit stands, in the order given (parents before children). */
export function depths(units: readonly Organisation[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  for (const one of units) found.set(one.id, one.parent ? (found.get(one.parent) ?? 0) + 1 : 0)
  return found
}

/** A unit and all below it: where it cannot be moved to. */
export function within(units: readonly Organisation[], id: string): ReadonlySet<string> {
  const found = new Set([id])
  for (const one of units) if (found.has(one.parent)) found.add(one.id)
  return found
}
