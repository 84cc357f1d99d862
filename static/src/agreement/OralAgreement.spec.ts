/** Recording an oral agreement: what is missing takes the focus when one presses, and never while one types. */
import { afterEach, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'

import { talk } from '../talk'
import { mounted, type, until, type Mounted } from '../ui/testing'
import OralAgreement from './OralAgreement.vue'

let page: Mounted | null = null
afterEach(() => {
  talk.value = ''
  page?.unmount()
  vi.unstubAllGlobals()
})

it('leaves the cursor where one types after a try, and tells what is missing at the next press', async () => {
  vi.stubGlobal('fetch', () => Promise.resolve(Response.json({ recorded: [], needed: [{ person: 'p', label: '甲方' }], written: '' })))
  const { element } = (page = await mounted(OralAgreement, { case: 'c' }, {}, ['ui', 'oral']))
  await until(() => element.querySelector('form'), 'the form')
  const press = async (): Promise<void> => {
    element.querySelector('form')?.requestSubmit()
    await nextTick()
    expect(document.activeElement?.getAttribute('role')).toBe('alert')
  }
  element.querySelector('details')?.setAttribute('open', '')
  await press()
  const content = element.querySelector('textarea')
  content?.focus()
  for (const text of ['甲', '甲方', '']) {
    type(content, text)
    await nextTick()
    await nextTick()
    expect(document.activeElement).toBe(content)
  }
  await press()
  await press()
})

it('is not recorded from within a private talk, and keeps what was typed', async () => {
  vi.stubGlobal('fetch', () => Promise.resolve(Response.json({ recorded: [], needed: [{ person: 'p', label: '甲方' }], written: '' })))
  const { element } = (page = await mounted(OralAgreement, { case: 'c' }, {}, ['ui', 'oral']))
  await until(() => element.querySelector('form'), 'the form')
  type(element.querySelector('textarea'), '退还二百元')
  talk.value = 'caucus_applicant.1'
  await nextTick()
  expect(element.querySelector('[type=submit]')?.getAttribute('aria-disabled')).toBe('true')
  expect([element.textContent, element.querySelector('textarea')?.value]).toEqual([expect.stringContaining('请先回到联合会谈'), '退还二百元'])
})
