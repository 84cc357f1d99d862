/** Beginning an agreement under rules, leaving a part open, and what the reviewer said of a draft. */
import { afterEach, expect, it } from 'vitest'
import { defineComponent, h, nextTick, ref } from 'vue'

import { mounted, type, until, type Mounted } from '../ui/testing'
import AgreementChoice from './AgreementChoice.vue'
import NewAgreement from './NewAgreement.vue'
import OpenPoints from './OpenPoints.vue'
import ReviewState from './ReviewState.vue'

let shown: Mounted
afterEach(() => shown.unmount())

it('has the fitting rules chosen, says what they mean, and warns of others', async () => {
  const made: string[] = []
  shown = await mounted(NewAgreement, { fitting: 'labour', label: '写草稿', busy: false, main: true, onCreate: (one: string) => made.push(one) }, {}, ['ui', 'agreements'])
  expect(shown.element.textContent).toContain('支付令')
  const select = shown.element.querySelector('select') as HTMLSelectElement
  select.value = 'people'
  select.dispatchEvent(new Event('change'))
  await nextTick()
  expect(shown.element.textContent).toContain('请确认')
  shown.element.querySelector('button')?.click()
  expect(made).toEqual(['people'])
})

it('asks what stays open as soon as the agreement is partial, and forgets nothing typed', async () => {
  const points = ref<string | null>(null)
  const Holder = defineComponent({ render: () => h(OpenPoints, { modelValue: points.value, 'onUpdate:modelValue': (next: string | null) => (points.value = next) }) })
  shown = await mounted(Holder, {}, {}, ['ui', 'agreements'])
  const box = shown.element.querySelector('input') as HTMLInputElement
  const tick = async (): Promise<void> => {
    box.click()
    await nextTick()
  }
  await tick()
  expect(points.value).toBe('')
  expect(shown.element.textContent).toContain('请写明哪些事项没谈成')
  type(shown.element.querySelector('textarea'), '家具折旧')
  await nextTick()
  await tick()
  expect(points.value).toBeNull()
  await tick()
  expect(points.value).toBe('家具折旧')
})

it('lists several agreements with number, state and part', async () => {
  const agreements = [{ id: 'a', state: 'signing', number: '(2026)第0001号', partial: true }, { id: 'b', state: 'drafting', number: null, partial: false }]
  shown = await mounted(AgreementChoice, { agreements, current: 'a' }, {}, ['ui', 'agreements'])
  expect([...shown.element.querySelectorAll('option')].map((one) => one.textContent)).toEqual(['第1份 · 部分调解协议 · (2026)第0001号 · 签署中', '第2份 · 草稿'])
})

const review = { outcome: 'returned', given_at: new Date(Date.now() - 25 * 3_600_000).toISOString(), decided_at: '2026-11-26T02:00:00Z', reviewer: '陆清源', reason: '请补账户。', remarks: [{ clause: 'c2', text: '写清账户', changed: true }] }

it('tells the mediator since when a draft waits, and what came back at which clause', async () => {
  const agreement = { state: 'drafting', clauses: [{ id: 'c1', number: 1 }, { id: 'c2', number: 2 }], review }
  shown = await mounted(ReviewState, { agreement, leads: true, busy: false }, {}, ['ui', 'reviews'])
  await until(() => shown.element.textContent?.includes('请补账户。'), 'the reason')
  expect(shown.element.textContent).toContain('第二条 写清账户 （这一条后来改过）')
  shown.unmount()
  let back = 0
  shown = await mounted(ReviewState, { agreement: { ...agreement, state: 'in_review' }, leads: true, busy: false, onBack: () => (back += 1) }, {}, ['ui', 'reviews'])
  expect(shown.element.textContent).toContain('等审核员，已等1天')
  shown.element.querySelector('button')?.click()
  expect(back).toBe(1)
})
