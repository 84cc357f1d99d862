/** The draft as one person edits it: typed text stays here, every pause of a second becomes a version on the server. */
import { computed, onScopeDispose, ref, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue'

import { api, ApiError } from '../api'
import { troubleOf, type Trouble } from '../i18n/errors'
import { emptyFields, type AgreementView, type ClauseFields, type ClauseKind, type Due, type EditedClause, type Terms } from './types'

const PAUSE_MS = 1000
const RETRY_MS = 5000

/** held: the text was last saved in a private talk; saving it now would show it to everybody present, so the person is asked. */
export type Saving = 'saved' | 'waiting' | 'saving' | 'held' | 'stale' | 'failed'

export interface Draft {
  terms: Ref<Terms>
  saving: Ref<Saving>
  savedAt: Ref<Date | null>
  trouble: ShallowRef<Trouble | null>
  dirty: ComputedRef<boolean>
  add: (kind: ClauseKind, fields?: ClauseFields) => string
  remove: (key: string) => void
  /** Puts the last removed clause back where it was. */
  restore: () => void
  removed: ComputedRef<boolean>
  move: (key: string, by: -1 | 1) => void
  /** Resolves when what is typed is on the server. */
  flush: () => Promise<void>
  /** After a stale save: keep mine as the next version, or drop mine and take the server's. */
  keepMine: () => Promise<void>
  takeTheirs: () => void
  /** Save what is held: those present now see it. */
  reveal: () => Promise<void>
}

let counter = 0

export function termsOf(view: AgreementView): Terms {
  return {
    dispute: { ...view.dispute },
    clauses: view.clauses.map((clause) => ({ key: clause.id, id: clause.id, kind: clause.kind, fields: structuredClone(clause.fields) })),
    minutes: { paragraphs: [...view.minutes.paragraphs] },
  }
}

function wire(terms: Terms): unknown {
  return {
    dispute: terms.dispute,
    clauses: terms.clauses.map(({ id, kind, fields }) => ({ ...(id ? { id } : {}), kind, fields: cleaned(fields) })),
    minutes: { paragraphs: terms.minutes.paragraphs },
  }
}

/** An unfinished term (a date not chosen yet) is sent as none. */
function cleaned(fields: ClauseFields): ClauseFields {
  return { ...fields, due: whole(fields.due), instalments: fields.instalments.map((one) => ({ ...one, due: whole(one.due) })) }
}

function whole(due: Due | null): Due | null {
  return due && (due.by === 'date' ? /^\d{4}-\d\d-\d\d$/.test(due.date) : Number.isInteger(due.days) && due.days >= 1) ? due : null
}

/** Remembers across reloads that the newest version was saved in a private talk. */
function offerMark(agreement: string): { get: () => boolean; set: (on: boolean) => void } {
  const key = `hejie-offer-${agreement}`
  let here = false
  return {
    get: () => {
      try {
        return here || sessionStorage.getItem(key) === '1'
      } catch {
        return here
      }
    },
    set: (on) => {
      here = on
      try {
        if (on) sessionStorage.setItem(key, '1')
        else sessionStorage.removeItem(key)
      } catch {
        // kept in memory only
      }
    },
  }
}

/** `inPrivate` tells whether the person is in a private talk now: what is saved there is an offer (ZXTJ 18). */
export function useDraft(view: ShallowRef<AgreementView>, saved: (next: AgreementView) => void, inPrivate: () => boolean = () => false): Draft {
  const offer = offerMark(view.value.id)
  const terms = ref<Terms>(termsOf(view.value))
  const saving = ref<Saving>('saved')
  const savedAt = ref<Date | null>(null)
  const trouble = shallowRef<Trouble | null>(null)
  const lastRemoved = shallowRef<{ clause: EditedClause; index: number } | null>(null)
  let version = view.value.version
  let sent = JSON.stringify(wire(terms.value))
  let timer = 0
  let running: Promise<void> | null = null
  let failure: unknown = null
  let serverAsks = false

  const now = (): string => JSON.stringify(wire(terms.value))
  const dirty = computed(() => saving.value !== 'saved')

  function adopt(next: AgreementView): void {
    terms.value = termsOf(next)
    version = next.version
    sent = now()
    saving.value = 'saved'
  }

  /** New clauses get their ids from the answer, by place; what was typed meanwhile stays. */
  function accept(next: AgreementView, posted: Terms): void {
    posted.clauses.forEach((clause, index) => {
      const mine = terms.value.clauses.find((other) => other.key === clause.key)
      const id = next.clauses[index]?.id
      if (mine && id) mine.id = id
    })
    version = next.version
    savedAt.value = new Date()
    saved(next)
  }

  async function save(reveal = false): Promise<void> {
    clearTimeout(timer)
    const secret = inPrivate()
    if (offer.get() && !secret && !reveal) {
      failure = new ApiError('would_reveal', 409)
      saving.value = 'held'
      return
    }
    const posted = JSON.parse(JSON.stringify(terms.value)) as Terms
    saving.value = 'saving'
    trouble.value = null
    failure = null
    try {
      const next = await api.put<AgreementView>(`/api/agreements/${view.value.id}/terms`, { version, ...(reveal && serverAsks ? { reveal } : {}), ...(wire(posted) as object) })
      offer.set(secret)
      accept(next, posted)
      // Ids that arrived with the answer are no change of the person's.
      if (JSON.stringify(stripped(terms.value)) === JSON.stringify(stripped(posted))) {
        sent = now()
        saving.value = 'saved'
      } else plan()
    } catch (error) {
      failure = error
      trouble.value = troubleOf(error)
      if (error instanceof ApiError && error.code === 'would_reveal') {
        // The server keeps the same rule: the explicit save then says so.
        serverAsks = true
        offer.set(true)
        trouble.value = null
        saving.value = 'held'
        if (reveal) return await save(true)
      } else if (error instanceof ApiError && error.code === 'stale') saving.value = 'stale'
      else {
        saving.value = 'failed'
        if (error instanceof ApiError && (error.status === 0 || error.status >= 500)) plan(RETRY_MS)
      }
    }
  }

  function stripped(of: Terms): unknown {
    return wire({ ...of, clauses: of.clauses.map((clause) => ({ key: clause.key, kind: clause.kind, fields: clause.fields })) })
  }

  function run(reveal = false): Promise<void> {
    running ??= save(reveal).finally(() => {
      running = null
    })
    return running
  }

  function plan(after = PAUSE_MS): void {
    if (saving.value === 'stale' || (saving.value === 'held' && !inPrivate())) return
    if (saving.value !== 'saving' && saving.value !== 'failed') saving.value = 'waiting'
    clearTimeout(timer)
    timer = window.setTimeout(() => {
      if (running) plan()
      else void run()
    }, after)
  }

  watch(
    terms,
    () => {
      if (now() !== sent) plan()
    },
    { deep: true },
  )
  // Somebody else's version: taken over when nothing of ours is unsaved; else the next save finds out.
  watch(view, (next) => {
    if (next.shown) offer.set(false)
    if (next.version > version && saving.value === 'saved') adopt(next)
  })
  onScopeDispose(() => {
    clearTimeout(timer)
    if (now() !== sent && saving.value !== 'stale' && saving.value !== 'held') void run()
  })

  return {
    terms,
    saving,
    savedAt,
    trouble,
    dirty,
    removed: computed(() => lastRemoved.value !== null),
    add(kind, fields = emptyFields()) {
      const key = `new-${++counter}`
      terms.value.clauses.push({ key, kind, fields })
      return key
    },
    remove(key) {
      const index = terms.value.clauses.findIndex((clause) => clause.key === key)
      const [clause] = terms.value.clauses.splice(index, 1)
      if (clause) lastRemoved.value = { clause, index }
    },
    restore() {
      if (!lastRemoved.value) return
      terms.value.clauses.splice(lastRemoved.value.index, 0, lastRemoved.value.clause)
      lastRemoved.value = null
    },
    move(key, by) {
      const clauses = terms.value.clauses
      const from = clauses.findIndex((clause) => clause.key === key)
      const to = from + by
      const moved = clauses[from]
      if (!moved || to < 0 || to >= clauses.length) return
      clauses.splice(from, 1)
      clauses.splice(to, 0, moved)
    },
    async flush() {
      while (running || now() !== sent) {
        await run()
        if (failure) throw failure
      }
    },
    async keepMine() {
      const newest = await api.get<AgreementView>(`/api/agreements/${view.value.id}`)
      version = newest.version
      await run()
    },
    reveal: () => run(true),
    takeTheirs() {
      void api.get<AgreementView>(`/api/agreements/${view.value.id}`).then((next) => {
        adopt(next)
        saved(next)
        trouble.value = null
      })
    },
  }
}
