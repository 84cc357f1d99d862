/**
 * One form being filled in: saved after each pause, one request at a time. What is typed stays in the tab's stash until the server has it, and
 * what somebody else saves too is shown beside.
 */
import { computed, onScopeDispose, reactive, ref, shallowRef, type ComputedRef, type Ref, type ShallowRef } from 'vue'

import { api, ApiError } from '../api'
import { troubleOf, type Trouble } from '../i18n/errors'
import type { FormField, FormView } from './types'

const PAUSE = 700

/** Field id -> what was typed; "": room to write by hand, null: the case speaks. */
type Typed = Record<string, string | null>
export interface Unsaved {
  typed: Typed
  /** What stood there when it was typed. */
  before: Typed
}
/** Where the tab keeps it. */
interface Stash {
  read: () => Unsaved | null
  write: (unsaved: Unsaved) => void
  clear: () => void
}

export interface Filling {
  view: ShallowRef<FormView | null>
  trouble: ShallowRef<Trouble | null>
  /** Field id -> reason code, from the last save. */
  faults: Ref<Readonly<Record<string, string>>>
  /** Field id -> what somebody else wrote there meanwhile. */
  others: ReadonlyMap<string, string>
  saving: ComputedRef<'saved' | 'waiting' | 'saving' | 'failed'>
  valueOf: (field: FormField) => string
  type: (field: FormField, value: string) => void
  /** Brings back what was typed here and could not be saved. */
  load: (kept: Stash) => Promise<void>
  /** Saves what is not saved yet; resolves to whether all is. */
  flush: () => Promise<boolean>
}

export function useForm(path: string): Filling {
  const view = shallowRef<FormView | null>(null)
  const trouble = shallowRef<Trouble | null>(null)
  const faults = ref<Readonly<Record<string, string>>>({})
  const others = reactive(new Map<string, string>())
  /** What was typed here and is not saved. */
  const fresh = reactive(new Map<string, string | null>())
  const running = shallowRef<Promise<boolean> | null>(null)
  let stash: Stash | null = null
  let timer = 0

  const saving = computed(() => {
    if (running.value) return 'saving'
    if (trouble.value) return 'failed'
    return fresh.size ? 'waiting' : 'saved'
  })
  const typedOf = (field: FormField): string | null => (fresh.has(field.id) ? (fresh.get(field.id) ?? null) : field.typed)
  const valueOf = (field: FormField): string => typedOf(field) ?? field.given
  const before = (): Typed => Object.fromEntries(view.value?.fields.map((field) => [field.id, field.typed]) ?? [])

  async function load(kept: Stash): Promise<void> {
    stash = kept
    const unsaved = stash.read()
    try {
      const now = await api.get<FormView>(path)
      for (const [id, value] of Object.entries(unsaved?.typed ?? {})) fresh.set(id, value)
      meet(now, unsaved?.before ?? {})
      trouble.value = null
      if (fresh.size) plan()
    } catch (error) {
      trouble.value = troubleOf(error)
    }
  }

  function plan(): void {
    clearTimeout(timer)
    timer = window.setTimeout(() => void flush(), PAUSE)
  }

  function type(field: FormField, value: string): void {
    fresh.set(field.id, value === field.given ? null : value)
    others.delete(field.id)
    stash?.write({ typed: Object.fromEntries(fresh), before: before() })
    plan()
  }

  /** Somebody saved in between: theirs stands, but for the fields typed here; those they changed too are shown beside. */
  function meet(theirs: FormView, was: Typed): void {
    for (const field of theirs.fields) {
      const both = fresh.has(field.id) && field.typed !== was[field.id] && field.typed !== fresh.get(field.id)
      if (both) others.set(field.id, field.typed ?? field.given)
    }
    view.value = theirs
  }

  async function put(): Promise<void> {
    const now = view.value
    if (!now) return
    const sent = new Map(fresh)
    const values = Object.fromEntries(now.fields.map((field) => [field.id, typedOf(field)]).filter(([, value]) => value !== null))
    view.value = await api.put<FormView>(path, { version: now.version, values })
    for (const [id, value] of sent) if (fresh.get(id) === value) fresh.delete(id)
    if (!fresh.size) stash?.clear()
    faults.value = {}
    trouble.value = null
  }

  async function save(): Promise<boolean> {
    try {
      while (fresh.size) {
        try {
          await put()
        } catch (error) {
          if (!(error instanceof ApiError && error.code === 'stale')) throw error
          meet(await api.get<FormView>(path), before())
        }
      }
      return true
    } catch (error) {
      if (error instanceof ApiError && error.code === 'invalid') {
        faults.value = Object.fromEntries(Object.entries(error.fields).map(([name, reason]) => [name.replace('values.', ''), reason]))
      }
      trouble.value = troubleOf(error)
      return false
    }
  }

  function flush(): Promise<boolean> {
    clearTimeout(timer)
    running.value ??= save().finally(() => (running.value = null))
    return running.value
  }

  const leaving = (event: BeforeUnloadEvent): void => {
    if (saving.value === 'saved') return
    void flush()
    event.preventDefault()
  }
  window.addEventListener('beforeunload', leaving)
  onScopeDispose(() => {
    window.removeEventListener('beforeunload', leaving)
    if (saving.value !== 'saved') void flush()
  })
  return { view, trouble, faults, others, saving, valueOf, type, load, flush }
}
