import type { PersonView } from '../protocol'

/** Of the words that say what somebody is here: for whom they are, where that may be known; a lawyer and the person they speak for are told apart. */
export function roleOf({ acts, role, speaks, whose }: Pick<PersonView, 'acts' | 'role' | 'speaks' | 'whose'>): [key: string, named: { name: string }] {
  return [speaks ? `room.speaks.${speaks}` : acts ? `room.acting.${role}` : `room.role.${role}`, { name: whose }]
}
