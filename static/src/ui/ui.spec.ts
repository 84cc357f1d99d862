/** The components' promises: names, descriptions, states; and axe finds nothing. Colours are judged in the browser. */
import axe from 'axe-core'
import { h, nextTick, ref, type Component } from 'vue'
import { afterEach, describe, expect, it } from 'vitest'

import { mounted, type Mounted, type as typeInto } from './testing'
import UiButton from './UiButton.vue'
import UiChoice from './UiChoice.vue'
import UiCode from './UiCode.vue'
import UiDate from './UiDate.vue'
import UiDialog from './UiDialog.vue'
import UiErrorSummary from './UiErrorSummary.vue'
import UiField from './UiField.vue'
import UiHeader from './UiHeader.vue'
import UiMoney from './UiMoney.vue'
import UiNotice from './UiNotice.vue'
import UiQr from './UiQr.vue'
import UiSelect from './UiSelect.vue'
import UiStatus from './UiStatus.vue'
import UiStepHead from './UiStepHead.vue'
import UiSteps from './UiSteps.vue'
import UiSummary from './UiSummary.vue'
import UiTabs from './UiTabs.vue'

let page: Mounted | null = null
afterEach(() => {
  page?.unmount()
  page = null
})

const words = { default: () => '同意这一条' }
const options = [
  { value: 'yes', label: '同意' },
  { value: 'no', label: '不，我到现场' },
]
const tabs = [
  { value: 'a', label: '草稿' },
  { value: 'b', label: '笔录', mark: '▲1' },
]

const STORIES: [string, Component, Record<string, unknown>, Record<string, () => unknown>?][] = [
  ['button', UiButton, { kind: 'primary' }, words],
  ['busy button', UiButton, { busy: true }, words],
  ['disabled button with its reason', UiButton, { reason: '还有2条没有都同意' }, words],
  ['link as button', UiButton, { to: '/day' }, words],
  ['field', UiField, { label: '姓名', hint: '和证件上一样' }],
  ['wrong field', UiField, { label: '姓名', error: '请填姓名。' }],
  ['text area', UiField, { label: '经过', rows: 4 }],
  ['choice', UiChoice, { legend: '用视频调解', options, modelValue: null }],
  ['wrong choice', UiChoice, { legend: '用视频调解', options, modelValue: null, error: '请选择。' }],
  ['select', UiSelect, { label: '给谁', options, modelValue: null }],
  ['date', UiDate, { label: '最后一天', hint: '包含当天', modelValue: '' }],
  ['code', UiCode, { label: '验证码', modelValue: '', hint: '已发到 199****0002' }],
  ['money', UiMoney, { label: '金额', modelValue: 850000 }],
  ['notice', UiNotice, { kind: 'warn', title: '还缺', live: true }, words],
  ['error summary', UiErrorSummary, { tried: 1, errors: [{ field: 'x', message: '请填姓名。' }] }],
  ['dialog', UiDialog, { open: true, title: '定稿' }, words],
  ['steps', UiSteps, { steps: ['选择', '验证'], current: 1 }],
  ['head of a step', UiStepHead, { title: '检查手机', place: '第3步，共4步' }],
  ['facts', UiSummary, { rows: [{ term: '案号', value: '0102' }] }],
  ['status', UiStatus, { kind: 'ok' }, words],
  ['tabs', UiTabs, { tabs, modelValue: 'a', label: '协议' }, { a: () => 'a', b: () => 'b' }],
  ['header', UiHeader, { centre: '调解委员会', phone: '0571-00000000' }],
  ['qr code', UiQr, { text: 'https://example.test/r/abc', label: '扫这个码' }],
]

describe.each(STORIES)('%s', (_name, component, props, slots) => {
  it.each(['zh-CN', 'en'] as const)('has no accessibility fault (%s)', async (locale) => {
    page = await mounted(component, props, slots, ['ui'], locale)
    const found = await axe.run(page.element, { rules: { 'color-contrast': { enabled: false }, region: { enabled: false } } })
    expect(found.violations.map((one) => `${one.id}: ${one.nodes[0]?.html}`)).toEqual([])
  })
})

it('keeps focus and label of a busy button and swallows the second press', async () => {
  let presses = 0
  const busy = ref(false)
  page = await mounted({ render: () => h(UiButton, { busy: busy.value, onClick: () => ((busy.value = true), (presses += 1)) }, words) })
  const button = page.element.querySelector('button')
  button?.focus()
  button?.click()
  await Promise.resolve()
  button?.click()
  expect(presses).toBe(1)
  expect(document.activeElement).toBe(button)
  expect(button?.disabled).toBe(false)
  expect(button?.textContent).toContain('同意这一条')
})

it('gives the focus to the summary of errors and marks the title', async () => {
  document.title = '登录'
  page = await mounted(UiErrorSummary, { tried: 1, errors: [{ field: 'x', message: '请填姓名。' }] })
  await Promise.resolve()
  expect(document.activeElement).toBe(page.element.querySelector('[role=alert]'))
  expect(document.title).toBe('有问题 登录')
  page.unmount()
  expect(document.title).toBe('登录')
  page = null
})

it('gives the focus to the summary at each try, with the same errors too, and never because of typing', async () => {
  document.title = '登录'
  const errors = ref<{ message: string }[]>([])
  const tried = ref(0)
  page = await mounted({ render: () => [h('input'), h(UiErrorSummary, { errors: errors.value, tried: tried.value })] })
  const input = page.element.querySelector('input')
  const focused = async (): Promise<string | undefined> => (await nextTick(), document.activeElement?.tagName)
  input?.focus()
  errors.value = [{ message: '请填姓名。' }]
  expect([await focused(), document.title]).toEqual(['INPUT', '登录'])
  tried.value += 1
  expect([await focused(), document.title]).toEqual(['DIV', '有问题 登录'])
  input?.focus()
  errors.value = [{ message: '请填姓名。' }]
  expect(await focused()).toBe('INPUT')
  tried.value += 1
  expect(await focused()).toBe('DIV')
  errors.value = []
  expect([await focused(), document.title]).toEqual(['BODY', '登录'])
})

it('takes a pasted code with spaces and full-width figures', async () => {
  const code = ref('')
  page = await mounted({ render: () => h(UiCode, { label: '验证码', modelValue: code.value, 'onUpdate:modelValue': (next: string) => (code.value = next) }) })
  const input = page.element.querySelector('input')
  expect(input?.autocomplete).toBe('one-time-code')
  typeInto(input, '４８2 916 77')
  expect(code.value).toBe('482916')
})

it('shows the capitals while an amount is typed and says when it is unclear', async () => {
  const fen = ref<number | null>(null)
  page = await mounted({ render: () => h(UiMoney, { label: '金额', modelValue: fen.value, 'onUpdate:modelValue': (next: number | null) => (fen.value = next) }) })
  const input = page.element.querySelector('input')
  typeInto(input, '8500')
  await Promise.resolve()
  expect(fen.value).toBe(850000)
  expect(page.element.textContent).toContain('捌仟伍佰元整')
  typeInto(input, '八千五')
  await Promise.resolve()
  expect(fen.value).toBeNull()
  expect(input?.getAttribute('aria-invalid')).toBe('true')
})

it('moves between tabs by arrows, Home and End', async () => {
  const tab = ref('a')
  page = await mounted({
    render: () => h(UiTabs as Component, { tabs, modelValue: tab.value, label: '协议', 'onUpdate:modelValue': (next: string) => (tab.value = next) }, { a: () => 'a', b: () => 'b' }),
  })
  const list = page.element.querySelector('[role=tablist]')
  const key = (name: string): void => void list?.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true }))
  key('ArrowRight')
  expect(tab.value).toBe('b')
  await Promise.resolve()
  key('ArrowRight')
  expect(tab.value).toBe('a')
  await Promise.resolve()
  key('End')
  expect(tab.value).toBe('b')
})
