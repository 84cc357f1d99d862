/** Whether the person at this device speaks, told from the loudness of their microphone; and whether nobody can hear it. */
import { onScopeDispose, ref, watch, type Ref } from 'vue'

const LOUD = 0.15
const EVERY_MS = 100
/** In looks: a cough is not speech, a pause between two words does not end it. */
const BEGINS = 3
const LASTS = 8
const SURE = 15

export function useTalking(level: Ref<number>, open: Ref<boolean>): { speaks: Ref<boolean>; unheard: Ref<boolean> } {
  const speaks = ref(false)
  const unheard = ref(false)
  let loud = 0

  const timer = setInterval(() => {
    loud = level.value > LOUD ? Math.min(SURE, loud + 1) : Math.max(0, loud - 1)
    if (loud === 0) speaks.value = unheard.value = false
    if (loud >= BEGINS) speaks.value = open.value
    if (loud >= LASTS && !open.value) unheard.value = true
  }, EVERY_MS)
  onScopeDispose(() => clearInterval(timer))
  watch(open, (heard) => {
    speaks.value = false
    if (heard) unheard.value = false
  })
  return { speaks, unheard }
}
