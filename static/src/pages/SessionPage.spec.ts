/** The clerk's place in a meeting: the same room as everybody's, and a way on when they were sent out. The host's: what is read beside a guest. */
import { afterEach, expect, it, vi } from 'vitest'

import { me } from '../me'
import { hostView, gu, qian } from '../room/host/testing'
import { roomView, Socket } from '../room/testing'
import { mounted, until, type Mounted } from '../ui/testing'
import SessionPage from './SessionPage.vue'

// jsdom has no network.
vi.mock('socket.io-client', () => ({ io: (...to: ConstructorParameters<typeof Socket>) => sockets[sockets.push(new Socket(...to)) - 1] }))

const sockets: Socket[] = []
let page: Mounted
const ANSWERS: Record<string, unknown> = {
  '/api/me': { kind: 'staff', id: 'shen', name: '沈嘉', role: 'recorder', csrf: 'x', centre: { name: '', phone: '', address: '', root_sha256: '' }, demo: false, build: '' },
  '/api/sessions/ses': { id: 'ses', state: 'open', starts_at: '2026-11-26T06:00:00Z', wait: null, case: { id: 'cas', title: '漏水', number: '1号', profile: 'people', mediator: { id: 'acc_gu', name: '顾明华' }, parties: [], agreements: [], sessions: [] } },
  '/api/sessions/ses/ticket': { ticket: 't', url: '', ice_servers: [] },
}
const press = (words: string): void => [...page.element.querySelectorAll('button')].find((one) => one.textContent?.trim() === words)?.click()

afterEach(() => {
  page.unmount()
  vi.unstubAllGlobals()
})

async function opened(): Promise<void> {
  vi.stubGlobal('matchMedia', () => Object.assign(new EventTarget(), { matches: false }))
  vi.stubGlobal('fetch', (path: string) => Promise.resolve(path in ANSWERS ? Response.json(ANSWERS[path]) : Response.json({ error: { code: 'gone' } }, { status: 404 })))
  page = await mounted(SessionPage, { id: 'ses' }, {}, ['ui', 'room', 'case', 'table', 'agreement', 'agreements', 'clauses', 'reviews', 'signing', 'summary', 'captions'])
  await until(() => page.element.querySelector('h1')?.textContent === '漏水', 'the door')
}

it('says at a clerk’s door where the minutes are written, and what they wait for', async () => {
  await opened()
  expect(page.element.querySelector('.door')?.textContent).toContain('调解员开了草稿，您就能写笔录：在这一页的“笔录”里')
  // What a clerk is here for lies open.
  expect(page.element.querySelector('[role=tab][aria-selected=true]')?.textContent?.trim()).toBe('笔录')
  await until(() => page.element.textContent?.includes('请调解员顾明华先开草稿，才能写笔录'), 'what they wait for')
})

it('tells a co-mediator with whom they lead, and not that they come back', async () => {
  const clerk = ANSWERS['/api/me'] as object
  me.value = null
  ANSWERS['/api/me'] = { ...clerk, id: 'fang', role: 'mediator' }
  await opened()
  ANSWERS['/api/me'] = clerk
  me.value = null
  expect(page.element.querySelector('.door')?.textContent).toContain('您和承办调解员顾明华一起主持')
  expect([...page.element.querySelectorAll('button')].map((one) => one.textContent?.trim())).toContain('进入会议室')
})

it('says at the door who leads now', async () => {
  const session = ANSWERS['/api/sessions/ses'] as object
  ANSWERS['/api/sessions/ses'] = { ...session, lead: { id: 'fang', name: '方静' } }
  await opened()
  ANSWERS['/api/sessions/ses'] = session
  expect(page.element.querySelector('[data-lead]')?.textContent).toBe('现在由方静主持。')
})

it('brings a clerk who was sent out back to the door of the session', async () => {
  await opened()
  expect(page.element.querySelector('a[href="/kiosk/ses"]')?.textContent).toBe('现场参加（本中心设备）')
  press('进入会议室')
  await until(() => sockets.length, 'a socket')
  sockets[0]?.hear('connect')
  sockets[0]?.hear('room', roomView({ you: { role: 'recorder', side: '' } }))
  sockets[0]?.hear('room', roomView({ you: { role: 'recorder', side: '', state: 'removed' } }))
  await until(() => page.element.querySelector('[data-control=close]'), 'the way on')
  page.element.querySelector<HTMLElement>('[data-control=close]')?.click()
  await until(() => page.element.querySelector('h1')?.textContent === '漏水', 'the door again')
  expect(page.element.querySelector('[data-room-over]')).toBeNull()
})

it('says to the mediator beside a guest who knocks who has not answered yet', async () => {
  const known: Record<string, unknown> = {
    ...ANSWERS,
    '/api/sessions/ses': { ...(ANSWERS['/api/sessions/ses'] as object), declined: [], case: { id: 'cas', title: '漏水', number: '1号', profile: 'people', mediator: { id: 'gu', name: '顾明华' }, leads: true, parties: [{ id: 'lin', name: '林秀珍', filed: {}, authority: {}, assurance: 'none', part: 'party' }], agreements: [], sessions: [] } },
    '/api/cases/cas/cast': { pairs: [], answers: [{ guest: 'qian', agreed: [], refused: [], missing: ['lin'] }], co_mediators: [], mediators: [] },
  }
  sockets.length = 0
  vi.stubGlobal('matchMedia', () => Object.assign(new EventTarget(), { matches: false }))
  vi.stubGlobal('fetch', (path: string) => Promise.resolve(path in known ? Response.json(known[path]) : Response.json({ error: { code: 'gone' } }, { status: 404 })))
  me.value = { ...(ANSWERS['/api/me'] as NonNullable<typeof me.value>), role: 'mediator' }
  page = await mounted(SessionPage, { id: 'ses' }, {}, ['ui', 'room', 'host', 'case', 'table', 'agreement', 'agreements', 'clauses', 'reviews', 'signing', 'summary', 'captions'])
  await until(() => page.element.querySelector('h1')?.textContent === '漏水', 'the door')
  press('回到会议室')
  await until(() => sockets.length, 'a socket')
  sockets[0]?.hear('connect')
  sockets[0]?.hear('room', hostView({ joint: [gu] }, { lobby: [{ ...qian, state: 'waiting' }] }))
  await until(() => page.element.querySelector('[data-person=qian] [data-unanswered-by]')?.textContent?.includes('林秀珍'), 'the mark')
})
