/** What others wrote in a private talk meanwhile is read before it is shown together with what was typed. */
import { effectScope, nextTick, shallowRef } from 'vue'
import { afterEach, beforeEach, expect, it } from 'vitest'

import { mounted, until, type Mounted } from '../ui/testing'
import SavingNotices from './SavingNotices.vue'
import type { AgreementView } from './types'
import { useDraft, type Draft } from './useDraft'

const AGREEMENT: AgreementView = {
  id: 'agr_1', case_id: 'cas_1', number: null, state: 'drafting', version: 1, text_hash: null, shown: false,
  can: { edit: true, confirm: false, freeze: false, sign: false, print: false, file: false }, parties: [], around: null, dispute: { facts: '', issues: '', responsibility: '', open_points: null }, title: '',
  clauses: [], minutes: { paragraphs: [] }, required: [], ceremony: null, files: null, checks: [], effective_at: null, profile: 'people', kind: 'neighbour', paper: null, paper_only: null, lacks: [], review: null, reviewed: false,
} // prettier-ignore
const realFetch = globalThis.fetch
const scope = effectScope()
let shown: Mounted
let draft: Draft
let asked: string[]
let read: (number | undefined)[]
beforeEach(async () => {
  sessionStorage.clear()
  asked = []
  read = []
  globalThis.fetch = (path, init) => {
    if (String(path).startsWith('/api/me')) return Promise.resolve(Response.json({ csrf: 't' }))
    if (init?.method !== 'PUT') {
      asked.push(String(path))
      return Promise.resolve(Response.json({ from_version: 1, to_version: 2, clauses: [], texts: [{ field: 'facts', spans: [{ op: '+', text: '底线' }] }] }))
    }
    const body = JSON.parse(String(init.body)) as { reveal?: boolean; read?: number }
    read.push(body.read)
    if (!body.reveal) return Promise.resolve(Response.json({ error: { code: 'would_reveal' } }, { status: 409 }))
    if (body.read !== 2) return Promise.resolve(Response.json({ error: { code: 'stale', data: { version: 2 } } }, { status: 409 }))
    return Promise.resolve(Response.json({ ...AGREEMENT, version: 3, merged: false, both_changed: [] }))
  }
  draft = scope.run(() => useDraft(shallowRef(AGREEMENT), () => undefined, 'acc_gu')) as Draft
  shown = await mounted(SavingNotices, { draft, agreement: AGREEMENT }, {}, ['ui', 'errors', 'agreement', 'clauses', 'versions'])
})
afterEach(() => {
  globalThis.fetch = realFetch
  shown.unmount()
})
const button = (): HTMLElement | null => shown.element.querySelector<HTMLElement>('[data-control=reveal]')

it('shows them only after they were opened, and says why', async () => {
  draft.terms.value.dispute.facts = '漏水'
  await nextTick()
  await expect(draft.flush()).rejects.toMatchObject({ code: 'would_reveal' })
  await nextTick()
  button()?.click()
  await until(() => shown.element.querySelector('[data-unread]'), 'what was written meanwhile')
  expect([button()?.getAttribute('aria-disabled'), shown.element.textContent]).toEqual(['true', expect.stringContaining('没有给大家看')])
  const tries = read.length
  button()?.click()
  expect(read).toHaveLength(tries)
  shown.element.querySelector('[data-unread]')?.setAttribute('open', '')
  await until(() => shown.element.querySelector('[data-redline]'), 'the words')
  expect([asked, shown.element.textContent]).toEqual([['/api/agreements/agr_1/redline?from=1&to=2'], expect.stringContaining('底线')])
  await nextTick()
  button()?.click()
  await until(() => (draft.saving.value === 'saved' ? shown.element : null), 'the save')
  expect(read.at(-1)).toBe(2)
})
