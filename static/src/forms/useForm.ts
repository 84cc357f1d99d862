/** One form being filled in: saved after each pause, one request at a time; nothing typed is lost when somebody else saves too. */
import { computed, onScopeDispose, reactive, ref, shallowRef, type ComputedRef, type Ref, type ShallowRef } from 'vue'

import { api, ApiError } from '../api'
import { troubleOf, type Trouble } from '../i18n/errors'
import type { FormField, FormView } from './types'

const PAUSE = 700

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
  load: () => Promise<void>
  /** Saves what is not saved yet; resolves to whether all is. */
  flush: () => Promise<boolean>
}

export function useForm(path: string): Filling {
  const view = shallowRef<FormView | null>(null)
  const trouble = shallowRef<Trouble | null>(null)
  const faults = ref<Readonly<Record<string, string>>>({})
  const others = reactive(new Map<string, string>())
  /** What was typed here and is not saved. */
  const fresh = reactive(new Map<string, string>())
  const running = shallowRef<Promise<boolean> | null>(null)
  let timer = 0

  const saving = computed(() => {
    if (running.value) return 'saving'
    if (trouble.value) return 'failed'
    return fresh.size ? 'waiting' : 'saved'
  })
  const typedOf = (field: FormField): string => fresh.get(field.id) ?? field.typed
  const valueOf = (field: FormField): string => typedOf(field) || field.given

  async function load(): Promise<void> {
    try {
      view.value = await api.get<FormView>(path)
      trouble.value = null
    } catch (error) {
      trouble.value = troubleOf(error)
    }
  }

  function type(field: FormField, value: string): void {
    fresh.set(field.id, value === field.given ? '' : value)
    others.delete(field.id)
    clearTimeout(timer)
    timer = window.setTimeout(() => void flush(), PAUSE)
  }

  /** Somebody saved in between: theirs stands, but for the fields typed here; those they changed too are shown beside. */
  async function meet(): Promise<void> {
    const before = new Map(view.value?.fields.map((field) => [field.id, field.typed]))
    const theirs = await api.get<FormView>(path)
    for (const field of theirs.fields) {
      const both = fresh.has(field.id) && field.typed !== before.get(field.id) && field.typed !== fresh.get(field.id)
      if (both) others.set(field.id, field.typed || field.given)
    }
    view.value = theirs
  }

  async function put(): Promise<void> {
    const now = view.value
    if (!now) return
    const sent = new Map(fresh)
    const values = Object.fromEntries(now.fields.map((field) => [field.id, sent.get(field.id) ?? field.typed]).filter(([, value]) => value))
    view.value = await api.put<FormView>(path, { version: now.version, values })
    for (const [id, value] of sent) if (fresh.get(id) === value) fresh.delete(id)
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
          await meet()
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
