/** A session of the day: the ways in as long as it is not over, and of a trial run what concerns each person. */
import { afterEach, expect, it } from 'vitest'

import { mounted, type Mounted } from '../ui/testing'
import SessionCard from './SessionCard.vue'
import type { SessionRow } from './types'

const ROW: SessionRow = { id: 'ses', case_id: 'cas', number: '1号', title: '漏水', starts_at: '2026-11-26T06:00:00Z', state: 'open', parties: [] }
const TRIAL = { at: '2026-11-23T06:00:00Z', camera: false, microphone: false, speaker: 'heard', line: 'good' }
const PERSON = { id: 'shi', name: '施静', side: 'applicant', label: '旁听', progress: 'opened', trial: TRIAL, telephone: null }
let page: Mounted
afterEach(() => page.unmount())
const ways = async (state: SessionRow['state']): Promise<(string | null)[]> => {
  page = await mounted(SessionCard, { row: { ...ROW, state }, first: true }, {}, ['ui', 'case'])
  return [...page.element.querySelectorAll('a')].map((one) => one.getAttribute('href'))
}

it('leads to the room, to the centre’s device and to the case', async () => {
  expect(await ways('open')).toEqual(['/session/ses', '/kiosk/ses', '/case/cas'])
})

it('leads to the case alone once the session is over', async () => {
  expect(await ways('closed')).toEqual(['/case/cas'])
})

it('says of who waits or is in the room that they are online: the day does not tell the two apart', async () => {
  page = await mounted(SessionCard, { row: { ...ROW, parties: [{ ...PERSON, looks_on: true, progress: 'waiting', trial: null }] }, first: true }, {}, ['ui', 'case'])
  expect(page.element.querySelector('.parties')?.textContent).toContain('在线')
  expect(page.element.querySelector('.parties')?.textContent).not.toContain('等候室')
})

it('calls everybody in the language of the page', async () => {
  const party = (label: string) => ({ id: label, name: '林', side: 'applicant', label, looks_on: false, progress: 'at_desk' as const, trial: null, telephone: null })
  const told = async (locale: 'zh-CN' | 'en'): Promise<(string | undefined)[]> => {
    page = await mounted(SessionCard, { row: { ...ROW, parties: ['甲方', '法定代理人', '乙方代理人', '当事人11'].map(party) }, first: true }, {}, ['ui', 'case'], locale)
    return [...page.element.querySelectorAll('.parties li > span:first-child')].map((one) => one.textContent?.trim())
  }
  expect(await told('en')).toEqual(['Party A (甲方) 林', 'Guardian 林', 'Representative of Party B (乙方) 林', '当事人11 林'])
  page.unmount()
  expect(await told('zh-CN')).toEqual(['甲方 林', '法定代理人 林', '乙方代理人 林', '当事人11 林'])
})

it.each([[true, 0], [false, 1]])('warns of a missing voice only where one is sent: looks on %s', async (looks_on, warnings) => {
  page = await mounted(SessionCard, { row: { ...ROW, state: 'scheduled', parties: [{ ...PERSON, looks_on }] }, first: true }, {}, ['ui', 'case'])
  expect([...page.element.querySelectorAll('li')].filter((one) => one.textContent?.includes('麦克风'))).toHaveLength(warnings)
})
