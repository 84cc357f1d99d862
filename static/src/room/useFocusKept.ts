/** What one pressed may be gone with what it did (somebody let in, a hand lowered): focus goes on, not to nowhere (WCAG 2.4.3). */
import { onBeforeUnmount, onMounted, watch, type Ref } from 'vue'

/** `what` is what may have taken it away; `next`: selectors, the first that is shown gets the focus. */
export function useFocusKept(root: Ref<HTMLElement | null>, what: Ref<unknown>, next: readonly string[]): void {
  let last: Element | null = null
  const note = (event: FocusEvent): void => {
    const target = event.target as Element
    if (root.value?.contains(target)) last = target
  }
  onMounted(() => document.addEventListener('focusin', note))
  onBeforeUnmount(() => document.removeEventListener('focusin', note))
  watch(
    what,
    () => {
      if (document.activeElement !== document.body || !last || last.isConnected) return
      last = null
      const found = next.flatMap((selector) => [...(root.value?.querySelectorAll<HTMLElement>(selector) ?? [])])
      found.find((one) => one.getClientRects().length > 0)?.focus()
    },
    { flush: 'post' },
  )
}
