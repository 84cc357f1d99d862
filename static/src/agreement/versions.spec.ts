/** The list of versions is shortened by person, audience and time; nothing is left out of the counts. */
import { expect, it } from 'vitest'

import { shortened, type VersionView } from './versions'

const one = (number: number, minute: number, by: string, more: Partial<VersionView> = {}): VersionView => ({
  number, at: `2026-11-26T06:${String(minute).padStart(2, '0')}:00Z`, by, since: number > 1 ? number - 1 : null,
  changes: { added: 0, removed: 0, changed: 1, moved: 0, other: 0 }, shown_to: [], to_all: false, credits: [], ...more,
}) // prettier-ignore

it('tells the versions one person made in a row as one, with all that changed since before', () => {
  const list = [one(5, 4, '顾明华'), one(4, 3, '顾明华'), one(3, 2, '苏婉'), one(2, 1, '顾明华'), one(1, 0, '顾明华')]
  expect(shortened(list).map((run) => [run.number, run.since, run.changes.changed])).toEqual([
    [5, 3, 2],
    [3, 2, 1],
    [2, 1, 1],
    [1, null, 1],
  ])
})

it('keeps apart what different people saw, what was taken up from a suggestion, and what is long ago', () => {
  const list = [one(5, 30, '顾明华'), one(4, 4, '顾明华', { shown_to: ['甲方'] }), one(3, 3, '顾明华', { credits: ['乙方'] }), one(2, 2, '顾明华')]
  expect(shortened(list).map((run) => run.number)).toEqual([5, 4, 3, 2])
})
