/** The time in milliseconds, once a second; and how long something has lasted, as mm:ss. */
import { onBeforeUnmount, ref, type Ref } from 'vue'

export function useNow(): Ref<number> {
  const now = ref(Date.now())
  const timer = setInterval(() => (now.value = Date.now()), 1000)
  onBeforeUnmount(() => clearInterval(timer))
  return now
}

/** From an RFC 3339 time to now as mm:ss, or h:mm:ss; never negative. */
export function lasting(since: string | number, now: number): string {
  const begin = typeof since === 'number' ? since : Date.parse(since)
  const seconds = Math.max(0, Math.floor((now - begin) / 1000))
  const two = (value: number): string => String(value).padStart(2, '0')
  const hours = Math.floor(seconds / 3600)
  return `${hours ? `${hours}:` : ''}${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
}
