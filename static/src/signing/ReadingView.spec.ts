import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { type App, createApp, h, nextTick, ref } from 'vue'

import { i18n, needMessages, setLocale } from '../i18n'
import ReadingView from './ReadingView.vue'
import type { AgreementText, ClauseText } from './wire'

/** A party's reading, against a server of two answers: yes, or somebody has stopped the reading. */
const clause = (n: number, change: Partial<ClauseText> = {}): ClauseText => ({
  id: `c${n}`, kind: 'free', number: n, text: `第${n}条的内容`, hash: `hash-${n}`,
  fields: { obligor: '', obligee: '', amount_fen: null, due: null }, confirmed: [], questioned: [], ...change,
})
const agreement = (clauses: ClauseText[], around: AgreementText['around'] = null): AgreementText => ({
  id: 'agr_1', number: null, around, clauses,
  parties: [{ id: 'pty_1', label: '甲方', name: '林秀珍' }, { id: 'pty_2', label: '乙方', name: '陈国栋' }],
  required: [{ person: 'pty_1', name: '林秀珍', role: 'applicant', label: '甲方' }, { person: 'pty_2', name: '陈国栋', role: 'respondent', label: '乙方' }],
})

const apps: App[] = []
const sent: unknown[] = []
let stopped = false

async function server(path: string | URL | Request, init?: RequestInit): Promise<Response> {
  if (String(path) === '/api/me') return Response.json({ csrf: 'token' })
  sent.push([path, JSON.parse(String(init?.body))])
  return stopped ? Response.json({ error: { code: 'reading_stopped', data: { by: ['pty_2'] } } }, { status: 409 }) : Response.json({})
}

beforeAll(async () => {
  globalThis.fetch = server
  await setLocale('zh-CN')
  await needMessages('ui', 'errors', 'signing')
})
afterEach(() => {
  apps.splice(0).forEach((app) => app.unmount())
  sent.length = 0
  stopped = false
})

function show(first: ClauseText[], around: AgreementText['around'] = null): { host: HTMLElement; set: (clauses: ClauseText[]) => Promise<void>; changed: () => number; press: (name: string) => Promise<void> } {
  const clauses = ref(first)
  let changes = 0
  const host = document.createElement('div')
  const app = createApp({ setup: () => () => h(ReadingView, { agreement: agreement(clauses.value, around), me: 'pty_1', onChanged: () => (changes += 1) }) })
  app.use(i18n).mount(host)
  apps.push(app)
  const press = async (name: string): Promise<void> => {
    const before = changes
    const button = [...host.querySelectorAll('button')].find(({ textContent }) => textContent?.trim() === name)
    if (!button) throw new Error(`no button ${name} in ${host.textContent ?? ''}`)
    button.click()
    if (name.includes('同意') || name.includes('疑问')) await vi.waitFor(() => expect(changes).toBeGreaterThan(before))
    await nextTick()
  }
  const set = async (next: ClauseText[]): Promise<void> => {
    clauses.value = next
    await nextTick()
  }
  return { host, set, changed: () => changes, press }
}

describe('reading as a party', () => {
  it('shows the first clause not yet confirmed, and sends its wording with the answer', async () => {
    const { host, press, set } = show([clause(1, { confirmed: ['pty_1'] }), clause(2), clause(3)])
    expect(host.textContent).toContain('第2项，共3项')
    await press('听清了，同意')
    expect(sent).toEqual([['/api/agreements/agr_1/confirmations', { clause: 'c2', hash: 'hash-2', agree: true }]])
    await set([clause(1, { confirmed: ['pty_1'] }), clause(2, { confirmed: ['pty_1'] }), clause(3)])
    expect(host.textContent).toContain('第3项，共3项')
  })

  it('reads what stands around the clauses first, and takes the answer to it', async () => {
    const { host, press } = show([clause(1)], { id: 'around', text: '各方责任：甲方承担全部责任。', hash: 'hash-0', confirmed: [], questioned: ['pty_2'] })
    expect(host.textContent).toContain('第1项，共2项')
    expect(host.textContent).toContain('各方责任：甲方承担全部责任。')
    expect(host.textContent).toContain('陈国栋 对条款以外的内容有疑问')
    await press('听清了，同意')
    expect(sent).toEqual([['/api/agreements/agr_1/confirmations', { clause: 'around', hash: 'hash-0', agree: true }]])
  })

  it('stops with a question, and goes on from the same clause', async () => {
    const { host, press, set } = show([clause(1), clause(2)])
    await press('有疑问，停一下')
    expect(sent).toEqual([['/api/agreements/agr_1/confirmations', { clause: 'c1', hash: 'hash-1', agree: false }]])
    await set([clause(1, { questioned: ['pty_1'] }), clause(2)])
    expect(host.textContent).toContain('您说第1条有疑问')
    await press('没有疑问了，同意')
    expect(sent).toHaveLength(2)
  })

  it('says who has stopped it, and that an answer was not sent', async () => {
    const { host, press, set } = show([clause(1)])
    await set([clause(1, { questioned: ['pty_2'] })])
    expect(host.textContent).toContain('陈国栋 对第1条有疑问')
    stopped = true
    await press('听清了，同意')
    expect(host.querySelector('[role=alert]')?.textContent).toContain('宣读先停')
  })

  it('says when a clause was changed, with the former words', async () => {
    const { host, set } = show([clause(1)])
    expect(host.querySelector('del')).toBeNull()
    await set([clause(1, { hash: 'other', text: '改过的内容' })])
    expect(host.textContent).toContain('这里刚改过')
    expect(host.querySelector('del')?.textContent).toBe('第1条的内容')
  })

  it('puts money into one plain sentence, as this person sees it', () => {
    const fields = { obligor: 'pty_2', obligee: 'pty_1', amount_fen: 850_000, due: { by: 'days_after_effective' as const, days: 7 } }
    expect(show([clause(1, { kind: 'payment', fields })]).host.textContent).toContain('生效后7日内，陈国栋 付给您 8,500元')
  })

  it('rests when every clause is confirmed', () => {
    const { host } = show([clause(1, { confirmed: ['pty_1', 'pty_2'] })])
    expect(host.querySelector('h1')?.textContent).toBe('全部内容您都同意了')
    expect([...host.querySelectorAll('button')].map(({ textContent }) => textContent)).not.toContain('听清了，同意')
  })
})
