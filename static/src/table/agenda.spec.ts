/** What of the checklist is left, and what pressing a line sends. */
import { afterEach, describe, expect, it, vi } from 'vitest'

import { mounted, until, type Mounted } from '../ui/testing'
import Agenda from './Agenda.vue'
import { done, openItems } from './agenda'
import type { AgendaItem, AgendaView } from './types'

const tick = (person = '', answer = true) => ({ person, answer, by: 'gu', at: '2026-11-26T06:03:00Z' })
const item = (code: string, more: Partial<AgendaItem> = {}): AgendaItem => ({ code, each: false, asks: false, ticks: [], ...more })

describe('what is left', () => {
  it('is a line nobody ticked', () => expect(openItems([item('rights'), item('effect', { ticks: [tick()] })], 2)).toBe(1))
  it('is a line somebody has not answered yet', () => expect(openItems([item('understood', { each: true, ticks: [tick('lin')] })], 2)).toBe(1))
  it('is nothing when everybody has', () => expect(done([item('understood', { each: true, ticks: [tick('lin'), tick('chen', false)] })], 2)).toBe(true))
})

const view: AgendaView = {
  session: 'ses',
  stages: [
    { code: 'before', items: [item('file_read')] },
    { code: 'opening', items: [item('rights', { ticks: [tick()] }), item('objection', { each: true, asks: true, ticks: [tick('lin', false)] })] },
    { code: 'joint', items: [item('issues')] },
  ],
  people: [
    { id: 'lin', name: '林秀珍', label: '甲方' },
    { id: 'chen', name: '陈国栋', label: '乙方' },
  ],
}
const sent: { path: string; body: unknown }[] = []
vi.stubGlobal('fetch', (path: string, init: RequestInit) => {
  if (init.method === 'POST') sent.push({ path, body: JSON.parse(String(init.body)) })
  return Promise.resolve(Response.json(path.endsWith('/agenda') ? view : { csrf: 'x' }))
})

let page: Mounted
async function shown(host = true): Promise<HTMLElement> {
  sent.length = 0
  const room = { view: { value: { stage: 'opening' } }, act: vi.fn(() => Promise.resolve()) }
  page = await mounted(Agenda, { session: 'ses', push: { what: '', n: 0 }, host, room }, {}, ['table', 'room', 'ui'])
  await until(() => page.element.querySelector('.stages'), 'the agenda')
  return page.element
}

describe('the agenda', () => {
  afterEach(() => page.unmount())
  it('opens the step that is on and offers the next one', async () => {
    const element = await shown()
    expect([...element.querySelectorAll('details')].map((one) => one.open)).toEqual([false, true, false])
    expect(element.querySelector('[data-agenda-stage]')?.getAttribute('data-agenda-stage')).toBe('joint')
  })
  it('sends a tick, a yes or no of a person, and takes an answer back when it is pressed again', async () => {
    const element = await shown()
    element.querySelectorAll<HTMLInputElement>('details')[0]?.querySelector('input')?.click()
    await until(() => sent.length === 1, 'a tick')
    const [linYes, linNo, chenYes] = element.querySelectorAll<HTMLButtonElement>('.answer')
    expect([linYes?.ariaPressed, linNo?.ariaPressed].map(String)).toEqual(['false', 'true'])
    chenYes?.click()
    await until(() => sent.length === 2, 'an answer')
    linNo?.click()
    await until(() => sent.length === 3, 'an answer taken back')
    expect(sent.map((one) => one.body)).toEqual([
      { item: 'before.file_read', answer: true, person: '' },
      { item: 'opening.objection', answer: true, person: 'chen' },
      { item: 'opening.objection', answer: null, person: 'lin' },
    ])
  })
  it('is only looked at by who does not lead', async () => {
    const element = await shown(false)
    expect([...element.querySelectorAll<HTMLInputElement>('.items input, .items button')].every((one) => one.disabled)).toBe(true)
    expect(element.querySelector('[data-agenda-stage]')).toBeNull()
  })
})
