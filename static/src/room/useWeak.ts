/** Whether the line has been cut, or nearly, for so long that going on without one's own picture should be offered. */
import { computed, onBeforeUnmount, ref, watch, type ComputedRef } from 'vue'

import { serverNow, useNow } from '../ui/useNow'
import type { Room } from './useRoom'

const PATIENCE_MS = 60_000

export function useWeak(room: Pick<Room, 'link' | 'view' | 'people' | 'cameraOn'>): ComputedRef<boolean> {
  const now = useNow()
  const since = ref<number | null>(null)
  const bars = computed(() => room.people.value.find((one) => one.person === room.view.value?.you.person)?.line ?? null)
  const poor = computed(() => room.link.value === 'lost' || (bars.value !== null && bars.value <= 1))
  const stop = watch(poor, (is) => (since.value = is ? serverNow() : null), { immediate: true })
  onBeforeUnmount(stop)
  return computed(() => room.cameraOn.value && since.value !== null && now.value - since.value >= PATIENCE_MS)
}
