/** What the pages before the room promise: nobody else is named, a wrong number says so, and axe finds nothing. */
import axe from 'axe-core'
import { afterEach, describe, expect, it } from 'vitest'
import type { Component } from 'vue'

import { ApiError } from '../api'
import { mounted, type Mounted, type as typeInto, until } from '../ui/testing'
import { tellClock } from '../ui/useNow'
import BlockedGuide from './BlockedGuide.vue'
import ConsentStep from './ConsentStep.vue'
import DeviceStep from './DeviceStep.vue'
import GuestsAsk from './GuestsAsk.vue'
import Invitation from './Invitation.vue'
import LobbyMore from './LobbyMore.vue'
import ReadyStep from './ReadyStep.vue'
import SeatAside from './SeatAside.vue'
import TelephoneStep from './TelephoneStep.vue'
import type { SeatView } from './types'
import UndertakingStep from './UndertakingStep.vue'
import Unwilling from './Unwilling.vue'
import WaitingWord from './WaitingWord.vue'

const SEAT: SeatView = {
  slug: 'abc',
  csrf: 't',
  me: { id: 'pty_1', name: '林秀珍', side: 'applicant', label: '甲方', role: 'applicant', phone_masked: '199****0002', guest: false, looks_on: false, ward: '', guarded: false },
  centre: { name: '嘉南调委会', phone: '0571-12345', address: '青禾路1号', root_sha256: '' },
  case: { number: '0102', title: '漏水赔偿', kind: 'neighbour' },
  session: { id: 'ses_1', state: 'scheduled', starts_at: '2026-11-26T06:00:00Z', minutes: 60, court: '' },
  mediator: { name: '顾明华' },
  others: [],
  texts: { version: '', online: '', esign: '', warning: '', rights: '', concessions: '' },
  consents: { online: null, esign: null, at: null },
  code: { sent_at: null, verified: false, tries_left: 5, locked_until: null },
  assurance: 'none',
  step: 'consent',
  agreements: [],
  guests: [{ id: 'pty_9', name: '洪亮', part: 'expert', agrees: null }],
  early: true,
  trial: null,
  telephone: null,
  waiting: { company: [], since: null, minutes: null, said_at: null },
}
const TRIAL = { at: '2026-11-23T06:00:00Z', camera: true, microphone: true, speaker: 'heard', line: 'good' } as const

let page: Mounted | null = null
afterEach(() => {
  page?.unmount()
  page = null
})

async function shown(component: Component, props: Record<string, unknown>): Promise<HTMLElement> {
  page = await mounted(component, props, {}, ['ui', 'seat'])
  return page.element
}
const button = (at: HTMLElement, words: string): HTMLButtonElement => {
  const found = [...at.querySelectorAll('button')].find((one) => one.textContent?.trim() === words)
  if (!found) throw new Error(`no button ${words}: ${at.textContent}`)
  return found
}

it('days before it offers a try, and afterwards says ready', async () => {
  const before = await shown(ReadyStep, { answerGuest: () => Promise.resolve(), seat: SEAT })
  expect(before.textContent).toContain('先试一下手机')
  page?.unmount()
  const after = await shown(ReadyStep, { answerGuest: () => Promise.resolve(), seat: { ...SEAT, trial: TRIAL } })
  expect(after.textContent).toContain('您准备好了')
  expect(after.textContent).toContain('结果已经告诉调解员')
})

it.each([
  ['a mute microphone', { microphone: false }],
  ['a blocked line', { line: 'blocked' }],
])('does not say ready with %s', async (_, found) => {
  const at = await shown(ReadyStep, { answerGuest: () => Promise.resolve(), seat: { ...SEAT, trial: { ...TRIAL, ...found } } })
  expect(at.textContent).not.toContain('您准备好了')
  expect(at.textContent).toContain('用电话参加')
})

it('tries neither camera nor microphone of an observer, and is ready without them', async () => {
  const seat = { ...SEAT, me: { ...SEAT.me, guest: true, looks_on: true }, trial: { ...TRIAL, camera: false, microphone: false } }
  const ready = await shown(ReadyStep, { answerGuest: () => Promise.resolve(), seat })
  expect(ready.textContent).toContain('您准备好了')
  expect(ready.textContent).not.toMatch(/摄像头|麦克风/)
  page?.unmount()
  const devices = { steps: ['1', '2', '3', '4'], camera: null, microphone: null, blocked: null, line: 'good', paperOnly: false, trial: false, save: () => Promise.resolve() }
  page = await mounted(DeviceStep, { seat, ...devices }, { default: () => 'own picture', network: () => 'the line' }, ['ui', 'seat'])
  expect(page.element.textContent).not.toContain('own picture')
  expect(page.element.textContent).toContain('the line')
})

it('is ready by voice alone', async () => {
  const at = await shown(ReadyStep, { answerGuest: () => Promise.resolve(), seat: { ...SEAT, trial: { ...TRIAL, camera: false, line: 'poor' } } })
  expect(at.textContent).toContain('您准备好了')
})

it('asks for the telephone on the number on file or another', async () => {
  const asked: unknown[] = []
  const at = await shown(TelephoneStep, { seat: SEAT, save: (...all: unknown[]) => (asked.push(all), Promise.resolve()) })
  expect(at.textContent).toContain('199****0002')
  typeInto(at.querySelector('input'), ' 0571-8765 ')
  at.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true }))
  await until(() => asked.length, 'the number was asked for')
  expect(asked).toEqual([[true, '0571-8765']])
})

it('says at the field that a number cannot be dialled', async () => {
  const refused = (): Promise<void> => Promise.reject(new ApiError('invalid', 422))
  const at = await shown(TelephoneStep, { seat: SEAT, save: refused })
  at.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true }))
  await until(() => at.textContent?.includes('打不通'), 'the words of the field')
  expect(at.querySelector('input')?.getAttribute('aria-invalid')).toBe('true')
})

it('takes the telephone back for video', async () => {
  const asked: unknown[] = []
  const seat = { ...SEAT, step: 'telephone', telephone: { at: SEAT.session.starts_at, number: '0571****4321' } }
  const at = await shown(TelephoneStep, { seat, save: (...all: unknown[]) => (asked.push(all), Promise.resolve()) })
  expect(at.textContent).toContain('0571****4321')
  button(at, '还是用视频参加').click()
  await until(() => asked.length, 'it was taken back')
  expect(asked).toEqual([[false, '']])
})

it('tells who waits what goes on, how long, and only of their own side', async () => {
  const waiting = { company: ['韩悦'], since: '2026-11-26T06:03:00Z', minutes: 15, said_at: new Date().toISOString() }
  const seat = { ...SEAT, session: { ...SEAT.session, state: 'open' }, others: [{ name: '陈国栋', label: '乙方' }], waiting }
  const at = await shown(WaitingWord, { seat })
  expect(at.textContent).toContain('14:03')
  expect(at.textContent).toContain('15 分钟')
  expect(at.textContent).toContain('韩悦')
  expect(at.textContent).not.toContain('陈国栋')
})

it('says during a private talk only how long', async () => {
  const waiting = { company: ['韩悦'], since: '2026-11-26T06:03:00Z', minutes: 15, said_at: new Date().toISOString() }
  const at = await shown(WaitingWord, { seat: { ...SEAT, session: { ...SEAT.session, state: 'open' }, waiting }, brief: true })
  expect(at.textContent?.trim()).toBe('调解员估计还要等 15 分钟。')
})

it.each([
  ['a guardian', { ward: '林秀珍' }, '您替林秀珍作选择'],
  ['who has a guardian', { guarded: true }, '您的法定代理人'],
  ['anybody else', {}, ''],
])('says who chooses for whom to %s', async (_, me, words) => {
  const at = await shown(ConsentStep, { seat: { ...SEAT, me: { ...SEAT.me, ...me } }, steps: ['1', '2', '3', '4'], save: () => Promise.resolve() })
  expect(at.querySelector('[data-ward], [data-guarded]')?.textContent ?? '').toContain(words)
  expect(at.querySelectorAll('[data-ward], [data-guarded]')).toHaveLength(words ? 1 : 0)
})

it('names everybody by what they are, so that nobody takes their own people for the other side; and nobody who may not be named', async () => {
  const ready = (others: SeatView['others']): Promise<HTMLElement> => shown(ReadyStep, { seat: { ...SEAT, others }, answerGuest: () => Promise.resolve() })
  const told = await ready([{ name: '李敏', label: '甲方代理人' }, { name: '陈国栋', label: '乙方' }, { name: '石坚', label: '' }])
  expect(told.querySelector('[data-with]')?.textContent).toBe('参加的还有李敏（甲方代理人）、陈国栋（乙方）、石坚。')
  page?.unmount()
  expect((await ready([])).querySelector('[data-with]')).toBeNull()
})

it('says as whom one is invited', async () => {
  const at = await shown(Invitation, { seat: { ...SEAT, me: { ...SEAT.me, label: '专家' } }, paperOnly: false, identify: () => Promise.resolve() })
  expect(at.querySelector('dl')?.textContent).toContain('您的身份专家')
})

describe('an expert or observer', () => {
  const GUEST: SeatView = { ...SEAT, me: { ...SEAT.me, label: '专家', guest: true }, others: [{ name: '陈国栋', label: '乙方' }], texts: { ...SEAT.texts, online: '我对在调解中知道的一切保密' }, guests: [] }
  const PARTIES_ONLY = /签名|纸质|起诉|仲裁|权利|另一方|不等于承认|不利的依据/
  it.each([
    ['Invitation', Invitation, { paperOnly: false, identify: () => Promise.resolve() }, '您不是当事人'],
    ['UndertakingStep', UndertakingStep, { steps: ['1', '2', '3', '4'], save: () => Promise.resolve() }, '知道的一切保密'],
    ['Unwilling', Unwilling, { told: false, tell: () => Promise.resolve() }, '告诉调解员'],
    ['Unwilling, told', Unwilling, { told: true, tell: () => Promise.resolve() }, '您不参加'],
    ['LobbyMore', LobbyMore, { answerGuest: () => Promise.resolve() }, '知道的一切保密'],
    ['LobbyMore, with whom', LobbyMore, { answerGuest: () => Promise.resolve() }, '陈国栋（乙方）'],
    ['SeatAside', SeatAside, {}, '录音录像'],
  ] as [string, Component, Record<string, unknown>, string][])('reads what is theirs and nothing of the parties’ way: %s', async (_, component, props, theirs) => {
    const at = await shown(component, { seat: GUEST, ...props })
    expect(at.textContent).toContain(theirs)
    expect(at.textContent).not.toMatch(PARTIES_ONLY)
  })
  it.each([
    ['Invitation', Invitation, { paperOnly: false, identify: () => Promise.resolve() }],
    ['Unwilling', Unwilling, { told: false, tell: () => Promise.resolve() }],
    ['Unwilling, told', Unwilling, { told: true, tell: () => Promise.resolve() }],
    ['ReadyStep', ReadyStep, { answerGuest: () => Promise.resolve() }],
  ] as [string, Component, Record<string, unknown>][])('is offered the telephone only with the promise: %s', async (_, component, props) => {
    const doors = async (online: boolean): Promise<number> => {
      const at = await shown(component, { seat: { ...GUEST, consents: { ...GUEST.consents, online } }, ...props })
      return [...at.querySelectorAll('button')].filter((one) => one.textContent?.includes('电话参加')).length
    }
    expect(await doors(false)).toBe(0)
    page?.unmount()
    expect(await doors(true)).toBe(1)
  })
  it('is not asked to a desk with a document: by telephone too they sign nothing', async () => {
    const at = await shown(TelephoneStep, { seat: GUEST, save: () => Promise.resolve() })
    expect(at.textContent).not.toContain('身份证')
    expect(at.textContent).toContain('答应的保密')
  })
  it('reads the promise in short points that are together the very words', async () => {
    const online = '我受邀来参加，也不签协议；各方同意，我才参加。我保密。'
    const at = await shown(UndertakingStep, { seat: { ...GUEST, texts: { ...GUEST.texts, online } }, steps: ['1', '2', '3', '4'], save: () => Promise.resolve() })
    const points = [...at.querySelectorAll('.points li')].map((point) => point.textContent)
    expect(points).toHaveLength(3)
    expect(points.join('')).toBe(online)
  })
  it('can tell the mediator of an interest in the matter, beside the promise', async () => {
    const at = await shown(UndertakingStep, { seat: GUEST, steps: ['1', '2', '3', '4'], save: () => Promise.resolve() })
    const call = at.querySelector('a[href="tel:0571-12345"]')
    expect(call?.parentElement?.textContent).toContain('有利害关系')
    // A telephone link never wraps: it holds the number and no sentence, or it is wider than a phone.
    expect(call?.textContent).toBe('打电话 0571-12345')
  })
  it('promises by hand: nothing is chosen beforehand, and no answer is no promise', async () => {
    const said: boolean[] = []
    const at = await shown(UndertakingStep, { seat: GUEST, steps: ['1', '2', '3', '4'], save: (yes: boolean) => Promise.resolve(void said.push(yes)) })
    const go = (): boolean | undefined => at.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true }))
    go()
    await until(() => at.textContent?.includes('请选择答应还是不参加'), 'the words of the choice')
    expect(said).toEqual([])
    at.querySelector<HTMLInputElement>('input')?.click()
    go()
    await until(() => said.length, 'the promise')
    expect(said).toEqual([true])
  })
})

it('counts the minutes left by the server’s clock, once the page has been told it', async () => {
  const hour = 3_600_000
  tellClock(new Date(Date.now() + hour).toISOString())
  const waiting = { company: [], since: null, minutes: 15, said_at: new Date(Date.now() + hour - 600_000).toISOString() }
  const at = await shown(WaitingWord, { seat: { ...SEAT, waiting }, brief: true })
  expect(at.textContent?.trim()).toBe('调解员估计还要等 5 分钟。')
  tellClock(new Date().toISOString())
})

it('guides through three levels, the nearest open', async () => {
  const at = await shown(BlockedGuide, { kind: 'camera' })
  const levels = [...at.querySelectorAll('details')]
  expect(levels).toHaveLength(3)
  expect(levels.map((one) => one.open)).toEqual([true, false, false])
})

it('asks for each guest, takes either answer and lets one change it', async () => {
  const said: [string, boolean][] = []
  const answer = (guest: string, agrees: boolean): Promise<void> => Promise.resolve(void said.push([guest, agrees]))
  const at = await shown(GuestsAsk, { guests: SEAT.guests, answer })
  expect(at.textContent).toContain('洪亮（专家）')
  button(at, '不同意').click()
  await until(() => said.length === 1, 'the answer')
  page?.unmount()
  const told = await shown(GuestsAsk, { guests: [{ ...SEAT.guests[0], agrees: false }], answer })
  expect(told.textContent).toContain('您不同意 洪亮 参加')
  button(told, '我改主意了').click()
  await until(() => told.querySelector('[data-control=guest-yes]'), 'the question again')
  button(told, '同意').click()
  await until(() => said.length === 2, 'the other answer')
  expect(said).toEqual([['pty_9', false], ['pty_9', true]])
})

it.each([
  ['ReadyStep', ReadyStep, { answerGuest: () => Promise.resolve(), seat: { ...SEAT, trial: TRIAL } }],
  ['TelephoneStep', TelephoneStep, { seat: SEAT, save: () => Promise.resolve() }],
  ['WaitingWord', WaitingWord, { seat: SEAT }],
  ['GuestsAsk', GuestsAsk, { guests: SEAT.guests, answer: () => Promise.resolve() }],
  ['BlockedGuide', BlockedGuide, { kind: 'microphone' }],
  ['UndertakingStep', UndertakingStep, { seat: SEAT, steps: ['1', '2', '3', '4'], save: () => Promise.resolve() }],
] as [string, Component, Record<string, unknown>][])('axe finds nothing in %s', async (_, component, props) => {
  const at = await shown(component, props)
  const { violations } = await axe.run(at, { rules: { 'color-contrast': { enabled: false }, region: { enabled: false }, 'heading-order': { enabled: false } } })
  expect(violations.map((one) => `${one.id} ${one.nodes.map((node) => node.html).join()}`)).toEqual([])
})
