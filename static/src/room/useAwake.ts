/** Keeps the screen on while the page is open, where the browser can; again after the page was hidden. */
import { onBeforeUnmount, onMounted } from 'vue'

export function useAwake(): void {
  let lock: WakeLockSentinel | null = null

  async function hold(): Promise<void> {
    if (document.visibilityState !== 'visible') return
    lock = await navigator.wakeLock?.request('screen').catch(() => null)
  }

  onMounted(() => {
    void hold()
    document.addEventListener('visibilitychange', hold)
  })
  onBeforeUnmount(() => {
    document.removeEventListener('visibilitychange', hold)
    void lock?.release()
  })
}
