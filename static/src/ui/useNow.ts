/** The server's time in milliseconds, as far as this page has been told it; and how long something has lasted, as mm:ss. */
import { onBeforeUnmount, ref, type Ref } from 'vue'

const TREMBLE_MS = 1000 // the way of a message takes now more, now less
let ahead = 0

/** What the room measures times with: people's devices are often minutes off. */
export const serverNow = (): number => Date.now() + ahead

/** The server's clock, RFC 3339, as it was a moment ago. */
export function tellClock(at: string): void {
  const told = Date.parse(at) - Date.now()
  if (Math.abs(told - ahead) > TREMBLE_MS) ahead = told
}

/** Once a second. */
export function useNow(): Ref<number> {
  const now = ref(serverNow())
  const timer = setInterval(() => (now.value = serverNow()), 1000)
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
