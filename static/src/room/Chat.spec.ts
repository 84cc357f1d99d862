import { computed, nextTick, ref, shallowRef } from 'vue'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import type { RoomView } from '../protocol'
import Chat from './Chat.vue'
import Controls from './Controls.vue'
import { mount, type Mounted } from './mounting'
import { chamberView, personView, roomView } from './testing'
import { useChat } from './useChat'
import { usePeople } from './usePeople'

let mounted: Mounted
let sent: unknown[]
let room: ReturnType<typeof made>
const view = shallowRef<RoomView | null>(null)

function made() {
  const chat = useChat({
    chamber: computed(() => view.value?.you.chamber ?? 'joint'),
    you: () => 'lin',
    gathered: () => view.value?.away !== true,
    send: (line) => Promise.resolve(void sent.push(['chat', line.text])),
    write: (line) => Promise.resolve(void sent.push(['write', line.to, line.text])),
  })
  return {
    view,
    ...chat,
    ...usePeople(view, () => chat.privateUnread.value.keys()),
    present: computed(() => view.value?.you.state === 'present'),
    hears: computed(() => view.value?.chamber?.hears ?? []),
    microphoneOn: ref(true),
    cameraOn: ref(true),
  }
}
const line = (text: string, from: string, to?: string) => ({
  from, name: from === 'gu' ? '顾明华' : from, text, at: '2026-11-26T06:00:00Z', key: text, chamber: to ? null : ('joint' as const), ...(to ? { to } : {}),
})
const find = <E extends HTMLElement>(selector: string): E | null => mounted.element.querySelector<E>(selector)
const options = (): string[] => [...mounted.element.querySelectorAll('option')].map((one) => one.value)
async function write(text: string): Promise<void> {
  const field = find<HTMLTextAreaElement>('textarea')
  if (!field) throw new Error('no field')
  field.value = text
  field.dispatchEvent(new Event('input'))
  await nextTick()
  find<HTMLFormElement>('form')?.dispatchEvent(new Event('submit', { cancelable: true }))
  await nextTick()
}

beforeEach(() => {
  sent = []
  view.value = roomView()
  room = made()
})
afterEach(() => mounted.unmount())

describe('the chat', () => {
  it('writes to the chamber unless one person was chosen, and shows either place alone', async () => {
    room.hear(line('大家好', 'gu'))
    room.hear(line('您还好吗', 'gu', 'lin'))
    const chosen: string[] = []
    mounted = mount(Chat, { room, to: '', 'onUpdate:to': (to: string) => chosen.push(to) })
    expect([options(), find('.log')?.textContent]).toEqual([['here', 'gu'], expect.stringContaining('大家好')])
    expect(find('.log')?.textContent).not.toContain('您还好吗')
    await write('在的')
    ;[...mounted.element.querySelectorAll('button')].find((one) => one.textContent?.includes('只写给您'))?.click()
    expect([sent, chosen]).toEqual([[['chat', '在的']], ['gu']])
    mounted.unmount()
    mounted = mount(Chat, { room, to: 'gu' })
    expect(find('[data-private-lines=gu]')?.textContent).toContain('您还好吗')
    expect(find('.log')?.textContent).not.toContain('大家好')
    await write('还好')
    expect([sent.at(-1), room.unread.value]).toEqual([['write', 'gu', '还好'], 0])
  })
  it('offers only the host outside a private talk, and nobody’s chamber', () => {
    view.value = roomView({ away: true, lead: 'gu', chamber: chamberView({ people: [personView('lin')], hears: [] }) })
    mounted = mount(Chat, { room, to: '' })
    expect(options()).toEqual(['gu'])
  })
  it('is read, not written, by who only looks on', () => {
    view.value = roomView({ you: { role: 'observer', side: '' } })
    room.hear(line('大家好', 'gu'))
    mounted = mount(Chat, { room, to: '' })
    expect([find('form'), find('.log')?.textContent]).toEqual([null, expect.stringContaining('大家好')])
  })
  it('keeps what somebody wrote who has left, to be read and not answered', async () => {
    view.value = roomView({ you: { person: 'gu', role: 'mediator', side: '', host: true } })
    room.learn('chen', '陈国栋')
    room.hear(line('我先走了', 'chen', 'lin'))
    mounted = mount(Chat, { room, to: 'chen' })
    expect([find('[data-private-lines=chen]')?.textContent, find('form')]).toEqual([expect.stringContaining('我先走了'), null])
    expect(mounted.element.textContent).toContain('现在不能给陈国栋写了')
    await nextTick()
    expect(room.unread.value).toBe(0)
  })
  it('lets who only looks on read what the host wrote to them', async () => {
    view.value = roomView({ you: { role: 'observer', side: '' } })
    room.hear(line('请关掉手机', 'gu', 'lin'))
    mounted = mount(Chat, { room, to: 'gu' })
    await nextTick()
    expect([find('.log')?.textContent, find('form'), room.unread.value]).toEqual([expect.stringContaining('请关掉手机'), null, 0])
  })
  it('counts no lines of a place one cannot see now', () => {
    room.hear(line('大家好', 'gu'))
    expect(room.unread.value).toBe(1)
    view.value = roomView({ away: true, lead: 'gu', chamber: chamberView({ people: [personView('lin')], hears: [] }) })
    expect(room.unread.value).toBe(0)
    mounted = mount(Chat, { room, to: '' })
  })
  it('sends nothing with the Enter that chooses a word, in Safari neither', async () => {
    mounted = mount(Chat, { room, to: '' })
    room.type('', 'ni hao')
    await nextTick()
    const field = find('textarea')
    for (const chooses of [{ isComposing: true }, { keyCode: 229 }]) field?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, ...chooses }))
    expect(sent).toEqual([])
    field?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }))
    expect(sent).toEqual([['chat', 'ni hao']])
  })
  it('takes lines as read while they are looked at, also when as many are kept as before', async () => {
    for (let n = 0; n < 200; n++) room.hear({ ...line(`${n}`, 'gu'), key: `${n}` })
    mounted = mount(Chat, { room, to: '' })
    room.hear(line('新的一句', 'gu'))
    await nextTick()
    expect([find('.log')?.querySelectorAll('li').length, find('.log')?.textContent, room.unread.value]).toEqual([200, expect.stringContaining('新的一句'), 0])
  })
  it('goes back to the chamber when one is moved', async () => {
    const chosen: string[] = []
    mounted = mount(Chat, { room, to: 'gu', 'onUpdate:to': (to: string) => chosen.push(to) })
    view.value = roomView({ you: { chamber: 'caucus_applicant' } })
    await nextTick()
    expect(chosen).toEqual([''])
  })
})

describe('the bar', () => {
  const controls = (): (string | undefined)[] => [...mounted.element.querySelectorAll<HTMLElement>('[data-control]')].map((one) => one.dataset['control'])
  it('has what a party may do, quiet help included', () => {
    mounted = mount(Controls, { room, chatOpen: false, withDraft: true, shares: true })
    expect(controls()).toEqual(['microphone', 'camera', 'hand', 'share', 'chat', 'draft', 'distress', 'more', 'leave'])
  })
  it('shows nothing that who only looks on cannot do', () => {
    view.value = roomView({ you: { role: 'observer', side: '', may_share: false } })
    mounted = mount(Controls, { room, chatOpen: false, withDraft: false, shares: false })
    expect(controls()).toEqual(['chat', 'more', 'leave'])
  })
  it('lets who only looks on read outside a private talk what a host wrote to them', () => {
    view.value = roomView({ away: true, you: { role: 'observer', side: '', may_share: false } })
    room.hear(line('请等五分钟', 'gu', 'lin'))
    mounted = mount(Controls, { room, chatOpen: false, withDraft: false, shares: false, apart: true })
    expect(controls()).toEqual(['chat', 'more', 'leave'])
    expect(find('[data-control=chat]')?.textContent).not.toContain('写给')
  })
  it('keeps help and the host in reach outside a private talk', () => {
    mounted = mount(Controls, { room, chatOpen: false, withDraft: true, shares: true, apart: true })
    expect(controls()).toEqual(['chat', 'draft', 'distress', 'more', 'leave'])
    expect(find('[data-control=chat]')?.textContent).toContain('写给调解员')
  })
})
