/**
 * The draft as one person edits it: typed text stays here and in the tab's stash until the server has it, every pause of a second becomes a
 * version. The server merges it with what others wrote meanwhile, and that flows back in as soon as nothing here is unsaved.
 */
import { computed, onScopeDispose, ref, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue'

import { api, ApiError } from '../api'
import { troubleOf, type Trouble } from '../i18n/errors'
import { keepingCaret, useComposing } from './caret'
import { faultsOf, type Fault } from './faults'
import { offerMark } from './offerMark'
import { stashOf, type Post } from './stash'
import { adopt, freshClause, termsOf, wire } from './terms'
import { emptyFields, type AgreementView, type BothChanged, type ClauseFields, type ClauseKind, type EditedClause, type SavedView, type Terms } from './types'

const PAUSE_MS = 1000
const RETRY_MS = 5000

/** held: the text was last saved or typed in a private talk; saving it now would show it to everybody present, so the person is asked. */
export type Saving = 'saved' | 'waiting' | 'saving' | 'held' | 'failed'

export interface Draft {
  terms: Ref<Terms>
  saving: Ref<Saving>
  savedAt: Ref<Date | null>
  trouble: ShallowRef<Trouble | null>
  /** What the server would not take, at its place. */
  faults: ShallowRef<Fault[]>
  /** How often somebody asked for what was refused: saving by itself moves no focus. */
  tried: Ref<number>
  dirty: ComputedRef<boolean>
  /** What was typed before this page was loaded was brought back. */
  recovered: Ref<boolean>
  /** What somebody else changed at the same time, whose words are offered back. */
  both: Ref<BothChanged[]>
  takeTheirs: (one: BothChanged) => void
  keepMine: (one: BothChanged) => void
  add: (kind: ClauseKind, fields?: ClauseFields) => string
  remove: (key: string) => void
  /** Puts the last removed clause back where it was. */
  restore: () => void
  removed: ComputedRef<boolean>
  move: (key: string, by: -1 | 1) => void
  /** Resolves when what is typed is on the server; at once while nothing can be written. */
  flush: () => Promise<void>
  /** Versions between which others wrote what is not on the screen and those present may not see: to be read before it is shown. */
  unread: ShallowRef<{ from: number; to: number } | null>
  /** Save what is held: those present now see it, with what was written in `unread`. */
  reveal: () => Promise<void>
}

/** `chamber` names the private talk the person is in now, "" outside: what is saved there is an offer (ZXTJ 18). */
export function useDraft(view: ShallowRef<AgreementView>, saved: (next: AgreementView) => void, person: string, chamber: () => string = () => ''): Draft {
  const { id } = view.value
  const offer = offerMark(id)
  const stash = stashOf(person, id)
  const terms = ref<Terms>(termsOf(view.value))
  const saving = ref<Saving>('saved')
  const savedAt = ref<Date | null>(null)
  const trouble = shallowRef<Trouble | null>(null)
  const faults = shallowRef<Fault[]>([])
  const tried = ref(0)
  const recovered = ref(false)
  const both = ref<BothChanged[]>([])
  const unread: Draft['unread'] = shallowRef(null)
  const lastRemoved = shallowRef<{ clause: EditedClause; index: number } | null>(null)
  const composing = useComposing(() => catchUp(view.value))
  const textOf = (of: Terms): string => JSON.stringify(wire(of))
  const now = (): string => textOf(terms.value)
  /** `seen`: the newest version whose words are all on the screen, or were. */
  let base = { version: view.value.version, since: '', seen: view.value.version }
  let pending: Post | null = null
  let synced = now()
  let timer = 0
  let running: Promise<void> | null = null
  let failure: unknown = null
  let serverAsks = false
  let over = false

  /** Writing during the reading would take the text back to the draft: that is the mediator's word, not a pause in typing. */
  const open = (of: AgreementView): boolean => of.id === id && of.can.edit && of.state === 'drafting'
  const elsewhere = (): boolean => offer.get() !== '' && offer.get() !== chamber()

  /** Once the page is gone another one may write there: only what it holds of this one's is cleared. */
  function keep(): void {
    const whole = !pending && now() === synced
    const there = over ? stash.read() : null
    if (whole && (!over || (there && textOf(there.terms) === synced))) stash.clear()
    else if (!over) stash.write({ terms: terms.value, ...base, pending, chamber: offer.get() })
  }

  /** Takes a newer version over where nothing of one's own is unsaved, or else later. */
  function catchUp(next: AgreementView): void {
    const news = next.version > base.version || (base.since !== '' && next.version >= base.version)
    if (!news || pending || running || composing.value || now() !== synced) return
    flow(next)
  }

  function flow(next: AgreementView): void {
    void keepingCaret(() => adopt(terms.value, next))
    base = { version: next.version, since: '', seen: next.version }
    synced = now()
    saving.value = 'saved'
  }

  function settle(next: SavedView, posted: Post): void {
    const idle = now() === textOf(posted.terms)
    pending = null
    base = { version: next.version, since: next.merged ? posted.save : '', seen: next.merged ? base.seen : next.version }
    unread.value = null
    faults.value = []
    synced = textOf(posted.terms)
    both.value = [...both.value.filter((old) => !next.both_changed.some((one) => one.clause === old.clause && one.field === old.field)), ...next.both_changed]
    savedAt.value = new Date()
    saved(next)
    if (!idle) plan()
    else if (composing.value) saving.value = 'saved'
    else flow(next)
    keep()
  }

  async function save(reveal = false): Promise<void> {
    clearTimeout(timer)
    const here = chamber()
    if (elsewhere() && !reveal) {
      failure = new ApiError('would_reveal', 409)
      saving.value = 'held'
      return
    }
    const posted = (pending ??= { save: crypto.randomUUID(), ...base, terms: JSON.parse(JSON.stringify(terms.value)) as Terms })
    keep()
    saving.value = 'saving'
    trouble.value = null
    failure = null
    try {
      const { save, version, since } = posted
      const next = await api.put<SavedView>(`/api/agreements/${id}/terms`, { save, version, since, chamber: reveal ? here : offer.get(), ...(reveal && serverAsks ? { reveal, read: unread.value?.to ?? 0 } : {}), ...wire(posted.terms) })
      offer.set(here)
      settle(next, posted)
    } catch (error) {
      failure = error
      await failed(error, reveal)
    }
  }

  async function failed(error: unknown, reveal: boolean): Promise<void> {
    trouble.value = troubleOf(error)
    const status = error instanceof ApiError ? error.status : 0
    // Without an answer nobody knows whether it arrived: the same save is sent again.
    const unknown = status === 0 || status >= 500 || status === 401 || status === 429
    if (!unknown) {
      faults.value = error instanceof ApiError ? faultsOf(error.fields, pending?.terms.clauses ?? []) : []
      pending = null
    }
    if (error instanceof ApiError && (error.code === 'would_reveal' || error.code === 'stale')) {
      const newest = error.data['version']
      unread.value = typeof newest === 'number' ? { from: base.seen, to: newest } : null
      offer.set(offer.get() || 'unknown')
      trouble.value = null
      saving.value = 'held'
      // The server keeps the same rule: the explicit save then says so.
      if (error.code === 'would_reveal') serverAsks = true
      if (error.code === 'would_reveal' && reveal) return await save(true)
    } else {
      saving.value = 'failed'
      if (unknown) plan(RETRY_MS)
    }
    keep()
  }

  function run(reveal = false): Promise<void> {
    running ??= save(reveal).finally(() => {
      running = null
    })
    return running
  }

  function plan(after = PAUSE_MS): void {
    if (over || (saving.value === 'held' && elsewhere())) return
    if (saving.value !== 'saving' && saving.value !== 'failed') saving.value = 'waiting'
    clearTimeout(timer)
    timer = window.setTimeout(() => {
      if (running || composing.value) plan()
      else if (open(view.value)) void run()
      else saving.value = 'failed'
    }, after)
  }

  watch(
    terms,
    () => {
      if (now() === synced) return
      // Typed in a private talk it stays there, also when the talk ends before it is saved.
      offer.typed(chamber())
      keep()
      plan()
    },
    { deep: true },
  )
  watch(view, (next, last) => {
    if (next.shown && !pending && now() === synced) offer.set('')
    catchUp(next)
    if (open(next) && !open(last) && now() !== synced) plan()
  })
  onScopeDispose(() => {
    clearTimeout(timer)
    over = true
    if ((pending || now() !== synced) && saving.value !== 'held' && open(view.value)) void run()
  })

  const unsaved = stash.read()
  if (unsaved && (unsaved.pending || textOf(unsaved.terms) !== synced)) {
    terms.value = unsaved.terms
    base = { version: unsaved.version, since: unsaved.since, seen: unsaved.seen }
    pending = unsaved.pending
    if (unsaved.chamber) offer.set(unsaved.chamber)
    recovered.value = true
    synced = ''
    plan()
  } else stash.clear()

  return {
    terms,
    saving,
    savedAt,
    trouble,
    faults,
    tried,
    dirty: computed(() => saving.value !== 'saved'),
    recovered,
    both,
    unread,
    takeTheirs(one) {
      const clause = terms.value.clauses.find((other) => other.id === one.clause)
      if (one.field === 'removed') terms.value.clauses = terms.value.clauses.filter((other) => other !== clause)
      else if (one.field === 'kind' && clause) clause.kind = one.theirs as ClauseKind
      else if (one.field === 'paragraphs') terms.value.minutes.paragraphs = [...(one.theirs as string[])]
      else Object.assign(clause ? clause.fields : terms.value.dispute, { [one.field]: one.theirs })
      both.value = both.value.filter((other) => other !== one)
    },
    keepMine(one) {
      both.value = both.value.filter((other) => other !== one)
    },
    removed: computed(() => lastRemoved.value !== null),
    add(kind, fields = emptyFields()) {
      const id = freshClause()
      terms.value.clauses.push({ key: id, id, kind, fields })
      return id
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
      while (running || (open(view.value) && (pending || now() !== synced))) {
        await run()
        if (!failure) continue
        tried.value += 1
        throw failure
      }
    },
    async reveal() {
      await run(true)
      if (failure) tried.value += 1
    },
  }
}
