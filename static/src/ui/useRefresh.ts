/** Looks again while the page is visible: now and every so often, one look at a time; stops with its component.
 * However often `now` is called during a look, one more follows it, and the promise is of that one. */
import { onBeforeUnmount, onMounted } from 'vue'

export function useRefresh(look: () => Promise<unknown>, everyMs: () => number): { now: () => Promise<void> } {
  let timer = 0
  let running: Promise<void> | null = null
  let next: Promise<void> | null = null
  let stopped = false

  function now(): Promise<void> {
    // What is under way may have been answered before the change that is asked about now: one more follows it.
    if (running) return (next ??= running.then(begin))
    return begin()
  }
  function begin(): Promise<void> {
    next = null
    running = look()
      .then(() => undefined, () => undefined)
      .finally(() => {
        running = null
        clearTimeout(timer)
        if (!stopped) timer = window.setTimeout(() => (document.hidden ? later() : void now()), everyMs())
      })
    return running
  }
  function later(): void {
    if (!stopped) timer = window.setTimeout(() => (document.hidden ? later() : void now()), everyMs())
  }
  function shown(): void {
    if (!document.hidden) void now()
  }

  onMounted(() => {
    document.addEventListener('visibilitychange', shown)
    void now()
  })
  onBeforeUnmount(() => {
    stopped = true
    clearTimeout(timer)
    document.removeEventListener('visibilitychange', shown)
  })
  return { now }
}
