import { defineComponent, h, ref } from 'vue'
import { afterEach, beforeEach, expect, it } from 'vitest'

import { mounted, until, type Mounted } from '../../ui/testing'
import { setShortcuts, type KeyLine } from '../useShortcuts'
import type { RoomActs } from '../useRoomActs'
import { chen, gu, hosting, hostView, lin, shi, type Hosting } from './testing'
import { useHostKeys } from './useHostKeys'

let shown: Mounted
let hosted: Hosting
let list: () => readonly KeyLine[]
let parts: string[]
const shares = ref(false)
const STEPS = '<ol><li aria-current="step"></li></ol>'
const PANEL = `<section data-region="panel">${STEPS}<button role="tab" id="draft"></button><div role="tabpanel" aria-labelledby="draft"><ol data-clauses><li id="clause" aria-current="step"></li></ol></div></section>`
const press = (code: string, more: KeyboardEventInit = {}): boolean => document.body.dispatchEvent(new KeyboardEvent('keydown', { code, bubbles: true, cancelable: true, ...more }))

beforeEach(async () => {
  setShortcuts(true)
  shares.value = false
  parts = []
  hosted = hosting(hostView({ joint: [chen, shi, lin, gu] }))
  const root = ref<HTMLElement | null>(null)
  const acts = { room: hosted.host.room, run: () => Promise.resolve(true), shares, toggleMicrophone: () => parts.push('microphone'), toggleShare: () => parts.push('share') } as unknown as RoomActs
  const page = { root, hears: () => '', toggleChat: () => parts.push('chat'), show: (part: string) => parts.push(part), shut: () => parts.push('shut'), help: () => parts.push('help') }
  const Keys = defineComponent(() => {
    const keys = useHostKeys(acts, hosted.host, page)
    list = () => keys.value
    return () => h('div', { ref: root, innerHTML: PANEL })
  })
  shown = await mounted(Keys, {}, {}, ['ui', 'room', 'host'])
})
afterEach(() => shown.unmount())

it('gives the next speaker and more time only while somebody has the floor', () => {
  press('KeyN')
  press('KeyT')
  expect(hosted.sent).toEqual([])
  const view = hostView({ joint: [gu, lin, chen] })
  hosted.view.value = { ...view, chamber: view.chamber && { ...view.chamber, floor: { person: 'lin', since: '', until: '', following: ['chen'] } } }
  press('KeyN')
  press('KeyT')
  expect(hosted.sent).toEqual([
    ['floor_next', {}],
    ['floor_more', { seconds: 60 }],
  ])
})
it('shows large whom the tiles show at that place, observers not counted', () => {
  press('Digit2')
  press('Digit3')
  press('Digit4')
  press('Digit0')
  expect(hosted.sent.map(([, body]) => (body as { person: string }).person)).toEqual(['lin', 'chen', ''])
})
it('only opens a dialog where much would follow', () => {
  for (const [code, kind, more] of [['KeyK', 'move'], ['KeyM', 'mute_all', { shiftKey: true }], ['KeyP', 'pause', { shiftKey: true }]] as const) {
    hosted.host.close()
    press(code, more ?? {})
    expect(hosted.host.asking.value?.kind).toBe(kind)
  }
  hosted.host.close()
  press('KeyJ')
  expect(hosted.host.asking.value).toBeNull() // nobody is away
  hosted.view.value = hostView({ caucus_applicant: [gu, lin], joint: [chen] })
  press('KeyJ')
  expect(hosted.host.asking.value?.kind).toBe('recall')
  expect(hosted.sent).toEqual([])
})
it('goes to the clause that is read, not to another step of the panel, and opens the tab it stands behind', async () => {
  shown.element.querySelector('#draft')?.addEventListener('click', () => parts.push('opened'))
  press('KeyR')
  await until(() => document.activeElement?.id === 'clause', 'the clause')
  expect(parts).toEqual(['panel', 'opened'])
})
it('lists what the keys do, and sharing only where one can', () => {
  expect(list().map((line) => line.key)).not.toContain('S')
  press('KeyS')
  shares.value = true
  press('KeyS')
  expect(parts).toEqual(['share'])
  expect(list().map((line) => line.key)).toContain('S')
  expect(new Set(list().map((line) => line.words)).size).toBe(list().length)
})
