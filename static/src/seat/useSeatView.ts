/** One seat in the browser: opens the link, keeps its view fresh, sends the acts before the room. Knows no room. */
import { computed, ref, shallowRef, watch } from 'vue'

import { api, ApiError, useSeat } from '../api'
import { currentLocale, words } from '../i18n'
import { troubleOf, type Trouble } from '../i18n/errors'
import { centre } from '../me'
import type { SeatView } from './types'

/** What stands between the person and the steps of the seat. */
export type Door = 'opening' | 'open' | 'taken' | 'taken_over' | 'expired' | 'unknown' | 'not_me' | 'over' | 'trouble'

const STORED = (slug: string): string => `hejie-token-${slug}`

/** The token of the link: from the address, or kept from an earlier load of this tab. */
function tokenOf(slug: string): string | null {
  const fragment = decodeURIComponent(location.hash.slice(1))
  try {
    if (fragment) sessionStorage.setItem(STORED(slug), fragment)
    return fragment || sessionStorage.getItem(STORED(slug))
  } catch {
    return fragment || null
  }
}

/** Claimed: the secret leaves the address bar, the history and this tab's store. */
function forgetToken(slug: string): void {
  history.replaceState(history.state, '', location.pathname + location.search)
  try {
    sessionStorage.removeItem(STORED(slug))
  } catch {
    // nothing was stored then
  }
}

export function useSeatView(slug: string) {
  const view = shallowRef<SeatView | null>(null)
  const door = ref<Door>('opening')
  const trouble = shallowRef<Trouble | null>(null)
  /** The claimed secret, in this page's memory only: to take the seat back from another device without the message. */
  const claimed = ref<string | null>(null)
  /** Taken over from another device: a code sent there is of no use here. */
  const tookOver = ref(false)
  useSeat(slug)

  function take(next: SeatView): void {
    view.value = next
    centre.value = next.centre
    door.value = 'open'
    trouble.value = null
  }

  function shut(error: unknown): void {
    const doors: Record<string, Door> = {
      seat_taken: 'taken',
      taken_over: 'taken_over',
      link_expired: 'expired',
      gone: 'expired',
      session_over: 'over',
      link_unknown: 'unknown',
      unauthenticated: 'unknown',
      not_found: 'unknown',
    }
    trouble.value = troubleOf(error)
    door.value = (error instanceof ApiError && doors[error.code]) || 'trouble'
  }

  async function refresh(): Promise<void> {
    take(await api.get<SeatView>(`/api/seat?lang=${currentLocale()}`))
  }

  /** Opens the link, or comes back to the seat this browser already holds. */
  async function open(takeover = false): Promise<void> {
    door.value = 'opening'
    const token = tokenOf(slug) ?? (takeover ? claimed.value : null)
    try {
      if (token) {
        const body = takeover ? { token, takeover } : { token }
        take(await api.post<SeatView>(`/api/seats/${slug}/open?lang=${currentLocale()}`, body))
        claimed.value = token
        tookOver.value = takeover
        forgetToken(slug)
      } else await refresh()
    } catch (error) {
      if (token && !takeover && (await back())) return
      shut(error)
    }
  }

  /** A link opened again in the browser that already holds the seat: the cookie is enough. */
  async function back(): Promise<boolean> {
    try {
      await refresh()
      claimed.value = tokenOf(slug)
      forgetToken(slug)
      return true
    } catch {
      return false
    }
  }

  /** Every act of a seat answers with the seat as it is afterwards. */
  async function act(path: string, body: unknown): Promise<void> {
    take(await api.post<SeatView>(`${path}?lang=${currentLocale()}`, body))
  }

  /** "That is not me": the server closes the link; this browser shows nothing of the case any more. */
  async function deny(): Promise<void> {
    await api.post('/api/seat/identify', { is_me: false })
    view.value = null
    door.value = 'not_me'
  }

  // The legal texts come from the server in the reader's language.
  watch(words.locale, () => {
    if (view.value) refresh().catch(shut)
  })

  return { view, door, trouble, tookOver, open, refresh, act, deny, shut, holdsToken: computed(() => claimed.value !== null || tokenOf(slug) !== null), step: computed(() => view.value?.step ?? 'identify') }
}

export type SeatState = ReturnType<typeof useSeatView>
