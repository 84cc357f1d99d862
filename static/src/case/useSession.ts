/** A session as its staff see it, kept fresh; failures come as words. */
import { shallowRef, type ShallowRef } from 'vue'

import { api } from '../api'
import { troubleOf, type Trouble } from '../i18n/errors'
import type { PartyView, SessionView } from './types'

export interface SessionState {
  session: ShallowRef<SessionView | null>
  trouble: ShallowRef<Trouble | null>
  refresh: () => Promise<void>
  act: (act: 'open' | 'pause' | 'resume' | 'close') => Promise<void>
  /** How many minutes those who wait are told; null takes the word back. */
  say: (minutes: number | null) => Promise<void>
  takeParty: (party: PartyView) => void
}

export function useSession(id: string): SessionState {
  const session = shallowRef<SessionView | null>(null)
  const trouble = shallowRef<Trouble | null>(null)

  async function refresh(): Promise<void> {
    try {
      session.value = await api.get<SessionView>(`/api/sessions/${id}`, { seat: null })
      trouble.value = null
    } catch (error) {
      trouble.value = troubleOf(error)
    }
  }

  async function act(name: 'open' | 'pause' | 'resume' | 'close'): Promise<void> {
    await api.post(`/api/sessions/${id}/acts`, { act: name }, { seat: null })
    await refresh()
  }

  async function say(minutes: number | null): Promise<void> {
    session.value = await api.post<SessionView>(`/api/sessions/${id}/wait`, { minutes }, { seat: null })
  }

  function takeParty(party: PartyView): void {
    const now = session.value
    if (!now) return
    const parties = now.case.parties.map((other) => (other.id === party.id ? party : other))
    session.value = { ...now, case: { ...now.case, parties } }
  }

  return { session, trouble, refresh, act, say, takeParty }
}
