/** The centre's device: whose side somebody is of stands at their name, and who cannot share it is told before proving anything. */
import 'fake-indexeddb/auto'

import { nextTick } from 'vue'
import { afterEach, expect, it, vi } from 'vitest'

import { mounted, type, until, type Mounted } from '../ui/testing'
import KioskPage from './KioskPage.vue'

const party = (id: string, name: string, label: string, side: string, part = 'party') => ({ id, name, label, side, part, organisation: false, filed: { born: '1962', born_on: '', id_no_masked: '32****1234' } })
const PARTIES = [party('lin', '林晓梅', '甲方', 'applicant'), party('han', '韩律师', '代理人', 'applicant', 'representative'), party('chen', '陈国栋', '乙方', 'respondent')]
const seat = (id: string) => ({ slug: `seat-${id}`, me: { id, name: id }, step: 'room', assurance: 'desk' })
const ANSWERS: Record<string, unknown> = {
  '/api/me': { kind: 'staff', id: 'shen', name: '沈嘉', role: 'clerk', csrf: 'x', centre: { name: '', phone: '', address: '', root_sha256: '' }, demo: false, build: '' },
  '/api/sessions/ses': { id: 'ses', state: 'open', starts_at: '2026-11-26T06:00:00Z', wait: null, case: { id: 'cas', title: '漏水', number: '1号', parties: PARTIES, agreements: [] } },
  '/api/cases/cas/cast': { pairs: [] },
  '/api/logout': {},
}
let page: Mounted
const left: string[] = []
const find = (what: string): HTMLElement | null => page.element.querySelector<HTMLElement>(what)
const press = (words: string): void => [...page.element.querySelectorAll('button')].filter((one) => one.textContent?.trim() === words && one.closest<HTMLElement>('[style*="none"]') === null)[0]?.click()

afterEach(() => {
  page.unmount()
  sessionStorage.clear()
  vi.unstubAllGlobals()
})

async function sit(id: string): Promise<void> {
  find(`[data-sit=${id}]`)?.click()
  await nextTick()
  expect(find('#kiosk-password')?.closest('form')?.textContent).toMatch(/登记的姓名.*1962.*32\*{4}1234/s)
  type(find('#kiosk-password'), 'secret')
  find('#kiosk-password')?.closest('form')?.dispatchEvent(new Event('submit'))
  await until(() => !find('#kiosk-password'), 'sat down')
  expect(page.element.textContent).toContain('还有人和您坐在一起？请他先坐下')
  press('再坐一位')
  await until(() => find('[data-sit]'), 'the list')
}

async function opened(): Promise<void> {
  vi.stubGlobal('fetch', (path: string, init: RequestInit) => {
    if (path.endsWith('/kiosk/sit')) return Promise.resolve(Response.json(seat((JSON.parse(init.body as string) as { person: string }).person)))
    const slug = new Headers(init.headers).get('X-Hejie-Seat')
    if (path === '/api/seat' && slug) return Promise.resolve(Response.json(seat(slug.slice(5))))
    if (path === '/api/logout') left.push(slug ?? '')
    return Promise.resolve(path in ANSWERS ? Response.json(ANSWERS[path]) : Response.json({ error: { code: 'gone' } }, { status: 404 }))
  })
  page = await mounted(KioskPage, { session: 'ses' }, {}, ['ui', 'signing', 'seat', 'case', 'summary', 'room', 'table'])
  await until(() => find('[data-sit=chen]'), 'the list')
}

it('says the side at each name, and why the other side sits down elsewhere', async () => {
  await opened()
  expect([...page.element.querySelectorAll('.people .caption')].map((one) => one.textContent)).toEqual(['甲方、申请方', '代理人、申请方', '乙方、被申请方'])
  await sit('lin')
  expect(find('[data-sit=lin]')?.textContent?.trim()).toBe('✓ 林晓梅 已坐下')
  expect(find('[data-sit=chen]')?.parentElement?.textContent).toContain('不是同一方，请各用一台设备')
  find('[data-sit=chen]')?.click()
  await nextTick()
  expect(find('#kiosk-password')).toBeNull()
  await sit('han')
  expect(find('[data-control=meet]')?.textContent).toContain('lin、han')
})

it('finds those who sit here again after a reload, and nobody who has not touched it for two minutes', async () => {
  const kept = (person: string, touched: number): void => sessionStorage.setItem('hejie.kiosk.ses', JSON.stringify({ seats: [{ slug: `seat-${person}`, person }], ceremony: '', touched }))
  kept('lin', Date.now() - 5000)
  await opened()
  await until(() => find('[data-control=meet]'), 'the way back')
  expect(find('[data-control=meet]')?.textContent).toContain('lin')
  page.unmount()
  expect(sessionStorage.getItem('hejie.kiosk.ses')).toBeNull()
  kept('chen', Date.now() - 121_000)
  await opened()
  await until(() => left.includes('seat-chen'), 'signed out')
  expect(find('[data-control=meet]')).toBeNull()
})
