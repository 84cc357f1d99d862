/** Leaving a form: it waits until all is saved, stays with words when it cannot be, and lets go when told to. */
import { createApp } from 'vue'
import { createMemoryHistory, createRouter, RouterView } from 'vue-router'
import { afterEach, expect, it, vi } from 'vitest'

import { forgetDrafts } from '../agreement/stash'
import type { FormView } from '../forms/types'
import { i18n, needMessages, setLocale } from '../i18n'
import { takeMe } from '../me'
import { type, until } from '../ui/testing'
import FormPage from './FormPage.vue'

const FORM: FormView = {
  id: 'application', title: '人民调解申请书', number: '', need: 'always', article: '', missing: ['agent'], version: 0, saved_by: '', saved_at: null,
  fields: [
    { id: 'claims', label: '申请事项', kind: 'line', required: false, fixed: false, several: false, options: [], people: [], given: '', typed: null },
    { id: 'agent', label: '受委托人', kind: 'person', required: true, fixed: false, several: false, options: [], people: [], given: '', typed: null },
  ],
} // prettier-ignore

vi.mock('../signing/PdfPages.vue', () => ({ default: { render: () => null } }))

let leave = (): void => undefined
afterEach(() => {
  leave()
  forgetDrafts()
  vi.unstubAllGlobals()
})

async function opened() {
  const office = { refuse: '', put: 0 }
  vi.stubGlobal('fetch', (path: string, options: RequestInit) => {
    if (path === '/api/me') return Promise.resolve(Response.json({ csrf: 'x' }))
    if (!path.endsWith('/values')) return Promise.resolve(Response.json({ error: { code: 'unavailable' } }, { status: 503 }))
    if (options.method === 'GET') return Promise.resolve(Response.json(FORM))
    office.put += 1
    return Promise.resolve(office.refuse ? Response.json({ error: { code: office.refuse } }, { status: 401 }) : Response.json(FORM))
  })
  takeMe({ kind: 'staff', id: 'acc_gu', name: '顾明华', role: 'mediator', csrf: 'x', centre: { name: '', phone: '', address: '', root_sha256: '' }, demo: false, build: '' })
  await setLocale('zh-CN')
  await needMessages('ui', 'errors', 'case', 'forms', 'signing')
  const elsewhere = { render: () => null }
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/case/:id/forms/:form', component: FormPage, props: true }, { path: '/:rest(.*)*', component: elsewhere }] })
  await router.push('/case/c/forms/application')
  const element = document.createElement('div')
  document.body.append(element)
  const app = createApp(RouterView).use(i18n).use(router)
  app.mount(element)
  leave = () => (app.unmount(), element.remove())
  await until(() => element.querySelector('#field-claims'), 'the form')
  const press = (words: string): void => [...element.querySelectorAll('button')].find((one) => one.textContent?.trim() === words)?.click()
  return { element, router, office, press }
}

it('waits until what was typed is saved', async () => {
  const { element, router, office } = await opened()
  type(element.querySelector('#field-claims'), '赔偿')
  await router.push('/case/c/forms')
  expect([office.put, router.currentRoute.value.path]).toEqual([1, '/case/c/forms'])
})

it('stays with words when it cannot be saved, offers the login, and brings it back after leaving all the same', async () => {
  const { element, router, office, press } = await opened()
  office.refuse = 'unauthenticated'
  type(element.querySelector('#field-claims'), '赔偿')
  await router.push('/case/c/forms')
  expect(router.currentRoute.value.path).toBe('/case/c/forms/application')
  await until(() => element.textContent?.includes('所以没有离开'), 'the words')
  expect(element.querySelector('a[href="/login"]')?.getAttribute('target')).toBe('_blank')
  press('还是离开')
  await until(() => router.currentRoute.value.path === '/case/c/forms', 'leaving')
  office.refuse = ''
  await router.push('/case/c/forms/application')
  await until(() => element.querySelector<HTMLInputElement>('#field-claims')?.value === '赔偿', 'what was typed')
  forgetDrafts()
  expect(Object.keys(sessionStorage)).toEqual([])
})

it('jumps to where a missing person can be registered', async () => {
  const { element, press } = await opened()
  press('受委托人')
  expect(document.activeElement?.getAttribute('href')).toBe('/case/c')
  expect(element.querySelector('.preview [role=status]')).toBeNull()
})
