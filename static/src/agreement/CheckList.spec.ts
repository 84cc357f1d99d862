/** Advice by how grave it is, with the clause to go to, the mending and the article; wishes wait folded away. */
import { afterEach, expect, it } from 'vitest'

import { setLocale } from '../i18n'
import { mounted, type Mounted } from '../ui/testing'
import CheckList from './CheckList.vue'
import { emptyFields, type ClauseView, type Finding } from './types'

let page: Mounted
afterEach(() => page.unmount())
const CLAUSES: ClauseView[] = [{ id: 'cla_a', kind: 'free', number: 1, text: '乙方尽快付款。', hash: '', fields: emptyFields(), confirmed: [], questioned: [] }]
const FOUND: Finding[] = [
  { clause: null, code: 'facts_missing', detail: '', article: '《中华人民共和国人民调解法》第29条', level: 'unclear' },
  { clause: 'cla_a', code: 'vague_due', detail: '尽快', article: '《中华人民共和国民法典》第511条', level: 'unclear' },
  { clause: 'cla_a', code: 'title_decision', detail: '房屋归甲方', article: '第355条', level: 'refused' },
  { clause: 'cla_a', code: 'due_ambiguous', detail: '5日之前', article: '《中华人民共和国民法典》第1259条', level: 'note' },
]
const headings = (): string[] => [...page.element.querySelectorAll('h3')].map((one) => one.textContent?.trim() ?? '')

it('puts the gravest first, says how to mend it and by which article', async () => {
  const gone: string[] = []
  page = await mounted(CheckList, { findings: FOUND, clauses: CLAUSES, onGo: (clause: string) => gone.push(clause) }, {}, ['ui', 'checking'])
  expect(headings().map((one) => one.replace(/^\W/, '').trim())).toEqual(['法院可能不予确认', '写得不够清楚'])
  const first = page.element.querySelector('.finding')
  expect(first?.textContent).toContain('房屋归甲方')
  expect(first?.textContent).toContain('协助办理转移登记')
  expect(first?.textContent).toContain('第355条')
  first?.querySelector('button')?.click()
  expect(gone).toEqual(['cla_a'])
})

it('keeps wishes apart and folded', async () => {
  page = await mounted(CheckList, { findings: FOUND, clauses: CLAUSES }, {}, ['ui', 'checking'])
  const folded = page.element.querySelector('details')
  expect(folded?.open).toBe(false)
  expect(folded?.textContent).toContain('5日之前')
  expect(page.element.querySelectorAll('div .finding').length).toBe(3)
})

it('says so when there is nothing, in the reader’s language', async () => {
  page = await mounted(CheckList, { findings: [], clauses: CLAUSES }, {}, ['ui', 'checking'])
  expect(page.element.textContent).toContain('没有发现问题')
  await setLocale('en')
  await Promise.resolve()
  expect(page.element.textContent).toContain('Nothing found.')
  await setLocale('zh-CN')
})
