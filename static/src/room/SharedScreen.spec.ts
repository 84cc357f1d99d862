import { nextTick } from 'vue'
import { afterEach, describe, expect, it, vi } from 'vitest'

import { mount, type Mounted } from './mounting'
import SharedScreen from './SharedScreen.vue'
import ShareLine from './ShareLine.vue'
import { personView, Stream } from './testing'
import { distance, larger, scrolled, smaller } from '../ui/zoom'

vi.stubGlobal('MediaStream', Stream)
let mounted: Mounted
afterEach(() => mounted?.unmount())

const GU = personView('gu', { name: '顾明华', role: 'mediator', side: '', sharing: true })
function shown(more: Record<string, unknown> = {}): HTMLElement {
  mounted = mount(SharedScreen, { sharer: GU, stream: null, private: false, canStop: false, ...more })
  const view = mounted.element.querySelector<HTMLElement>('.view')
  if (view) view.scrollTo = () => undefined
  return mounted.element
}
const words = (element: HTMLElement): string => element.textContent?.replace(/\s+/g, ' ').trim() ?? ''
const press = (element: HTMLElement, name: string): void => element.querySelector<HTMLElement>(`[data-control=${name}]`)?.click()

describe('a shared screen', () => {
  it('says whose it is', () => expect(words(shown())).toContain('顾明华 调解员 正在共享屏幕'))
  it('is marked in a private talk', () => expect(words(shown({ private: true }))).toContain('# 单独会谈'))
  it('can be stopped by the host only', () => {
    expect(shown().querySelector('[data-control=stop-share]')).toBeNull()
    mounted.unmount()
    const stop = vi.fn()
    press(shown({ canStop: true, onStop: stop }), 'stop-share')
    expect(stop).toHaveBeenCalledOnce()
  })
  it('grows by button and by key, and goes back to the whole', async () => {
    const element = shown()
    const width = (): string => element.querySelector('video')?.style.width ?? ''
    press(element, 'zoom-in')
    await nextTick()
    expect(width()).toBe('150%')
    element.querySelector('.view')?.dispatchEvent(new KeyboardEvent('keydown', { key: '+' }))
    await nextTick()
    expect(width()).toBe('225%')
    element.querySelector('.view')?.dispatchEvent(new KeyboardEvent('keydown', { key: '0' }))
    await nextTick()
    expect(width()).toBe('100%')
  })
})

describe('enlarging', () => {
  it('stays between the whole and six times', () => {
    expect(smaller(1)).toBe(1)
    expect(larger(5.5)).toBe(6)
  })
  it('keeps the point under the finger where it was', () => {
    // Point 150 of the picture lies 50 px from the edge; twice as large it is point 300, still at 50.
    expect(scrolled(100, 50, 1, 2)).toBe(250)
    expect(scrolled(0, 50, 2, 1)).toBe(0)
  })
  it('measures between two fingers', () => {
    expect(distance([{ clientX: 0, clientY: 0 }, { clientX: 3, clientY: 4 }])).toBe(5)
  })
})

describe('the line over one’s own share', () => {
  function said(props: Record<string, unknown>): string {
    mounted = mount(ShareLine, { sees: ['林秀珍', '陈国栋'], private: false, ...props })
    return words(mounted.element)
  }
  it('names who sees it', () => expect(said({})).toContain('您正在共享屏幕，能看到的有：林秀珍、陈国栋'))
  it('says "only" in a private talk', () => expect(said({ sees: ['林秀珍'], private: true })).toContain('# 您正在共享屏幕，只有 林秀珍 能看到'))
  it('says when nobody does', () => expect(said({ sees: [] })).toContain('现在没有人能看到'))
})
