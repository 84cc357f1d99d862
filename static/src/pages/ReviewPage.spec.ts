/** The reviewer's page: a draft is returned only with words, remarks go with their clauses. Server: one draft that remembers. */
import { afterEach, beforeEach, expect, it } from 'vitest'

import { takeMe } from '../me'
import type { ReviewView } from '../review/types'
import { mounted, type, until, type Mounted } from '../ui/testing'
import ReviewPage from './ReviewPage.vue'
import ReviewsPage from './ReviewsPage.vue'

const DRAFT: ReviewView = {
  row: { id: 'rev_1', number: '1号', title: '漏水赔偿', mediator: '顾明华', document: '人民调解协议书', profile: 'people', given_at: new Date(Date.now() - 26 * 3_600_000).toISOString(), round: 2, outcome: 'waiting', decided_at: null },
  parties: [{ label: '甲方', name: '林秀珍', description: '林秀珍，女' }], dispute: { facts: '漏水', issues: '', responsibility: '', open_points: null },
  clauses: [{ id: 'c1', number: 1, text: '甲方应修好防水。', remark: '' }, { id: 'c2', number: 2, text: '甲方付8500元。', remark: '' }],
  minutes: ['读过了。'], checks: [{ clause: 'c2', code: 'account_missing', detail: '' }], reason: '',
  earlier: [{ outcome: 'returned', decided_at: '2026-11-20T02:00:00Z', reviewer: '陆清源', reason: '请补账户。', remarks: ['2. 写清账户'] }],
}
let posted: unknown[]
let now: ReviewView
let shown: Mounted

beforeEach(() => {
  posted = []
  now = DRAFT
  sessionStorage.clear()
  takeMe({ kind: 'staff', id: 'acc_lu', name: '陆清源', role: 'reviewer', csrf: 't', centre: { name: '', phone: '', address: '', root_sha256: '' }, demo: false, build: '' })
  globalThis.fetch = (path, init) => {
    if (String(path).startsWith('/api/me')) return Promise.resolve(Response.json({ csrf: 't' }))
    if (String(path) === '/api/reviews') return Promise.resolve(Response.json({ waiting: [DRAFT.row], decided: [] }))
    if (init?.method !== 'POST') return Promise.resolve(Response.json(now))
    posted.push(JSON.parse(String(init.body)))
    return Promise.resolve(Response.json({ ...DRAFT, row: { ...DRAFT.row, outcome: 'returned', decided_at: '2026-11-26T02:00:00Z' }, reason: '见意见' }))
  }
})
afterEach(() => shown.unmount())

async function draft(): Promise<{ press: (name: string) => void; text: () => string }> {
  shown = await mounted(ReviewPage, { id: 'rev_1' }, {}, ['ui', 'agreement', 'agreements', 'checking', 'reviews'])
  const text = (): string => shown.element.textContent ?? ''
  await until(() => text().includes('甲方付8500元'), 'the draft')
  const press = (name: string): void => [...shown.element.querySelectorAll('button')].find((one) => one.textContent?.trim() === name)?.click()
  return { press, text }
}

it('shows findings at their clause and what was said before', async () => {
  const { text } = await draft()
  expect(text()).toContain('没写收款账户')
  expect(text()).toContain('请补账户。')
  expect(text()).toContain('第二条 甲方付8500元。')
  expect(text()).toContain('人民调解员签名')
})

it('returns a draft only with words, and sends remarks with their clauses', async () => {
  const { press, text } = await draft()
  press('退回修改')
  await until(() => text().includes('请写明为什么退回'), 'the reason asked for')
  expect(posted).toEqual([])
  type(shown.element.querySelector('#remark-c2'), '写清账户')
  press('退回修改')
  await until(() => posted.length, 'the decision')
  expect(posted).toEqual([{ act: 'return', reason: '', remarks: [{ clause: 'c2', text: '写清账户' }] }])
  await until(() => text().includes('已退回'), 'the outcome')
  expect(shown.element.querySelector('#remark-c2')).toBeNull()
  await until(() => document.activeElement?.tagName === 'H1', 'the focus on the heading')
})

it('keeps what is typed through a reload, and nothing of it once decided', async () => {
  await draft()
  type(shown.element.querySelector('#remark-c2'), '写清账户')
  type(shown.element.querySelector('#review-reason'), '还不全')
  await until(() => sessionStorage.length, 'the tab to keep it')
  shown.unmount()
  const { press } = await draft()
  const field = (id: string): string | undefined => shown.element.querySelector<HTMLTextAreaElement>(id)?.value
  expect([field('#remark-c2'), field('#review-reason')]).toEqual(['写清账户', '还不全'])
  press('退回修改')
  await until(() => posted.length && !sessionStorage.length, 'the decision')
})

it('shows what was typed, to be copied, when the draft was taken back', async () => {
  await draft()
  type(shown.element.querySelector('#remark-c2'), '写清账户')
  type(shown.element.querySelector('#review-reason'), '还不全')
  now = { ...DRAFT, row: { ...DRAFT.row, outcome: 'taken_back' } }
  document.dispatchEvent(new Event('visibilitychange')) // looks again
  const field = (id: string): HTMLTextAreaElement | null => shown.element.querySelector(id)
  await until(() => field('#review-left'), 'what was typed')
  expect([field('#review-left')?.value, field('#review-left')?.readOnly]).toEqual(['还不全', true])
  expect([field('#remark-c2')?.value, field('#remark-c2')?.readOnly]).toEqual(['写清账户', true])
})

it('tells how long a draft has waited', async () => {
  shown = await mounted(ReviewsPage, {}, {}, ['ui', 'case', 'reviews'])
  await until(() => shown.element.textContent?.includes('漏水赔偿'), 'the list')
  expect(shown.element.textContent).toContain('已等1天')
  expect(shown.element.textContent).toContain('第2次送审')
})
