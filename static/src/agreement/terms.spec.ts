/** A newer version flows into the draft: rows that are still there stay the same, with what is half typed into them. */
import { expect, it } from 'vitest'

import { adopt } from './terms'
import { emptyFields, type AgreementView, type Item, type Terms } from './types'

it('keeps the rows that others left as they were, and takes the rest over', () => {
  const [first, twin, second]: Item[] = [{ label: '', amount_fen: 0 }, { label: '', amount_fen: 0 }, { label: '误工费', amount_fen: 100 }]
  const dispute = { facts: '', issues: '', responsibility: '', open_points: null }
  const terms: Terms = { dispute, clauses: [{ key: 'c', id: 'c', kind: 'payment', fields: { ...emptyFields(), items: [first, twin, second] as Item[] } }], minutes: { paragraphs: [] } }
  const theirs = [{ label: '误工费', amount_fen: 100 }, { label: '医疗费', amount_fen: 200 }, { label: '', amount_fen: 0 }]
  adopt(terms, { dispute, clauses: [{ id: 'c', kind: 'payment', fields: { ...emptyFields(), items: theirs } }], minutes: { paragraphs: [] } } as unknown as AgreementView)
  const items = terms.clauses[0]?.fields.items ?? []
  expect(items).toEqual(theirs)
  expect([items[0] === second, items[2] === first, items[1] === twin]).toEqual([true, true, false])
})
