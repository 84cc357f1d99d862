/** Staff say who must not meet and who leads beside: each act sends the whole list, and axe finds nothing. */
import axe from 'axe-core'
import { afterEach, beforeEach, expect, it } from 'vitest'

import { mounted, type Mounted, until } from '../ui/testing'
import CastForm from './CastForm.vue'
import type { CastView } from './types'

const PEOPLE = [
  { id: 'pty_a', name: '林秀珍', label: '甲方', organisation: false },
  { id: 'pty_b', name: '陈国栋', label: '乙方', organisation: false },
  { id: 'pty_c', name: '某公司', label: '丙方', organisation: true },
]
const realFetch = globalThis.fetch
let cast: CastView
let sent: { path: string; body: unknown }[] = []
let page: Mounted | null = null

beforeEach(() => {
  sent = []
  cast = { pairs: [], answers: [], co_mediators: [], mediators: [{ id: 'acc_f', name: '方静' }] }
  globalThis.fetch = (input, init) => {
    if (init?.method === 'PUT') {
      const body = JSON.parse(String(init.body)) as { groups?: [string, string][]; accounts?: string[] }
      sent.push({ path: String(input), body })
      if (body.groups) cast = { ...cast, pairs: body.groups }
      if (body.accounts) cast = { ...cast, co_mediators: cast.mediators.filter(({ id }) => body.accounts?.includes(id)) }
    }
    return Promise.resolve(new Response(JSON.stringify(cast), { status: 200 }))
  }
})
afterEach(() => {
  page?.unmount()
  page = null
  globalThis.fetch = realFetch
})

async function shown(leads: boolean): Promise<HTMLElement> {
  page = await mounted(CastForm, { view: { id: 'cas_1', parties: PEOPLE }, leads }, {}, ['ui', 'case'])
  const { element } = page
  await until(() => element.querySelector('form'), 'the cast came')
  return element
}

function choose(at: HTMLElement, id: string, value: string): void {
  const select = at.querySelector<HTMLSelectElement>(`#${id}`)
  if (!select) throw new Error(id)
  select.value = value
  select.dispatchEvent(new Event('change'))
}

it('keeps two people apart, and undoes it', async () => {
  const at = await shown(true)
  expect([...(at.querySelectorAll('#apart-one option') ?? [])].map((one) => one.textContent)).not.toContain('丙方 某公司')
  choose(at, 'apart-one', 'pty_a')
  choose(at, 'apart-other', 'pty_b')
  at.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true }))
  await until(() => at.textContent?.includes('林秀珍 和 陈国栋'), 'the pair stands there')
  expect(sent).toEqual([{ path: '/api/cases/cas_1/apart', body: { groups: [['pty_a', 'pty_b']] } }])
  at.querySelector<HTMLButtonElement>('li button')?.click()
  await until(() => sent.length === 2, 'it was undone')
  expect(sent[1]?.body).toEqual({ groups: [] })
})

it('lets the mediator of the case ask another to lead, and nobody else', async () => {
  const at = await shown(true)
  at.querySelector<HTMLInputElement>('input[type=checkbox]')?.click()
  await until(() => sent.length, 'it was sent')
  expect(sent).toEqual([{ path: '/api/cases/cas_1/co_mediators', body: { accounts: ['acc_f'] } }])
  page?.unmount()
  expect((await shown(false)).querySelector('input[type=checkbox]')).toBeNull()
})

it('axe finds nothing', async () => {
  const { violations } = await axe.run(await shown(true), { rules: { 'color-contrast': { enabled: false }, region: { enabled: false } } })
  expect(violations.map((one) => one.id)).toEqual([])
})
