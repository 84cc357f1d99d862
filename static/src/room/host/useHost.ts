/** What a host does: one act after another with words for refusals, and the one dialog that is open. */
import { computed, onScopeDispose, ref, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue'

import type { ChamberId, ClientEvents, PersonView, RoomView, YouView } from '../../protocol'
import { announce } from '../../ui/announce'
import type { Room } from '../useRoom'
import { everyone, isHost } from './places'

/** The dialog that is open, and what it is about. */
export type Ask =
  | { kind: 'person'; person: string }
  | { kind: 'rename'; person: string }
  | { kind: 'send_out'; person: string; act: 'refuse' | 'back_to_lobby' | 'remove' }
  | { kind: 'move'; place: ChamberId | null; people: string[] | null }
  | { kind: 'recall' | 'mute_all' | 'pause' | 'stage' | 'recording_ask' | 'floor' | 'broadcast' | 'end' }

export interface Host {
  room: Room
  view: ShallowRef<RoomView | null>
  you: ComputedRef<YouView | undefined>
  busy: Ref<boolean>
  paused: ComputedRef<boolean>
  /** Everybody who sits in a chamber. */
  seated: ComputedRef<PersonView[]>
  /** Seated, waiting or expected, and who has left. */
  everyone: ComputedRef<PersonView[]>
  known: (person: string) => PersonView | undefined
  /** Seated and waiting people whose hand is up, the first raised first within their chamber. */
  hands: ComputedRef<PersonView[]>
  /** Who leads, when that is somebody else. */
  lead: ComputedRef<PersonView | null>
  asking: ShallowRef<Ask | null>
  ask: (what: Ask) => void
  close: () => void
  /** Does it and closes the dialog; false when the room refused. */
  act: <E extends keyof ClientEvents>(event: E, body: ClientEvents[E]) => Promise<boolean>
  leave: () => Promise<void>
  /** That something was done which leaves no trace on the page; stands for some seconds. */
  told: Ref<string>
  tell: (text: string) => void
}

const TOLD_MS = 8000

export function useHost(room: Room, run: (work: () => Promise<unknown>) => Promise<boolean>, busy: Ref<boolean>): Host {
  const view = room.view
  const asking = shallowRef<Ask | null>(null)
  const you = computed(() => view.value?.you)
  const seated = computed(() => (view.value ? everyone(view.value) : []))
  const here = computed(() => [...seated.value, ...(view.value?.lobby ?? [])])
  const all = computed(() => [...here.value, ...(view.value?.expected ?? [])])
  const known = (person: string): PersonView | undefined => all.value.find((one) => one.person === person)
  const hands = computed(() => {
    const up = view.value?.chambers.flatMap((one) => one.hands.flatMap((person) => one.people.find((each) => each.person === person) ?? [])) ?? []
    return [...up, ...(view.value?.lobby.filter((one) => one.hand) ?? [])]
  })
  const lead = computed(() => {
    const now = view.value
    return (now && now.lead !== now.you.person && seated.value.find((one) => one.person === now.lead && isHost(one))) || null
  })

  const told = ref('')
  let timer: ReturnType<typeof setTimeout> | undefined
  function tell(text: string): void {
    clearTimeout(timer)
    told.value = text
    announce(text)
    timer = setTimeout(() => (told.value = ''), TOLD_MS)
  }
  onScopeDispose(() => clearTimeout(timer), true)

  function act<E extends keyof ClientEvents>(event: E, body: ClientEvents[E]): Promise<boolean> {
    asking.value = null
    return run(() => room.act(event, body))
  }

  // A dialog about somebody who is gone has nothing left to say.
  watch(view, () => {
    const now = asking.value
    if (now && 'person' in now && !here.value.some((one) => one.person === now.person)) asking.value = null
  })

  return {
    room,
    view,
    you,
    busy,
    paused: computed(() => view.value?.state === 'paused'),
    seated,
    everyone: all,
    known,
    hands,
    lead,
    asking,
    ask: (what) => void (asking.value = what),
    close: () => void (asking.value = null),
    act,
    leave: () => {
      asking.value = null
      return room.leave()
    },
    told,
    tell,
  }
}
