/** Correcting the people of a case: one form at a time, which nothing takes away, and the focus goes on. */
import { nextTick } from 'vue'
import { afterEach, beforeEach, expect, it } from 'vitest'

import { takeMe } from '../me'
import { mounted, type, until, type Mounted } from '../ui/testing'
import CasePage from './CasePage.vue'

const person = (id: string, name: string): object => ({
  id, name, label: '甲方', side: 'applicant', part: 'party', acts_for: '', organisation: false, assurance: 'none', link: { sent_at: null, opened_at: null },
  authority: { basis: '', scope: '', relation: '', document: '' },
  filed: { sex: '', born: '', born_on: '', ethnic: '', occupation: '', address: '', id_no_masked: '', phone_masked: '', code: '', head: '', position: '', seal: '', capacity: '' },
}) // prettier-ignore
const CASE = {
  id: 'cas_1', number: '1号', title: '漏水赔偿', state: 'in_mediation', claims: '', facts: {}, mediator: { id: 'acc_gu', name: '顾明华' }, recorder: null,
  sessions: [], agreements: [], lacks: [], paper: null, parties: [person('pty_lin', '林秀珍'), person('pty_chen', '陈国栋')],
} // prettier-ignore
let page: Mounted
let out: boolean

beforeEach(async () => {
  out = false
  takeMe({ kind: 'staff', id: 'acc_gu', name: '顾明华', role: 'mediator', csrf: 't', centre: { name: '', phone: '', address: '', root_sha256: '' }, demo: false, build: '' })
  globalThis.fetch = (path, init) => {
    if (String(path) === '/api/me') return Promise.resolve(Response.json({ kind: 'nobody', csrf: 't' }))
    if (out) return Promise.resolve(Response.json({ error: { code: 'unauthenticated' } }, { status: 401 }))
    if (init?.method === 'DELETE') return Promise.resolve(Response.json({ ...CASE, parties: CASE.parties.filter((one) => !String(path).endsWith((one as { id: string }).id)) }))
    if (init?.method === 'POST') return Promise.resolve(Response.json({ ...CASE, parties: [...CASE.parties, person('pty_new', '林小雨')] }))
    return Promise.resolve(Response.json(String(path).endsWith('/cast') ? { co_mediators: [], mediators: [], pairs: [] } : CASE))
  }
  page = await mounted(CasePage, { id: 'cas_1' }, {}, ['ui', 'case', 'table', 'agreements', 'reviews'])
  await until(() => page.element.querySelector('#person-add'), 'the case')
})
afterEach(() => page.unmount())

const buttons = (words: string): HTMLButtonElement[] => [...page.element.querySelectorAll('button')].filter((one) => one.textContent?.includes(words))
async function press(words: string): Promise<void> {
  buttons(words)[0]?.click()
  await nextTick()
}

it('opens one form at a time and gives the focus back where it is put away', async () => {
  expect(buttons('更正')).toHaveLength(2)
  await press('更正')
  expect([buttons('更正').length, page.element.querySelector('#person-add')]).toEqual([0, null])
  await press('先不')
  await nextTick()
  expect(document.activeElement?.id).toBe('person-pty_lin')
})

it('stays when the login has ended while a form is open, tells how to log in, and goes to whom it saved', async () => {
  await press('添加人员')
  type(page.element.querySelector('#person-name'), '林小雨')
  const whom = page.element.querySelector<HTMLSelectElement>('#person-acts_for')
  if (whom) whom.value = 'pty_lin'
  whom?.dispatchEvent(new Event('change'))
  type(page.element.querySelector('#person-phone'), '19900000009')
  out = true
  document.dispatchEvent(new Event('visibilitychange'))
  await until(() => page.element.querySelector('a[href="/login"][target=_blank]'), 'how to log in')
  expect(page.element.querySelector<HTMLInputElement>('#person-name')?.value).toBe('林小雨')
  out = false
  page.element.querySelector('form')?.requestSubmit()
  await until(() => document.activeElement?.id === 'person-pty_new', 'the focus on the new card')
})

const named = (): string | undefined => page.element.querySelector<HTMLInputElement>('#person-name')?.value
async function again(): Promise<void> {
  page.unmount()
  page = await mounted(CasePage, { id: 'cas_1' }, {}, ['ui', 'case', 'table', 'agreements', 'reviews'])
  await until(() => page.element.querySelector('#person-add, #person-name'), 'the case')
  await nextTick()
}

it.each([
  ['somebody new', '添加人员'],
  ['a correction', '更正'],
])('keeps what was typed about %s when the page is left, until it is saved or put away', async (_, open) => {
  await press(open)
  type(page.element.querySelector('#person-name'), '林小雨')
  await nextTick()
  await again()
  expect([named(), page.element.querySelector('form')?.textContent]).toEqual(['林小雨', expect.stringContaining('已经放回来了')])
  await press('先不')
  await again()
  expect([named(), sessionStorage.length]).toEqual([undefined, 0])
})

it('takes somebody out of the case after asking, and not before', async () => {
  page.element.querySelectorAll<HTMLElement>('[data-control=remove]')[1]?.click()
  await nextTick()
  expect(page.element.querySelector('dialog[open]')?.textContent).toContain('把陈国栋从案件里移除')
  expect(page.element.querySelector('#person-pty_chen')).not.toBeNull()
  page.element.querySelector<HTMLElement>('dialog[open] [data-control=remove-yes]')?.click()
  await until(() => !page.element.querySelector('#person-pty_chen'), 'gone')
  await until(() => document.activeElement?.id === 'person-add', 'the focus')
})
