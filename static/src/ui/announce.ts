/** Two live regions for the whole app, queued: polite, and assertive only for danger and changes of chamber. */
import { ref } from 'vue'

export type Urgency = 'polite' | 'assertive'

const SPOKEN_MS = 1200 // a screen reader needs the text to stand this long before the next one replaces it
export const spoken = { polite: ref(''), assertive: ref('') }
const queues: Record<Urgency, string[]> = { polite: [], assertive: [] }
const busy: Record<Urgency, boolean> = { polite: false, assertive: false }

function next(urgency: Urgency): void {
  const text = queues[urgency].shift()
  busy[urgency] = text !== undefined
  if (text === undefined) return
  // A trailing no-break space makes the same sentence news again.
  spoken[urgency].value = spoken[urgency].value === text ? `${text}\u00a0` : text
  setTimeout(() => next(urgency), SPOKEN_MS)
}

export function announce(text: string, urgency: Urgency = 'polite'): void {
  if (!text || queues[urgency][queues[urgency].length - 1] === text) return
  queues[urgency].push(text)
  if (!busy[urgency]) next(urgency)
}

export function useAnnounce(): typeof announce {
  return announce
}
