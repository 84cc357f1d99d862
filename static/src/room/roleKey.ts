import type { PersonView } from '../protocol'

/** Of the words that say what somebody is here: a lawyer and the person they speak for are told apart. */
export const roleKey = ({ acts, role }: Pick<PersonView, 'acts' | 'role'>): string => (acts ? `room.acting.${role}` : `room.role.${role}`)
