/** Two live regions for the whole app, queued: polite, and assertive only for danger and changes of chamber. */
import { ref } from 'vue'

export type Urgency = 'polite' | 'assertive'

const SPOKEN_MS = 1200 // a screen reader needs the text to stand this long before the next one replaces it
export const spoken = { polite: ref(''), assertive: ref('') }
const FADE_MS = 6000 // then the region is emptied: what was said in a private talk does not stay in the page
const fading: Record<Urgency, number> = { polite: 0, assertive: 0 }
const queues: Record<Urgency, string[]> = { polite: [], assertive: [] }
const busy: Record<Urgency, boolean> = { polite: false, assertive: false }

function next(urgency: Urgency): void {
  const text = queues[urgency].shift()
  busy[urgency] = text !== undefined
  clearTimeout(fading[urgency])
  if (text === undefined) {
    fading[urgency] = window.setTimeout(() => (spoken[urgency].value = ''), FADE_MS)
    return
  }
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
