/** An extract of a journal: each entry with since when it is proven; one that is not valid proves nothing, and that is said. */
import { afterEach, expect, it } from 'vitest'

import { mounted, type Mounted } from '../ui/testing'
import type { Disclosed } from './disclosed'
import DisclosureView from './DisclosureView.vue'
import VerdictHead from './VerdictHead.vue'

const GOOD: Disclosed = {
  form: 'disclosure', verdict: 'valid', reasons: [], case: 'cas_1', root: 'ab'.repeat(32), heads: {},
  entries: [{ seq: 3, at: '2026-11-26T01:00:00Z', kind: 'ceremony.sign', actor: 'pty_1', kept: 'by_field', fields: { slot: 'applicant' }, hidden: 2, since: '2026-11-26T02:00:00Z', by: 'TSA' }],
  anchors: [{ seq: 3, at: '2026-11-26T02:00:00Z', by: 'TSA', good: true }],
} // prettier-ignore
const BAD: Disclosed = { ...GOOD, verdict: 'invalid', reasons: [{ code: 'history' }], entries: GOOD.entries.map((one) => ({ ...one, since: null })) }

let shown: Mounted[] = []
async function words(report: Disclosed, locale: 'zh-CN' | 'en'): Promise<string> {
  shown = [await mounted(VerdictHead, { report, centre: '' }, {}, ['ui', 'court'], locale), await mounted(DisclosureView, { report }, {}, ['ui', 'court'], locale)]
  return shown.map((one) => one.element.textContent).join(' ')
}
afterEach(() => shown.forEach((one) => one.unmount()))

it('says since when each entry is proven', async () => {
  const said = await words(GOOD, 'zh-CN')
  for (const part of ['有效', '存证日志摘录成立：下列1条记录', '签署', '至迟 2026年11月26日 10:00 已在日志中', '其余内容没有公开', 'pty_1']) expect(said).toContain(part)
})

it('believes nothing of one that does not hold', async () => {
  const said = await words(BAD, 'en')
  for (const part of ['Not valid', 'there are two histories', 'Nothing below is proven', 'not proven']) expect(said).toContain(part)
  expect(said).not.toContain('in the journal by')
})
