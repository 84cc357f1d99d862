/** Whether the person at this device speaks, told from the loudness of their microphone; and whether nobody can hear it. */
import { ref, watch, type Ref } from 'vue'

const LOUD = 0.15
/** In samples of useLevel, ten a second: a cough is not speech, a pause between two words does not end it. */
const BEGINS = 3
const LASTS = 8
const SURE = 15

export function useTalking(level: Ref<number>, open: Ref<boolean>): { speaks: Ref<boolean>; unheard: Ref<boolean> } {
  const speaks = ref(false)
  const unheard = ref(false)
  let loud = 0

  watch(level, (now) => {
    loud = now > LOUD ? Math.min(SURE, loud + 1) : Math.max(0, loud - 1)
    if (loud === 0) speaks.value = unheard.value = false
    if (loud >= BEGINS) speaks.value = open.value
    if (loud >= LASTS && !open.value) unheard.value = true
  })
  watch(open, (heard) => {
    speaks.value = false
    if (heard) unheard.value = false
  })
  return { speaks, unheard }
}
