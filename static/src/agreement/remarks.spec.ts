/** Remarks being written outlive the pane and the page, and are about the wording they were written on. Server: remembers what it was sent. */
import { createApp, defineComponent, h, nextTick, shallowRef, type App } from 'vue'
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'

import { i18n, needMessages, setLocale } from '../i18n'
import { type, until } from '../ui/testing'
import ClauseRemarks from './ClauseRemarks.vue'
import LostRemarks from './LostRemarks.vue'
import { forgetDrafts } from './stash'
import { emptyFields, type AgreementView, type ClauseView } from './types'
import { useRemarks, type RemarkView } from './useRemarks'

const announced = vi.hoisted(() => [] as string[])
vi.mock('../ui/announce', () => ({ announce: (words: string) => announced.push(words) }))

const CLAUSE: ClauseView = { id: 'c1', kind: 'free', number: 1, text: '甲方付八千元。', hash: 'h1', fields: emptyFields(), confirmed: [], questioned: [] }
const SAID: RemarkView = {
  id: 'r1', clause: 'c1', version: 1, by: '陈国栋', label: '乙方', mine: false, confided: false, text: '太少', words: '甲方付九千元。', spans: [], state: 'open',
  reason: '', at: '2026-11-26T02:00:00Z', clause_now: 'same', taken_in: null, acts: ['accept', 'decline'], later: false,
} // prettier-ignore
const clause = shallowRef(CLAUSE)
const shown = shallowRef(true)
const person = shallowRef('lin')
let posted: Record<string, unknown>[]
let answers: (() => Response)[]
let app: App
let page: HTMLElement

const find = <E extends HTMLElement>(what: string): E | null => page.querySelector<E>(what)
const pressed = (what: string): void => find(what)?.click()

beforeAll(async () => {
  await setLocale('zh-CN')
  await needMessages('ui', 'errors', 'remarks', 'versions')
})
beforeEach(() => {
  sessionStorage.clear()
  clause.value = CLAUSE
  shown.value = true
  person.value = 'lin'
  posted = []
  answers = []
  globalThis.fetch = (path, init) => {
    if (String(path).startsWith('/api/me')) return Promise.resolve(Response.json({ csrf: 't' }))
    if (init?.method === 'POST') posted.push(JSON.parse(String(init.body)) as Record<string, unknown>)
    return Promise.resolve(answers.shift()?.() ?? Response.json({ may: true, version: 4, remarks: [] }))
  }
})
afterEach(() => {
  app.unmount()
  page.remove()
})

async function open(): Promise<void> {
  page = document.createElement('main')
  document.body.append(page)
  app = createApp(
    defineComponent(() => {
      const remarks = useRemarks(() => 'agr', () => 0, () => person.value) // prettier-ignore
      const agreement = (): AgreementView => ({ clauses: clause.value.id === 'c1' ? [clause.value] : [] }) as unknown as AgreementView
      return () => [shown.value ? h(ClauseRemarks, { clause: clause.value, remarks }) : null, h(LostRemarks, { agreement: agreement(), remarks })]
    }),
  )
  app.use(i18n).mount(page)
  await until(() => find('[role=group]'), 'the remarks')
}

async function again(): Promise<void> {
  app.unmount()
  page.remove()
  await open()
}

async function write(text: string): Promise<void> {
  pressed('[data-control=remark]')
  await nextTick()
  type(find('#remark-c1-text'), text)
  await nextTick()
}
const written = (): string | undefined => find<HTMLTextAreaElement>('#remark-c1-text')?.value

it('keeps what is being written when the pane closes and when the page is loaded anew, of one person only', async () => {
  await open()
  await write('应当十五日内修好')
  shown.value = false
  await nextTick()
  shown.value = true
  await nextTick()
  expect(written()).toBe('应当十五日内修好')
  await again()
  expect(written()).toBe('应当十五日内修好')
  person.value = 'chen'
  await again()
  expect(written()).toBeUndefined()
  await write('我写的')
  forgetDrafts()
  await again()
  expect(written()).toBeUndefined()
})

it('keeps what was put aside, and clears away what was sent', async () => {
  await open()
  await write('应当十五日内修好')
  pressed('[data-control=put-aside]')
  await until(() => document.activeElement === find('[data-control=remark]'), 'the focus on the button')
  expect(written()).toBeUndefined()
  pressed('[data-control=remark]')
  await nextTick()
  expect(written()).toBe('应当十五日内修好')
  pressed('[data-control=send-remark]')
  await until(() => posted.length && find('[data-control=remark]'), 'the remark sent')
  expect(posted[0]).toEqual({ clause: 'c1', hash: 'h1', text: '应当十五日内修好', words: '', confided: false, chamber: '', reveal: false })
  await until(() => document.activeElement === find('[data-control=remark]'), 'the focus on the button')
  await again()
  expect(sessionStorage).toHaveLength(0)
})

it('is about the wording it was written on, and asks when that is another now', async () => {
  await open()
  pressed('[data-control=suggest]')
  await nextTick()
  type(find('#remark-c1-words'), '甲方付九千元。')
  clause.value = { ...CLAUSE, text: '甲方付八千五百元。', hash: 'h2' }
  await nextTick()
  expect(find('[role=status]')?.textContent).toContain('甲方付八千五百元。')
  pressed('[data-control=send-remark]')
  expect(posted).toEqual([])
  pressed('[data-control=go-on]')
  await until(() => document.activeElement === find('#remark-c1-words'), 'the focus in the field')
  expect(find<HTMLTextAreaElement>('#remark-c1-words')?.value).toBe('甲方付九千元。')
  pressed('[data-control=send-remark]')
  await until(() => posted.length, 'the suggestion sent')
  expect(posted[0]).toMatchObject({ hash: 'h2', words: '甲方付九千元。' })
})

it('shows what was written about a clause that is gone, until it is put away', async () => {
  await open()
  await write('应当十五日内修好')
  shown.value = false
  clause.value = { ...CLAUSE, id: 'c2' }
  await nextTick()
  expect(find<HTMLTextAreaElement>('#lost-c1')?.value).toBe('应当十五日内修好')
  find('[role=status] button')?.click()
  await nextTick()
  expect(find('#lost-c1')).toBeNull()
})

it('tells that a suggestion was taken up after the question, and keeps the focus with the clause', async () => {
  answers = [() => Response.json({ may: true, version: 4, remarks: [SAID] })]
  await open()
  await until(() => find('[data-control=remark-accept]'), 'the suggestion')
  answers = [() => Response.json({ error: { code: 'would_reveal' } }, { status: 409 }), () => Response.json({ may: true, version: 4, remarks: [{ ...SAID, state: 'accepted', acts: [] }] })]
  find('[data-control=remark-accept]')?.focus()
  pressed('[data-control=remark-accept]')
  await until(() => page.textContent?.includes('看过了，采纳'), 'the question')
  ;[...page.querySelectorAll('button')].find((one) => one.textContent?.includes('看过了，采纳'))?.click()
  await until(() => document.activeElement === find('[role=group]'), 'the focus with the clause')
  expect(posted.map((one) => [one['reveal'], one['version']])).toEqual([[undefined, undefined], [true, 4]])
  expect(announced).toContain('已采纳')
})
