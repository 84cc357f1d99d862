/** One private note as its author types it: what is typed stays here, every pause of a second is saved. */
import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'

import { api, ApiError } from '../api'
import { troubleOf, type Trouble } from '../i18n/errors'
import type { NoteText, NoteView } from './types'

const PAUSE_MS = 1000
const RETRY_MS = 5000

/** stale: the same note was changed in another window of one's own. */
export type Saving = 'saved' | 'waiting' | 'saving' | 'failed' | 'stale'

export interface Note {
  typed: Ref<NoteText>
  shared: Ref<boolean>
  saving: Ref<Saving>
  savedAt: Ref<string | null>
  trouble: ShallowRef<Trouble | null>
  /** Another look of the server: taken over unless something is typed here. */
  take: (fresh: NoteView) => void
  keepMine: () => Promise<void>
  takeTheirs: () => Promise<void>
}

/** `note` null: a new one, which is on the server once something was typed. */
export function useNote(path: string, note: NoteView | null, onSaved: (note: NoteView) => void): Note {
  const typed = ref<NoteText>(note ? { ...note.content } : { text: '', about: '', may_be_told: false })
  const shared = ref(note?.shared ?? false)
  const saving = ref<Saving>('saved')
  const savedAt = ref(note?.at ?? null)
  const trouble = shallowRef<Trouble | null>(null)
  let id = note?.id ?? ''
  let version = note?.version ?? 0
  let timer = 0
  let running = false
  let sent = now()

  function now(): string {
    return JSON.stringify({ content: typed.value, shared: shared.value })
  }

  function adopt(fresh: NoteView): void {
    typed.value = { ...fresh.content }
    shared.value = fresh.shared
    version = fresh.version
    savedAt.value = fresh.at
    sent = now()
    saving.value = 'saved'
    trouble.value = null
  }

  async function save(): Promise<void> {
    clearTimeout(timer)
    if (running) return plan()
    running = true
    const posted = now()
    saving.value = 'saving'
    trouble.value = null
    try {
      const body = JSON.parse(posted) as { content: NoteText; shared: boolean }
      const fresh = id ? await api.put<NoteView>(`${path}/${id}`, { version, ...body }) : await api.post<NoteView>(path, body)
      id = fresh.id
      version = fresh.version
      savedAt.value = fresh.at
      sent = posted
      onSaved(fresh)
      running = false
      if (now() === posted) saving.value = 'saved'
      else plan()
    } catch (error) {
      running = false
      trouble.value = troubleOf(error)
      saving.value = error instanceof ApiError && error.code === 'stale' ? 'stale' : 'failed'
      if (saving.value === 'failed' && error instanceof ApiError && (error.status === 0 || error.status >= 500)) plan(RETRY_MS)
    }
  }

  function plan(after = PAUSE_MS): void {
    if (saving.value === 'stale') return
    if (saving.value === 'saved') saving.value = 'waiting'
    clearTimeout(timer)
    timer = window.setTimeout(() => void save(), after)
  }

  watch([typed, shared], () => now() !== sent && plan(), { deep: true })
  onScopeDispose(() => {
    clearTimeout(timer)
    if (now() !== sent && saving.value !== 'stale') void save()
  })

  return {
    typed,
    shared,
    saving,
    savedAt,
    trouble,
    take: (fresh) => {
      if (fresh.version > version && saving.value === 'saved') adopt(fresh)
    },
    async keepMine() {
      version = (await newest()).version
      saving.value = 'waiting'
      await save()
    },
    takeTheirs: async () => adopt(await newest()),
  }

  async function newest(): Promise<NoteView> {
    const all = await api.get<{ notes: NoteView[] }>(path)
    const found = all.notes.find((one) => one.id === id)
    if (!found) throw new ApiError('not_found', 404)
    return found
  }
}
