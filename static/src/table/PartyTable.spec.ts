/** What a party meets: offers in plain words, an answer that is asked first, a blind yes or no, a shown page. */
import { defineComponent, h, nextTick, ref, shallowRef } from 'vue'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { ApiError } from '../api'
import { mounted, type as typeInto, until, type Mounted } from '../ui/testing'
import OfferCard from './OfferCard.vue'
import OfferForm from './OfferForm.vue'
import PartyTable from './PartyTable.vue'
import ProposalCard from './ProposalCard.vue'
import ShownPaper from './ShownPaper.vue'
import SitAs from './SitAs.vue'
import { called, type AtTable, type OfferView, type ProposalView } from './types'

const AT: AtTable = {
  case: 'cas', host: false, mine: 'lin', speaks: true,
  people: [{ id: 'lin', name: '林秀珍', label: '甲方', party: true }, { id: 'chen', name: '陈国栋', label: '乙方', party: true }],
}
const HOST: AtTable = { ...AT, host: true, mine: '' }
const TERMS = { payer: 'lin', payee: 'chen', sum_fen: 850_000, instalments: [], deeds: '', conditions: '' }
const OFFER: OfferView = { id: 'off', giver: 'chen', to: 'lin', may_be_told: null, state: 'open', terms: TERMS, expires_at: null, made_at: '2026-11-26T06:00:00Z', acts: ['accept', 'decline'] }
const PROPOSAL: ProposalView = { id: 'pro', state: 'open', parties: ['lin', 'chen'], terms: TERMS, until: '2026-11-26T07:00:00Z', made_at: '2026-11-26T06:00:00Z', may_answer: true, answer: null, answered: null }

const sent: { path: string; body: unknown; seat: string | null }[] = []
let answers: Record<string, () => Response>
vi.stubGlobal('fetch', (path: string, init: RequestInit) => {
  if (init.method === 'POST') sent.push({ path, body: JSON.parse(String(init.body)), seat: new Headers(init.headers).get('X-Hejie-Seat') })
  return Promise.resolve((answers[path] ?? (() => Response.json({ csrf: 'x' })))())
})
let page: Mounted
beforeEach(() => {
  sent.length = 0
  answers = {}
})
afterEach(() => {
  page.unmount()
  vi.useRealTimers()
})
const press = (name: string): void => page.element.querySelector<HTMLElement>(`[data-control=${name}]`)?.click()
const words = (): string => page.element.textContent?.replace(/\s+/g, ' ') ?? ''

describe('an offer', () => {
  it('says who pays whom and asks before it is accepted', async () => {
    page = await mounted(OfferCard, { offer: OFFER, at: AT }, {}, ['table', 'ui'])
    expect(words()).toContain('乙方 陈国栋 → 您')
    expect(words()).toContain('甲方 林秀珍付给乙方 陈国栋')
    expect(words()).toContain('8,500元')
    press('offer-accept')
    await nextTick()
    expect(sent).toEqual([])
    expect(words()).toContain('接受不等于签协议')
    press('confirm-offer-accept')
    await until(() => sent.length, 'the answer')
    expect(sent).toEqual([{ path: '/api/cases/cas/offers/off/acts', body: { act: 'accept', to: '' }, seat: null }])
  })
  it('is passed on to the only other party', async () => {
    page = await mounted(OfferCard, { offer: { ...OFFER, to: '', state: 'confided', may_be_told: true, acts: ['pass_on'] }, at: HOST }, {}, ['table', 'ui'])
    press('offer-pass_on')
    await nextTick()
    press('confirm-offer-pass_on')
    await until(() => sent.length, 'passing on')
    expect(sent[0]?.body).toEqual({ act: 'pass_on', to: 'lin' })
  })
  it('is sent only when it is whole, and nothing is chosen beforehand about telling', async () => {
    page = await mounted(OfferForm, { at: AT }, {}, ['table', 'ui'])
    const form = page.element.querySelector('form')
    form?.requestSubmit()
    await nextTick()
    expect(page.element.querySelector('[role=alert]')?.textContent).toContain('请选给谁')
    page.element.querySelector<HTMLInputElement>('input[value=mediator]')?.click()
    await nextTick()
    expect(page.element.querySelectorAll('input[type=radio]:checked')).toHaveLength(1)
    typeInto(page.element.querySelector('input[inputmode=decimal]'), '8500')
    form?.requestSubmit()
    await nextTick()
    expect(sent).toEqual([])
    page.element.querySelector<HTMLInputElement>('input[value=no]')?.click()
    await nextTick()
    form?.requestSubmit()
    await until(() => sent.length, 'the offer')
    expect(sent[0]?.body).toEqual({ terms: TERMS, to: '', may_be_told: false, expires_at: null })
  })
})

describe('a proposal', () => {
  it('is answered unseen, and the answer may be changed', async () => {
    page = await mounted(ProposalCard, { proposal: { ...PROPOSAL, answer: false }, at: AT }, {}, ['table', 'ui'])
    expect(words()).toContain('别人看不到您怎么答')
    expect(page.element.querySelector('[data-control=proposal-no]')?.getAttribute('aria-pressed')).toBe('true')
    press('proposal-yes')
    await until(() => sent.length, 'the answer')
    expect(sent).toEqual([{ path: '/api/cases/cas/proposals/pro/answer', body: { accept: true }, seat: null }])
  })
  it('tells a mediator how many answered and offers no answer', async () => {
    page = await mounted(ProposalCard, { proposal: { ...PROPOSAL, may_answer: false, answered: 1 }, at: HOST }, {}, ['table', 'ui'])
    expect(words()).toContain('2方里有1方答复了')
    expect(page.element.querySelector('[data-control=proposal-yes]')).toBeNull()
  })
  it('that was not settled says the same to everybody, whatever they answered', async () => {
    page = await mounted(ProposalCard, { proposal: { ...PROPOSAL, state: 'not_settled', may_answer: false }, at: AT }, {}, ['table', 'ui'])
    expect(words()).toContain('没有谈成。怎么答复的，谁也不会知道。')
    expect(page.element.querySelectorAll('[data-control]')).toHaveLength(0)
  })
})

describe('the party’s table', () => {
  const list = (data: unknown) => ({ data: shallowRef(data), trouble: shallowRef(null), look: vi.fn(() => Promise.resolve()) })
  const table = (at: AtTable, waiting = 0) => ({ at: shallowRef(at), offers: list({ offers: [] }), proposals: list({ proposals: [] }), papers: list({ papers: [] }), waiting: ref(waiting), matters: ref([]) })
  const tabs = (): string[] => [...page.element.querySelectorAll('[role=tab]')].map((one) => one.textContent?.trim() ?? '')
  it('has draft, offers and papers, and turns to what waits', async () => {
    const mine = table(AT)
    page = await mounted(PartyTable, { table: mine, me: 'lin' }, { draft: () => 'text' }, ['table', 'ui'])
    expect(tabs()).toEqual(['草稿', '方案', '材料'])
    mine.waiting.value = 1
    await nextTick()
    await nextTick()
    expect(page.element.querySelector('[role=tab][aria-selected=true]')?.textContent).toContain('方案 ▲1')
  })
  it('has no offers for who speaks for nobody', async () => {
    page = await mounted(PartyTable, { table: table({ ...AT, mine: '', speaks: false }), me: 'han' }, { draft: () => 'text' }, ['table', 'ui'])
    expect(tabs()).toEqual(['草稿', '材料'])
  })
  it('has no empty tab where no draft is shown, as at a device of the centre', async () => {
    page = await mounted(PartyTable, { table: table(AT), me: 'lin' }, {}, ['table', 'ui'])
    expect([tabs(), page.element.querySelector('[role=tab][aria-selected=true]')?.textContent?.trim()]).toEqual([['方案', '材料'], '方案'])
    page.unmount()
    page = await mounted(PartyTable, { table: table({ ...AT, mine: '', speaks: false }), me: 'han' }, {}, ['table', 'ui'])
    expect([tabs(), page.element.querySelector('[role=tab][aria-selected=true]')?.textContent?.trim()]).toEqual([['材料'], '材料'])
  })
  it('calls who must not be met by their place only', () => expect(called([{ id: 'chen', name: '', label: '乙方', party: true }], 'chen', '')).toBe('乙方'))
})

describe('at a device of the centre', () => {
  it('each answers as their own seat', async () => {
    const both = defineComponent(() => () => ['seat-lin', 'seat-wu'].map((seat) => h(SitAs, { seat }, { default: () => h(ProposalCard, { proposal: PROPOSAL, at: AT }) })))
    page = await mounted(both, {}, {}, ['table', 'ui'])
    for (const yes of page.element.querySelectorAll<HTMLElement>('[data-control=proposal-yes]')) yes.click()
    await until(() => sent.length === 2, 'both answers')
    expect(sent.map(({ seat }) => seat)).toEqual(['seat-lin', 'seat-wu'])
  })
})

describe('a shown paper', () => {
  const PAGE = { paper: 'pap', name: '报价单', page: 2, pages: 3, url: '/api/x.jpg', width: 800, height: 1100 }
  it('is the page the room points at, with its name and place', async () => {
    answers['/api/sessions/ses/shown'] = () => Response.json(PAGE)
    page = await mounted(ShownPaper, { session: 'ses', shown: { document: 'pap', page: 2 }, private: true }, {}, ['table', 'ui'])
    await until(() => page.element.querySelector('img'), 'the picture')
    expect(page.element.querySelector('img')?.alt).toBe('报价单，第2页，共3页')
    expect(words()).toContain('# 报价单')
    expect(page.element.querySelector('[data-control=hide_document]'), 'only who leads takes it off').toBeNull()
  })
  it('is never another page than that', async () => {
    answers['/api/sessions/ses/shown'] = () => Response.json({ ...PAGE, page: 1 })
    page = await mounted(ShownPaper, { session: 'ses', shown: { document: 'pap', page: 2 }, private: false }, {}, ['table', 'ui'])
    await until(() => words().includes('材料正在过来'), 'waiting words')
    expect(page.element.querySelector('img')).toBeNull()
  })
  it('is turned and taken off by who leads', async () => {
    answers['/api/sessions/ses/shown'] = () => Response.json(PAGE)
    const act = vi.fn(() => Promise.resolve())
    page = await mounted(ShownPaper, { session: 'ses', shown: { document: 'pap', page: 2 }, private: false, room: { view: { value: null }, act } }, {}, ['table', 'ui'])
    await until(() => page.element.querySelector('[data-control=page-after]'), 'the turner')
    press('page-after')
    press('hide_document')
    expect(act.mock.calls).toEqual([['turn_page', { page: 3 }], ['hide_document', {}]])
  })
  it('that did not come is asked for again, ever more slowly', async () => {
    vi.useFakeTimers()
    let asked = 0
    answers['/api/sessions/ses/shown'] = () => (asked++, Response.json({ error: { code: 'unreachable' } }, { status: 503 }))
    page = await mounted(ShownPaper, { session: 'ses', shown: { document: 'pap', page: 2 }, private: false }, {}, ['table', 'ui'])
    const after = async (ms: number): Promise<number> => (await vi.advanceTimersByTimeAsync(ms), asked)
    expect([await after(10), await after(1000), await after(1900), await after(200)]).toEqual([1, 2, 2, 3])
  })
  it('says when the room refuses to turn or take it off, and forgets it with the next try', async () => {
    answers['/api/sessions/ses/shown'] = () => Response.json(PAGE)
    const act = vi.fn(() => Promise.resolve()).mockRejectedValueOnce(new ApiError('connection_lost', 0))
    page = await mounted(ShownPaper, { session: 'ses', shown: { document: 'pap', page: 2 }, private: false, room: { view: { value: null }, act } }, {}, ['table', 'ui'])
    await until(() => page.element.querySelector('[data-control=page-after]'), 'the turner')
    press('hide_document')
    await until(() => page.element.querySelector('[role=alert]'), 'the words')
    press('hide_document')
    await until(() => !page.element.querySelector('[role=alert]'), 'no more words')
  })
})
