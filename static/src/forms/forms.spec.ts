/** A form being filled in: saved after a pause, nothing typed lost when it fails or somebody else saves; every reason has words. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

import { afterEach, expect, it, vi } from 'vitest'
import { effectScope } from 'vue'

import { mounted, until, type Mounted } from '../ui/testing'
import zh from '../i18n/zh-CN/forms.json'
import FieldInput from './FieldInput.vue'
import FormList from './FormList.vue'
import FormProblems from './FormProblems.vue'
import type { FormField, FormRow, FormView } from './types'
import { useForm, type Unsaved } from './useForm'

const field = (more: Partial<FormField>): FormField => ({
  id: 'claims', label: '申请事项', kind: 'paragraph', required: true, fixed: false, several: false, options: [], people: [], given: '赔偿8500元', typed: null, ...more,
})
const LONE = field({ id: 'remark', label: '备注', kind: 'line', required: false, given: '' })

let page: Mounted | null = null
let kept: Unsaved | null = null
const stash = { read: () => kept, write: (unsaved: Unsaved) => (kept = unsaved), clear: () => (kept = null) }
afterEach(() => {
  page?.unmount()
  page = null
  vi.unstubAllGlobals()
  kept = null
})

/** A server that keeps one form, and can be told to refuse or to have been written by somebody else. */
function office() {
  const state = { version: 0, typed: {} as Record<string, string>, refuse: '' , sent: 0 }
  const view = (): FormView => ({
    id: 'application', title: '人民调解申请书', number: '', need: 'always', article: '',
    fields: [field({ typed: state.typed['claims'] ?? null }), { ...LONE, typed: state.typed['remark'] ?? null }],
    missing: [], version: state.version, saved_by: '', saved_at: null,
  })
  vi.stubGlobal('fetch', (path: string, options: RequestInit) => {
    if (path === '/api/me') return Promise.resolve(Response.json({ csrf: 'x' }))
    if (options.method === 'GET') return Promise.resolve(Response.json(view()))
    state.sent += 1
    const body = JSON.parse(String(options.body)) as { version: number; values: Record<string, string> }
    if (state.refuse) return Promise.resolve(Response.json({ error: { code: state.refuse, fields: { 'values.claims': 'too_long' } } }, { status: 422 }))
    if (body.version !== state.version) return Promise.resolve(Response.json({ error: { code: 'stale', data: { version: state.version } } }, { status: 409 }))
    Object.assign(state, { version: state.version + 1, typed: body.values })
    return Promise.resolve(Response.json(view()))
  })
  return state
}

async function opened() {
  const scope = effectScope()
  const form = scope.run(() => useForm('/api/cases/c/forms/application/values'))
  if (!form) throw new Error('no scope')
  await form.load(stash)
  const [claims, remark] = form.view.value?.fields ?? []
  if (!claims || !remark) throw new Error('no fields')
  return { form, claims, remark, scope }
}

it('saves what was typed, and lets the case speak again when the same is typed', async () => {
  const state = office()
  const { form, claims } = await opened()
  expect(form.valueOf(claims)).toBe('赔偿8500元')
  form.type(claims, '赔偿9000元')
  expect(form.saving.value).toBe('waiting')
  expect(await form.flush()).toBe(true)
  expect(state.typed).toEqual({ claims: '赔偿9000元' })
  form.type(claims, '赔偿8500元')
  await form.flush()
  expect(state.typed).toEqual({})
  expect(form.saving.value).toBe('saved')
})

it('empties what the case says, to be written by hand, until the case is to speak again', async () => {
  const state = office()
  const { form, claims } = await opened()
  form.type(claims, '')
  expect(form.valueOf(claims)).toBe('')
  await form.flush()
  expect([state.typed, form.valueOf(form.view.value?.fields[0] ?? claims)]).toEqual([{ claims: '' }, ''])
  form.type(claims, claims.given)
  await form.flush()
  expect(state.typed).toEqual({})
})

it('brings back after a reload what could not be saved, beside what somebody else saved meanwhile', async () => {
  const state = office()
  const first = await opened()
  state.refuse = 'unauthenticated'
  first.form.type(first.claims, '我写的')
  expect(await first.form.flush()).toBe(false)
  Object.assign(state, { version: 4, typed: { claims: '别人写的' }, refuse: '' })
  const { form, claims } = await opened()
  expect([form.valueOf(claims), [...form.others]]).toEqual(['我写的', [['claims', '别人写的']]])
  expect(await form.flush()).toBe(true)
  expect([state.typed, kept]).toEqual([{ claims: '我写的' }, null])
})

it('keeps what was typed when it is refused, and says which field', async () => {
  const state = office()
  const { form, claims } = await opened()
  state.refuse = 'invalid'
  form.type(claims, '很长')
  expect(await form.flush()).toBe(false)
  expect([form.saving.value, form.valueOf(claims), form.faults.value]).toEqual(['failed', '很长', { claims: 'too_long' }])
  state.refuse = ''
  expect(await form.flush()).toBe(true)
  expect(state.typed['claims']).toBe('很长')
})

it('meets what somebody else saved meanwhile: both stay, and where both wrote theirs is shown', async () => {
  const state = office()
  const { form, claims } = await opened()
  Object.assign(state, { version: 4, typed: { claims: '别人写的', remark: '别人的备注' } })
  form.type(claims, '我写的')
  expect(await form.flush()).toBe(true)
  expect(state.typed).toEqual({ claims: '我写的', remark: '别人的备注' })
  expect([...form.others]).toEqual([['claims', '别人写的']])
})

it('saves by itself after a pause, and when the page is left', async () => {
  const state = office()
  const { form, claims, scope } = await opened()
  form.type(claims, '一')
  await until(() => state.sent === 1, 'the pause')
  await until(() => form.saving.value === 'saved', 'the save')
  form.type(claims, '二')
  scope.stop()
  await until(() => state.typed['claims'] === '二', 'the last save')
})

it('shows each kind of field by a native control, with what the case says beside another word', async () => {
  const typed: string[] = []
  const show = async (more: Partial<FormField>, value: string): Promise<Element> => {
    page?.unmount()
    page = await mounted(FieldInput, { field: field(more), value, register: '/case/c', onType: (said: string) => typed.push(said) }, {}, ['ui', 'forms'])
    return page.element
  }
  const text = await show({}, '别的')
  expect(text.querySelector('textarea')?.value).toBe('别的')
  expect(text.textContent).toContain('案件里写的是：赔偿8500元')
  ;[...text.querySelectorAll('button')].at(-1)?.click()
  expect(typed).toEqual(['赔偿8500元'])
  expect((await show({ kind: 'date', given: '' }, '2026-12-05')).querySelector<HTMLInputElement>('input[type=date]')?.value).toBe('2026-12-05')
  expect((await show({ kind: 'person', given: '', people: [{ id: 'p', name: '林秀珍', label: '甲方' }] }, '')).querySelectorAll('option')[1]?.textContent).toBe('甲方林秀珍')
  const nobody = await show({ kind: 'person', given: '' }, '')
  expect(nobody.querySelector('a')?.getAttribute('href')).toBe('/case/c')
  const chinese = (await show({}, '')).querySelectorAll('[lang=zh-CN]')
  expect([...chinese].map((one) => one.tagName)).toEqual(['LABEL', 'TEXTAREA', 'SPAN'])
  expect((await show({ kind: 'choice', given: '', options: ['甲', '乙'] }, '乙')).querySelector<HTMLInputElement>('input:checked')?.value).toBe('乙')
  const several = await show({ kind: 'choice', given: '', several: true, options: ['甲', '乙', '丙'] }, '丙')
  several.querySelectorAll<HTMLInputElement>('input[type=checkbox]')[0]?.click()
  expect(typed.at(-1)).toBe('甲\n丙')
})

it('lists the forms with what is missing, and never warns of a form that is not needed', async () => {
  const row = (more: Partial<FormRow>): FormRow => ({ id: 'a', title: '表', order: 1, need: 'always', own: false, article: '', made_from: 'case', missing: 2, saved_at: null, ...more })
  page = await mounted(FormList, { filled: true, forms: [row({}), row({ id: 'b', need: 'if_any' }), row({ id: 'c', missing: 0, own: true }), row({ id: 'd', made_from: 'draft' })] }, {}, ['ui', 'forms'])
  const said = [...page.element.querySelectorAll('li')].map((one) => one.textContent ?? '')
  expect(said[0]).toContain('还缺 2 项必填')
  expect(said[1]).not.toContain('还缺')
  expect(said[2]).toContain('本单位格式')
  expect(said[3]).toContain('起草')
})

it('has words for every reason the server may give', async () => {
  const server = resolve(import.meta.dirname, '../../../server')
  const named = ['forms/rules.py', 'forms/shelf.py'].flatMap((file) => [...readFileSync(resolve(server, file), 'utf8').matchAll(/(?:Wrong|Problem)\([^\n]*?"(\w+)"(?=\)|, [^"])/g)].map((one) => one[1] ?? ''))
  const decoding = [...readFileSync(resolve(server, 'web/routes.py'), 'utf8').matchAll(/\), "(\w+)"\),/g)].map((one) => one[1] ?? '')
  const reasons = [...new Set([...named, ...decoding, 'type'])].filter(Boolean)
  expect(reasons.length).toBeGreaterThan(20)
  expect(reasons.filter((one) => !(one in zh.problem))).toEqual([])
  page = await mounted(FormProblems, { problems: [{ file: 'receipt.toml', place: 'fields[2].kind', reason: 'value', allowed: ['line', 'sum'] }] }, {}, ['ui', 'forms'])
  for (const words of ['receipt.toml', 'fields[2].kind', 'sum']) expect(page.element.textContent).toContain(words)
})
