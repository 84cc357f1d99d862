/** One agreement kept fresh for whoever looks at it; acts answer with the new state. */
import { shallowRef, type ShallowRef } from 'vue'

import { api } from '../api'
import { troubleOf, type Trouble } from '../i18n/errors'
import type { AgreementAct, AgreementView } from './types'

export interface AgreementState {
  agreement: ShallowRef<AgreementView | null>
  trouble: ShallowRef<Trouble | null>
  /** Which agreement to show; null: none. Looks at once. */
  follow: (id: string | null) => Promise<void>
  refresh: () => Promise<void>
  take: (view: AgreementView) => void
  /** `version`: the one that is shown, submitted, frozen or printed. */
  act: (act: AgreementAct, version?: number) => Promise<void>
}

export function useAgreement(): AgreementState {
  const agreement = shallowRef<AgreementView | null>(null)
  const trouble = shallowRef<Trouble | null>(null)
  let id: string | null = null

  function take(view: AgreementView): void {
    // An answer that was overtaken by a newer one must not bring the past back.
    const now = agreement.value
    if (view.id !== id || (now && now.id === view.id && view.version < now.version)) return
    agreement.value = view
    trouble.value = null
  }

  async function refresh(): Promise<void> {
    const asked = id
    if (!asked) return
    try {
      take(await api.get<AgreementView>(`/api/agreements/${asked}`))
    } catch (error) {
      if (asked === id) trouble.value = troubleOf(error)
    }
  }

  async function follow(next: string | null): Promise<void> {
    if (next !== id) {
      id = next
      agreement.value = null
      trouble.value = null
    }
    await refresh()
  }

  async function act(name: AgreementAct, version?: number): Promise<void> {
    if (!id) return
    try {
      take(await api.post<AgreementView>(`/api/agreements/${id}/acts`, { act: name, version }))
    } finally {
      await refresh()
    }
  }

  return { agreement, trouble, follow, refresh, take, act }
}
