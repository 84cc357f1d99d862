/** What a page of the table keeps fresh: where one sits, offers, proposals, papers; and how much of it waits for this person. */
import { computed, watch, type ComputedRef, type ShallowRef } from 'vue'

import type { AtTable, OfferView, PaperView, ProposalView, Push } from './types'
import { useDoors } from './doors'
import { useList, type Kept } from './useList'

export interface Table {
  at: ShallowRef<AtTable | null>
  offers: Kept<{ offers: OfferView[] }>
  proposals: Kept<{ proposals: ProposalView[] }>
  papers: Kept<{ papers: PaperView[] }>
  /** Offers and proposals that wait for an answer of this person */
  waiting: ComputedRef<number>
  /** Of what kind that is */
  matters: ComputedRef<Matter[]>
}
/** What may wait for a person's answer in the room. */
export type Matter = 'guests' | 'offers' | 'proposals'

/** `seat`: the one that looks, where the page has several. */
export function useTable(session: string, push: () => Push, seat?: string): Table {
  const doors = useDoors(seat)
  const { data: at } = useList<AtTable>(() => `/api/sessions/${session}/table`, 'session', push, doors)
  const of = (what: string) => (): string | null => (at.value ? `/api/cases/${at.value.case}/${what}` : null)
  const offers = useList<{ offers: OfferView[] }>(of('offers'), 'offers', push, doors)
  const proposals = useList<{ proposals: ProposalView[] }>(of('proposals'), 'proposals', push, doors)
  const papers = useList<{ papers: PaperView[] }>(of('papers'), 'papers', push, doors)
  watch(
    () => at.value?.case,
    () => void [offers, proposals, papers].map((list) => list.look()),
  )
  const offered = computed(() => (offers.data.value?.offers ?? []).filter((one) => one.acts.includes('accept')).length)
  const proposed = computed(() => (proposals.data.value?.proposals ?? []).filter((one) => one.may_answer && one.answer === null).length)
  const waiting = computed(() => offered.value + proposed.value)
  const matters = computed(() => [...(offered.value ? (['offers'] as const) : []), ...(proposed.value ? (['proposals'] as const) : [])])
  return { at, offers, proposals, papers, waiting, matters }
}
