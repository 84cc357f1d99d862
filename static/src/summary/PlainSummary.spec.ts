/** The summary stands beside the text, says so, is asked for only when opened, and anew when the text changes. */
import { afterEach, expect, it } from 'vitest'
import { defineComponent, h, nextTick, ref } from 'vue'

import { mounted, until, type Mounted } from '../ui/testing'
import PlainSummary from './PlainSummary.vue'
import type { Line, SummaryView } from './types'

const line = (number: number, text: string, quotes: Line['quotes'] = []): Line => ({ clause: `c${number}`, number, text, steps: [], quotes })
const VIEW: SummaryView = {
  version: 2, mine: 'pty_1', sides: [{ party: 'pty_1', label: '甲方', name: '林秀珍', do: [line(2, '您要付给陈国栋8500元，协议生效之后7天内。', [{ term: 'purpose', words: '家具损失' }])], get: [], others: [] }],
  dates: [], unless: [], given_up: [], as_written: [line(3, '', [{ term: 'as_written', words: '两年内再漏，甲方免费修。' }])], open_points: null,
}
const asked: string[] = []
let shown: Mounted
afterEach(() => {
  shown.unmount()
  asked.length = 0
})

it('is fetched when opened, quotes what it does not retell, and follows the version', async () => {
  globalThis.fetch = (path) => {
    if (!String(path).startsWith('/api/me')) asked.push(String(path))
    return Promise.resolve(Response.json(VIEW))
  }
  const version = ref(2)
  const Holder = defineComponent({ render: () => h(PlainSummary, { agreement: 'agr_1', version: version.value }) })
  shown = await mounted(Holder, {}, {}, ['ui', 'summary'])
  expect(asked).toEqual([])
  const details = shown.element.querySelector('details') as HTMLDetailsElement
  details.open = true
  details.dispatchEvent(new Event('toggle'))
  await until(() => shown.element.textContent?.includes('您要付给陈国栋8500元'), 'the summary')
  const text = shown.element.textContent ?? ''
  expect(text).toContain('以协议原文为准')
  expect(text).toContain('您会得到的')
  expect(text).toContain('没有写。')
  expect([...shown.element.querySelectorAll('q')].map((one) => one.textContent)).toEqual(['家具损失', '两年内再漏，甲方免费修。'])
  version.value = 3
  await nextTick()
  await until(() => asked.length === 2, 'the newer version')
  expect(asked[0]).toBe('/api/agreements/agr_1/summary?lang=zh-CN')
})
