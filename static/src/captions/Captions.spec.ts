import { h, nextTick, ref, shallowRef } from 'vue'
import { afterEach, beforeEach, expect, it } from 'vitest'

import type { Caption, RoomView } from '../protocol'
import { mounted, until, type Mounted } from '../ui/testing'
import Captions from './Captions.vue'
import { FakeEar } from './testing'

let page: Mounted
const open = ref(true)
const view = shallowRef<RoomView | null>(null)
const caption = shallowRef<Caption | null>(null)
const sending = ref(true)

async function show(ears: typeof FakeEar | null, role = 'applicant'): Promise<void> {
  view.value = {
    you: { person: 'lin', name: '林秀珍', role, host: role === 'mediator', state: 'present', chamber: 'joint' },
    chamber: { id: 'joint', epoch: 1 },
    away: false,
  } as RoomView
  const room = { view, link: ref('open'), caption, sending: () => sending.value, act: () => Promise.resolve() }
  const microphone = shallowRef({ readyState: 'live' } as MediaStreamTrack)
  const Page = { render: () => h(Captions, { room, microphone, ears, open: open.value, close: () => (open.value = false) }) }
  page = await mounted(Page, {}, {}, ['ui', 'captions'])
}
const text = (): string => page.element.textContent ?? ''
const strip = (): Element | null => page.element.querySelector('[data-captions]')

beforeEach(() => {
  FakeEar.reset()
  open.value = true
  caption.value = null
  sending.value = true
})
afterEach(() => page.unmount())

it('says why nothing can be written down here, and offers no switch', async () => {
  await show(null)
  await until(() => text().includes('不能只在您的设备上听写'), 'the reason')
  expect(page.element.querySelector('input')).toBeNull()
  expect(strip()).toBeNull()
})

it('has nothing chosen but off, and shows one’s own words after the choice', async () => {
  await show(FakeEar)
  await until(() => page.element.querySelector('input[value="off"]'), 'the choice')
  expect(page.element.querySelector<HTMLInputElement>('input:checked')?.value).toBe('off')
  expect(strip()).toBeNull()
  page.element.querySelector<HTMLInputElement>('input[value="self"]')?.click()
  await nextTick()
  expect(strip()?.textContent).toContain('字会出现在这里')
  FakeEar.open?.hears('我先说')
  await nextTick()
  expect(strip()?.textContent).toContain('我先说')
  sending.value = false
  await nextTick()
  expect(strip()?.textContent).toContain('麦克风关着')
})

it('shows others’ words with their name, and hides them when asked', async () => {
  await show(null)
  caption.value = { from: 'chen', name: '陈国栋', key: 'k', text: '我不同意', chamber: 'joint' }
  await nextTick()
  expect(strip()?.textContent).toContain('陈国栋')
  page.element.querySelector<HTMLButtonElement>('[data-control="hide-captions"]')?.click()
  await nextTick()
  expect(strip()).toBeNull()
  page.element.querySelector<HTMLInputElement>('[data-control="show-captions"]')?.click()
  await nextTick()
  expect(strip()).not.toBeNull()
})

it('gives the lines to who keeps the minutes, and to nobody else', async () => {
  await show(null)
  expect(page.element.querySelector('[data-control="take-captions"]')).toBeNull()
  page.unmount()
  await show(null, 'mediator')
  const take = (): HTMLButtonElement | null => page.element.querySelector('[data-control="take-captions"]')
  expect(take()?.getAttribute('aria-disabled')).toBe('true')
  caption.value = { from: 'chen', name: '陈国栋', key: 'k', text: '我付八千五', chamber: 'joint' }
  await nextTick()
  take()?.click() // jsdom has no clipboard: the lines stand there to be copied by hand
  await until(() => page.element.querySelector('textarea'), 'the lines')
  expect(page.element.querySelector('textarea')?.value).toMatch(/^\d\d:\d\d 陈国栋：我付八千五$/)
})
