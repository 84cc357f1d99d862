/** A party's page of performance: what is next in words, a table with sums, one tap to answer, one form to say, the files for a court. */
import { nextTick } from 'vue'
import { afterEach, expect, it, vi } from 'vitest'

import { today } from '../i18n/format'
import { mounted, until, type Mounted } from '../ui/testing'
import OwnPage from './OwnPage.vue'
import type { Due, Enforcement, Entry, Performance } from './types'

const entry = (more: Partial<Entry>): Entry => ({ id: 'per_1', on: '2026-12-01', amount_fen: 100000, said_by: '甲方', confirmed: '', proof: false, struck: false, mine: false, asked: false, ...more })
const due = (more: Partial<Due>): Due => ({ clause: 'cla_1', part: 0, number: 1, obligor: '甲方', obligee: '乙方', amount_fen: 300000, act: '支付', day: '2026-12-05', event: '', announced: true, standing: 'overdue', paid_fen: 0, said_fen: 0, enforce_until: '2028-12-05', mine: '', entries: [], ...more })
const AT: Performance = { rows: [due({ mine: 'received', entries: [entry({ asked: true })] }), due({ part: 1, day: '', event: '收到材料', standing: 'waiting', amount_fen: 200000 })], owed_fen: 500000, paid_fen: 0, overdue_fen: 300000, enforceable: true, article: '第250条' }
const OWED: Enforcement = { claims: [{ party: 'pty_b', label: '乙方', debtors: ['甲方'], rest_fen: 300000, count: 1, until: '2028-12-05', days: 700 }], court: '嘉南区人民法院', nearby: [], ruling: false, broken: false, period: '第250条', interest: '第264条', place: '第460条' }
const NONE: Enforcement = { ...OWED, claims: [] }

let page: Mounted
let sent: { path: string; body: unknown }[] = []
let kept: unknown = null
const keep = () => ({ read: () => kept, write: (typed: unknown) => void (kept = typed), clear: () => void (kept = null) })

async function open(at: Performance, owed: Enforcement, after: Performance, locale: 'zh-CN' | 'en' = 'zh-CN'): Promise<void> {
  vi.stubGlobal('fetch', (path: string, options: RequestInit = {}) => {
    if (path === '/api/seat' || path === '/api/me') return Promise.resolve(Response.json({ csrf: 'x' }))
    if (options.method && options.method !== 'GET') {
      sent.push({ path, body: JSON.parse(String(options.body)) as unknown })
      return Promise.resolve(Response.json(after))
    }
    return Promise.resolve(Response.json(path.endsWith('/enforcement') ? owed : at))
  })
  page = await mounted(OwnPage, { slug: 's', agreements: [{ id: 'agr_1', number: '第1号' }], keep }, {}, ['ui', 'performance'], locale)
  await until(() => page.element.querySelector('table'), 'the table')
}
const words = (): string => page.element.textContent?.replace(/\s+/g, ' ') ?? ''
const press = async (name: string): Promise<void> => {
  ;[...page.element.querySelectorAll('button')].find((one) => one.textContent?.trim() === name)?.click()
  await nextTick()
}

afterEach(() => {
  page.unmount()
  vi.unstubAllGlobals()
  sent = []
  kept = null
})

it('tells the receiving side what is late, asks whether it came, and hands out the files for a court', async () => {
  const yes = { ...AT, paid_fen: 100000, rows: [due({ mine: 'received', paid_fen: 100000, entries: [entry({ confirmed: 'obligee' })] })] }
  await open(AT, OWED, yes)
  for (const part of ['甲方有一项已经过期：最晚应当在 2026年12月5日', '甲方说 2026年12月1日 付了 1,000元。您收到了吗？', '5,000元', '等：收到材料', '过期没付 3,000元', '请不要晚于 2028年12月5日', '第264条', '下载申请材料（给乙方）', '材料里没有裁定书']) expect(words()).toContain(part)
  await press('收到了')
  await until(() => words().includes('乙方确认收到了'), 'the answer')
  expect(sent).toEqual([{ path: '/api/agreements/agr_1/performance/per_1/answer', body: { received: true } }])
  expect(page.element.querySelector('[data-asked]')).toBeNull()
})

it('lets the paying side say what was paid, keeps what is typed, and shows no files of enforcement', async () => {
  const own = { ...AT, rows: [due({ mine: 'paid', standing: 'due', day: today() })] }
  await open(own, NONE, { ...own, rows: [due({ mine: 'paid', entries: [entry({ mine: true })] })] }, 'en')
  expect(words()).toContain('Your next payment: CNY 3,000 to 乙方 by')
  expect(words()).toContain('Today is the last day.')
  expect(page.element.querySelector('[data-enforce]')).toBeNull()
  await press('I have paid')
  expect(kept).toEqual({ row: 'cla_1:0', on: today(), fen: 300000 })
  await press('Write it down')
  await until(() => words().includes('waiting for 乙方'), 'what was said')
  expect(sent).toEqual([{ path: '/api/agreements/agr_1/performance/said', body: { clause: 'cla_1', part: 0, on: today(), amount_fen: 300000 } }])
  expect(kept).toBeNull()
})
