/** For specs only: a host's view of a room, and what they said to it. */
import { computed, ref, shallowRef } from 'vue'

import { ApiError } from '../../api'
import type { ChamberId, PersonView, RoomView } from '../../protocol'
import { chamberView, personView, roomView } from '../testing'
import type { Room } from '../useRoom'
import { PLACES } from './places'
import { useHost, type Host } from './useHost'

export const gu = personView('gu', { name: '顾明华', role: 'mediator', side: '' })
export const fang = personView('fang', { name: '方静', role: 'co_mediator', side: '' })
export const lin = personView('lin', { name: '林秀珍' })
export const wu = personView('wu', { name: '吴晓琳' })
export const chen = personView('chen', { name: '陈国栋', role: 'respondent', side: 'respondent' })
export const han = personView('han', { name: '韩悦', role: 'interpreter', side: '' })
export const qian = personView('qian', { name: '钱工', role: 'expert', side: '' })
export const shi = personView('shi', { name: '施静', role: 'observer', side: '' })

/** `gu` hosts; `where` says who sits where, the joint chamber unless told otherwise. */
export function hostView(where: Partial<Record<ChamberId, PersonView[]>>, more: Partial<Omit<RoomView, 'you'>> & { you?: Partial<RoomView['you']> } = {}): RoomView {
  const { you, ...rest } = more
  const mine = PLACES.find((place) => where[place]?.some((one) => one.person === 'gu')) ?? 'joint'
  return roomView({
    you: { person: 'gu', name: '顾明华', role: 'mediator', side: '', host: true, chamber: mine, ...you },
    chamber: chamberView({ id: mine, talk: mine === 'joint' ? '' : `${mine}.1`, people: where[mine] ?? [], hands: (where[mine] ?? []).filter((one) => one.hand).map((one) => one.person) }),
    chambers: PLACES.map((id) => ({
      id,
      people: where[id] ?? [],
      hands: (where[id] ?? []).filter((one) => one.hand).map((one) => one.person),
      since: id !== 'joint' && where[id]?.length ? '2026-11-26T14:00:00Z' : null,
    })),
    ...rest,
  })
}

export interface Hosting {
  host: Host
  view: Host['view']
  sent: [string, unknown][]
  /** The room refuses what is said with this code. */
  refuse: { code: string }
}

export function hosting(first: RoomView): Hosting {
  const view = shallowRef<RoomView | null>(first)
  const sent: [string, unknown][] = []
  const refuse = { code: '' }
  const room = {
    view,
    inCaucus: computed(() => view.value?.you.chamber !== 'joint'),
    askedToRecord: ref(false),
    people: computed(() => view.value?.chamber?.people ?? []),
    act: (event: string, body: unknown) => {
      sent.push([event, body])
      return refuse.code ? Promise.reject(new ApiError(refuse.code, 0)) : Promise.resolve()
    },
  } as unknown as Room
  const run = (work: () => Promise<unknown>): Promise<boolean> =>
    work().then(
      () => true,
      () => false,
    )
  return { host: useHost(room, run, ref(false)), view, sent, refuse }
}
