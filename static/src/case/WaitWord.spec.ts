/** The word to who waits is sent as minutes, and taken back as nothing. */
import { afterEach, expect, it } from 'vitest'

import { mounted, type Mounted, until } from '../ui/testing'
import WaitWord from './WaitWord.vue'

let page: Mounted | null = null
afterEach(() => page?.unmount())

it('says minutes, shows when they were said, and takes them back', async () => {
  const said: (number | null)[] = []
  const say = (minutes: number | null): Promise<void> => (said.push(minutes), Promise.resolve())
  page = await mounted(WaitWord, { session: { wait: 15, wait_at: '2026-11-26T06:03:00Z' }, say }, {}, ['ui', 'case'])
  expect(page.element.textContent).toContain('14:03')
  const select = page.element.querySelector('select')
  expect(select?.value).toBe('15')
  for (const value of ['30', 'nothing']) {
    if (select) select.value = value
    select?.dispatchEvent(new Event('change'))
    await until(() => said.at(-1) === (value === 'nothing' ? null : 30), `${value} was sent`)
    await new Promise((resolve) => setTimeout(resolve)) // the first is answered before the next is asked
  }
  expect(said).toEqual([30, null])
})
