/** Remarks on the clauses of one agreement, kept fresh: looked at when the room says that something changed. */
import { ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'

import { api } from '../api'
import { talk } from '../talk'
import { stashOf, type Stash } from './stash'
import type { ClauseView } from './types'
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
  /** The rest waits until the private talk is over. */
  later: boolean
}

export interface Said {
  clause: string
  hash: string
  text: string
  words: string
  confided: boolean
  /** The private talk it was written in, "": none. */
  chamber: string
  reveal: boolean
}

/** What is being written about a clause, in the wording of `hash`, and not sent yet. */
export interface Writing {
  /** null: put aside */
  what: 'text' | 'words' | null
  text: string
  words: string
  confided: boolean
  hash: string
  /** That wording */
  was: string
}

interface Listed {
  may: boolean
  /** The newest one seen */
  version: number
  remarks: RemarkView[]
}

export interface Remarks {
  data: ShallowRef<Listed>
  /** By clause; kept by the tab until it is sent or dropped. */
  writing: Ref<Record<string, Writing>>
  begin: (clause: ClauseView, what: 'text' | 'words') => void
  drop: (clause: string) => void
  say: (said: Said) => Promise<void>
  act: (remark: string, act: RemarkAct, more?: { reason?: string; reveal?: boolean; version?: number }) => Promise<void>
}

/** `changed` gives another value with every push and every version; `person` is who writes. What was answered last is shown; a look that fails changes nothing. */
export function useRemarks(agreement: () => string | null, changed: () => unknown, person: () => string): Remarks {
  const data = shallowRef<Listed>({ may: false, version: 0, remarks: [] })
  const writing = ref<Record<string, Writing>>({})
  let stash: Stash<Record<string, Writing>> | null = null
  let turn = 0

  async function take(asked: Promise<Listed>): Promise<void> {
    const mine = ++turn
    const answer = await asked
    if (mine === turn) data.value = answer
  }
  const door = (): string => `/api/agreements/${agreement()}/remarks`

  watch(
    [agreement, changed, talk],
    ([id], before) => {
      if (id !== before[0]) {
        data.value = { may: false, version: 0, remarks: [] }
        stash = id ? stashOf(person(), `remarks-${id}`) : null
        writing.value = stash?.read() ?? {}
      }
      if (id) void take(api.get<Listed>(door())).catch(() => undefined)
    },
    { immediate: true },
  )
  watch(
    writing,
    (now) => {
      if (Object.keys(now).length) stash?.write(now)
      else stash?.clear()
    },
    { deep: true, flush: 'sync' },
  )
  return {
    data,
    writing,
    begin({ id, text, hash }, what) {
      const kept = writing.value[id]
      if (kept) kept.what = what
      else writing.value[id] = { what, text: '', words: text, confided: false, hash, was: text }
    },
    drop(clause) {
      writing.value = Object.fromEntries(Object.entries(writing.value).filter(([id]) => id !== clause))
    },
    say: (said) => take(api.post<Listed>(door(), said)),
    act: (remark, act, more = {}) => take(api.post<Listed>(`${door()}/${remark}/acts`, { act, chamber: talk.value, ...more })),
  }
}
