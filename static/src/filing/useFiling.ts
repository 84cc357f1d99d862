/** A citizen's draft: what is typed is saved at each pause of a second; what could not be sent is kept and sent again. */
import { onBeforeUnmount, onMounted, reactive, ref, shallowRef, type Ref, type ShallowRef } from 'vue'

import { api, ApiError, useSeat } from '../api'
import { shrunk } from './photo'
import { emptyStory, type DraftView, type FileView, type ReceiptView, type Story, type StoryField } from './types'

const PAUSE = 1000
const AGAIN = 5000

export interface Filing {
  story: Story
  draft: ShallowRef<DraftView | null>
  files: Ref<FileView[]>
  receipt: ShallowRef<ReceiptView | null>
  organisation: Ref<string>
  savedAt: Ref<string>
  /** saved: all is safe; waiting: the line is down, tried again; elsewhere: another phone holds it now */
  state: Ref<'saved' | 'typing' | 'waiting' | 'elsewhere'>
  set: <F extends StoryField>(field: F, value: Story[F]) => void
  flush: () => Promise<void>
  open: () => Promise<void>
  resume: (number: string, code: string) => Promise<void>
  add: (file: File, progress: (share: number) => void) => Promise<void>
  takeBack: (id: string) => Promise<void>
  submit: () => Promise<void>
  leave: () => Promise<void>
  anew: () => void
}

export function useFiling(place: string): Filing {
  const story = reactive(emptyStory())
  const draft = shallowRef<DraftView | null>(null)
  const files = ref<FileView[]>([])
  const receipt = shallowRef<ReceiptView | null>(null)
  const organisation = ref('')
  const savedAt = ref('')
  const state = ref<'saved' | 'typing' | 'waiting' | 'elsewhere'>('saved')
  const pending = new Set<StoryField>()
  let timer = 0
  let sending: Promise<void> | null = null
  useSeat(null)

  function take(view: DraftView): void {
    draft.value = view
    files.value = view.files
    receipt.value = view.receipt
    organisation.value = view.organisation
    savedAt.value = view.saved_at
    const typed = Object.fromEntries([...pending].map((field) => [field, story[field]]))
    Object.assign(story, view.story, typed)
  }

  function set<F extends StoryField>(field: F, value: Story[F]): void {
    story[field] = value
    pending.add(field)
    if (state.value === 'elsewhere') return
    state.value = 'typing'
    later(PAUSE)
  }

  function later(wait: number): void {
    clearTimeout(timer)
    timer = window.setTimeout(() => void flush().catch(() => undefined), wait)
  }

  async function begun(): Promise<void> {
    if (!draft.value) take(await api.post<DraftView>('/api/filing/drafts', { place }))
  }

  async function send(): Promise<void> {
    const fields = [...pending]
    pending.clear()
    const changed = Object.fromEntries(fields.map((field) => [field, story[field]]))
    try {
      fields.forEach((field) => pending.add(field)) // a draft that is only now begun must not empty them
      await begun()
      fields.forEach((field) => story[field] === changed[field] && pending.delete(field))
      const saved = await api.post<{ saved_at: string }>('/api/filing/draft', { changed })
      savedAt.value = saved.saved_at
      state.value = pending.size ? 'typing' : 'saved'
    } catch (error) {
      fields.forEach((field) => pending.add(field))
      const gone = error instanceof ApiError && ['not_found', 'already_filed'].includes(error.code)
      state.value = gone ? 'elsewhere' : 'waiting'
      if (!gone) later(AGAIN)
      throw error
    }
  }

  /** All that was typed is with the server; throws what stood in the way. */
  async function flush(): Promise<void> {
    clearTimeout(timer)
    while (sending) await sending.catch(() => undefined)
    if (!pending.size) return
    sending = send().finally(() => (sending = null))
    await sending
  }

  const hidden = (): void => {
    if (document.visibilityState === 'hidden') void flush().catch(() => undefined)
  }
  onMounted(() => document.addEventListener('visibilitychange', hidden))
  onBeforeUnmount(() => {
    document.removeEventListener('visibilitychange', hidden)
    void flush().catch(() => undefined)
  })

  function anew(): void {
    clearTimeout(timer)
    pending.clear()
    Object.assign(story, emptyStory())
    draft.value = null
    receipt.value = null
    files.value = []
    state.value = 'saved'
  }

  return {
    story, draft, files, receipt, organisation, savedAt, state, set, flush, anew,
    async open() {
      const door = await api.get<{ organisation: string; draft: DraftView | null }>(`/api/filing/places/${encodeURIComponent(place)}`)
      organisation.value = door.organisation
      if (door.draft) take(door.draft)
    },
    async resume(number, code) {
      take(await api.post<DraftView>('/api/filing/resume', { number, code }))
      state.value = 'saved'
    },
    async add(file, progress) {
      await begun()
      const [bytes, name] = await shrunk(file)
      const options = { type: 'application/octet-stream', headers: { 'X-Hejie-Name': encodeURIComponent(name) } }
      files.value = (await api.upload<{ files: FileView[] }>('/api/filing/draft/files', bytes, progress, options)).files
    },
    async takeBack(id) {
      files.value = (await api.delete<{ files: FileView[] }>(`/api/filing/draft/files/${id}`)).files
    },
    async submit() {
      await flush()
      receipt.value = await api.post<ReceiptView>('/api/filing/draft/submit')
    },
    async leave() {
      await flush()
      await api.post('/api/filing/draft/leave')
    },
  }
}
