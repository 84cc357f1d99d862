import { afterEach, describe, expect, it, vi } from 'vitest'

import { mount, type Mounted } from './mounting'
import { personView, Stream } from './testing'
import Tile from './Tile.vue'

vi.stubGlobal('MediaStream', Stream)
vi.spyOn(HTMLMediaElement.prototype, 'play').mockResolvedValue()
let mounted: Mounted
afterEach(() => mounted?.unmount())

function tile(more: Record<string, unknown> = {}): HTMLElement {
  mounted = mount(Tile, {
    person: personView('lin', { name: '林秀珍' }), stream: new Stream(), self: false, speaking: false, now: 0, ...more,
  })
  return mounted.element.querySelector('figure') as HTMLElement
}
const words = (element: HTMLElement): string => element.textContent?.replace(/\s+/g, ' ').trim() ?? ''

describe('a tile', () => {
  it('is a name card in the same place while the picture is held back, and says why', () => {
    const element = tile({ saving: true })
    expect(element.dataset['state']).toBe('saving')
    expect(element.querySelector('video')?.classList.contains('gone')).toBe(true)
    expect(words(element)).toContain('画面已省流')
    expect(element.getAttribute('aria-label')).toContain('画面已省流')
  })
  it('says for whom a guardian, a representative or an interpreter is there, and the side where the name is not told', () => {
    const as = (more: object): string => {
      const said = words(tile({ person: personView('lin', { acts: true, ...more }) }).querySelector('.role') as HTMLElement)
      mounted.unmount()
      return said
    }
    expect(as({ speaks: 'guardian', whose: '罗小满' })).toBe('罗小满 的监护人')
    expect(as({ speaks: 'representative', whose: '罗小满' })).toBe('罗小满 的代理人')
    expect(as({ speaks: 'interpreter', whose: '罗小满' })).toBe('罗小满 的翻译')
    expect(as({})).toBe('代表申请方')
    tile()
  })
  it('says of a closed camera that it is closed, not that the line is thin', () => {
    const muted = { audio: false, video: true, by_host: { audio: false, video: false } }
    expect(words(tile({ saving: true, person: personView('lin', { muted }) }))).toContain('没有画面')
  })
  it('tells who speaks by a sign and a word, not by colour alone', () => {
    expect(words(tile({ speaking: true }))).toContain('在说话')
    mounted.unmount()
    const small = tile({ speaking: true, small: true }).querySelector('.voice')
    expect([small?.querySelector('svg') !== null, small?.textContent?.trim()]).toEqual([true, ''])
    mounted.unmount()
    expect(tile().querySelector('.voice')).toBeNull()
  })
  it('calls the reader "me" where their name has no room, and says the name to who listens', () => {
    const element = tile({ self: true, small: true })
    expect([element.querySelector('.name')?.textContent, element.getAttribute('aria-label')]).toEqual(['我', expect.stringContaining('林秀珍')])
  })
  it('tells who shares their screen', () => {
    expect(words(tile({ person: personView('lin', { sharing: true }) }))).toContain('共享中')
  })
  it('tells a raised hand to the eye and to who listens', () => {
    const element = tile({ person: personView('lin', { hand: true }) })
    expect([words(element), element.getAttribute('aria-label')]).toEqual([expect.stringContaining('举手'), expect.stringContaining('举手')])
  })
  it('says who attends by telephone and who sits at the same device', () => {
    const person = personView('lin', { name: '林秀珍', phone: true, device_people: ['林建国'] })
    const element = tile({ person, stream: null })
    expect(element.dataset['state']).toBe('phone')
    expect(words(element)).toContain('用电话参加')
    expect(words(element)).toContain('林建国')
    expect(element.getAttribute('aria-label')).toMatch(/林建国.*用电话参加/)
  })
  it('is a button on the mediator’s desk, and steps on with the arrows', () => {
    const log: string[] = []
    const element = tile({ menu: true, onPress: () => log.push('press'), onStep: (by: number) => log.push(`step ${by}`) })
    const button = element.querySelector('button')
    button?.click()
    for (const key of ['ArrowRight', 'ArrowUp']) button?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))
    expect([button?.getAttribute('aria-label'), log]).toEqual([element.getAttribute('aria-label'), ['press', 'step 1', 'step -1']])
    expect(element.hasAttribute('tabindex')).toBe(false)
    mounted.unmount()
    const plain = tile({ onPress: () => log.push('never') })
    plain.click()
    plain.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' }))
    expect([plain.tabIndex, plain.querySelector('button'), log.includes('never')]).toEqual([0, null, false])
  })
})
