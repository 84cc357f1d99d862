/** What is published is what was read; who may not act is told who does; focus stays near what was removed or moved. */
import { defineComponent, effectScope, h, nextTick, shallowRef } from 'vue'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { mounted, until, type Mounted } from '../ui/testing'
import ActDialog from './ActDialog.vue'
import ByHand from './ByHand.vue'
import DraftEditor from './DraftEditor.vue'
import MinutesEditor from './MinutesEditor.vue'
import ReadingBoard from './ReadingBoard.vue'
import { emptyFields, type AgreementView } from './types'
import { useAgreement } from './useAgreement'
import { useDraft, type Draft } from './useDraft'

const AGREEMENT: AgreementView = {
  id: 'agr_1', case_id: 'cas_1', number: null, state: 'drafting', version: 4, text_hash: null, shown: false,
  can: { edit: true, confirm: false, freeze: false, sign: false, print: false, file: false }, parties: [], dispute: { facts: '', issues: '', responsibility: '', open_points: null }, title: '',
  clauses: ['一', '二', '三'].map((text, n) => ({ id: `c${n + 1}`, kind: 'free', number: n + 1, text, hash: '', fields: { ...emptyFields(), text }, confirmed: [], questioned: [] })),
  minutes: { paragraphs: [] }, required: [], ceremony: null, files: null, checks: [], effective_at: null, profile: 'people', kind: 'neighbour', paper: null, paper_only: null, lacks: [], review: null, reviewed: false,
} // prettier-ignore
const WORDS = ['ui', 'agreement', 'agreements', 'clauses', 'checking', 'reviews', 'versions'] as const
let shown: Mounted
const scope = effectScope()
const at = (): string => document.activeElement?.id ?? ''
const press = (words: string): void => [...shown.element.querySelectorAll('button')].find((one) => one.textContent?.trim() === words)?.click()

beforeEach(() => {
  sessionStorage.clear()
  HTMLElement.prototype.scrollIntoView = vi.fn() // jsdom lays nothing out
  globalThis.fetch = () => Promise.reject(new TypeError('offline'))
})
afterEach(() => shown.unmount())

function draftOf(chamber = ''): Draft {
  const draft = scope.run(() => useDraft(shallowRef(AGREEMENT), () => undefined, 'acc_gu', () => chamber))
  if (!draft) throw new Error('no draft')
  return draft
}

async function editor(lead = ''): Promise<number[]> {
  const asked: number[] = []
  const props = { agreement: AGREEMENT, draft: draftOf(), busy: false, main: true, lead, onShow: (version: number) => asked.push(version) }
  shown = await mounted(DraftEditor, props, {}, [...WORDS])
  return asked
}

it('asks about the version that was read, and anew when another came', async () => {
  const went: number[] = []
  const version = shallowRef(4)
  const open = shallowRef(false)
  const props = (): InstanceType<typeof ActDialog>['$props'] => ({ open: open.value, title: '给双方看', effect: '', go: '看过了', version: version.value, onGo: (n: number) => went.push(n) })
  shown = await mounted(defineComponent(() => () => h(ActDialog, props())), {}, {}, [...WORDS])
  open.value = true
  await nextTick()
  await nextTick()
  version.value = 5
  await nextTick()
  expect(shown.element.querySelector('[role=status]')?.textContent).toContain('第5版')
  press('看过了')
  expect(went).toEqual([])
  open.value = false
  await nextTick()
  open.value = true
  await nextTick()
  await nextTick()
  press('看过了')
  expect(went).toEqual([5])
})

it('shows the version that was asked about', async () => {
  const asked = await editor()
  press('给双方看这一版')
  await until(() => shown.element.querySelector('dialog[open]'), 'the question')
  press('看过了，给双方看')
  expect(asked).toEqual([4])
})

it('sends the version with the act', async () => {
  shown = await mounted({ render: () => null })
  const sent: unknown[] = []
  globalThis.fetch = (path, init) => {
    if (String(path).startsWith('/api/me')) return Promise.resolve(Response.json({ csrf: 't' }))
    if (init?.method === 'POST') sent.push(JSON.parse(String(init.body)))
    return Promise.resolve(init?.method === 'POST' ? Response.json({ error: { code: 'stale', data: { version: 5 } } }, { status: 409 }) : Response.json({ ...AGREEMENT, version: 5 }))
  }
  const state = useAgreement()
  await state.follow('agr_1')
  await expect(state.act('show', 4)).rejects.toMatchObject({ code: 'stale' })
  expect(sent).toEqual([{ act: 'show', version: 4 }])
})

it('tells who else shows, reads out and freezes', async () => {
  await editor('顾明华')
  expect(shown.element.textContent).toContain('由调解员顾明华来做')
  for (const words of ['给双方看这一版', '开始宣读']) expect(shown.element.textContent).not.toContain(words)
  shown.unmount()
  shown = await mounted(ReadingBoard, { agreement: { ...AGREEMENT, state: 'reading' }, busy: false, main: true, lead: '顾明华' }, {}, [...WORDS])
  expect(shown.element.textContent).toContain('由调解员顾明华来做')
  expect([...shown.element.querySelectorAll('button')].filter((one) => /定稿|打印|退回/.test(one.textContent ?? ''))).toEqual([])
})

it('says what becomes of the printed sheets before the draft is taken back', async () => {
  let back = 0
  const paper = { printed_at: '', pages: 2, print: '/p', scan: null, signed_on: null }
  shown = await mounted(ByHand, { agreement: { ...AGREEMENT, state: 'on_paper', paper }, main: true, lead: '', onBack: () => (back += 1) }, {}, [...WORDS])
  press('退回修改')
  await until(() => shown.element.querySelector('dialog[open]'), 'the question')
  expect(shown.element.querySelector('dialog')?.textContent).toContain('打印好的纸都作废')
  expect(back).toBe(0)
  shown.element.querySelector<HTMLElement>('dialog .primary')?.click()
  expect(back).toBe(1)
})

it('leaves the focus near a clause that was removed, put back or moved', async () => {
  await editor()
  const button = (clause: string, words: string): void => [...(shown.element.querySelector(`#clause-${clause}-title`)?.closest('article')?.querySelectorAll('button') ?? [])].find((one) => one.textContent?.trim() === words)?.click()
  button('c2', '删除')
  await until(() => at() === 'clause-c3-title', 'the next clause')
  press('放回去')
  await until(() => at() === 'clause-c2-title', 'the clause put back')
  button('c2', '↑')
  await until(() => at() === 'clause-c2-down', 'the other arrow')
  button('c3', '删除')
  await until(() => at() === 'draft-restore', 'the way back')
})

it('says in the minutes what waits, and the way out', async () => {
  const draft = draftOf()
  draft.saving.value = 'held'
  shown = await mounted(MinutesEditor, { agreement: AGREEMENT, draft, editable: true }, {}, [...WORDS])
  expect(shown.element.querySelector('[role=status]')?.textContent).toContain('看过了，保存给在场的人看')
})
