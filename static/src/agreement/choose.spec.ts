/** Which of several agreements is in front, and how long a choice holds. */
import { expect, it } from 'vitest'
import { shallowRef } from 'vue'

import { foremost, useChosen, type AgreementRef } from './choose'

const one = (id: string, state: string): AgreementRef => ({ id, state, number: null, partial: false })

it('puts in front what is signed, then what is read, then what is open, then the newest', () => {
  expect(foremost([])).toBeNull()
  expect(foremost([one('a', 'complete'), one('b', 'void')])).toBe('b')
  expect(foremost([one('a', 'drafting'), one('b', 'complete')])).toBe('a')
  expect(foremost([one('a', 'reading'), one('b', 'drafting')])).toBe('a')
  expect(foremost([one('a', 'signing'), one('b', 'reading')])).toBe('a')
})

it('keeps a choice until another agreement comes to the front', () => {
  const list = shallowRef([one('a', 'signing')])
  const { current, choose } = useChosen(() => list.value)
  choose('b')
  list.value = [one('a', 'effective'), one('b', 'drafting')]
  expect(current.value).toBe('b')
  list.value = [one('a', 'complete'), one('b', 'drafting'), one('c', 'reading')]
  expect(current.value).toBe('c')
})
