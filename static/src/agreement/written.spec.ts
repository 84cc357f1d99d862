/** Remarks and private talks: what was typed in one asks before it goes elsewhere; what others read is dealt with after it. */
import { defineComponent, h, nextTick } from 'vue'
import { afterEach, beforeEach, expect, it } from 'vitest'

import { talk } from '../talk'
import { mounted, type, until, type Mounted } from '../ui/testing'
import ClauseRemarks from './ClauseRemarks.vue'
import { emptyFields, type ClauseView } from './types'
import { useRemarks, type RemarkView, type Said } from './useRemarks'

const realFetch = globalThis.fetch
const clause: ClauseView = { id: 'cla_1', kind: 'free', number: 1, text: '付款。', hash: 'h', fields: emptyFields(), confirmed: [], questioned: [] }
const remark: RemarkView = {
  id: 'rmk_1', clause: 'cla_1', version: 1, by: '陈国栋', label: '乙方', mine: false, confided: false, text: '太短', words: '', spans: [], state: 'open', reason: '',
  at: '2026-11-26T02:00:00Z', clause_now: 'same', taken_in: null, acts: [], later: true,
} // prettier-ignore
let shown: Mounted
let said: Said[] = []
beforeEach(() => {
  said = []
  sessionStorage.clear()
})
afterEach(() => {
  talk.value = ''
  globalThis.fetch = realFetch
  shown.unmount()
})

async function open(remarks: RemarkView[] = []): Promise<void> {
  globalThis.fetch = (path, init) => {
    if (String(path).startsWith('/api/me')) return Promise.resolve(Response.json({ csrf: 't' }))
    if (init?.method === 'POST') {
      const one = JSON.parse(String(init.body)) as Said
      said.push(one)
      if (one.chamber && one.chamber !== talk.value && !one.reveal) return Promise.resolve(Response.json({ error: { code: 'would_reveal' } }, { status: 409 }))
    }
    return Promise.resolve(Response.json({ may: true, version: 1, remarks }))
  }
  const page = defineComponent(() => {
    const given = useRemarks(() => 'agr', () => 0, () => 'lin') // prettier-ignore
    return () => h(ClauseRemarks, { clause, remarks: given })
  })
  shown = await mounted(page, {}, {}, ['ui', 'errors', 'remarks', 'versions'])
  await until(() => find('[data-control=remark]'), 'the remarks')
}
const find = (what: string): HTMLElement | null => shown.element.querySelector<HTMLElement>(what)
async function press(control: string): Promise<void> {
  find(`[data-control=${control}]`)?.click()
  await nextTick()
}

it('asks before words of a private talk go to others, and keeps them until then', async () => {
  await open()
  talk.value = 'caucus_applicant'
  await press('remark')
  type(find('textarea'), '底线是七千元')
  talk.value = ''
  await nextTick()
  await press('send-remark')
  await until(() => find('[data-control=send-anyway]'), 'the question')
  expect(find('textarea')).toHaveProperty('value', '底线是七千元')
  await press('send-anyway')
  await until(() => !find('form'), 'sent')
  expect(said.map(({ chamber, reveal }) => [chamber, reveal])).toEqual([['caucus_applicant', false], ['caucus_applicant', true]])
  await press('remark')
  type(find('textarea'), '别的')
  await nextTick()
  await press('send-remark')
  await until(() => said.length === 3, 'sent without a question')
  expect(said[2]?.chamber).toBe('')
})

it('says of a remark that others read that it waits until the private talk is over', async () => {
  talk.value = 'caucus_applicant'
  await open([remark])
  expect(shown.element.textContent).toContain('单独会谈结束以后再处理')
  expect(find('[data-control=remark-accept]')).toBeNull()
})
