/** The draft's saving: nothing typed is lost, versions follow each other, a stale save asks. Server: a small real list of versions. */
import { effectScope, nextTick, shallowRef, type EffectScope } from 'vue'
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest'

import { needMessages } from '../i18n'
import { until } from '../ui/testing'
import { emptyFields, type AgreementView, type ClauseFields, type ClauseKind } from './types'
import { useDraft, type Draft } from './useDraft'

interface Put {
  version: number
  reveal?: boolean
  clauses: { id?: string; kind: ClauseKind; fields: ClauseFields }[]
}

/** What PUT /terms and GET do, in forty lines: versions count up, a wrong one is refused. */
class Office {
  view: AgreementView = {
    id: 'agr_1', case_id: 'cas_1', number: null, state: 'drafting', version: 1, text_hash: null, shown: true,
    can: { edit: true, confirm: false, freeze: false, sign: false, print: false, file: false }, parties: [], dispute: { facts: '', issues: '', responsibility: '' },
    clauses: [], minutes: { paragraphs: [] }, required: [], ceremony: null, files: null, checks: [], profile: 'people', kind: 'neighbour', paper: null, paper_only: null, lacks: [],
  } // prettier-ignore
  down = false
  /** Refuses to widen the audience without the explicit word. */
  strict = false
  puts = 0

  save(put: Put): Response {
    if (this.strict && !put.reveal) return new Response(JSON.stringify({ error: { code: 'would_reveal' } }), { status: 409 })
    if (put.version !== this.view.version) return new Response(JSON.stringify({ error: { code: 'stale', data: { version: this.view.version } } }), { status: 409 })
    this.puts += 1
    revealed.push(put.reveal === true)
    const clauses = put.clauses.map((clause, index) => ({ ...clause, id: clause.id ?? `cl_${this.puts}_${index}`, number: index + 1, text: clause.fields.text, hash: '', confirmed: [], questioned: [] }))
    this.view = { ...this.view, version: this.view.version + 1, clauses, shown: !secret }
    return this.answer()
  }
  answer(): Response {
    return new Response(JSON.stringify(this.view), { status: 200 })
  }
}

let office: Office
let scope: EffectScope
let draft: Draft
let secret = false
let revealed: boolean[] = []
const view = shallowRef<AgreementView>(new Office().view)
const realFetch = globalThis.fetch

beforeAll(() => needMessages('ui', 'errors'))
beforeEach(() => {
  secret = false
  revealed = []
  sessionStorage.clear()
  office = new Office()
  view.value = office.view
  globalThis.fetch = (input, init) => {
    if (office.down) return Promise.reject(new TypeError('Failed to fetch'))
    if (String(input).startsWith('/api/me')) return Promise.resolve(new Response('{"csrf":"t"}'))
    return Promise.resolve(init?.method === 'PUT' ? office.save(JSON.parse(String(init.body)) as Put) : office.answer())
  }
  scope = effectScope(true)
  draft = scope.run(() => useDraft(view, (next) => (view.value = next), () => secret)) as Draft
})
afterEach(() => {
  scope.stop()
  globalThis.fetch = realFetch
})

function write(index: number, text: string): void {
  const clause = draft.terms.value.clauses[index]
  if (clause) clause.fields = { ...emptyFields(), ...clause.fields, text }
}

it('saves what was typed as the next version and gives new clauses their ids', async () => {
  draft.add('free')
  write(0, '尽快付款')
  await nextTick()
  await draft.flush()
  expect(office.view.version).toBe(2)
  expect(draft.terms.value.clauses[0]?.id).toBe(office.view.clauses[0]?.id)
  expect(draft.saving.value).toBe('saved')
})

it('keeps typing that happened while a save was under way', async () => {
  draft.add('free')
  write(0, '一')
  await nextTick()
  const saving = draft.flush()
  write(0, '一二')
  await saving
  expect(office.view.clauses[0]?.text).toBe('一二')
  expect(new Set(office.view.clauses.map((clause) => clause.id)).size).toBe(1)
})

it('asks when somebody else saved first, and keeps mine as the version after theirs', async () => {
  draft.add('free')
  write(0, '我的')
  office.view = { ...office.view, version: 5 }
  await nextTick()
  await expect(draft.flush()).rejects.toMatchObject({ code: 'stale' })
  expect(draft.saving.value).toBe('stale')
  expect(draft.terms.value.clauses[0]?.fields.text).toBe('我的')
  await draft.keepMine()
  expect(office.view.version).toBe(6)
  expect(office.view.clauses[0]?.text).toBe('我的')
})

it('shows theirs when mine is dropped', async () => {
  draft.add('free')
  write(0, '我的')
  office.view = { ...office.view, version: 5, clauses: [{ id: 'cl_x', kind: 'free', number: 1, text: '别人的', hash: '', fields: { ...emptyFields(), text: '别人的' }, confirmed: [], questioned: [] }] }
  await nextTick()
  await draft.flush().catch(() => undefined)
  draft.takeTheirs()
  await until(() => draft.saving.value === 'saved', 'theirs taken')
  expect(draft.terms.value.clauses[0]?.fields.text).toBe('别人的')
})

it('loses nothing when the network is gone', async () => {
  office.down = true
  draft.add('free')
  write(0, '断网时写的')
  await nextTick()
  await expect(draft.flush()).rejects.toMatchObject({ code: 'network' })
  expect(draft.saving.value).toBe('failed')
  office.down = false
  await draft.flush()
  expect(office.view.clauses[0]?.text).toBe('断网时写的')
})

it('puts a removed clause back where it was', async () => {
  draft.add('free')
  draft.add('act')
  const first = draft.terms.value.clauses[0]?.key ?? ''
  draft.remove(first)
  expect(draft.terms.value.clauses.map((clause) => clause.kind)).toEqual(['act'])
  draft.restore()
  expect(draft.terms.value.clauses.map((clause) => clause.kind)).toEqual(['free', 'act'])
  draft.move(first, 1)
  expect(draft.terms.value.clauses.map((clause) => clause.kind)).toEqual(['act', 'free'])
  await draft.flush()
})

it('sends an unfinished date as none', async () => {
  const key = draft.add('act')
  const clause = draft.terms.value.clauses.find((one) => one.key === key)
  if (clause) clause.fields.due = { by: 'date', date: '' }
  await nextTick()
  await draft.flush()
  expect(office.view.clauses[0]?.fields.due).toBeNull()
})

it('does not show by autosave, back in the joint chamber, what was written in a private talk', async () => {
  secret = true
  draft.add('free')
  write(0, '可以再让一千')
  await nextTick()
  await draft.flush()
  secret = false
  write(0, '可以再让一千。')
  await nextTick()
  await expect(draft.flush()).rejects.toMatchObject({ code: 'would_reveal' })
  expect(draft.saving.value).toBe('held')
  expect(office.view.clauses[0]?.text).toBe('可以再让一千')
  write(0, '付八千五百元')
  await nextTick()
  await draft.reveal()
  expect(office.view.clauses[0]?.text).toBe('付八千五百元')
  expect(revealed).toEqual([false, false])
  write(0, '付八千五百元。')
  await nextTick()
  await draft.flush()
  expect(office.view.clauses[0]?.text).toBe('付八千五百元。')
})

it('asks as well when the server knows of a private talk that this browser does not', async () => {
  office.strict = true
  draft.add('free')
  write(0, '八千五百元')
  await nextTick()
  await expect(draft.flush()).rejects.toMatchObject({ code: 'would_reveal' })
  expect(draft.saving.value).toBe('held')
  await draft.reveal()
  expect(revealed).toEqual([true])
  expect(office.view.clauses[0]?.text).toBe('八千五百元')
})
