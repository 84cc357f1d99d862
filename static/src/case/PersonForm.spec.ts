/** Adding a guardian to somebody of full capacity is advised against where it is chosen, and still possible. */
import { afterEach, expect, it } from 'vitest'
import { nextTick } from 'vue'

import { mounted, type Mounted } from '../ui/testing'
import PersonForm from './PersonForm.vue'

let page: Mounted
afterEach(() => page.unmount())

it.each([
  ['a grown person by birth', { capacity: '', born: '1950', born_on: '' }, true],
  ['a child', { capacity: '', born: '2015', born_on: '2015-05-20' }, false],
  ['an adult of limited capacity', { capacity: 'limited', born: '1950', born_on: '' }, false],
])('warns of a guardian for %s: %o', async (_, filed, warns) => {
  const parties = [{ id: 'lin', name: '林秀珍', label: '甲方', part: 'party', organisation: false, filed }]
  page = await mounted(PersonForm, { view: { id: 'cas', parties }, person: null }, {}, ['ui', 'case'])
  for (const [id, value] of [['person-part', 'guardian'], ['person-acts_for', 'lin']] as const) {
    const select = page.element.querySelector<HTMLSelectElement>(`select#${id}`)
    if (!select) throw new Error(id)
    select.value = value
    select.dispatchEvent(new Event('change'))
    await nextTick()
  }
  expect(page.element.textContent?.includes('不需要法定代理人')).toBe(warns)
})
