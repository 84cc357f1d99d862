/** The centre's device names nobody to whom they must not meet. */
import { expect, it } from 'vitest'

import { namedAt, roomSide } from './kioskNames'

const PEOPLE = [
  { id: 'lin', side: 'applicant' },
  { id: 'han', side: 'applicant' },
  { id: 'chen', side: 'respondent' },
] as const
const PAIR: [string, string][] = [['chen', 'lin']]

it('names everybody where nobody must be kept apart', () => {
  expect([...namedAt(PEOPLE, [], null, [])]).toEqual(['lin', 'han', 'chen'])
})

it('names nobody before it is known who must not meet, or for whom the device is', () => {
  expect(namedAt(PEOPLE, null, 'applicant', []).size).toBe(0)
  expect(namedAt(PEOPLE, PAIR, null, []).size).toBe(0)
})

it('names one side only', () => {
  expect([...namedAt(PEOPLE, PAIR, 'applicant', [])]).toEqual(['lin', 'han'])
  expect([...namedAt(PEOPLE, PAIR, 'respondent', ['chen'])]).toEqual(['chen'])
})

it('leaves out whom somebody who sits there must not meet, whichever way round the pair is', () => {
  for (const pair of [['han', 'lin'], ['lin', 'han']] as [string, string][]) {
    expect([...namedAt(PEOPLE, [pair], 'applicant', ['lin'])]).toEqual(['lin'])
    expect([...namedAt(PEOPLE, [pair], 'applicant', ['han'])]).toEqual(['han'])
  }
})

it('gives a side to whom the room gives one', () => {
  expect((['party', 'representative', 'guardian', 'interpreter', 'witness', 'expert', 'observer'] as const).map((part) => roomSide({ part, side: 'respondent' }))).toEqual(['respondent', 'respondent', 'respondent', 'respondent', '', '', ''])
})
