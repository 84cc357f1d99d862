/** Who is in one's chamber, who is shown large there, and who may be written to: read from the room's view. */
import { computed, watch, type ComputedRef, type Ref } from 'vue'

import type { PersonView, RoomView } from '../protocol'

/** Somebody to whom one may write alone. */
export interface Reader {
  person: string
  name: string
  host: boolean
}

export interface People {
  /** One's own chamber with oneself; nobody else while left outside a private talk. */
  people: ComputedRef<PersonView[]>
  /** Who shows their screen to one's own chamber now, oneself included. */
  sharer: ComputedRef<PersonView | null>
  /** Shown large by a host's wish, else because they have the floor. */
  large: ComputedRef<string | null>
  /** False for who only looks on: no voice, no words, no hand. */
  takesPart: ComputedRef<boolean>
  /** To whom a line of one's own may go: a host writes to anybody here, everybody else to hosts. */
  readers: ComputedRef<Reader[]>
  /** Their name where the view has or had it, else empty. */
  nameOf: (person: string) => string
  /** The name of who wrote from a place one does not see. */
  learn: (person: string, name: string) => void
}

const isHost = (one: PersonView): boolean => one.role === 'mediator' || one.role === 'co_mediator' || one.role === 'court'
const seenIn = (view: RoomView): PersonView[] => [
  ...(view.chamber?.people ?? []),
  ...view.chambers.flatMap((one) => one.people),
  ...view.lobby,
  ...view.expected,
]

/** `wroteTo`: persons with whom words were exchanged; who was answered once may be answered again. */
export function usePeople(view: Ref<RoomView | null>, wroteTo: () => Iterable<string>): People {
  const names = new Map<string, string>()
  const people = computed(() => view.value?.chamber?.people ?? [])
  const takesPart = computed(() => view.value?.you.role !== 'observer')

  const nameOf = (person: string): string => (view.value && seenIn(view.value).find((one) => one.person === person)?.name) || (names.get(person) ?? '')

  const learn = (person: string, name: string): void => void names.set(person, name)
  watch(view, (seen) => seen && seenIn(seen).forEach((one) => learn(one.person, one.name)), { flush: 'sync' })

  const readers = computed<Reader[]>(() => {
    const seen = view.value
    if (!seen || !takesPart.value) return []
    const you = seen.you.person
    if (seen.you.host) {
      const here = [...seen.chambers.flatMap((one) => one.people), ...seen.lobby].filter((one) => one.person !== you && !one.phone)
      return here.map((one) => ({ person: one.person, name: one.name, host: isHost(one) }))
    }
    const hosts = people.value.filter(isHost).map((one) => one.person)
    const ids = new Set([...(seen.lead ? [seen.lead] : []), ...hosts, ...wroteTo()])
    return [...ids].map((person) => ({ person, name: nameOf(person), host: true }))
  })

  return {
    people,
    sharer: computed(() => people.value.find((one) => one.sharing) ?? null),
    large: computed(() => view.value?.chamber?.spotlight || view.value?.chamber?.floor?.person || null),
    takesPart,
    readers,
    nameOf,
    learn,
  }
}
