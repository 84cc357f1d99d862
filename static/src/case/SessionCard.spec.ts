/** A row of the day says of a trial run what concerns this person. */
import { afterEach, expect, it } from 'vitest'

import { mounted, type Mounted } from '../ui/testing'
import SessionCard from './SessionCard.vue'

let page: Mounted
afterEach(() => page.unmount())
const TRIAL = { at: '2026-11-23T06:00:00Z', camera: false, microphone: false, speaker: 'heard', line: 'good' }
const PERSON = { id: 'shi', name: '施静', side: 'applicant', label: '旁听', progress: 'opened', trial: TRIAL, telephone: null }

it.each([[true, 0], [false, 1]])('warns of a missing voice only where one is sent: looks on %s', async (looks_on, warnings) => {
  const row = { id: 'ses', case_id: 'cas', number: '1号', title: '漏水', starts_at: '2026-11-26T06:00:00Z', state: 'scheduled', parties: [{ ...PERSON, looks_on }] }
  page = await mounted(SessionCard, { row, first: true }, {}, ['ui', 'case'])
  expect([...page.element.querySelectorAll('li')].filter((one) => one.textContent?.includes('麦克风'))).toHaveLength(warnings)
})
