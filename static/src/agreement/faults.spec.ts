/** What the server does not take is marked where it stands, and its words are the control's own; asked for, it has the focus. */
import { effectScope, nextTick, shallowRef } from 'vue'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { mounted, type Mounted } from '../ui/testing'
import DraftEditor from './DraftEditor.vue'
import { faultsOf } from './faults'
import { emptyFields, type AgreementView, type ClauseKind, type EditedClause } from './types'
import { useDraft, type Draft } from './useDraft'

const clauseOf = (kind: ClauseKind, n: number): EditedClause => ({ key: `c${n}`, id: `c${n}`, kind, fields: emptyFields() })
const CLAUSES = (['free', 'payment', 'act'] as const).map(clauseOf)
const AGREEMENT: AgreementView = {
  id: 'agr_1', case_id: 'cas_1', number: null, state: 'drafting', version: 1, text_hash: null, shown: false,
  can: { edit: true, confirm: false, freeze: false, sign: false, print: false, file: false }, parties: [], around: null, dispute: { facts: '', issues: '', responsibility: '', open_points: null }, title: '',
  clauses: CLAUSES.map((one, n) => ({ ...one, number: n + 1, text: '', hash: '', confirmed: [], questioned: [] })),
  minutes: { paragraphs: [] }, required: [], ceremony: null, files: null, checks: [], effective_at: null, profile: 'people', kind: 'neighbour', paper: null, paper_only: null, lacks: [], review: null, reviewed: false,
} // prettier-ignore

it.each([
  ['dispute.facts', 'draft-facts'],
  ['dispute.open_points', 'draft-open'],
  ['minutes.paragraphs[3]', 'minutes-text'],
  ['clauses[1].fields.amount_fen', 'clause-c1-amount'],
  ['clauses[1].fields.items[2].label', 'clause-c1-items-2-label'],
  ['clauses[1].fields.instalments[0].amount_fen', 'clause-c1-instalments-0-sum'],
  ['clauses[1].fields.instalments[1].due.days', 'clause-c1-instalments-1-days'],
  ['clauses[1].fields.items', 'clause-c1-items-add'],
  ['clauses[2].fields.due.event', 'clause-c2-event'],
  ['clauses[2].fields.account', 'clause-c2-title'],
  ['clauses[0].fields.act', 'clause-c0-title'],
  ['clauses[0]', 'clause-c0-title'],
  ['clauses[9].fields.act', ''],
  ['clauses', ''],
])('finds the place of %s', (path, control) => {
  expect(faultsOf({ [path]: 'too_long' }, CLAUSES).map((one) => one.control)).toEqual([control])
})

const realFetch = globalThis.fetch
const scope = effectScope()
let shown: Mounted
let draft: Draft
let refused: Record<string, string>
beforeEach(async () => {
  sessionStorage.clear()
  HTMLElement.prototype.scrollIntoView = vi.fn() // jsdom lays nothing out
  refused = { 'clauses[1].fields.account': 'too_long', 'clauses[1].fields.due.days': 'range', 'clauses[0].fields.place': 'format', 'dispute.facts': 'format' }
  globalThis.fetch = (path) => {
    if (String(path).startsWith('/api/me')) return Promise.resolve(Response.json({ csrf: 't' }))
    const code = Object.keys(refused).length ? { error: { code: 'invalid', fields: refused } } : { ...AGREEMENT, version: 2, merged: false, both_changed: [] }
    return Promise.resolve(Response.json(code, { status: 'error' in code ? 422 : 200 }))
  }
  draft = scope.run(() => useDraft(shallowRef(AGREEMENT), () => undefined, 'acc_gu')) as Draft
  shown = await mounted(DraftEditor, { agreement: AGREEMENT, draft, busy: false, main: true, lead: '' }, {}, ['ui', 'errors', 'agreement', 'agreements', 'clauses', 'checking', 'reviews', 'versions'])
  const payment = draft.terms.value.clauses[1]
  if (payment) payment.fields.due = { by: 'days_after_effective', days: 9999, working: false, event: '' }
  await nextTick()
})
afterEach(() => {
  globalThis.fetch = realFetch
  shown.unmount()
})
const control = (id: string): HTMLElement => document.getElementById(id) as HTMLElement
const told = (id: string): string => (control(id).getAttribute('aria-describedby') ?? '').split(' ').map((one) => document.getElementById(one)?.textContent ?? '').join(' ') // prettier-ignore

it('marks each control, or its clause, says what is wrong there, and lists it with a way there', async () => {
  await expect(draft.flush()).rejects.toMatchObject({ code: 'invalid' })
  await nextTick()
  for (const [id, words] of [['clause-c1-account', '太长了'], ['clause-c1-days', '数字太大'], ['draft-facts', '特殊字符']] as const) {
    expect([control(id).getAttribute('aria-invalid'), told(id)]).toEqual(['true', expect.stringContaining(words)])
  } // prettier-ignore
  expect(told('clause-c0-title')).toContain('特殊字符')
  const list = shown.element.querySelector<HTMLElement>('[role=alert]')
  expect(document.activeElement).toBe(list)
  expect([...(list?.querySelectorAll('a') ?? [])].map((one) => one.getAttribute('href'))).toEqual(['#clause-c1-account', '#clause-c1-days', '#clause-c0-title', '#draft-facts'])
  list?.querySelector('a')?.click()
  expect(document.activeElement?.id).toBe('clause-c1-account')
  refused = {}
  await draft.flush()
  await nextTick()
  expect([shown.element.querySelector('[aria-invalid]'), shown.element.querySelector('[role=alert]')]).toEqual([null, null])
})

it('leaves the focus where somebody types when a save by itself is refused', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  control('draft-facts').focus()
  draft.terms.value.dispute.facts = '漏水'
  await nextTick()
  await vi.advanceTimersByTimeAsync(1500)
  vi.useRealTimers()
  await vi.waitFor(() => expect(control('clause-c1-account').getAttribute('aria-invalid')).toBe('true'))
  expect(document.activeElement?.id).toBe('draft-facts')
})

it('takes no more characters than the server does', () => {
  const bound = (id: string): string | null => control(id).getAttribute('maxlength')
  expect(['draft-facts', 'draft-issues', 'draft-responsibility', 'clause-c0-text', 'clause-c1-act', 'clause-c1-account', 'clause-c1-days'].map(bound)).toEqual(['4000', '4000', '4000', '4000', '4000', '500', '4'])
})
