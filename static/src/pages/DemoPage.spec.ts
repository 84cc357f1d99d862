/** The doors of the demo: everybody's, also of a fresh case. */
import { afterEach, expect, it, vi } from 'vitest'

import { mounted, until, type Mounted } from '../ui/testing'
import DemoPage from './DemoPage.vue'

const door = (role: string) => ({ role, name: role, url: `https://x/demo/enter/${role}` })
const account = (username: string) => ({ username, password: 'p' })
const ANSWERS: Record<string, unknown> = {
  '/api/me': { kind: 'nobody', csrf: 'x', centre: { name: '', phone: '', address: '', root_sha256: '' }, demo: true, build: '' },
  '/api/demo': { roles: ['mediator', 'applicant', 'beside', 'recorder', 'court'].map(door), outbox: [], login: account('gu') },
  '/api/demo/cases': { case_id: 'cas', session_id: 'ses', login: account('gu-1'), recorder: account('su-1'), beside: account('fang-1'), reviewer: account('lu-1'), links: [{ person: 'p', ...door('applicant') }] },
}
let page: Mounted
const accounts = (): (string | undefined)[] => [...page.element.querySelectorAll<HTMLElement>('[data-account]')].map((one) => one.dataset['account'])
const doors = (): (string | null)[] => [...page.element.querySelectorAll('.doors a')].map((one) => one.getAttribute('href')?.split('/').at(-1) ?? null)

afterEach(() => {
  page.unmount()
  vi.unstubAllGlobals()
})

it('keeps the doors of the staff and of the court when a fresh case is made', async () => {
  vi.stubGlobal('fetch', (path: string) => Promise.resolve(path in ANSWERS ? Response.json(ANSWERS[path]) : Response.json({ error: { code: 'gone' } }, { status: 404 })))
  page = await mounted(DemoPage, {}, {}, ['ui', 'case'])
  await until(() => doors().length, 'the doors')
  expect([accounts(), doors()]).toEqual([['mediator'], ['applicant', 'beside', 'recorder', 'court']])
  ;[...page.element.querySelectorAll('button')].at(-1)?.click()
  await until(() => accounts().length > 1, 'the fresh case')
  expect([accounts(), doors()]).toEqual([['mediator', 'beside', 'recorder'], ['applicant', 'court']])
})
