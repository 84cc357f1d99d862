/** axe finds nothing in any part of the host's page. Colours are judged in the browser. */
import axe from 'axe-core'
import { afterEach, expect, it } from 'vitest'
import type { Component } from 'vue'

import { mounted, type Mounted } from '../../ui/testing'
import ChamberRail from './ChamberRail.vue'
import FloorActs from './FloorActs.vue'
import HostBar from './HostBar.vue'
import HostDialogs from './HostDialogs.vue'
import { chen, fang, gu, hosting, hostView, lin, qian, shi, wu } from './testing'
import type { Ask } from './useHost'

let shown: Mounted
afterEach(() => shown.unmount())

const busy = hostView(
  { caucus_applicant: [gu, lin], side_respondent: [{ ...chen, hand: true, distress: 'sent' }], joint: [fang, qian, shi] },
  { lobby: [{ ...wu, state: 'waiting', hand: true }], expected: [{ ...wu, person: 'late', state: 'invited' }], lead: 'fang' },
)
const together = hostView({ joint: [gu, fang, { ...lin, phone: true }, chen, qian] })
const asks: Ask[] = [
  { kind: 'person', person: 'chen' },
  { kind: 'rename', person: 'chen' },
  { kind: 'send_out', person: 'chen', act: 'remove' },
  { kind: 'move', place: null, people: null },
  { kind: 'move', place: 'caucus_respondent', people: null },
  ...(['recall', 'mute_all', 'pause', 'stage', 'recording_ask', 'floor', 'broadcast', 'end'] as const).map((kind) => ({ kind })),
]

async function clean(component: Component, props: Record<string, unknown>): Promise<void> {
  shown = await mounted(component, props, {}, ['ui', 'room', 'host'])
  const found = await axe.run(shown.element, { rules: { 'color-contrast': { enabled: false }, region: { enabled: false } } })
  expect(found.violations.map((one) => `${one.id}: ${one.nodes[0]?.html}`)).toEqual([])
}

it.each(asks)('dialog $kind', async (ask) => {
  const { host } = hosting(together)
  host.ask(ask)
  await clean(HostDialogs, { host })
  expect(shown.element.querySelectorAll('dialog[open]').length).toBe(1)
})
it('rail with all that can be in it', () => clean(ChamberRail, { host: hosting(busy).host, now: Date.now(), declined: ['wu'] }))
it('bar', () => clean(HostBar, { host: hosting(together).host }))
it('floor', () => clean(FloorActs, { host: hosting(together).host }))
