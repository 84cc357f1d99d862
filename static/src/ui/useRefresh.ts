/** Looks again while the page is visible: now and every so often, one request at a time; stops with its component. */
import { onBeforeUnmount, onMounted } from 'vue'

export function useRefresh(look: () => Promise<unknown>, everyMs: () => number): { now: () => Promise<void> } {
  let timer = 0
  let running: Promise<void> | null = null
  let stopped = false

  function now(): Promise<void> {
    running ??= look()
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
