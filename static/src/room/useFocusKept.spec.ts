import { afterEach, expect, it } from 'vitest'
import { defineComponent, h, nextTick, ref } from 'vue'

import { mount } from './mounting'
import { useFocusKept } from './useFocusKept'

let mounted: { element: HTMLElement; unmount: () => void }
afterEach(() => mounted.unmount())

it('goes to the next thing to do when what was pressed is gone, and leaves any other focus alone', async () => {
  const waiting = ref(['lin', 'wu'])
  mounted = mount(
    defineComponent(() => {
      const root = ref<HTMLElement | null>(null)
      useFocusKept(root, waiting, ['[data-admit]', 'h1'])
      return () => h('div', { ref: root }, [h('h1', { tabindex: -1 }, 'x'), h('input'), ...waiting.value.map((one) => h('button', { key: one, 'data-admit': one }))])
    }),
  )

  for (const each of mounted.element.querySelectorAll('*')) each.getClientRects = () => [{}] as unknown as DOMRectList
  const at = (): string => (document.activeElement as HTMLElement).dataset['admit'] ?? document.activeElement?.tagName ?? ''
  const press = async (left: string[]): Promise<string> => {
    waiting.value = left
    await nextTick()
    return at()
  }
  mounted.element.querySelector<HTMLElement>('[data-admit=lin]')?.focus()
  expect(await press(['wu'])).toBe('wu')
  mounted.element.querySelector('input')?.focus()
  expect(await press(['wu', 'shi'])).toBe('INPUT')
  mounted.element.querySelector<HTMLElement>('[data-admit=wu]')?.focus()
  waiting.value = []
  await nextTick()
  expect(at()).toBe('H1')
})
