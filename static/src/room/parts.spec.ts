/** Small parts of the room's pages: what they offer to whom. */
import { computed, nextTick, ref, shallowRef } from 'vue'
import { afterEach, describe, expect, it } from 'vitest'

import type { RoomView } from '../protocol'
import { mounted, until, type Mounted } from '../ui/testing'
import CaucusNotice from './CaucusNotice.vue'
import type { Held } from './client'
import DeviceTrouble from './DeviceTrouble.vue'
import Lobby from './Lobby.vue'
import MoveCard from './MoveCard.vue'
import OverScreen from './OverScreen.vue'
import { roomView } from './testing'

let page: Mounted
afterEach(() => page.unmount())
const words = (): string => page.element.textContent?.replace(/\s+/g, ' ') ?? ''
const buttons = (): string[] => [...page.element.querySelectorAll<HTMLElement>('button, a')].map((one) => one.textContent?.trim() ?? '')
const show = async (...[component, props]: Parameters<typeof mounted>): Promise<void> => {
  page = await mounted(component, props, {}, ['ui', 'room'])
}

describe('outside a private talk', () => {
  const notice = (canSpeak: boolean): Promise<void> => show(CaucusNotice, { since: null, now: 0, hand: false, busy: false, canSpeak, note: '' })
  it('a party may look at the papers and ask to speak', async () => {
    await notice(true)
    expect(buttons()).toEqual(['看文件', '告诉调解员：我有话说', '离开'])
  })
  it('who only looks on has neither, there is nothing behind them', async () => {
    await notice(false)
    expect(buttons()).toEqual(['离开'])
    expect(words()).toContain('现在您听不到')
    expect(words()).not.toMatch(/麦克风|每位/)
  })
})

describe('a device that cannot be used', () => {
  it('is tried again, or done without: the notice does not stay in the way', async () => {
    const closed: true[] = []
    await show(DeviceTrouble, { kind: 'camera', state: 'denied', closable: true, onClose: () => closed.push(true) })
    expect(buttons()).toEqual(['重试', '不用摄像头，只用声音'])
    page.element.querySelectorAll('button')[1]?.click()
    expect(closed).toEqual([true])
    page.unmount()
    await show(DeviceTrouble, { kind: 'microphone', state: 'unsupported', closable: true })
    expect(buttons()).toEqual(['先不用麦克风'])
  })
})

describe('the card of another chamber', () => {
  it('tells of a closed microphone, but not a host, whose nobody closes', async () => {
    const card = { chamber: 'joint', hears: ['林秀珍'] }
    await show(MoveCard, { card })
    expect(words()).toContain('您的麦克风先关着')
    page.unmount()
    await show(MoveCard, { card, host: true })
    expect(words()).not.toContain('麦克风')
  })
})

describe('out of the meeting', () => {
  it('leads on where there is a page to go to', async () => {
    const closed: true[] = []
    await show(OverScreen, { why: 'removed', code: '', closable: true, onClose: () => closed.push(true) })
    page.element.querySelector<HTMLElement>('[data-control=close]')?.click()
    expect(closed).toEqual([true])
    page.unmount()
    await show(OverScreen, { why: 'removed', code: '', phone: '010-1' })
    expect(buttons()).toEqual([expect.stringContaining('010-1')])
  })
})

describe('the lobby', () => {
  it('offers to call for help only once one is waiting, keeps the button pressed in its place, and takes the call back', async () => {
    const device = { track: shallowRef(null), state: ref('off') }
    const sent: unknown[] = []
    const view = shallowRef<RoomView | null>(null)
    const room = {
      view, held: ref(null), link: ref('open'), waiting: computed(() => view.value?.you.state === 'waiting'), takesPart: ref(true), broadcasts: ref([]), privateUnread: ref(new Map()),
      act: (event: string, body: object) => Promise.resolve(void sent.push({ event, ...body })),
    }
    await show(Lobby, { room, devices: { camera: device, microphone: device, voiceOnly: ref(false) }, phone: '', now: 0 })
    const button = (): HTMLElement | null => page.element.querySelector('[data-control=want_to_speak]')
    expect(button()).toBeNull()
    view.value = roomView({ you: { state: 'waiting' } })
    await nextTick()
    button()?.focus()
    button()?.click()
    view.value = roomView({ you: { state: 'waiting', hand: true } })
    await until(() => button()?.textContent?.includes('不用了'), 'the way back')
    expect(document.activeElement).toBe(button())
    button()?.click()
    expect(sent).toEqual([{ event: 'want_to_speak', wants: true }, { event: 'want_to_speak', wants: false }])
  })
  it('has plain words for a recorder: no call for help, no quiet one', async () => {
    const device = { track: shallowRef(null), state: ref('off') }
    const room = {
      view: shallowRef(roomView({ you: { state: 'waiting', role: 'recorder', side: '' }, host: 'here' })), held: ref(null), link: ref('open'), waiting: ref(true), takesPart: ref(true),
      broadcasts: ref([]), privateUnread: ref(new Map()),
    }
    await show(Lobby, { room, devices: { camera: device, microphone: device, voiceOnly: ref(false) }, phone: '', now: 0 })
    expect(page.element.textContent).toContain('会请您进去')
    expect(page.element.textContent).not.toContain('手机')
    expect(page.element.querySelector('[data-control=distress], [data-control=want_to_speak]')).toBeNull()
  })
  it('says of a locked door that it is locked and is knocked at, not that the line is bad', async () => {
    const held = ref<Held | null>({ code: 'room_locked', n: '' })
    const device = { track: shallowRef(null), state: ref('off') }
    const room = {
      view: shallowRef(roomView({ you: { state: 'waiting' } })), held, link: ref('lost'), waiting: ref(true), takesPart: ref(true),
      broadcasts: ref([]), privateUnread: ref(new Map()),
    }
    await show(Lobby, { room, devices: { camera: device, microphone: device, voiceOnly: ref(false) }, phone: '', now: 0 })
    const told = (): string => page.element.querySelector('[role=status]')?.textContent ?? ''
    expect(told()).toContain('会议已经上锁')
    expect(told()).toContain('隔一会儿再试一次')
    expect(told()).not.toContain('正在连接')
    held.value = { code: 'room_full', n: '16' }
    await nextTick()
    expect(told()).toContain('最多 16 人')
    expect(told()).toContain('打电话')
    expect(told()).not.toContain('正在连接')
    held.value = null
    await nextTick()
    expect(told()).toContain('正在连接')
  })
})
