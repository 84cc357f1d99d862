/**
 * Where somebody may be taken, as signaling/rights.py and screening.py decide it: nothing is offered that is sure to be refused. Who
 * must never meet whom is known to the server alone; it refuses by name. Pure.
 */
import type { ChamberId, PersonView, Role, RoomView, Side } from '../../protocol'

type Kind = 'joint' | 'caucus' | 'side' | 'aside'

export const PLACES: readonly ChamberId[] = ['joint', 'caucus_applicant', 'caucus_respondent', 'side_applicant', 'side_respondent', 'aside']
export const SIDES = ['applicant', 'respondent'] as const satisfies readonly Side[]

const ALLOWED: Record<Role, readonly Kind[]> = {
  mediator: ['joint', 'caucus', 'aside'],
  co_mediator: ['joint', 'caucus', 'aside'],
  applicant: ['joint', 'caucus', 'side'],
  respondent: ['joint', 'caucus', 'side'],
  recorder: ['joint'],
  expert: ['joint', 'caucus', 'aside'],
  interpreter: ['joint', 'caucus', 'side'],
  witness: ['joint', 'caucus'],
  observer: ['joint'],
  court: ['joint'],
  informant: ['joint'],
}
/** A host takes them along to either side. */
const GUESTS: readonly Role[] = ['expert', 'witness']

export const kindOf = (place: ChamberId): Kind => place.split('_')[0] as Kind
export const sideOf = (place: ChamberId): Side => (place.split('_')[1] ?? '') as Side
export const isHost = (person: { role: Role }): boolean => person.role === 'mediator' || person.role === 'co_mediator' || person.role === 'court'
/** Chambers that live only while a host is in them. */
export const isHosted = (place: ChamberId): boolean => kindOf(place) === 'caucus' || kindOf(place) === 'aside'

export function mayBeIn(person: PersonView, place: ChamberId): boolean {
  if (person.unwanted && place !== 'aside') return false
  if (!ALLOWED[person.role].includes(kindOf(place))) return false
  const wanted = sideOf(place)
  if (!wanted || isHost(person) || person.side === wanted) return true
  // An interpreter without a side of their own may be tied to a person of this one: the server knows.
  if (person.role === 'interpreter') return !person.side
  return kindOf(place) === 'caucus' && GUESTS.includes(person.role) && !person.side
}

export const peopleIn = (view: RoomView, place: ChamberId): PersonView[] => view.chambers.find((one) => one.id === place)?.people ?? []

export const everyone = (view: RoomView): PersonView[] => view.chambers.flatMap((one) => one.people)

export const placeOf = (view: RoomView, person: string): ChamberId | null =>
  view.chambers.find((one) => one.people.some((each) => each.person === person))?.id ?? null

/** Whom an interpreter speaks for, if they are here: the two go together and are chosen by that person. */
export const leaderOf = (view: RoomView, person: PersonView): PersonView | null => everyone(view).find((one) => one.person === person.tied_to) ?? null

/** Who goes along with these people, named or not. */
export const along = (view: RoomView, people: readonly string[]): PersonView[] => everyone(view).filter((one) => one.tied_to && people.includes(one.tied_to) && !people.includes(one.person))

/** A court's room has the joint chamber and no other. */
export const undivided = (view: RoomView): boolean => view.you.role === 'court'

/** Where somebody who sits in a chamber may be moved now. */
export function placesFor(view: RoomView, person: PersonView): ChamberId[] {
  if (leaderOf(view, person) || undivided(view)) return []
  const now = placeOf(view, person.person)
  return PLACES.filter((place) => place !== now && mayBeIn(person, place))
}

/** Where somebody who waits may be let in besides the place they belong to. */
export function doorsFor(view: RoomView, person: PersonView): ChamberId[] {
  const leader = leaderOf(view, person)
  if (undivided(view)) return []
  if (leader) return PLACES.filter((place) => place !== 'joint' && place === placeOf(view, leader.person))
  return PLACES.filter(
    (place) => place !== 'joint' && mayBeIn(person, place) && (!isHosted(place) || peopleIn(view, place).some(isHost)),
  )
}

/** Who could be taken to a place: all seated who may be there and are not, in the order of the chambers. */
export function whoMayGo(view: RoomView, place: ChamberId): PersonView[] {
  return undivided(view) ? [] : everyone(view).filter((one) => one.person !== view.you.person && !leaderOf(view, one) && mayBeIn(one, place) && placeOf(view, one.person) !== place)
}

/** Whom one means by "with this side", "alone", "experts": chosen beforehand, each can be taken out again. */
export function whoIsMeant(view: RoomView, place: ChamberId): string[] {
  const wanted = sideOf(place)
  return whoMayGo(view, place)
    .filter((one) => (wanted ? one.side === wanted : place === 'aside' ? one.role === 'expert' : !isHost(one)))
    .map((one) => one.person)
}

/** Private talks that go on: a chamber somebody was taken to. */
export const talks = (view: RoomView): ChamberId[] => view.chambers.filter((one) => one.id !== 'joint' && one.since !== null).map((one) => one.id)

/** Person -> the ordinary telephone they asked to be called on. */
export type Telephones = Readonly<Record<string, { number: string }>>
