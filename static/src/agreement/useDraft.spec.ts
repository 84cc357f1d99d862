/** The draft's saving: nothing typed is lost, others' words flow in, a private talk's stay. Server: a small real list of versions. */
import { effectScope, nextTick, shallowRef, type EffectScope } from 'vue'
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest'

import { needMessages } from '../i18n'
import { emptyFields, type AgreementView, type BothChanged, type ClauseFields, type ClauseKind } from './types'
import { forgetDrafts } from './stash'
import { useDraft, type Draft } from './useDraft'

interface Put {
  save: string
  version: number
  since: string
  reveal?: boolean
  read?: number
  chamber: string
  clauses: { id: string; kind: ClauseKind; fields: ClauseFields }[]
}

const START: AgreementView = {
  id: 'agr_1', case_id: 'cas_1', number: null, state: 'drafting', version: 1, text_hash: null, shown: true,
  can: { edit: true, confirm: false, freeze: false, sign: false, print: false, file: false }, parties: [], dispute: { facts: '', issues: '', responsibility: '', open_points: null }, title: '',
  around: null, clauses: [], minutes: { paragraphs: [] }, required: [], ceremony: null, files: null, checks: [], effective_at: null, profile: 'people', kind: 'neighbour', paper: null, paper_only: null, lacks: [], review: null, reviewed: false,
} // prettier-ignore
type Texts = Map<string, string>
const textsOf = (clauses: { id: string; fields: ClauseFields }[]): Texts => new Map(clauses.map((clause) => [clause.id, clause.fields.text]))

/** What PUT /terms and GET do: versions count up, saves are merged clause by clause, a repeated one is one. */
class Office {
  view = START
  past: Texts[] = [new Map(), new Map()]
  sent = new Map<string, Texts>()
  /** No request arrives. */
  down = false
  /** Requests arrive, answers do not. */
  deaf = false
  /** Refuses to widen the audience without the explicit word. */
  strict = false
  /** The newest version that not everybody present may see; 0: they may all. */
  narrow = 0
  /** What both changed, to be named in the next answer. */
  both: BothChanged[] = []

  save(put: Put): Response {
    written.push(put.chamber)
    if (this.strict && !put.reveal) return new Response(JSON.stringify({ error: { code: 'would_reveal' } }), { status: 409 })
    if (put.read !== this.narrow && this.narrow) return new Response(JSON.stringify({ error: { code: 'stale', data: { version: this.narrow } } }), { status: 409 })
    const mine = textsOf(put.clauses)
    if (!this.sent.has(put.save)) {
      revealed.push(put.reveal === true)
      const base = (put.since ? this.sent.get(put.since) : this.past[put.version]) ?? new Map<string, string>()
      const theirs = textsOf(this.view.clauses)
      const merged: Texts = new Map()
      for (const id of new Set([...theirs.keys(), ...mine.keys()])) {
        const value = mine.get(id) === base.get(id) ? theirs.get(id) : mine.get(id)
        if (value !== undefined) merged.set(id, value)
      }
      this.sent.set(put.save, mine)
      this.write(merged, put.clauses)
    }
    const merged = JSON.stringify([...textsOf(this.view.clauses)]) !== JSON.stringify([...mine])
    return this.deaf ? Response.error() : new Response(JSON.stringify({ ...this.view, merged, both_changed: this.both }))
  }
  /** The next version. */
  write(texts: Texts, known: Put['clauses'] = []): void {
    const clauses = [...texts].map(([id, text], n) => {
      const one = known.find((clause) => clause.id === id)
      return { id, kind: one?.kind ?? 'free', fields: { ...emptyFields(), ...one?.fields, text }, number: n + 1, text, hash: '', confirmed: [], questioned: [] }
    })
    this.past.push(texts)
    this.view = { ...this.view, version: this.view.version + 1, clauses, shown: !secret }
  }
  answer(): Response {
    return new Response(JSON.stringify(this.view), { status: 200 })
  }
}

let office: Office
let scope: EffectScope
let draft: Draft
let secret = ''
let revealed: boolean[] = []
/** Where each save says that it was written. */
let written: string[] = []
const view = shallowRef<AgreementView>(START)
const realFetch = globalThis.fetch

beforeAll(() => needMessages('ui', 'errors'))
beforeEach(() => {
  secret = ''
  revealed = []
  written = []
  sessionStorage.clear()
  office = new Office()
  view.value = office.view
  globalThis.fetch = (input, init) => {
    if (office.down) return Promise.reject(new TypeError('Failed to fetch'))
    if (String(input).startsWith('/api/me')) return Promise.resolve(new Response('{"csrf":"t"}'))
    if (init?.method !== 'PUT') return Promise.resolve(office.answer())
    const answer = office.save(JSON.parse(String(init.body)) as Put)
    return office.deaf ? Promise.reject(new TypeError('Failed to fetch')) : Promise.resolve(answer)
  }
  open()
})
afterEach(() => {
  scope.stop()
  globalThis.fetch = realFetch
})

function open(): void {
  scope = effectScope(true)
  draft = scope.run(() => useDraft(view, (next) => (view.value = next), 'acc_gu', () => secret)) as Draft
}

/** As a reload does it: the page is gone without a last word, and another one asks the server anew. */
function reload(person = 'acc_gu'): void {
  const down = office.down
  office.down = true
  scope.stop()
  office.down = down
  view.value = office.view
  scope = effectScope(true)
  draft = scope.run(() => useDraft(view, (next) => (view.value = next), person, () => secret)) as Draft
}

function write(index: number, text: string): void {
  const clause = draft.terms.value.clauses[index]
  if (clause) clause.fields = { ...emptyFields(), ...clause.fields, text }
}

it('saves what was typed as the next version, with an id the clause has from its first second', async () => {
  draft.add('free')
  write(0, '尽快付款')
  await nextTick()
  await draft.flush()
  expect(office.view.version).toBe(2)
  expect(draft.terms.value.clauses[0]?.id).toBe(office.view.clauses[0]?.id)
  expect(office.view.clauses[0]?.id).toMatch(/^cla_[a-z2-7]{20}$/)
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

it('takes in what somebody else saved meanwhile, and keeps what was typed', async () => {
  const mine = draft.add('free')
  write(0, '我的')
  office.write(new Map([['cla_theirs', '别人的']]))
  await nextTick()
  await draft.flush()
  expect(draft.terms.value.clauses.map((clause) => clause.fields.text).sort()).toEqual(['别人的', '我的'].sort())
  expect(draft.saving.value).toBe('saved')
  expect(draft.terms.value.clauses.find((clause) => clause.key === mine)?.fields.text).toBe('我的')
})

it('builds the next save on its own last one while others write and typing goes on', async () => {
  const mine = draft.add('free')
  write(0, '我')
  office.write(new Map([['cla_theirs', '别人的']]))
  await nextTick()
  const saving = draft.flush()
  const clause = draft.terms.value.clauses[0]
  if (clause) clause.fields.text = '我的'
  await saving
  expect(Object.fromEntries(textsOf(office.view.clauses))).toEqual({ cla_theirs: '别人的', [mine]: '我的' })
  expect(draft.terms.value.clauses).toHaveLength(2)
})

it('lets others flow into an open page where nothing is unsaved, and leaves blanks that are being typed', async () => {
  draft.add('free')
  write(0, '一\u200b ')
  await nextTick()
  await draft.flush()
  const [mine] = textsOf(office.view.clauses).keys()
  const untouched = draft.terms.value.clauses[0]
  office.write(new Map([[mine ?? '', '一'], ['cla_theirs', '二']])) // prettier-ignore
  view.value = office.view
  await nextTick()
  expect(draft.terms.value.clauses.map((clause) => clause.fields.text)).toEqual(['一\u200b ', '二'])
  expect(draft.terms.value.clauses[0]).toBe(untouched)
  expect(draft.saving.value).toBe('saved')
})

it('offers back what somebody else changed at the same place', async () => {
  const id = draft.add('free')
  write(0, '我的')
  office.both = [{ clause: id, field: 'text', theirs: '别人的', by: '苏婉', number: 2 }]
  await nextTick()
  await draft.flush()
  office.both = []
  const [both] = draft.both.value
  if (both) draft.takeTheirs(both)
  expect(draft.both.value).toEqual([])
  await nextTick()
  await draft.flush()
  expect(office.view.clauses[0]?.text).toBe('别人的')
})

it('repeats a save whose answer was lost, and it is one', async () => {
  office.deaf = true
  draft.add('free')
  write(0, '一次')
  await nextTick()
  await expect(draft.flush()).rejects.toMatchObject({ code: 'network' })
  write(0, '一次。')
  await nextTick()
  office.deaf = false
  await draft.flush()
  expect(office.view.version).toBe(3)
  expect(office.view.clauses.map((clause) => clause.text)).toEqual(['一次。'])
})

it('brings back after a reload what was not saved, merged with what others wrote, and tells so once', async () => {
  office.down = true
  draft.add('free')
  write(0, '没来得及存')
  await nextTick()
  office.write(new Map([['cla_theirs', '别人的']]))
  reload()
  expect(draft.recovered.value).toBe(true)
  expect(draft.terms.value.clauses.map((clause) => clause.fields.text)).toEqual(['没来得及存'])
  office.down = false
  await draft.flush()
  expect([...textsOf(office.view.clauses).values()].sort()).toEqual(['别人的', '没来得及存'].sort())
  reload()
  expect(draft.recovered.value).toBe(false)
})

it('keeps nothing for another person at the same device, and nothing after logging out', async () => {
  office.down = true
  draft.add('free')
  write(0, '没来得及存')
  await nextTick()
  reload('acc_su')
  expect(draft.recovered.value).toBe(false)
  expect(JSON.stringify(sessionStorage)).not.toContain('没来得及存')
  draft.add('free')
  await nextTick()
  forgetDrafts()
  expect(Object.keys(sessionStorage).filter((name) => name.startsWith('hejie-draft-'))).toEqual([])
})

it('holds what was typed in a private talk and not saved there, also after a reload', async () => {
  secret = 'caucus_applicant'
  draft.add('free')
  write(0, '可以再让一千')
  await nextTick()
  secret = ''
  reload()
  await expect(draft.flush()).rejects.toMatchObject({ code: 'would_reveal' })
  expect(draft.saving.value).toBe('held')
  secret = 'caucus_respondent'
  await expect(draft.flush()).rejects.toMatchObject({ code: 'would_reveal' })
  expect(office.view.clauses).toEqual([])
  secret = 'caucus_applicant'
  await draft.flush()
  expect(office.view.clauses[0]?.text).toBe('可以再让一千')
})

it('says with each save in which private talk it was written, and here where the person said so', async () => {
  for (const [chamber, said] of [['', '一'], ['caucus_applicant', '二']] as const) {
    secret = chamber
    write(0, said)
    if (!chamber) draft.add('free')
    await nextTick()
    await draft.flush()
  }
  secret = ''
  write(0, '三')
  await nextTick()
  await draft.reveal()
  expect(written).toEqual(['', 'caucus_applicant', ''])
})

it('holds words typed in one private talk from the other one, whichever comes first, also when the room looks again meanwhile', async () => {
  secret = 'caucus_applicant'
  draft.add('free')
  write(0, '甲方可以让')
  await nextTick()
  view.value = { ...view.value }
  await nextTick()
  secret = 'caucus_respondent'
  write(0, '甲方可以让，乙方也可以')
  await nextTick()
  for (const chamber of ['caucus_respondent', 'caucus_applicant', '']) {
    secret = chamber
    await expect(draft.flush()).rejects.toMatchObject({ code: 'would_reveal' })
  }
  expect(written).toEqual([])
  await draft.reveal()
  expect(office.view.clauses[0]?.text).toBe('甲方可以让，乙方也可以')
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
  secret = 'caucus_applicant'
  draft.add('free')
  write(0, '可以再让一千')
  await nextTick()
  await draft.flush()
  secret = ''
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

it('shows nothing that others wrote meanwhile before it was read, and keeps what was typed', async () => {
  office.strict = true
  draft.add('free')
  write(0, '八千五百元')
  await nextTick()
  await expect(draft.flush()).rejects.toMatchObject({ code: 'would_reveal' })
  office.write(new Map([['cla_other', '底线']]))
  office.narrow = 2
  await draft.reveal()
  expect([draft.saving.value, draft.unread.value]).toEqual(['held', { from: 1, to: 2 }])
  expect([office.view.version, draft.terms.value.clauses[0]?.fields.text]).toEqual([2, '八千五百元'])
  reload()
  await draft.reveal()
  expect(draft.unread.value).toEqual({ from: 1, to: 2 })
  await draft.reveal()
  expect([draft.saving.value, draft.unread.value]).toEqual(['saved', null])
  expect(office.view.clauses.map((one) => one.text).sort()).toEqual(['八千五百元', '底线'].sort())
})

it('takes no agreement out of the reading: what was typed waits until the draft is open again', async () => {
  draft.add('free')
  write(0, '晚了一秒')
  await nextTick()
  view.value = { ...office.view, state: 'reading' }
  await draft.flush()
  scope.stop()
  await new Promise((done) => setTimeout(done, 20))
  expect(office.view.version).toBe(1)
  open()
  expect(draft.recovered.value).toBe(true)
  view.value = office.view
  await nextTick()
  await draft.flush()
  expect(office.view.clauses[0]?.text).toBe('晚了一秒')
})

it('saves the last words when another agreement is chosen', async () => {
  draft.add('free')
  write(0, '最后一句')
  await nextTick()
  scope.stop()
  view.value = { ...START, id: 'agr_2' }
  await new Promise((done) => setTimeout(done, 20))
  expect(office.view.clauses[0]?.text).toBe('最后一句')
})
