/** A case may have several agreements: which one is in front, and which one somebody chose to look at. */
import { computed, ref, watch, type ComputedRef } from 'vue'

export interface AgreementRef {
  id: string
  state: string
  number: string | null
  /** It leaves something open, which another one may settle. */
  partial: boolean
}

const SIGNING = ['frozen', 'signing', 'effective']
const OVER = ['complete', 'void']

/** The one that needs people now: being signed, being read, still open; else the newest. */
export function foremost(list: readonly AgreementRef[]): string | null {
  const last = (fits: (one: AgreementRef) => boolean): AgreementRef | undefined => list.filter(fits).at(-1)
  const found = last(({ state }) => SIGNING.includes(state)) ?? last(({ state }) => state === 'reading') ?? last(({ state }) => !OVER.includes(state)) ?? list.at(-1)
  return found?.id ?? null
}

/** What is shown: the choice, until another agreement comes to the front. */
export function useChosen(list: () => readonly AgreementRef[]): { current: ComputedRef<string | null>; choose: (id: string) => void } {
  const chosen = ref<string | null>(null)
  const front = computed(() => foremost(list()))
  watch(front, () => (chosen.value = null), { flush: 'sync' })
  return { current: computed(() => chosen.value ?? front.value), choose: (id) => (chosen.value = id) }
}
