/** Both rooms whole, from the socket up: the spec is the server at its other end. */
import { nextTick, type Component } from 'vue'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import type { RoomView } from '../protocol'
import { mounted, until, type Mounted } from '../ui/testing'
import { chen, gu, hostView, lin } from './host/testing'
import MediatorRoom from './MediatorRoom.vue'
import PartyRoom from './PartyRoom.vue'
import { chamberView, personView, roomView, Socket } from './testing'
import type { Room } from './useRoom'

// jsdom has no network.
vi.mock('socket.io-client', () => ({ io: (...to: ConstructorParameters<typeof Socket>) => (socket = new Socket(...to)) }))

let socket: Socket
let page: Mounted
let told: unknown[]
let room: Room
beforeEach(() => {
  told = []
  vi.stubGlobal('matchMedia', () => Object.assign(new EventTarget(), { matches: false }))
})
afterEach(() => {
  page.unmount()
  vi.unstubAllGlobals()
})

async function enter(component: Component, first: RoomView, props: Record<string, unknown>): Promise<void> {
  const before = socket as Socket | undefined
  const captions = (scope: { room: Room }): string => (room = scope.room).caption.value?.text ?? '—'
  page = await mounted(component, { getTicket: () => Promise.resolve({ ticket: 't' }), ...props }, { captions }, ['ui', 'room', 'host'])
  await until(() => socket !== before, 'a socket')
  socket.hear('connect')
  await see(first)
}
const party = (first: RoomView, more: Record<string, unknown> = {}): Promise<void> => enter(PartyRoom, first, { phone: '010-1', document: false, ...more })
const host = (first: RoomView): Promise<void> => enter(MediatorRoom, first, { title: '', declined: [], onPrivate: (talk: string) => told.push(talk) })
async function see(view: RoomView): Promise<void> {
  socket.hear('room', view)
  await nextTick()
}
const find = (what: string): HTMLElement | null => page.element.querySelector<HTMLElement>(what)
const words = (): string => page.element.textContent?.replace(/\s+/g, ' ') ?? ''
const press = (control: string): void => find(`[data-control=${control}]`)?.click()

describe('a party’s room', () => {
  const caucus = roomView({ you: { chamber: 'caucus_applicant' }, chamber: chamberView({ id: 'caucus_applicant', talk: 'caucus_applicant.1', epoch: 1, people: [personView('lin'), personView('gu', { role: 'mediator', side: '' })] }) })

  it('tells the page in which private talk one is, and that one is in none when it goes', async () => {
    await party(roomView(), { onPrivate: (talk: string) => told.push(talk) })
    await see(caucus)
    page.unmount()
    expect(told).toEqual(['', 'caucus_applicant.1', ''])
  })
  it('leads who was taken out on to another page where there is one', async () => {
    await party(roomView(), { closable: true, onRemoved: () => told.push('Removed') })
    await see(roomView({ you: { state: 'removed' } }))
    expect(words()).toContain('您离开了这次会议')
    press('close')
    expect(told).toEqual(['Removed'])
  })
  it('names no link before leaving: a clerk has none', async () => {
    await party(roomView())
    press('leave')
    await nextTick()
    expect(words()).toContain('可以再进来')
    expect(words()).not.toContain('链接')
  })
  it('knocks once more without a stop in between for who was not let in', async () => {
    await party(roomView({ you: { state: 'waiting', chamber: null }, chamber: null }), { onAgain: () => told.push('Again'), onLeft: () => told.push('Left') })
    await see(roomView({ you: { state: 'out' } }))
    ;[...page.element.querySelectorAll('button')].find((one) => one.textContent?.includes('再敲一次门'))?.click()
    expect(told).toEqual(['Again'])
  })
  it('tells what a microphone lacks, and takes the words away for who goes on without', async () => {
    await party(roomView({ you: { muted: { audio: true, video: true, by_host: { audio: false, video: false } } } }))
    press('microphone')
    await until(() => find('[data-device-trouble=microphone]'), 'the trouble')
    ;[...(find('[data-device-trouble=microphone]')?.querySelectorAll('button') ?? [])].at(-1)?.click()
    await nextTick()
    expect(find('[data-device-trouble]')).toBeNull()
  })
  it('asks about recording where one is recorded, in no private talk', async () => {
    const recording: RoomView['recording'] = { state: 'asking', what: 'all', since: null, reason: '', agreed: null, heard: false, answers_for: [], missing: [], refused: [], wards: [], unwilling: [] }
    await party({ ...caucus, recording })
    expect([find('[data-recording-ask][open]'), find('.ask')]).toEqual([null, null])
    await see(roomView({ recording }))
    await nextTick()
    expect(find('[data-recording-ask]')?.querySelector('[data-control=recording_agree]')).not.toBeNull()
  })
  it('keeps no words of a private talk on the screen, nor of a meeting that is over', async () => {
    const said = (text: string): void => socket.hear('caption', { person: 'gu', name: '顾明华', text, final: true, key: text, at: '' })
    await party(caucus)
    said('只给您听')
    await nextTick()
    expect(words()).toContain('只给您听')
    await see(roomView())
    expect(words()).not.toContain('只给您听')
    said('大家再见')
    socket.hear('ended', {})
    expect(room.caption.value).toBeNull()
  })
})

describe('the room of who only looks on', () => {
  const you = { role: 'observer', side: '', may_share: false } as const
  it('offers no microphone to open when all are together again', async () => {
    await party(roomView({ you }))
    expect([room.microphoneOn.value, room.cameraOn.value]).toEqual([false, false]) // nothing to close on a bad line
    await see(roomView({ you, away: true, chamber: chamberView({ people: [personView('lin')], hears: [] }) }))
    expect([find('[data-caucus-notice]')?.textContent?.includes('您听得到'), find('[data-hears]')?.textContent?.includes('您听得到')]).toEqual([false, false])
    await see(roomView({ you: { ...you, muted: { audio: true, video: false, by_host: { audio: false, video: false } } } }))
    expect([find('[data-control=open-microphone]'), find('[data-hears]')?.textContent?.includes('您听得到')]).toEqual([null, true])
  })
})

describe('the focus of a party', () => {
  it('is on the heading of the page one is brought to', async () => {
    await party(roomView({ you: { state: 'waiting', chamber: null }, chamber: null }))
    find('[data-control=distress]')?.focus()
    await see(roomView())
    expect(document.activeElement).toBe(find('[data-room] h1'))
    await see(roomView({ you: { state: 'waiting', chamber: null }, chamber: null }))
    expect(document.activeElement).toBe(find('[data-lobby] h1'))
    await see(roomView({ you: { state: 'removed' } }))
    expect(document.activeElement).toBe(find('[data-room-over] h1'))
  })
  it('comes back from a pane to its button', async () => {
    await party(roomView())
    press('chat')
    await nextTick()
    find('.pane button')?.focus()
    find('.pane button')?.click()
    await nextTick()
    expect(document.activeElement).toBe(find('[data-control=chat]'))
  })
})

describe('a host’s room', () => {
  it('says what was refused on every part of the console', async () => {
    await host(hostView({ joint: [gu, lin] }))
    find('[data-part=rail]')?.click()
    socket.answer = { ok: false, error: { code: 'connection_lost', detail: '' } }
    press('lock')
    await until(() => find('.notice.warn'), 'the words')
    expect(find('.notice.warn')?.closest('.part-stage, .part-rail, .part-panel, .part-host')).toBeNull()
  })
  it('tells the page with every entry whether it is in a private talk: the last one may have ended in one', async () => {
    await host(hostView({ joint: [gu, lin] }))
    expect(told).toEqual([''])
    await see(hostView({ caucus_applicant: [gu, lin] }))
    expect(told).toEqual(['', 'caucus_applicant.1'])
  })
  it('says nothing of a closed microphone to who comes back from a private talk', async () => {
    await host(hostView({ caucus_applicant: [gu, lin] }))
    socket.hear('go', { epoch: 2, set: 'A', chamber: 'joint', hears: ['林秀珍'] })
    await nextTick()
    expect(find('[data-move-card]')?.textContent).toContain('林秀珍')
    expect(find('[data-move-card]')?.textContent).not.toContain('麦克风')
  })
  it('leads the focus to the heading of those who wait, then to the page’s, when who had it was let in, and lets nobody in by itself', async () => {
    const shown = vi.spyOn(HTMLElement.prototype, 'getClientRects').mockReturnValue([{}] as unknown as DOMRectList) // jsdom lays nothing out
    await host(hostView({ joint: [gu] }, { lobby: [lin, chen] }))
    find('[data-admit=lin]')?.focus()
    await see(hostView({ joint: [gu, lin] }, { lobby: [chen] }))
    await Promise.resolve() // a MutationObserver's turn
    expect(document.activeElement).toBe(find('#rail-lobby'))
    await see(hostView({ joint: [gu, lin, chen] }))
    await Promise.resolve()
    expect(document.activeElement).toBe(find('h1'))
    shown.mockRestore()
  })
  it('counts a call for help of somebody who has left among what waits', async () => {
    await host(hostView({ joint: [gu] }, { expected: [{ ...lin, state: 'out', distress: 'sent' }] }))
    expect(find('[data-part=rail]')?.textContent).toContain('1')
  })
  it('says to a host left outside a private talk why nobody hears them', async () => {
    await host(hostView({ joint: [gu], side_applicant: [lin] }, { away: true }))
    expect(find('.part-stage')?.textContent).toContain('这里的人互相听不到')
  })
})
