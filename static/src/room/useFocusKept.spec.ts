import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { computed, defineComponent, h, nextTick, ref } from 'vue'

import { mount } from './mounting'
import { useFocusKept, useFocusOfPane } from './useFocusKept'

let mounted: { element: HTMLElement; unmount: () => void }
beforeEach(() => void vi.spyOn(HTMLElement.prototype, 'getClientRects').mockReturnValue([{}] as unknown as DOMRectList)) // jsdom lays nothing out
afterEach(() => {
  mounted.unmount()
  vi.restoreAllMocks()
})
const at = (): string => (document.activeElement as HTMLElement).dataset['admit'] ?? (document.activeElement as HTMLElement).dataset['control'] ?? document.activeElement?.tagName ?? ''
const find = (what: string): HTMLElement | null => mounted.element.querySelector<HTMLElement>(what)

it('goes to a place near by when what was pressed is gone, never to who waits next, and leaves any other focus alone', async () => {
  const waiting = ref(['lin', 'wu'])
  mounted = mount(
    defineComponent(() => {
      const root = ref<HTMLElement | null>(null)
      useFocusKept(root)
      return () => h('div', { ref: root }, [h('h1', { tabindex: -1 }, 'x'), h('input'), ...waiting.value.map((one) => h('button', { key: one, 'data-admit': one }))])
    }),
  )
  const press = async (left: string[]): Promise<string> => {
    waiting.value = left
    await nextTick()
    await Promise.resolve() // a MutationObserver's turn
    return at()
  }
  await nextTick()
  find('[data-admit=lin]')?.focus()
  expect(await press(['wu'])).toBe('H1')
  find('input')?.focus()
  expect(await press(['wu', 'shi'])).toBe('INPUT')
  find('[data-admit=wu]')?.focus()
  expect(await press([])).toBe('H1')
})

it('is given back by a pane that was closed from inside, and taken by one whose opener vanished', async () => {
  const open = ref(false)
  mounted = mount(
    defineComponent(() => {
      const root = ref<HTMLElement | null>(null)
      useFocusOfPane(root, computed(() => (open.value ? 'chat' : null)))
      return () => h('div', { ref: root }, [h('button', { 'data-control': 'chat' }), open.value ? h('aside', { class: 'pane' }, [h('h2', { tabindex: -1 }), h('input')]) : h('button', { 'data-control': 'look' })])
    }),
  )
  const turn = async (to: boolean): Promise<string> => {
    open.value = to
    await nextTick()
    return at()
  }
  find('[data-control=chat]')?.focus()
  expect(await turn(true)).toBe('chat')
  find('input')?.focus()
  expect(await turn(false)).toBe('chat')
  find('[data-control=look]')?.focus()
  expect(await turn(true)).toBe('H2')
})
