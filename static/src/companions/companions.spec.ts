/** Papers for a court: the mediator chooses and sees what is missing; a party says where it is reached and reads what is printed. */
import { nextTick, type Component } from 'vue'
import { afterEach, expect, it, vi } from 'vitest'

import { mounted, type as typeIn, until, type Mounted } from '../ui/testing'
import CompanionsChoice from './CompanionsChoice.vue'
import OwnCompanion from './OwnCompanion.vue'
import type { CompanionParty, Companions } from './types'

const LIN: CompanionParty = { party: 'pty_lin', label: '甲方', name: '林秀珍', given: false, service: null, printed: [], number_from: 'seen' }
const CHEN: CompanionParty = { ...LIN, party: 'pty_chen', label: '乙方', name: '陈国栋' }
const GIVEN: CompanionParty = {
  ...LIN, given: true, service: { phone: '18800000001', address: '收件路1号', electronic: false, electronic_address: '', recipient: '', postcode: '', by_mediator: true },
  printed: [{ heading: '送达地址确认书·送达地址', lines: ['收件人：林秀珍', '联系电话：18800000001'] }],
} // prettier-ignore
const NONE: Companions = {
  hindrance: '', open: true, wanted: false, court: '', invited: false, kinds: ['application', 'undertaking'], parties: [], lacks: [],
  courts: [{ court: '嘉南市嘉南区人民法院', level: 'basic', sure: false }],
} // prettier-ignore
const COURT = '嘉南市嘉南区人民法院'
const CHOSEN: Companions = {
  ...NONE, wanted: true, court: COURT, parties: [GIVEN, CHEN],
  lacks: [{ code: 'service_missing', party: '乙方', needed: true }, { code: 'number_unseen', party: '乙方', needed: false }],
} // prettier-ignore
const OWN: Companions = { ...CHOSEN, parties: [LIN], lacks: [], courts: [] }

let page: Mounted
let sent: { method: string; path: string; body: unknown }[] = []

function answers(...found: { status?: number; body: unknown }[]): void {
  vi.stubGlobal('fetch', (path: string, options: RequestInit = {}) => {
    if (path === '/api/me') return Promise.resolve(Response.json({ csrf: 'x' }))
    sent.push({ method: options.method ?? 'GET', path, body: options.body ? JSON.parse(String(options.body)) : null })
    const next = found.shift() ?? { body: {} }
    return Promise.resolve(Response.json(next.body, { status: next.status ?? 200 }))
  })
}
async function open(component: Component, props: Record<string, unknown> = {}, locale: 'zh-CN' | 'en' = 'zh-CN'): Promise<void> {
  page = await mounted(component, { agreement: 'agr_1', ...props }, {}, ['ui', 'companions'], locale)
  await until(() => at('section'), 'the section')
}
const at = (selector: string): HTMLElement | null => page.element.querySelector<HTMLElement>(selector)
async function press(words: string): Promise<void> {
  ;[...page.element.querySelectorAll('button')].find((one) => one.textContent?.includes(words))?.click()
  await nextTick()
}
async function submit(): Promise<void> {
  at('form')?.dispatchEvent(new Event('submit', { cancelable: true }))
  await nextTick()
}

afterEach(() => {
  page.unmount()
  vi.unstubAllGlobals()
  sent = []
})

it('takes the court the mediator picks, names what is missing and of whom, and what may stay open', async () => {
  answers({ body: NONE }, { body: CHOSEN })
  await open(CompanionsChoice, { leads: true })
  await press('和协议一起签')
  expect(sent.length).toBe(1)
  expect(at('.error')?.textContent).toContain('请填写：向哪个法院申请')
  const select = at('#companions-court') as HTMLSelectElement
  select.value = COURT
  select.dispatchEvent(new Event('change'))
  await nextTick()
  expect(page.element.textContent).toContain('没有写到市')
  await press('和协议一起签')
  await until(() => at('[data-party=pty_chen]'), 'the parties')
  expect(sent[1]).toEqual({ method: 'PUT', path: '/api/agreements/agr_1/companions', body: { wanted: true, court: COURT, invited: false } })
  expect(at('[data-party=pty_lin]')?.textContent).toContain('已由调解员登记')
  expect(page.element.textContent).toMatch(/乙方：还没有填写送达地址.*乙方：身份证号码还没有核对过证件，申请书上不印 （可以不填）/s)
})

it('takes the name of a court that invited the organisation', async () => {
  answers({ body: NONE }, { body: CHOSEN })
  await open(CompanionsChoice, { leads: true })
  const select = at('#companions-court') as HTMLSelectElement
  select.value = 'other'
  select.dispatchEvent(new Event('change'))
  await nextTick()
  typeIn(at('#companions-named'), '嘉南市滨河区人民法院')
  await nextTick()
  await press('和协议一起签')
  await until(() => sent.length > 1, 'the choice')
  expect(sent[1]?.body).toEqual({ wanted: true, court: '嘉南市滨河区人民法院', invited: true })
})

it('offers nothing to who does not lead, and nothing where only ink will do', async () => {
  answers({ body: { ...CHOSEN, parties: [{ ...GIVEN, service: null, printed: [] }] } })
  await open(CompanionsChoice, { leads: false })
  expect(page.element.querySelectorAll('button').length).toBe(0)
  page.unmount()
  answers({ body: { ...NONE, hindrance: 'paper' } })
  page = await mounted(CompanionsChoice, { agreement: 'agr_2', leads: true }, {}, ['ui', 'companions'])
  await until(() => sent.length > 1, 'the look')
  expect(at('section')).toBe(null)
})

it('asks a party for what is needed only, keeps what is typed through a failure, and then shows what is printed', async () => {
  answers({ body: OWN }, { status: 503, body: { error: { code: 'unavailable' } } }, { body: { ...OWN, parties: [GIVEN] } })
  await open(OwnCompanion)
  expect(page.element.textContent).toContain('其他当事人看不到')
  await submit()
  expect(sent.length).toBe(1)
  expect(page.element.querySelectorAll('.error').length).toBe(3) // phone, address, electronic service
  typeIn(at('#service-pty_lin-phone'), '18800000001')
  typeIn(at('#service-pty_lin-address'), '收件路1号')
  ;(at('input[value=no]') as HTMLInputElement).dispatchEvent(new Event('change'))
  await nextTick()
  expect(at('#service-pty_lin-electronic_address')).toBe(null)
  await submit()
  await until(() => at('[role=alert]'), 'the trouble')
  expect((at('#service-pty_lin-address') as HTMLInputElement).value).toBe('收件路1号')
  page.unmount() // a push changes the view: what was typed is still there
  answers({ body: OWN }, { body: { ...OWN, parties: [GIVEN] } })
  await open(OwnCompanion)
  expect((at('#service-pty_lin-phone') as HTMLInputElement).value).toBe('18800000001')
  await submit()
  await until(() => page.element.textContent?.includes('会这样印出来'), 'what is printed')
  const body = { phone: '18800000001', address: '收件路1号', recipient: '', postcode: '', electronic: false, electronic_address: '' }
  expect(sent.at(-1)).toEqual({ method: 'PUT', path: '/api/agreements/agr_1/companions/services/pty_lin', body })
  expect(page.element.textContent).toMatch(/调解员替您登记.*联系电话：18800000001.*调解员通过视频核对/s)
})

it('says the same in English, and nothing while nobody chose it', async () => {
  answers({ body: OWN })
  await open(OwnCompanion, {}, 'en')
  expect(page.element.textContent).toContain('May the court serve you electronically?')
  page.unmount()
  answers({ body: { ...OWN, wanted: false, parties: [] } })
  page = await mounted(OwnCompanion, { agreement: 'agr_1' }, {}, ['ui', 'companions'], 'en')
  await until(() => sent.length > 1, 'the look')
  expect(at('section')).toBe(null)
})
