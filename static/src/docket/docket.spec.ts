/** A court's link: a code lets in, facts say whose and when, acts say what they lack; staff see a link once and take it back. */
import { nextTick, type Component } from 'vue'
import { afterEach, expect, it, vi } from 'vitest'

import { mounted, type as typeIn, until, type Mounted } from '../ui/testing'
import CourtLinks from './CourtLinks.vue'
import DocketActs from './DocketActs.vue'
import DocketDoor from './DocketDoor.vue'
import DocketFacts from './DocketFacts.vue'
import DocketPacket from './DocketPacket.vue'
import type { CourtLink, Docket } from './types'

const CENTRE = { name: '青禾街道调委会', phone: '0571-00000000', address: '青禾路1号', root_sha256: 'ab' }
const AT: Docket = {
  csrf: 'x', me: { name: '陈法官', role: 'judge' }, number: '(2026)嘉南人调字第0102号', committee: CENTRE.name, court: '嘉南区人民法院',
  parties: [{ label: '甲方', name: '林秀珍', side: 'applicant', acting: [{ name: '李敏', part: 'representative' }] }, { label: '乙方', name: '陈国栋', side: 'respondent', acting: [] }],
  effective_at: '2026-11-26', since: '2026-11-26', last: '2026-12-28', submitted_on: '2026-11-27', in_time: true, article: '《民事诉讼法》第205条', state: 'submitted', case_no: '', deadline: '',
  reason: '', reason_article: '', appointments: [], ruling: null, acts: ['ask_correction', 'docket', 'refuse'], grounds: { refuse: { other_court: '第355条' } }, expires_at: '2027-01-25T05:50:00Z',
} // prettier-ignore
const LINK: CourtLink = { id: 'dkt_1', name: '陈法官', court: AT.court, role: 'judge', phone: '', made_at: '2026-11-26T05:50:00Z', expires_at: '2027-01-25T05:50:00Z', opened_at: null, seen_at: null, revoked_at: null, alive: true }

let page: Mounted
let sent: { path: string; method: string; body: unknown }[] = []
function answers(...found: { status?: number; body: unknown }[]): void {
  vi.stubGlobal('fetch', (path: string, options: RequestInit = {}) => {
    if (path === '/api/me') return Promise.resolve(Response.json({ csrf: 'x' }))
    sent.push({ path, method: options.method ?? 'GET', body: options.body ? JSON.parse(String(options.body)) : null })
    const next = found.shift() ?? { body: {} }
    return Promise.resolve(Response.json(next.body, { status: next.status ?? 200 }))
  })
}
async function open(component: Component, props: Record<string, unknown>, locale: 'zh-CN' | 'en' = 'zh-CN'): Promise<void> {
  page = await mounted(component, props, {}, ['ui', 'docket', 'confirmation', 'errors'], locale)
}
const text = (): string => page.element.textContent ?? ''
const press = async (selector: string): Promise<void> => {
  page.element.querySelector<HTMLElement>(selector)?.click()
  await nextTick()
}
afterEach(() => {
  page.unmount()
  vi.unstubAllGlobals()
  sessionStorage.clear()
  sent = []
})

it('lets in by a code that staff told, says how many tries are left, and never shows which case it is', async () => {
  const opened = vi.fn()
  answers({ body: { court: AT.court, name: '陈法官', role: 'judge', sent_to: '', centre: CENTRE } }, { status: 409, body: { error: { code: 'code_wrong', detail: '', request_id: '', data: { tries_left: 4 } } } }, { body: { csrf: 'y' } })
  await open(DocketDoor, { slug: 'abc', token: 'secret', onOpened: opened })
  await until(() => text().includes('陈法官'), 'the answer')
  expect(text()).toContain(CENTRE.phone)
  expect(text()).not.toContain('重新发送')
  typeIn(page.element.querySelector('#docket-code') as HTMLInputElement, '123456')
  await nextTick()
  await press('[type=submit]')
  await until(() => text().includes('4'), 'the answer')
  await press('[type=submit]')
  await until(() => opened.mock.calls.length === 1, 'the answer')
  expect(sent.at(-1)).toEqual({ path: '/api/docket/links/abc/open', method: 'POST', body: { token: 'secret', code: '123456' } })
})

it('says that a link is dead, and needs the whole of it', async () => {
  answers({ status: 410, body: { error: { code: 'court_link_dead', detail: '', request_id: '' } } })
  await open(DocketDoor, { slug: 'abc', token: 'secret' })
  await until(() => page.element.querySelector('[data-dead]') !== null, 'the answer')
  expect(text()).toContain('过期')
  page.unmount()
  await open(DocketDoor, { slug: 'abc', token: '' }, 'en')
  expect(text()).toContain('whole link')
})

it('tells whose agreement it is, who acts for whom, and whether it came in time', async () => {
  await open(DocketFacts, { at: AT })
  expect(text()).toContain('林秀珍 · 代理人李敏')
  expect(text()).toContain('没有超过最后一天')
  page.unmount()
  await open(DocketFacts, { at: { ...AT, in_time: false, state: 'dismissed', reason: 'unclear', reason_article: '第358条' } }, 'en')
  expect(text()).toContain('after the last day')
  expect(text()).toContain('第358条')
})

it('says what an act lacks, keeps what was typed, and does it', async () => {
  let after: Docket | null = null
  answers({ body: { ...AT, state: 'docketed' } })
  await open(DocketActs, { at: AT, slug: 'abc', onDone: (at: Docket) => (after = at) })
  const select = page.element.querySelector('#docket-act') as HTMLSelectElement
  select.value = 'docket'
  select.dispatchEvent(new Event('change'))
  await nextTick()
  await press('[data-do]')
  expect(page.element.querySelector('[role=alert]')).not.toBeNull()
  expect(sent).toEqual([])
  typeIn(page.element.querySelector('#docket-case_no') as HTMLInputElement, '调确1号')
  await nextTick()
  expect(sessionStorage.getItem('docket-abc')).toContain('调确1号')
  await press('[data-do]')
  await until(() => after !== null, 'the answer')
  expect(sent.at(-1)?.body).toEqual({ act: 'docket', case_no: '调确1号', deadline: null, reason: '', note: '' })
  expect(sessionStorage.getItem('docket-abc')).toBeNull()
})

it('opens each file that can be shown and saves the others', async () => {
  const viewed = vi.fn()
  const files = [{ n: 0, path: '00_移送清单.pdf', slot: '', title: '', length: 2000, media_type: 'application/pdf' }, { n: 1, path: 'manifest.json', slot: '其他材料', title: '', length: 3_000_000, media_type: 'application/json' }]
  await open(DocketPacket, { packet: { number: '移1', sha256: 'ab'.repeat(32), length: 3_002_000, made_at: '2026-11-26T05:50:00Z', files }, busy: false, open: -1, onView: viewed })
  expect([...page.element.querySelectorAll('li button')].map((one) => one.textContent?.trim())).toEqual(['查看', '下载'])
  expect(text()).toContain('2.9 MB')
  await press('[data-view="0"]')
  expect(viewed).toHaveBeenCalledWith(files[0])
})

it('shows staff the link once, tells a code, and takes it back', async () => {
  const links = (link: Partial<CourtLink>) => ({ links: [{ ...LINK, ...link }], court: AT.court, may_make: true })
  answers({ body: { links: [], court: AT.court, may_make: true } }, { body: { url: 'https://c/court/abc#secret', links: links({}) } }, { body: { code: '123456', minutes: 10 } }, { body: links({ alive: false, revoked_at: '2026-11-27T05:50:00Z' }) })
  await open(CourtLinks, { agreement: 'agr_1', state: 'submitted' })
  await until(() => page.element.querySelector('[data-make]') !== null, 'the answer')
  await press('[data-make]')
  await press('[type=submit]')
  expect(text()).toContain('请写姓名')
  typeIn(page.element.querySelector('#link-name') as HTMLInputElement, '陈法官')
  await nextTick()
  await press('[type=submit]')
  await until(() => page.element.querySelector('[data-url]') !== null, 'the answer')
  expect(text()).toContain('#secret')
  await press('[data-tell]')
  await until(() => text().includes('123456'), 'the answer')
  await press('[data-revoke]')
  await until(() => text().includes('已收回'), 'the answer')
  expect(sent.at(-1)).toMatchObject({ method: 'DELETE', path: '/api/agreements/agr_1/docket/dkt_1' })
})
