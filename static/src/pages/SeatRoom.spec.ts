/** A party in, out of and back in the room: every page is reached by its heading, and one press is enough to knock again. */
import { nextTick, shallowReactive } from 'vue'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { roomView, Socket } from '../room/testing'
import type { SeatView } from '../seat/types'
import { mounted, until, type Mounted } from '../ui/testing'
import SeatRoom from './SeatRoom.vue'

// jsdom has no network.
vi.mock('socket.io-client', () => ({ io: (...to: ConstructorParameters<typeof Socket>) => sockets[sockets.push(new Socket(...to)) - 1] }))

const SEAT: SeatView = {
  slug: 'abc', csrf: 't', me: { id: 'lin', name: '林秀珍', side: 'applicant', label: '甲方', role: 'applicant', phone_masked: '', guest: false, looks_on: false, ward: '', guarded: false },
  centre: { name: '', phone: '0571-12345', address: '', root_sha256: '' }, case: { number: '', title: '', kind: '' },
  session: { id: 'ses', state: 'open', starts_at: '2026-11-26T06:00:00Z', minutes: 60, court: '' }, mediator: { name: '顾明华' }, others: [],
  texts: { version: '', online: '', esign: '', warning: '', rights: '', concessions: '' }, consents: { online: true, esign: true, at: null },
  code: { sent_at: null, verified: true, tries_left: 5, locked_until: null }, assurance: 'code', step: 'room', agreements: [], guests: [], early: false,
  trial: null, telephone: null, waiting: { company: [], since: null, minutes: null, said_at: null },
}
const WAITING = roomView({ you: { state: 'waiting', chamber: null }, chamber: null })

let sockets: Socket[]
let page: Mounted
let props: { seat: SeatView; refresh: () => Promise<void> }
const press = (words: string): void => [...page.element.querySelectorAll('button')].find((one) => one.textContent?.trim() === words)?.click()
const heading = (): string => (document.activeElement?.tagName === 'H1' ? (document.activeElement.textContent?.trim() ?? '') : '')

beforeEach(async () => {
  sockets = []
  vi.stubGlobal('matchMedia', () => Object.assign(new EventTarget(), { matches: false }))
  vi.stubGlobal('fetch', (path: string) => Promise.resolve(path.endsWith('/ticket') ? Response.json({ ticket: 't', url: '', ice_servers: [] }) : Response.json({ error: { code: 'gone' } }, { status: 404 })))
  props = shallowReactive({ seat: SEAT, refresh: () => Promise.resolve() })
  page = await mounted(SeatRoom, props, {}, ['ui', 'room', 'seat', 'table', 'agreement', 'signing', 'captions'])
  await until(() => sockets.length === 1, 'a socket')
  sockets[0]?.hear('connect')
  sockets[0]?.hear('room', WAITING)
})
afterEach(() => {
  page.unmount()
  vi.unstubAllGlobals()
})

it('knocks again at once when one was not let in', async () => {
  sockets[0]?.hear('room', { ...WAITING, you: { ...WAITING.you, state: 'out' } })
  await until(() => heading() === '调解员现在没有让您进来', 'why')
  press('再敲一次门')
  await until(() => sockets.length === 2, 'another socket')
  expect(page.element.querySelector('[data-lobby]')).not.toBeNull()
})

it('says to who was taken out what it means, and lets them knock when the meeting is opened anew', async () => {
  sockets[0]?.hear('room', roomView())
  sockets[0]?.hear('room', roomView({ you: { state: 'removed' } }))
  await until(() => heading() === '调解员请您先离开', 'the page outside')
  for (const word of ['不能再进去', '您的权利没有变', '请打电话', '0571-12345']) expect(page.element.textContent).toContain(word)
  expect(page.element.querySelector('[data-control=rejoin]')).toBeNull()
  for (const state of ['scheduled', 'open'] as const) {
    props.seat = { ...SEAT, session: { ...SEAT.session, state } }
    await nextTick()
  }
  page.element.querySelector<HTMLElement>('[data-control=rejoin]')?.click()
  await until(() => sockets.length === 2, 'another socket')
})

it('says with the heading that one has left', async () => {
  sockets[0]?.hear('room', roomView())
  sockets[0]?.hear('room', roomView({ you: { state: 'out' } }))
  await until(() => heading() === '您已离开会议室', 'the page outside')
})

it('names what waits for an answer', async () => {
  sockets[0]?.hear('room', roomView())
  props.seat = { ...SEAT, guests: [{ id: 'shi', name: '施静', part: 'observer', agrees: null }] }
  await until(() => page.element.querySelector('[data-told]')?.textContent?.includes('有1件事等您答复：是否同意旁听、专家参加'), 'the matter')
})
