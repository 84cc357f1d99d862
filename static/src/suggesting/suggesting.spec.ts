/** A suggestion is shown with its reasons, taken by one click or changed by one more, and never takes itself. */
import { afterEach, expect, it, vi } from 'vitest'
import { defineComponent, h, nextTick, ref } from 'vue'

import type { Locale } from '../i18n'
import { mounted, until, type Mounted } from '../ui/testing'
import SuggestionBox from './SuggestionBox.vue'
import type { Decided, Kind, Suggestion } from './types'

const kind = (code: string, name: string, en: string, parent = '', paper = false): Kind => ({ code, name, en, parent, paper })
const KINDS = [kind('neighbour', '邻里纠纷', 'Neighbours'), kind('family', '婚姻家庭纠纷', 'Marriage and family'), kind('marriage', '婚姻关系', 'Marriage', 'family', true), kind('property_fee', '物业服务纠纷', 'Property management')]
const LEAK: Suggestion = {
  category: { value: 'neighbour', reasons: [{ code: 'words', found: ['漏水', '楼上'], article: '' }] },
  complexity: { value: 'simple', reasons: [{ code: 'nothing_hard', found: [], article: '' }] },
  route: { value: 'committee', reasons: [{ code: 'usual', found: ['邻里纠纷'], article: '' }] },
  others: ['property_fee'], danger: [], notes: [],
}
const UNCLEAR: Suggestion = { ...LEAK, category: { value: '', reasons: [{ code: 'unclear', found: [], article: '' }] }, route: { value: '', reasons: [] }, others: [] }
const DANGER: Suggestion = { ...LEAK, danger: [{ code: 'violence', found: ['拿刀'], article: '《中华人民共和国人民调解法》第25条' }] }

let page: Mounted | null = null
afterEach(() => {
  page?.unmount()
  page = null
  vi.unstubAllGlobals()
})

async function shown(answer: Suggestion | ((times: number) => Suggestion), locale: Locale = 'zh-CN') {
  const asked: { path: string; body: string }[] = []
  vi.stubGlobal('fetch', (path: string, options: RequestInit) => {
    if (path === '/api/me') return Promise.resolve(Response.json({ csrf: 'x' }))
    if (path === '/api/kinds') return Promise.resolve(Response.json({ kinds: KINDS }))
    asked.push({ path, body: String(options.body) })
    return Promise.resolve(Response.json(typeof answer === 'function' ? answer(asked.length) : answer))
  })
  const text = ref('楼上漏水，天花板湿了')
  const decided = ref<Decided>({ category: '', complexity: '', route: '' })
  const Desk = defineComponent({ render: () => h(SuggestionBox, { text: text.value, modelValue: decided.value, 'onUpdate:modelValue': (value: Decided) => (decided.value = value) }) })
  page = await mounted(Desk, {}, {}, ['ui', 'suggesting'], locale)
  const element = page.element
  await until(() => element.querySelector('[data-tree]') && element.querySelector('q, strong'), 'the suggestion')
  return { element, text, decided, asked, press: (what: string) => element.querySelector<HTMLElement>(what)?.click() }
}

it('is told with its words, takes nothing by itself, and all of it by one click', async () => {
  const { element, decided, asked, press } = await shown(LEAK)
  expect(asked).toEqual([{ path: '/api/suggestions', body: JSON.stringify({ text: '楼上漏水，天花板湿了' }) }])
  expect(element.textContent).toContain('因为提到：漏水、楼上')
  expect(element.textContent).toContain('没有看到危险的字眼')
  expect(decided.value).toEqual({ category: '', complexity: '', route: '' })
  press('[data-take]')
  await nextTick()
  expect(decided.value).toEqual({ category: 'neighbour', complexity: 'simple', route: 'committee' })
  expect(element.querySelector('[data-take]')).toBeNull()
})

it('costs one click when it is wrong, two when none of the likely ones is right', async () => {
  const { element, decided, press } = await shown(LEAK)
  press('[data-other="property_fee"]')
  expect(decided.value.category).toBe('property_fee')
  const tree = element.querySelector('[data-tree]') as HTMLDetailsElement
  tree.open = true
  tree.dispatchEvent(new Event('toggle'))
  await nextTick()
  expect(element.querySelector('[data-kind="marriage"]')?.textContent).toContain('须纸面签署')
  press('[data-kind="marriage"]')
  await nextTick()
  expect(decided.value).toEqual({ category: 'marriage', complexity: '', route: '' })
  expect(tree.open).toBe(false)
})

it('says that it does not know, and leaves what was decided when the text goes on', async () => {
  const { element, text, decided, asked, press } = await shown((times) => (times > 1 ? LEAK : UNCLEAR))
  expect(element.textContent).toContain('说不准，没有建议')
  expect(element.querySelector('[data-take]')).toBeNull()
  decided.value = { category: 'family', complexity: 'complex', route: 'court' }
  text.value += '，还打人'
  await until(() => asked.length === 2 && element.querySelector('[data-take]'), 'the second suggestion')
  expect(decided.value).toEqual({ category: 'family', complexity: 'complex', route: 'court' })
  press('[data-other="property_fee"]')
  expect(decided.value.complexity).toBe('complex')
})

it('puts danger before everything, as an alert with its article', async () => {
  const { element } = await shown(DANGER, 'en')
  const first = element.querySelector('[data-suggestion]')?.firstElementChild
  expect(first?.getAttribute('role')).toBe('alert')
  expect(first?.textContent).toContain('Violence or threats: 拿刀')
  expect(first?.textContent).toContain('第25条')
  expect(element.textContent).toContain('Neighbours')
  expect(element.textContent).not.toContain('No words of danger')
})
