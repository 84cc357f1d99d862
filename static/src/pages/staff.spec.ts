/** Logging out on a shared device: either it is done, and nothing typed is left, or the page says that it is not. */
import { afterEach, expect, it } from 'vitest'
import { defineComponent, h } from 'vue'

import { stashOf } from '../agreement/stash'
import { me } from '../me'
import { mounted, until, type Mounted } from '../ui/testing'
import UiTrouble from '../ui/UiTrouble.vue'
import { useLogout } from './staff'

const realFetch = globalThis.fetch
let shown: Mounted
afterEach(() => {
  shown.unmount()
  globalThis.fetch = realFetch
  sessionStorage.clear()
})

const Page = defineComponent({
  setup() {
    const { logout, trouble } = useLogout()
    return () => h('div', [h('button', { onClick: () => void logout() }), h(UiTrouble, { trouble: trouble.value })])
  },
})

it('says so when the server was not reached, and forgets what was typed when it was', async () => {
  let down = true
  globalThis.fetch = (path) => (down ? Promise.reject(new TypeError('Failed to fetch')) : Promise.resolve(Response.json(String(path).startsWith('/api/me') ? { csrf: 't' } : {})))
  shown = await mounted(Page)
  me.value = { kind: 'staff', name: '顾明华' } as never
  stashOf('acc_gu', 'agr_1').write({} as never)
  const button = shown.element.querySelector('button')
  button?.click()
  await until(() => shown.element.textContent?.includes('网络没连上'), 'the trouble')
  expect(me.value).not.toBeNull()
  expect(sessionStorage.length).toBe(1)
  down = false
  button?.click()
  await until(() => me.value === null, 'logged out')
  expect(sessionStorage.length).toBe(0)
})
