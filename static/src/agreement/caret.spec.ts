/** The cursor stays before the same character when others' words flow into the field. */
import { expect, it } from 'vitest'

import { keepingCaret, shifted } from './caret'

it('knows where a place has moved to', () => {
  expect(shifted('甲方付款。', '甲方一次性付款。', 2)).toBe(2)
  expect(shifted('甲方付款。', '甲方一次性付款。', 4)).toBe(7)
  expect(shifted('甲方付款。', '付款。', 1)).toBe(0)
  expect(shifted('', '全新', 0)).toBe(0)
  expect(shifted('一二', '', 2)).toBe(0)
})

it('keeps focus and selection while the text around them changes', async () => {
  const field = document.createElement('textarea')
  document.body.append(field)
  field.value = '乙方配合。'
  field.focus()
  field.setSelectionRange(2, 4)
  await keepingCaret(() => {
    field.value = '甲方付款。乙方配合。'
  })
  expect(document.activeElement).toBe(field)
  expect([field.selectionStart, field.selectionEnd]).toEqual([7, 9])
})
