/** The guests a person at a centre's device is asked about: each answers as their own seat. */
import { computed, shallowRef } from 'vue'

import { api } from '../api'
import { useRefresh } from '../ui/useRefresh'
import type { SeatView } from './types'

const EVERY_MS = 15_000

export function useGuests(seat: string) {
  const guests = shallowRef<SeatView['guests']>([])
  const unanswered = computed(() => guests.value.filter(({ agrees }) => agrees === null).length)
  const { now } = useRefresh(async () => {
    guests.value = (await api.get<SeatView>('/api/seat', { seat })).guests
  }, () => EVERY_MS)

  async function answer(guest: string, agrees: boolean): Promise<void> {
    guests.value = (await api.post<SeatView>('/api/seat/guests', { guest, agrees }, { seat })).guests
  }
  return { guests, unanswered, answer, look: now }
}
