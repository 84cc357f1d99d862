/** Remarks on the clauses of one agreement, kept fresh: looked at when the room says that something changed. */
import { shallowRef, watch, type ShallowRef } from 'vue'

import { api } from '../api'
import type { Span } from './versions'

export type RemarkAct = 'accept' | 'decline' | 'resolve' | 'withdraw'

export interface RemarkView {
  id: string
  clause: string
  version: number
  by: string
  /** The author's party, "" of staff. */
  label: string
  mine: boolean
  confided: boolean
  text: string
  words: string
  spans: Span[]
  state: 'open' | 'accepted' | 'declined' | 'resolved' | 'withdrawn'
  reason: string
  at: string
  clause_now: 'same' | 'changed' | 'gone'
  taken_in: number | null
  acts: RemarkAct[]
}

export interface Said {
  clause: string
  hash: string
  text: string
  words: string
  confided: boolean
}

interface Listed {
  may: boolean
  remarks: RemarkView[]
}

export interface Remarks {
  data: ShallowRef<Listed>
  say: (said: Said) => Promise<void>
  act: (remark: string, act: RemarkAct, more?: { reason?: string; reveal?: boolean }) => Promise<void>
}

/** `changed` gives another value with every push and every version. What was answered last is shown; a look that fails changes nothing. */
export function useRemarks(agreement: () => string | null, changed: () => unknown): Remarks {
  const data = shallowRef<Listed>({ may: false, remarks: [] })
  let turn = 0

  async function take(asked: Promise<Listed>): Promise<void> {
    const mine = ++turn
    const answer = await asked
    if (mine === turn) data.value = answer
  }
  const door = (): string => `/api/agreements/${agreement()}/remarks`

  watch(
    [agreement, changed],
    ([id], before) => {
      if (id !== before[0]) data.value = { may: false, remarks: [] }
      if (id) void take(api.get<Listed>(door())).catch(() => undefined)
    },
    { immediate: true },
  )
  return {
    data,
    say: (said) => take(api.post<Listed>(door(), said)),
    act: (remark, act, more = {}) => take(api.post<Listed>(`${door()}/${remark}/acts`, { act, ...more })),
  }
}
