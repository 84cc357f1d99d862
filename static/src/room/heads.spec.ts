/** The clock in the head of a room: of a private talk, as the room tells it; none of a talk whose beginning is not known here. */
import { computed, ref } from 'vue'
import { afterEach, expect, it } from 'vitest'

import { mounted, type Mounted } from '../ui/testing'
import HostHead from './host/HostHead.vue'
import { gu, hosting, hostView, lin } from './host/testing'
import PartyHead from './PartyHead.vue'
import { roomView } from './testing'
import type { Room } from './useRoom'

const SINCE = '2026-11-26T14:00:00Z'
const NOW = Date.parse('2026-11-26T14:02:05Z')
let page: Mounted
afterEach(() => page.unmount())
const clock = (): string | undefined => page.element.querySelector('.figures')?.textContent

it('tells a host how long a private talk is on, nothing of the joint one, and that they lead', async () => {
  page = await mounted(HostHead, { host: hosting(hostView({ joint: [gu, lin] }, { lead: 'gu' })).host, title: '漏水', now: NOW }, {}, ['ui', 'room', 'host'])
  expect(clock()).toBeUndefined()
  expect(page.element.querySelector('[data-lead=gu]')?.className).toBe('')
  page.unmount()
  page = await mounted(HostHead, { host: hosting(hostView({ caucus_applicant: [gu, lin] }, { lead: 'gu', since: SINCE })).host, title: '漏水', now: NOW }, {}, ['ui', 'room', 'host'])
  expect(clock()).toBe('02:05')
})

it('tells a party the same', async () => {
  const head = async (inCaucus: boolean): Promise<void> => {
    const view = roomView({ since: inCaucus ? SINCE : null, you: { chamber: inCaucus ? 'caucus_applicant' : 'joint' } })
    const room = { view: ref(view), inCaucus: computed(() => inCaucus), hears: ref([]), people: ref([]), askedToRecord: ref(false) } as unknown as Room
    page = await mounted(PartyHead, { room, now: NOW, peopleOpen: false }, {}, ['ui', 'room'])
  }
  await head(false)
  expect(clock()).toBeUndefined()
  page.unmount()
  await head(true)
  expect(clock()).toBe('02:05')
})
