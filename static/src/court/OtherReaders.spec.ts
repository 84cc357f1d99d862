/** Other programs: each command stands on the page with words of its own and this site's address. */
import { expect, it } from 'vitest'

import { mounted } from '../ui/testing'
import commands from './commands.json'
import OtherReaders from './OtherReaders.vue'

it.each(['zh-CN', 'en'] as const)('tells each command in %s', async (locale) => {
  const shown = await mounted(OtherReaders, {}, {}, ['ui', 'court'], locale)
  const told = [...shown.element.querySelectorAll('pre')]
  expect(told).toHaveLength(Object.keys(commands).length)
  for (const each of told) expect(each.getAttribute('aria-label')).not.toContain('court.')
  expect(told[0]?.textContent).toContain(`${location.origin}/trust/root.pem`)
  expect(shown.element.textContent).not.toContain('ORIGIN')
  shown.unmount()
})
