/** A session of the day: the ways in, as long as it is not over. */
import { afterEach, expect, it } from 'vitest'

import { mounted, type Mounted } from '../ui/testing'
import SessionCard from './SessionCard.vue'
import type { SessionRow } from './types'

const ROW: SessionRow = { id: 'ses', case_id: 'cas', number: '1号', title: '漏水', starts_at: '2026-11-26T06:00:00Z', state: 'open', parties: [] }
let page: Mounted
afterEach(() => page.unmount())
const ways = async (state: SessionRow['state']): Promise<(string | null)[]> => {
  page = await mounted(SessionCard, { row: { ...ROW, state }, first: true }, {}, ['ui', 'case'])
  return [...page.element.querySelectorAll('a')].map((one) => one.getAttribute('href'))
}

it('leads to the room, to the centre’s device and to the case', async () => {
  expect(await ways('open')).toEqual(['/session/ses', '/kiosk/ses', '/case/cas'])
})

it('calls everybody in the language of the page', async () => {
  const party = (label: string) => ({ id: label, name: '林', side: 'applicant', label, progress: 'at_desk' as const, trial: null, telephone: null })
  const told = async (locale: 'zh-CN' | 'en'): Promise<(string | undefined)[]> => {
    page = await mounted(SessionCard, { row: { ...ROW, parties: ['甲方', '法定代理人', '当事人11'].map(party) }, first: true }, {}, ['ui', 'case'], locale)
    return [...page.element.querySelectorAll('.parties li > span:first-child')].map((one) => one.textContent?.trim())
  }
  expect(await told('en')).toEqual(['Party A (甲方) 林', 'Guardian 林', '当事人11 林'])
  page.unmount()
  expect(await told('zh-CN')).toEqual(['甲方 林', '法定代理人 林', '当事人11 林'])
})

it('leads to the case alone once the session is over', async () => {
  expect(await ways('closed')).toEqual(['/case/cas'])
})
