/** When a proposal's result comes: by the server's clock, and with its day where that is another. */
import { nextTick, shallowRef } from 'vue'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { mounted, type, type Mounted } from '../ui/testing'
import { tellClock } from '../ui/useNow'
import ProposalCard from './ProposalCard.vue'
import ProposalForm from './ProposalForm.vue'
import Proposals from './Proposals.vue'
import type { AtTable, ProposalView } from './types'

const AT: AtTable = { case: 'cas', host: false, mine: 'lin', speaks: true, people: [{ id: 'lin', name: '林秀珍', label: '甲方', party: true }, { id: 'chen', name: '陈国栋', label: '乙方', party: true }] }
const TERMS = { payer: 'lin', payee: 'chen', sum_fen: 850_000, instalments: [], deeds: '', conditions: '' }
const PROPOSAL: ProposalView = { id: 'pro', state: 'open', parties: ['lin', 'chen'], terms: TERMS, until: '2026-11-26T07:00:00Z', made_at: '2026-11-26T06:00:00Z', may_answer: true, answer: true, answered: null }
const HERE = '2026-11-26T05:10:00Z' // this device is twenty minutes late
const THERE = '2026-11-26T05:30:00Z'

let page: Mounted
let sent: Record<string, string>[]
const words = (): string => page.element.textContent?.replace(/\s+/g, ' ') ?? ''

beforeEach(() => {
  sent = []
  vi.stubGlobal('fetch', (_path: string, init: RequestInit) => {
    if (init.method === 'POST') sent.push(JSON.parse(String(init.body)) as Record<string, string>)
    return Promise.resolve(Response.json({ ...PROPOSAL, csrf: 'x' }))
  })
  vi.useFakeTimers({ now: Date.parse(HERE) })
  tellClock(THERE)
})
afterEach(() => {
  page.unmount()
  tellClock(new Date().toISOString())
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

it('is told with its day where that is not today', async () => {
  page = await mounted(ProposalCard, { proposal: PROPOSAL, at: AT }, {}, ['table', 'ui'])
  expect([words().match(/15:00/g)?.length, words().match(/周. 15:00/g)]).toEqual([2, null])
  page.unmount()
  page = await mounted(ProposalCard, { proposal: { ...PROPOSAL, until: '2026-11-27T07:00:00Z' }, at: AT }, {}, ['table', 'ui'])
  expect(words().match(/11月27日周五 15:00/g)).toHaveLength(2)
})

it('is asked for by the server’s clock', async () => {
  page = await mounted(ProposalForm, { at: { ...AT, host: true, mine: '' } }, {}, ['table', 'ui'])
  page.element.querySelector<HTMLElement>('input[type=checkbox]')?.click() // no money
  await nextTick()
  type(page.element.querySelector('textarea'), '修好阳台')
  await nextTick()
  page.element.querySelector('form')?.requestSubmit()
  await vi.advanceTimersByTimeAsync(10)
  expect(sent.map(({ until }) => until)).toEqual(['2026-11-26T05:45:00.000Z'])
})

it('is looked for when it is due there', async () => {
  const look = vi.fn(() => Promise.resolve())
  const list = { data: shallowRef({ proposals: [{ ...PROPOSAL, until: '2026-11-26T05:31:00Z' }] }), trouble: shallowRef(null), look }
  page = await mounted(Proposals, { at: AT, list }, {}, ['table', 'ui'])
  await vi.advanceTimersByTimeAsync(59_000)
  expect(look).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(2_000)
  expect(look).toHaveBeenCalledTimes(1)
})
