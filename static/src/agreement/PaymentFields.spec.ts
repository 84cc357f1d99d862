/** A payment's parts on the page: the running total, equal months at once, and nothing typed is lost by choosing another term. */
import { nextTick, reactive } from 'vue'
import { afterEach, beforeEach, expect, it } from 'vitest'

import { mounted, type Mounted } from '../ui/testing'
import PaymentFields from './PaymentFields.vue'
import { emptyFields, type ClauseFields } from './types'

let page: Mounted
let fields: ClauseFields

beforeEach(async () => {
  fields = reactive({ ...emptyFields(), amount_fen: 1_000_000 })
  page = await mounted(PaymentFields, { modelValue: fields, id: 'c', people: [], error: () => '', hint: (part: string) => (part === 'act' || part === 'manner' ? `▲ ${part}` : '') }, {}, ['ui', 'agreement', 'clauses'])
})
afterEach(() => page.unmount())

async function type(id: string, value: string): Promise<void> {
  const input = page.element.querySelector<HTMLInputElement>(`#c-${id}`)
  if (!input) throw new Error(`no input ${id}`)
  input.value = value
  input.dispatchEvent(new Event('input'))
  await nextTick()
}

async function choose(value: string): Promise<void> {
  page.element.querySelector<HTMLInputElement>(`input[type=radio][value=${value}]`)?.dispatchEvent(new Event('change'))
  await nextTick()
}

const press = async (words: string): Promise<void> => {
  ;[...page.element.querySelectorAll('button')].find((one) => one.textContent?.trim() === words)?.click()
  await nextTick()
}
const said = (): string[] => [...page.element.querySelectorAll('[role=status]')].map((one) => one.textContent ?? '')

it('tells by how much instalments miss the sum while they are typed', async () => {
  await choose('instalments')
  expect(fields.due).toBeNull()
  await type('instalments-0-sum', '6000')
  expect(said()).toEqual(['▲ 还差 4,000元'])
  await type('instalments-1-sum', '4000.5')
  expect(said()).toEqual(['▲ 多出 0.50元'])
  await type('instalments-1-sum', '4000')
  expect(said()).toEqual(['✓ 正好对上'])
  expect(page.element.textContent).toContain('肆仟元整')
})

it('fills in equal months after what was typed', async () => {
  await choose('instalments')
  await type('instalments-0-sum', '1000')
  await type('instalments-0-date', '2026-12-31')
  await type('instalments-months', '9')
  await type('instalments-first', '2027-01-25')
  await press('填入')
  expect(fields.instalments).toHaveLength(10)
  expect(fields.instalments[9]).toEqual({ amount_fen: 100_000, due: { by: 'date', date: '2027-09-25' } })
  expect(said()).toEqual(['✓ 正好对上'])
})

it('keeps what was typed under another kind of term', async () => {
  await choose('date')
  await type('date', '2026-12-05')
  expect(page.element.textContent).toContain('2026年12月5日前（含当日）')
  await choose('instalments')
  await type('instalments-0-sum', '6000')
  await choose('days_after_effective')
  expect([fields.instalments, fields.due]).toEqual([[], { by: 'days_after_effective', days: 7, working: false, event: '' }])
  await choose('instalments')
  expect(fields.instalments[0]?.amount_fen).toBe(600_000)
  await choose('date')
  expect(fields.due).toEqual({ by: 'date', date: '2026-12-05' })
})

it.each(['act', 'manner'])('ties what is told about %s to its control', (part) => {
  const told = page.element.querySelector(`#c-${part}`)?.getAttribute('aria-describedby') ?? ''
  expect(document.getElementById(told)?.textContent).toBe(`▲ ${part}`)
})

it('takes the total of the items as the sum', async () => {
  await press('＋ 加一项')
  await type('items-0-label', '医疗费')
  await type('items-0-sum', '21480')
  await press('把合计填作金额')
  expect(fields.amount_fen).toBe(2_148_000)
  expect(fields.items).toEqual([{ label: '医疗费', amount_fen: 2_148_000 }])
})

it.each(['items', 'instalments'] as const)('leaves an amount that is not clear yet in its own row when another row of %s goes', async (what) => {
  if (what === 'instalments') await choose('instalments')
  else for (let n = 0; n < 2; n += 1) await press('＋ 加一项')
  await type(`${what}-0-sum`, '三千')
  ;[...page.element.querySelectorAll('button')].find((one) => one.textContent?.trim() === '删除')?.click()
  await nextTick()
  expect(fields[what]).toHaveLength(1)
  expect(page.element.querySelector<HTMLInputElement>(`#c-${what}-0-sum`)?.value).toBe('')
})

it('takes no more of account and manner than a draft can hold', () => {
  for (const id of ['account', 'manner']) expect(page.element.querySelector<HTMLInputElement>(`#c-${id}`)?.maxLength).toBe(500)
})
