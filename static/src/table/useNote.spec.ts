/** A note is saved as typed: every pause, also when its card goes away, and never over what another window wrote. */
import { effectScope, type EffectScope } from 'vue'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { until } from '../ui/testing'
import type { NoteView } from './types'
import { useNote, type Note } from './useNote'

const sent: { method: string; path: string; body: Record<string, unknown> }[] = []
let server: NoteView | null
let trouble = 0
vi.stubGlobal('fetch', (path: string, init: RequestInit) => {
  const method = init.method ?? 'GET'
  if (method === 'GET') return Promise.resolve(Response.json(path.endsWith('/notes') ? { notes: server ? [server] : [] } : { csrf: 'x' }))
  const body = JSON.parse(String(init.body)) as Record<string, unknown>
  sent.push({ method, path, body })
  if (trouble) return Promise.resolve(new Response('', { status: trouble }))
  if (server && method === 'PUT' && body['version'] !== server.version) return Promise.resolve(Response.json({ error: { code: 'stale' } }, { status: 409 }))
  server = { id: 'not_1', author: 'gu', version: (server?.version ?? 0) + 1, shared: false, content: body['content'] as NoteView['content'], at: '2026-11-26T06:00:00Z' }
  return Promise.resolve(Response.json(server))
})

let scope: EffectScope
const saved = vi.fn()
const open = (note: NoteView | null = null): Note => scope.run(() => useNote('/api/cases/cas/notes', note, saved)) as Note
beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true })
  scope = effectScope()
  sent.length = 0
  server = null
  trouble = 0
  saved.mockClear()
})
afterEach(() => {
  scope.stop()
  vi.useRealTimers()
})

async function typed(note: Note, text: string): Promise<void> {
  note.typed.value.text = text
  await Promise.resolve()
  await vi.advanceTimersByTimeAsync(1000)
  await until(() => note.saving.value !== 'waiting' && note.saving.value !== 'saving', 'the save')
}

it('is made at the first pause and changed at the next', async () => {
  const note = open()
  expect(note.saving.value).toBe('saved')
  await typed(note, '底线')
  await typed(note, '底线八千')
  expect(sent.map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /api/cases/cas/notes', 'PUT /api/cases/cas/notes/not_1'])
  expect(sent[1]?.body['version']).toBe(1)
  expect(note.saving.value).toBe('saved')
  expect(saved).toHaveBeenCalledTimes(2)
})

it('says that it is not saved, keeps what was typed and tries again', async () => {
  const note = open()
  trouble = 503
  await typed(note, '底线')
  expect(note.saving.value).toBe('failed')
  trouble = 0
  await vi.advanceTimersByTimeAsync(5000)
  await until(() => note.saving.value === 'saved', 'another try')
  expect(server?.content.text).toBe('底线')
})

it('is not written over another window, and either of both can be kept', async () => {
  server = { id: 'not_1', author: 'gu', version: 3, shared: false, content: { text: '那边', about: '', may_be_told: false }, at: '' }
  const note = open({ ...server, version: 2 })
  await typed(note, '这边')
  expect(note.saving.value).toBe('stale')
  expect(server.content.text).toBe('那边')
  await note.keepMine()
  expect(server.content.text).toBe('这边')
  const other = open({ ...server, version: 1 })
  await typed(other, '又一边')
  await other.takeTheirs()
  expect([other.typed.value.text, other.saving.value]).toEqual(['这边', 'saved'])
})

it('takes what the server has only where nothing is typed', async () => {
  const note = open({ id: 'not_1', author: 'gu', version: 1, shared: false, content: { text: '旧', about: '', may_be_told: false }, at: '' })
  const fresh = { id: 'not_1', author: 'gu', version: 2, shared: true, content: { text: '新', about: '', may_be_told: false }, at: '' }
  note.take(fresh)
  expect([note.typed.value.text, note.shared.value]).toEqual(['新', true])
  note.typed.value.text = '正在写'
  await Promise.resolve()
  note.take({ ...fresh, version: 3, content: { ...fresh.content, text: '别的' } })
  expect(note.typed.value.text).toBe('正在写')
})

it('is saved when its card goes away in the middle of a word', async () => {
  open().typed.value.text = '没停下'
  await Promise.resolve()
  scope.stop()
  await until(() => server?.content.text === '没停下', 'the last words')
})
