/** What one pressed may be gone with what it did (somebody let in, a notice put away): focus goes on, not to nowhere (WCAG 2.4.3). */
import { onBeforeUnmount, onMounted, watch, type Ref } from 'vue'

const isNowhere = (): boolean => document.activeElement === document.body
/** Where the next Enter does nothing: never a microphone, nor the next who waits. */
const PLACES = 'h1[tabindex], h2[tabindex], h3[tabindex], [role=tabpanel], [role=group][tabindex]'

/** Focus goes to a heading or pane near where it was. */
export function useFocusKept(root: Ref<HTMLElement | null>): void {
  let around: Element[] = []
  const note = (event: FocusEvent): void => {
    if (!root.value?.contains(event.target as Element)) return
    around = []
    for (let one: Element | null = event.target as Element; one && one !== root.value.parentElement; one = one.parentElement) around.push(one)
  }
  const gone = new MutationObserver(() => {
    if (!isNowhere() || around[0]?.isConnected !== false) return
    const left = around.filter((one) => one.isConnected)
    around = []
    const found = left.flatMap((one) => [...(one.matches(PLACES) ? [one] : []), ...one.querySelectorAll(PLACES)]) as HTMLElement[]
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
