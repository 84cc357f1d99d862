import { mount } from './mounting'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'

import { nextRegion, setShortcuts, useShortcuts } from './useShortcuts'

const press = (code: string, target: EventTarget = document.body, more: KeyboardEventInit = {}, type = 'keydown'): boolean =>
  target.dispatchEvent(new KeyboardEvent(type, { code, bubbles: true, cancelable: true, ...more }))
const microphone = vi.fn()
const all = vi.fn()
const down = vi.fn()
const up = vi.fn()
let unmount: () => void

beforeEach(() => {
  vi.clearAllMocks()
  setShortcuts(true)
  const Keys = defineComponent(() => {
    useShortcuts({ KeyM: microphone, 'Shift+KeyM': all }, { code: 'Space', down, up })
    return () => h('div', [h('input'), h('button', 'x'), h('dialog', { open: '' }, [h('p', { class: 'in' })])])
  })
  unmount = mount(Keys).unmount
})
afterEach(() => unmount())

describe('shortcuts', () => {
  it('act on the key, and on the key with shift apart', () => {
    press('KeyM')
    press('KeyM', document.body, { shiftKey: true })
    expect([microphone.mock.calls.length, all.mock.calls.length]).toEqual([1, 1])
  })
  it('do nothing while typing, in a dialog, with a command key, or when switched off', () => {
    press('KeyM', document.querySelector('input') ?? undefined)
    press('KeyM', document.querySelector('.in') ?? undefined)
    press('KeyM', document.body, { ctrlKey: true })
    setShortcuts(false)
    press('KeyM')
    expect(microphone).not.toHaveBeenCalled()
  })
  it('hold to talk, but not when a button has the focus', () => {
    press('Space')
    press('Space', document.body, { repeat: true })
    press('Space', document.body, {}, 'keyup')
    expect([down.mock.calls.length, up.mock.calls.length]).toEqual([1, 1])
    press('Space', document.querySelector('button') ?? undefined)
    expect(down).toHaveBeenCalledTimes(1)
  })
  it('let go when the key is released in another window, or the page goes', () => {
    press('Space')
    dispatchEvent(new Event('blur'))
    press('Space', document.body, {}, 'keyup')
    expect([down.mock.calls.length, up.mock.calls.length]).toEqual([1, 1])
    press('Space')
    unmount()
    expect([down.mock.calls.length, up.mock.calls.length]).toEqual([2, 2])
  })
  it('end with the component', () => {
    unmount()
    press('KeyM')
    expect(microphone).not.toHaveBeenCalled()
  })
  it('skip to the next region that is shown', () => {
    const root = document.createElement('div')
    root.innerHTML = '<div data-region="a"></div><div data-region="b"></div><div data-region="c"></div>'
    document.body.append(root)
    const [a, b, c] = [...root.children] as HTMLElement[]
    for (const shown of [a, c]) Object.defineProperty(shown, 'offsetParent', { get: () => root })
    Object.defineProperty(b, 'offsetParent', { get: () => null })
    nextRegion(root, 1)
    expect(document.activeElement).toBe(a)
    nextRegion(root, 1)
    expect(document.activeElement).toBe(c)
    nextRegion(root, -1)
    expect(document.activeElement).toBe(a)
    nextRegion(null, 1)
    root.remove()
  })
})
