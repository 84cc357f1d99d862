/** What one pressed may be gone with what it did (somebody let in, a notice put away): focus goes on, not to nowhere (WCAG 2.4.3). */
import { onBeforeUnmount, onMounted, watch, type Ref } from 'vue'

const isNowhere = (): boolean => document.activeElement === document.body

/** `next`: selectors, the first that is shown gets the focus. */
export function useFocusKept(root: Ref<HTMLElement | null>, next: readonly string[]): void {
  let last: Element | null = null
  const note = (event: FocusEvent): void => {
    const target = event.target as Element
    if (root.value?.contains(target)) last = target
  }
  const gone = new MutationObserver(() => {
    if (!isNowhere() || !last || last.isConnected) return
    last = null
    const found = next.flatMap((selector) => [...(root.value?.querySelectorAll<HTMLElement>(selector) ?? [])])
    found.find((one) => one.getClientRects().length > 0)?.focus()
  })
  onMounted(() => document.addEventListener('focusin', note))
  onBeforeUnmount(() => {
    document.removeEventListener('focusin', note)
    gone.disconnect()
  })
  watch(
    root,
    (element) => {
      gone.disconnect()
      if (element) gone.observe(element, { childList: true, subtree: true })
    },
    { flush: 'post', immediate: true },
  )
}

/** A pane that was closed from inside gives the focus back to the button of its name; one opened by what vanishes takes it. */
export function useFocusOfPane(root: Ref<HTMLElement | null>, pane: Ref<string | null>): void {
  watch(
    pane,
    (now, before) => {
      if (isNowhere()) root.value?.querySelector<HTMLElement>(now ? '.pane h2' : `[data-control=${before}]`)?.focus()
    },
    { flush: 'post' },
  )
}
