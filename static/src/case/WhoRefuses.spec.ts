/** Who does not agree to a guest, or has not said, is named to those who may read it, and nothing breaks for those who may not. */
import { afterEach, expect, it, vi } from 'vitest'

import { mounted, until, type Mounted } from '../ui/testing'
import WhoRefuses from './WhoRefuses.vue'

let page: Mounted
afterEach(() => {
  page.unmount()
  vi.unstubAllGlobals()
})
const PARTIES = [{ id: 'lin', name: '林秀珍' }, { id: 'chen', name: '陈国栋' }, { id: 'qian', name: '钱工' }]
async function show(answer: Response): Promise<string[]> {
  const asked: string[] = []
  vi.stubGlobal('fetch', (path: string) => (asked.push(path), Promise.resolve(answer)))
  page = await mounted(WhoRefuses, { case: 'cas_1', guest: 'qian', parties: PARTIES, news: 0 }, {}, ['ui', 'case'])
  return asked
}

it('names who said no, and nobody else', async () => {
  await show(Response.json({ pairs: [], answers: [{ guest: 'qian', agreed: ['lin'], refused: ['chen'], missing: [] }], co_mediators: [], mediators: [] }))
  await until(() => page.element.textContent?.includes('陈国栋'), 'the name')
  expect(page.element.textContent).not.toContain('林秀珍')
})

it('names who has not answered yet', async () => {
  await show(Response.json({ pairs: [], answers: [{ guest: 'qian', agreed: ['lin'], refused: [], missing: ['chen'] }], co_mediators: [], mediators: [] }))
  await until(() => page.element.querySelector('[data-unanswered-by]'), 'the mark')
  expect(page.element.textContent?.trim()).toBe('▲ 各方还没都答复：陈国栋')
})

it('says nothing to who may not read it', async () => {
  const asked = await show(Response.json({ error: { code: 'not_permitted' } }, { status: 403 }))
  await until(() => asked.length, 'the question')
  expect(page.element.textContent?.trim()).toBe('')
})
