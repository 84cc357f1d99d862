/** Several people at one device of the centre: each sees and answers what waits for them, as their own seat. */
import { nextTick } from 'vue'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { roomView, Socket } from '../room/testing'
import { spoken } from '../ui/announce'
import { onStage } from '../ui/stage'
import { mounted, until, type Mounted } from '../ui/testing'
import KioskMeeting from './KioskMeeting.vue'

// jsdom has no network.
vi.mock('socket.io-client', () => ({ io: (...to: ConstructorParameters<typeof Socket>) => sockets[sockets.push(new Socket(...to)) - 1] }))

const TERMS = { payer: 'lin', payee: 'chen', sum_fen: 850_000, instalments: [], deeds: '', conditions: '' }
const PEOPLE = ['lin', 'wu', 'chen'].map((id) => ({ id, name: id, label: '', party: true }))
const proposal = (answer: boolean | null) => ({ id: 'pro', state: 'open', parties: ['lin', 'wu', 'chen'], terms: TERMS, until: '2099-11-26T07:00:00Z', made_at: '2026-11-26T06:00:00Z', may_answer: true, answer, answered: null })

let sockets: Socket[]
let page: Mounted
let posts: (string | null)[]
let over: number
/** By seat: what this person answered */
let answered: Record<string, boolean | null>
/** By seat: what this person said to the expert; missing where they are not asked */
let asked: Record<string, boolean | null>
const find = (what: string): HTMLElement | null => page.element.querySelector<HTMLElement>(what)
const open = (): (string | undefined)[] => [...page.element.querySelectorAll<HTMLElement>('details[data-sitter][open]')].map((one) => one.dataset['sitter'])

beforeEach(async () => {
  sockets = []
  posts = []
  over = 0
  answered = { 'seat-lin': true, 'seat-wu': null }
  asked = {}
  vi.stubGlobal('matchMedia', () => Object.assign(new EventTarget(), { matches: false }))
  vi.stubGlobal('fetch', (path: string, init: RequestInit) => {
    const seat = new Headers(init.headers).get('X-Hejie-Seat')
    if (init.method === 'POST') posts.push(seat)
    if (path === '/api/seat/guests') asked[seat ?? ''] = (JSON.parse(init.body as string) as { agrees: boolean }).agrees
    const guests = (seat ?? '') in asked ? [{ id: 'hong', name: '洪亮', part: 'expert', agrees: asked[seat ?? ''] }] : []
    if (path.startsWith('/api/seat')) return Promise.resolve(Response.json({ csrf: 'x', guests }))
    const of = { table: { case: 'cas', host: false, mine: seat?.slice(5), speaks: true, people: PEOPLE }, offers: { offers: [] }, papers: { papers: [] }, proposals: { proposals: [proposal(answered[seat ?? ''] ?? null)] } }
    return Promise.resolve(Response.json({ csrf: 'x', ...(of[path.split('/').at(-1) as keyof typeof of] ?? proposal(true)) }))
  })
  const people = ['lin', 'wu'].map((id) => ({ id, name: id, seat: `seat-${id}` }))
  page = await mounted(KioskMeeting, { session: 'ses', getTicket: () => Promise.resolve({ ticket: 't', url: '', ice_servers: [] }), phone: '', people, text: null, signing: false, onOver: () => over++ }, {}, ['ui', 'room', 'seat', 'table', 'signing', 'captions'])
  await until(() => sockets.length, 'a socket')
  sockets[0]?.hear('connect')
  sockets[0]?.hear('room', roomView())
  await until(() => find('[data-told]'), 'what waits')
})
afterEach(() => {
  page.unmount()
  vi.unstubAllGlobals()
})

it('counts what waits for all, opens the part of whom it waits for, and looks again when the room says so', async () => {
  expect(find('[data-told]')?.textContent).toContain('有1件事等您答复：调解员的方案')
  find('[data-control=look-at-offers]')?.click()
  await nextTick()
  expect([open(), find('[data-sitter=wu] summary')?.textContent]).toEqual([['wu'], 'wu ▲1'])
  answered['seat-lin'] = null
  sockets[0]?.hear('changed', { what: 'proposals' })
  await until(() => find('[data-sitter=lin] summary')?.textContent === 'lin ▲1', 'the other’s')
  expect(find('[data-control=draft] .count')?.textContent).toBe('2')
  await until(() => spoken.polite.value.includes('有2件事'), 'it said aloud')
})

it('sends each answer as the seat of who gave it', async () => {
  find('[data-control=look-at-offers]')?.click()
  await nextTick()
  find('[data-sitter=wu] [data-control=proposal-no]')?.click()
  await until(() => posts.length, 'the answer')
  expect(posts).toEqual(['seat-wu'])
})

it.each(['present', 'waiting'])('asks each, %s, about a guest in their own name, and takes the answer as theirs', async (state) => {
  asked = { 'seat-lin': null, 'seat-wu': null }
  if (state === 'waiting') sockets[0]?.hear('room', roomView({ you: { state, chamber: null }, chamber: null }))
  sockets[0]?.hear('changed', { what: 'session' })
  const of = (who: string): string => (state === 'waiting' ? `[data-asked=${who}]` : `[data-sitter=${who}]`)
  if (state === 'present') {
    await until(() => find('[data-told]')?.textContent?.includes('是否同意旁听、专家参加'), 'what waits')
    find('[data-control=look-at-offers]')?.click()
  }
  await until(() => find(`${of('lin')} [data-guest=hong]`) && find(`${of('wu')} [data-guest=hong]`), 'both questions')
  expect(find(of('wu'))?.textContent).toContain('wu')
  find(`${of('wu')} [data-control=guest-no]`)?.click()
  await until(() => find(of('wu'))?.textContent?.includes('您不同意 洪亮 参加'), 'the answer')
  expect([posts, asked]).toEqual([['seat-wu'], { 'seat-lin': null, 'seat-wu': false }])
  expect(find(`${of('lin')} [data-control=guest-yes]`)).not.toBeNull()
})

it('names no link in the question before leaving: the device has none', async () => {
  find('[data-control=leave]')?.click()
  await nextTick()
  expect(page.element.textContent).toContain('请工作人员帮忙')
  expect(page.element.textContent).not.toContain('链接')
})

it('gives the device back when the mediator sent its people out', async () => {
  sockets[0]?.hear('room', roomView({ you: { state: 'removed' } }))
  await nextTick()
  find('[data-control=close]')?.click()
  expect(over).toBe(1)
})

it('names those who wait here together, in the words of a desk', async () => {
  sockets[0]?.hear('room', roomView({ you: { state: 'waiting', chamber: null }, chamber: null }))
  await until(() => find('[data-together]'), 'the names')
  expect(find('[data-together]')?.textContent).toBe('在这台设备前：lin、wu')
  expect(find('[data-lobby]')?.textContent).not.toContain('手机')
})

it('takes the head off the page while the room of the window’s height is there', () => {
  expect(onStage.value).toBe(true)
  page.unmount()
  expect(onStage.value).toBe(false)
})
