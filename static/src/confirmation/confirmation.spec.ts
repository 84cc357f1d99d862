/** The way to a court and after: the list asks and keeps answers, forms say what they lack, what is paid in part is drawn. */
import { nextTick, type Component } from 'vue'
import { afterEach, expect, it, vi } from 'vitest'

import { today } from '../i18n/format'
import { mounted, type as typeIn, until, type Mounted } from '../ui/testing'
import CourtForm from './CourtForm.vue'
import CourtState from './CourtState.vue'
import PerformanceTable from './PerformanceTable.vue'
import PrecheckList from './PrecheckList.vue'
import type { Application, Due, Item, Performance, Precheck } from './types'

const item = (code: string, more: Partial<Item> = {}): Item => ({ code, status: 'ok', article: '', people: [], field: '', detail: '', word: '', clause: 0, ...more })
const CHECK: Precheck = {
  last: '2026-12-28', left: 32, announced: true, answers: {}, listed: true, ready: false,
  items: [
    item('days'), item('joint', { status: 'ask', field: 'joint' }), item('authority_paper', { status: 'missing', people: ['乙方代理人李某'] }),
    item('finding', { status: 'warning', detail: 'vague_due', word: '尽快', clause: 2, article: '《民事诉讼法解释》第358条' }),
    item('subject_place', { status: 'ask', field: 'subject_place' }),
  ],
  courts: [{ court: '嘉南市嘉南区人民法院', level: 'basic', reasons: ['domicile:甲方', 'organisation'], article: '', sure: false, listed: true, slots: [] }],
  unsettled: [{ reason: 'domicile', whose: '乙方', why: 'unknown', between: [] }], ways: [{ code: 'payment_order', article: '', why: 'wages' }],
} // prettier-ignore
const AT: Application = {
  state: 'submitted', court: '嘉南市嘉南区人民法院', case_no: '', submitted_on: '2026-11-27', deadline: '', reason: '', article: '', last: '2026-12-28', left: 31, over: false, again: false,
  appointments: [], events: [], ruling: null, acts: ['ask_correction', 'docket', 'refuse'], grounds: { refuse: ['other_court'] },
} // prettier-ignore
const due = (more: Partial<Due>): Due => ({ clause: 'cla_1', part: 0, number: 2, obligor: '乙方', obligee: '甲方', amount_fen: 300000, act: '支付', day: '2026-12-05', event: '', announced: true, standing: 'due', paid_fen: 0, said_fen: 0, enforce_until: '2028-12-05', mine: '', entries: [], ...more })
const PAID: Performance = { rows: [due({ standing: 'overdue', paid_fen: 100000 }), due({ part: 1, day: '', event: '收到材料', standing: 'waiting' })], owed_fen: 600000, paid_fen: 100000, overdue_fen: 200000, enforceable: true, article: '第250条' }
const FEATURES = ['ui', 'case', 'checking', 'confirm', 'confirmation'] as const

let page: Mounted
let sent: { path: string; body: unknown }[] = []
const kept = new Map<string, unknown>()
const keep = (of: string) => ({ read: () => kept.get(of) ?? null, write: (typed: unknown) => void kept.set(of, typed), clear: () => void kept.delete(of) })

function answers(...found: { status?: number; body: unknown }[]): void {
  vi.stubGlobal('fetch', (path: string, options: RequestInit = {}) => {
    if (path === '/api/me') return Promise.resolve(Response.json({ csrf: 'x' }))
    sent.push({ path, body: options.body ? JSON.parse(String(options.body)) : null })
    const next = found.shift() ?? { body: {} }
    return Promise.resolve(Response.json(next.body, { status: next.status ?? 200 }))
  })
}
async function open(component: Component, props: Record<string, unknown>, locale: 'zh-CN' | 'en' = 'zh-CN'): Promise<void> {
  page = await mounted(component, { agreement: 'agr_1', ...props }, {}, [...FEATURES], locale)
}
const at = (selector: string): HTMLElement | null => page.element.querySelector<HTMLElement>(selector)
const press = async (words: string): Promise<void> => {
  ;[...page.element.querySelectorAll('button')].find((one) => one.textContent?.includes(words))?.click()
  await nextTick()
}
function choose(id: string, value: string): void {
  const select = at(id) as HTMLSelectElement
  select.value = value
  select.dispatchEvent(new Event('change'))
}

afterEach(() => {
  page.unmount()
  vi.unstubAllGlobals()
  kept.clear()
  sent = []
})

it('shows each line with how it stands and how to mend it, and asks what only people know', async () => {
  let after: Precheck | null = null
  answers({ body: { ...CHECK, answers: { joint: 'yes' } } })
  await open(PrecheckList, { check: CHECK, onAnswered: (check: Precheck) => (after = check) })
  expect(at('[data-item=days]')?.textContent).toContain('还剩 32 天')
  expect(at('[data-item=authority_paper]')?.textContent).toContain('乙方代理人李某')
  expect(at('[data-item=finding]')?.textContent).toMatch(/第2条.*尽快.*第358条/s)
  expect(at('[data-court]')?.textContent).toMatch(/甲方的住所地、调解组织所在地.*没有写到市/s)
  expect(page.element.textContent).toContain('乙方的住所地：名册里没有对得上的法院')
  expect(page.element.textContent).toContain('付工资，这样更快')
  const yes = at('[data-item=joint] input[value=yes]') as HTMLInputElement
  yes.dispatchEvent(new Event('change'))
  await until(() => after, 'the answer')
  expect(sent).toEqual([{ path: '/api/agreements/agr_1/precheck', body: { field: 'joint', value: 'yes' } }])
})

it('keeps a typed place until it is saved, also when saving fails', async () => {
  answers({ status: 503, body: { error: { code: 'unavailable' } } })
  await open(PrecheckList, { check: CHECK })
  typeIn(at('#precheck-subject_place'), '嘉南省嘉南市城北区')
  await nextTick()
  at('[data-item=subject_place] form')?.dispatchEvent(new Event('submit', { cancelable: true }))
  await until(() => at('[role=alert]'), 'the trouble')
  expect((at('#precheck-subject_place') as HTMLInputElement).value).toBe('嘉南省嘉南市城北区')
})

it('loses no answer that is given while another is on its way, or that did not arrive', async () => {
  const three = { ...CHECK, items: ['joint', 'pending', 'undertaking'].map((field) => item(field, { status: 'ask', field })) }
  answers({ body: three }, { status: 503, body: { error: { code: 'unavailable' } } }, { body: three }, { body: three })
  await open(PrecheckList, { check: three })
  for (const field of ['joint', 'pending', 'undertaking']) at(`[data-item=${field}] input[value=yes]`)?.dispatchEvent(new Event('change'))
  await until(() => at('[role=alert]'), 'the trouble')
  expect((at('[data-item=undertaking] input[value=yes]') as HTMLInputElement).checked).toBe(true)
  await press('再存一次')
  await until(() => sent.length === 4, 'all of them')
  expect(sent.map((one) => (one.body as { field: string }).field)).toEqual(['joint', 'pending', 'pending', 'undertaking'])
})

it('asks of each act at court what belongs to it, and keeps what is typed', async () => {
  answers({ status: 422, body: { error: { code: 'invalid', fields: { on: 'range' } } } }, { body: { ...AT, state: 'correcting' } })
  let after: Application | null = null
  await open(CourtForm, { at: AT, courts: [], keep: keep('court'), onDone: (to: Application) => (after = to) })
  expect(at('#court-on')).toBeNull()
  choose('#court-act', 'ask_correction')
  await nextTick()
  expect([at('#court-deadline') !== null, at('#court-reason'), at('#court-case_no')]).toEqual([true, null, null])
  await press('记下来')
  expect(at('.error')?.textContent).toContain('请填这一项')
  expect(sent).toEqual([])
  typeIn(at('#court-deadline'), '2026-12-03')
  typeIn(at('#court-note'), '补交身份证复印件')
  await press('记下来')
  await until(() => page.element.textContent?.includes('日期对不上'), 'the refusal at its field')
  expect(kept.get('court')).toMatchObject({ act: 'ask_correction', note: '补交身份证复印件' })
  page.unmount()
  await open(CourtForm, { at: AT, courts: [], keep: keep('court'), onDone: (to: Application) => (after = to) })
  expect((at('#court-note') as HTMLTextAreaElement).value).toBe('补交身份证复印件')
  await press('记下来')
  await until(() => after, 'written down')
  expect(sent.at(-1)?.body).toEqual({ act: 'ask_correction', on: today(), court: '', case_no: '', deadline: '2026-12-03', reason: '', note: '补交身份证复印件' })
  expect(kept.size).toBe(0)
})

it('tells the state with its next step, and of a ruling no more than its signatures prove', async () => {
  const ruling = { case_no: '（2026）嘉0402民特1号', on: '2026-12-10', sha256: 'x', checked: 'unsigned' }
  await open(CourtState, { at: { ...AT, state: 'confirmed', ruling, acts: [] } })
  expect(at('[data-state=confirmed]')?.textContent).toMatch(/裁定有效.*申请强制执行/s)
  expect(at('[data-ruling]')?.textContent).toContain('没有核验')
  expect([...page.element.querySelectorAll('button')].map((one) => one.textContent?.trim())).toEqual(['上传裁定书'])
})

it('writes down a day at court in the time of the centre', async () => {
  answers({ body: AT })
  await open(CourtState, { at: AT })
  await press('登记法院通知的到场时间')
  typeIn(at('#meeting-day'), '2026-12-01')
  typeIn(at('#meeting-time'), '09:00')
  typeIn(at('#meeting-where'), '第三法庭')
  await press('记下来')
  await until(() => sent.length, 'sent')
  expect(sent[0]).toEqual({ path: '/api/agreements/agr_1/application/appointments', body: { starts_at: '2026-12-01T09:00:00+08:00', where: '第三法庭', note: '' } })
})

it('draws what is paid in part and asks who confirms before it writes down more', async () => {
  answers({ body: PAID })
  await open(PerformanceTable, { at: PAID, parties: [{ id: 'pty_b', label: '乙方' }], keep: keep('payment') })
  const [first, second] = [...page.element.querySelectorAll<HTMLElement>('[data-due]')]
  expect(first?.textContent).toMatch(/逾期.*乙方向甲方.*3,000元.*已付 1,000元，还差 2,000元.*2028年12月5日/s)
  expect(first?.querySelector<HTMLElement>('.bar span')?.style.inlineSize).toBe('33%')
  expect(second?.textContent).toContain('等“收到材料”')
  await press('登记履行')
  expect((at('#paid-amount_fen') as HTMLInputElement).value).toBe('2000')
  await press('记下来')
  expect([sent.length, at('.error')?.textContent]).toEqual([0, expect.stringContaining('请填这一项')])
  const nobody = at('input[type=radio][value=nobody]') as HTMLInputElement
  nobody.dispatchEvent(new Event('change'))
  await nextTick()
  await press('记下来')
  await until(() => sent.length, 'sent')
  expect(sent[0]?.body).toEqual({ clause: 'cla_1', part: 0, on: today(), amount_fen: 200000, said_by: '', confirmed: '' })
  await until(() => !at('#paid-on'), 'the form is put away')
  expect(kept.size).toBe(0)
})

it('says all of it in English too', async () => {
  await open(PrecheckList, { check: CHECK }, 'en')
  expect(page.element.textContent).not.toMatch(/confirmation\.|checking\./)
  page.unmount()
  await open(PerformanceTable, { at: PAID, parties: [], keep: keep('payment') }, 'en')
  expect(page.element.textContent).not.toMatch(/confirmation\./)
  page.unmount()
  await open(CourtState, { at: { ...AT, over: true, again: true } }, 'en')
  expect(page.element.textContent).not.toMatch(/confirmation\./)
})
