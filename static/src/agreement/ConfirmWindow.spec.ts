/** Beside an agreement in effect everybody reads until when to apply, and once it is at court what the court asks of them. */
import { afterEach, expect, it, vi } from 'vitest'

import { mounted, until, type Mounted } from '../ui/testing'
import ConfirmWindow from './ConfirmWindow.vue'

const OPEN = { since: '2026-11-26', days: 30, counted: '2026-12-26', last: '2026-12-28', left: 32, announced: true, article: '第205条', ways: [] }
const AT = {
  state: 'correcting', court: '嘉南市嘉南区人民法院', deadline: '2026-12-03',
  appointments: [{ id: 'a', starts_at: '2026-12-04T01:00:00Z', where: '第三法庭', note: '' }],
  events: [{ id: 'b', kind: 'submit', note: '' }, { id: 'c', kind: 'ask_correction', note: '补交身份证复印件' }],
} // prettier-ignore
let page: Mounted

async function shown(window: object, court: object | null): Promise<string> {
  vi.stubGlobal('fetch', (path: string) =>
    Promise.resolve(path.endsWith('/application') ? (court ? Response.json(court) : Response.json({ error: { code: 'not_found' } }, { status: 404 })) : Response.json(window)),
  )
  page = await mounted(ConfirmWindow, { agreement: 'agr_1' }, {}, ['ui', 'confirm', 'confirmation'])
  await until(() => page.element.querySelector('[data-confirmation]'), 'the window')
  return page.element.textContent ?? ''
}
afterEach(() => {
  page.unmount()
  vi.unstubAllGlobals()
})

it('counts the days while nobody has applied', async () => {
  expect(await shown(OPEN, { ...AT, state: 'preparing' })).toContain('还剩 32 天')
})

it('counts them also where the court is not known', async () => {
  expect(await shown(OPEN, null)).toContain('还剩 32 天')
})

it('says what the court asks for, until when, and when to come; no other ways, though the days are over', async () => {
  const text = await shown({ ...OPEN, left: -2 }, AT)
  expect(text).toMatch(/补正中.*2026年12月3日.*补交身份证复印件.*12月4日.*09:00.*第三法庭/s)
  expect(text).not.toContain('期限已经过了')
})
