/**
 * What a host hears of, from one view to the next: who knocked, whose hand went up, who asks for help, who is where now, who leads
 * now, and that the recording failed. Who came, left, was muted and what is recorded is told to everybody (useRoomActs.ts). Pure.
 */
import type { ChamberId, PersonView, RoomView } from '../../protocol'
import { everyone, placeOf } from './places'

export interface News {
  what: 'knocked' | 'hands' | 'distress' | 'moved' | 'lead' | 'lead_you' | 'recording_failed'
  names: string[]
  /** Where to, for `moved` */
  place?: ChamberId
}

type Named = { person: string; name: string }
const fresh = (now: readonly PersonView[], before: readonly PersonView[]): Named[] => now.filter((one) => !before.some((was) => was.person === one.person))
const all = (view: RoomView): PersonView[] => [...view.lobby, ...everyone(view)]

export function newsOf(before: RoomView, now: RoomView): News[] {
  const news: News[] = []
  const tell = (what: News['what'], people: readonly Named[], place?: ChamberId): void => {
    if (people.length) news.push({ what, names: people.map((one) => one.name), ...(place && { place }) })
  }
  const up = (view: RoomView): PersonView[] => all(view).filter((one) => one.hand)
  const sent = (view: RoomView): PersonView[] => all(view).filter((one) => one.distress === 'sent')
  tell('knocked', fresh(now.lobby, before.lobby).filter((one) => placeOf(before, one.person) === null))
  tell('distress', fresh(sent(now), sent(before)))
  tell('hands', fresh(up(now), up(before)))
  for (const chamber of now.chambers) {
    const came = chamber.people.filter((one) => {
      const from = placeOf(before, one.person)
      return from !== null && from !== chamber.id && one.person !== now.you.person
    })
    if (chamber.id !== now.you.chamber) tell('moved', came, chamber.id) // who came to oneself is told to all there
  }
  if (now.lead && before.lead && now.lead !== before.lead) tell(now.lead === now.you.person ? 'lead_you' : 'lead', everyone(now).filter((one) => one.person === now.lead))
  if (now.recording.reason === 'failed' && before.recording.reason !== 'failed') news.push({ what: 'recording_failed', names: [] })
  return news
}
