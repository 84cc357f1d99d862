import { afterEach, expect, it } from 'vitest'
import { nextTick } from 'vue'

import { mounted, type Mounted } from '../../ui/testing'
import ChamberRail from './ChamberRail.vue'
import HostBar from './HostBar.vue'
import HostTabs from './HostTabs.vue'
import { chen, fang, gu, hosting, hostView, lin, qian, shi, wu, type Hosting } from './testing'

let shown: Mounted
afterEach(() => shown.unmount())

async function rail(hosted: Hosting, declined: string[] = []): Promise<void> {
  shown = await mounted(ChamberRail, { host: hosted.host, declined, now: Date.parse('2026-11-26T14:02:05Z') }, {}, ['ui', 'room', 'host'])
}
const all = (what: string): HTMLElement[] => [...shown.element.querySelectorAll<HTMLElement>(what)]
const one = (what: string): HTMLElement => {
  const found = shown.element.querySelector<HTMLElement>(what)
  if (!found) throw new Error(`not there: ${what}`)
  return found
}

it('gives every chamber that is used a heading of its own, the time since it began and its people', async () => {
  await rail(hosting(hostView({ caucus_applicant: [gu, lin], side_respondent: [chen], joint: [shi] })))
  expect(all('section[data-chamber]').map((section) => section.dataset['chamber'])).toEqual(['joint', 'caucus_applicant', 'side_respondent'])
  expect(one('[data-chamber=caucus_applicant] h2').textContent).toContain('02:05')
  expect(one('[data-chamber=side_respondent]').textContent).toContain('您听不到')
  expect(one('[data-chamber=caucus_applicant] [data-person=lin]').textContent).toContain('林秀珍')
})

it('shows who waits for a call and the number to dial, before and after their seat is kept', async () => {
  const telephones = { chen: { number: '0571-8888 0003' } }
  const hosted = hosting(hostView({ joint: [gu, lin] }, { expected: [chen] }))
  shown = await mounted(ChamberRail, { host: hosted.host, declined: [], telephones, now: 0 }, {}, ['ui', 'room', 'host'])
  expect(one('[data-chamber=expected] summary').textContent).toContain('1 人等电话')
  expect(one('[data-chamber=expected] [data-person=chen] a').getAttribute('href')).toBe('tel:057188880003')
  hosted.view.value = hostView({ joint: [gu, lin, { ...chen, phone: true }] })
  await nextTick()
  expect(one('[data-chamber=joint] [data-person=chen] a').textContent).toContain('0571-8888 0003')
})

it('tells who speaks for themself from who speaks for another', async () => {
  await rail(hosting(hostView({ joint: [gu, lin, { ...wu, acts: true }] }, { expected: [{ ...chen, acts: true }] })))
  expect(['lin', 'wu', 'chen'].map((person) => one(`[data-person=${person}] .caption`).textContent?.trim())).toEqual(['申请方', '代表申请方', '代表被申请方'])
})

it('asks how long others wait only while somebody does', async () => {
  const hosted = hosting(hostView({ joint: [gu, lin, chen] }))
  shown = await mounted(ChamberRail, { host: hosted.host, declined: [], now: 0 }, { wait: () => 'how long' }, ['ui', 'room', 'host'])
  expect(shown.element.textContent).not.toContain('how long')
  for (const view of [hostView({ joint: [gu, lin] }, { lobby: [{ ...chen, state: 'waiting' }] }), hostView({ caucus_applicant: [gu, lin], joint: [chen] })]) {
    hosted.view.value = view
    await nextTick()
    expect(shown.element.textContent).toContain('how long')
  }
})

it('brings all back, or ends one of several talks', async () => {
  const hosted = hosting(hostView({ caucus_applicant: [gu, lin], side_respondent: [chen], joint: [shi] }))
  await rail(hosted)
  one('[data-end-talk=side_respondent]').click()
  one('[data-recall]').click()
  expect(hosted.sent).toEqual([
    ['move', { people: ['chen'], chamber: 'joint' }],
    ['move', { people: [], chamber: 'joint' }],
  ])
})

it('offers a private talk with each side that is there', async () => {
  const hosted = hosting(hostView({ joint: [gu, lin, wu, shi] }))
  await rail(hosted)
  expect(all('[data-caucus]').map((button) => button.dataset['caucus'])).toEqual(['applicant'])
  one('[data-caucus=applicant]').click()
  expect(hosted.host.asking.value).toEqual({ kind: 'move', place: 'caucus_applicant', people: null })
})

it('names all who would come into a private talk, also who sits beside somebody at one device', async () => {
  await rail(hosting(hostView({ joint: [gu, { ...lin, device_people: ['孟磊'] }] })))
  expect(one('[data-caucus=applicant]').textContent).toContain('林秀珍、孟磊')
})

it('lets people in, also straight into the private talk with their side', async () => {
  const hosted = hosting(hostView({ caucus_applicant: [gu, lin], joint: [chen] }, { lobby: [{ ...wu, state: 'waiting' }] }))
  await rail(hosted)
  one('[data-person=wu] [data-move=caucus_applicant]').click()
  one('[data-admit=wu]').click()
  one('[data-control=refuse]').click()
  expect(hosted.sent).toEqual([
    ['admit', { person: 'wu', chamber: 'caucus_applicant' }],
    ['admit', { person: 'wu' }],
  ])
  expect(hosted.host.asking.value).toEqual({ kind: 'send_out', person: 'wu', act: 'refuse' })
})

it('offers no door that must stay shut for who is not agreed to, and says what it waits for', async () => {
  const unwanted = { ...qian, state: 'waiting', unwanted: true } as const
  await rail(hosting(hostView({ joint: [gu, lin, chen] }, { lobby: [unwanted], expected: [{ ...shi, state: 'out', unwanted: true }] })))
  expect(one('[data-person=qian] [data-unwanted]').textContent).toContain('不同意这位参加')
  expect(one('[data-person=shi]').textContent).toContain('不同意这位参加')
  expect(all('[data-control=admit], [data-move], [data-control=phone_seat]')).toEqual([])
  expect(all('[data-control=refuse]')).toHaveLength(1)
  shown.unmount()
  await rail(hosting(hostView({ aside: [gu], joint: [lin, chen] }, { lobby: [unwanted] })))
  expect(all('[data-person=qian] [data-move]').map((button) => button.dataset['move'])).toEqual(['aside'])
})

it('marks who said that they do not come, and calls no guest who declined', async () => {
  await rail(hosting(hostView({ joint: [gu] }, { expected: [{ ...chen, state: 'out' }, { ...shi, state: 'out' }, { ...lin, state: 'out' }] })), ['chen', 'shi'])
  expect(all('[data-declined]').map((mark) => mark.textContent)).toEqual(['▲ 不用视频', '▲ 不参加'])
  expect(all('[data-control=phone_seat]')).toHaveLength(2)
  expect(one('[data-person=shi]').querySelector('[data-control=phone_seat]')).toBeNull()
})

it('shows a call for help with where it comes from, and hands as they were raised', async () => {
  const hosted = hosting(hostView({ joint: [gu, { ...chen, hand: true }, { ...lin, hand: true }], side_applicant: [{ ...wu, distress: 'sent' }] }))
  await rail(hosted)
  expect(one('[data-distress=sent]').textContent).toContain('申请方自己商量')
  one('[data-control=distress_seen]').click()
  expect(all('[data-hands] li').map((line) => line.dataset['person'])).toEqual(['chen', 'lin'])
  one('[data-hands] [data-person=lin] [data-control=lower_hand]').click()
  expect(hosted.sent).toEqual([
    ['distress_seen', { person: 'wu' }],
    ['lower_hand', { person: 'lin' }],
  ])
  hosted.view.value = hostView({ joint: [gu, chen], side_applicant: [{ ...wu, distress: 'seen' }] })
  await nextTick()
  expect(all('[data-control=distress_seen], [data-hands]')).toEqual([])
})

it('still shows the call for help of somebody who has left', async () => {
  await rail(hosting(hostView({ joint: [gu, chen] }, { expected: [{ ...lin, state: 'out', distress: 'sent' }] })))
  expect(one('[data-distress=sent]').textContent).toContain('已离开')
})

it('shows no closed microphone of who has none', async () => {
  const muted = { audio: true, video: false, by_host: { audio: false, video: false } }
  await rail(hosting(hostView({ joint: [gu, { ...lin, muted }, { ...shi, muted }] })))
  expect(['lin', 'shi'].map((person) => one(`[data-person=${person}]`).textContent?.includes('麦 关'))).toEqual([true, false])
})

it('names whom somebody does not receive, unless that one is closed', async () => {
  const deaf = { ...lin, health: { received: { chen: { audio: false, video: true }, fang: { audio: false, video: false } }, loss: null, rtt: null } }
  const closed = { ...fang, muted: { audio: true, video: false, by_host: { audio: false, video: false } } }
  await rail(hosting(hostView({ joint: [gu, closed, deaf, chen] })))
  expect(one('[data-person=lin] [data-health=audio]').textContent).toContain('陈国栋')
  expect(one('[data-person=lin] [data-health=audio]').textContent).not.toContain('方静')
  expect(one('[data-person=lin] [data-health=video]').textContent).toContain('方静')
})

it('lets a co-mediator take over while the line of who leads is lost, and only then', async () => {
  const hosted = hosting(hostView({ joint: [gu, { ...fang, state: 'interrupted' }, lin] }, { lead: 'fang' }))
  await rail(hosted)
  one('[data-host-lost] [data-control=hand_over]').click()
  expect(hosted.sent).toEqual([['hand_over', { person: 'gu' }]])
  hosted.view.value = hostView({ joint: [gu, fang, lin] }, { lead: 'fang' })
  await nextTick()
  expect(all('[data-host-lost]')).toEqual([])
})

it('seats by telephone who is expected, hosts never', async () => {
  const hosted = hosting(hostView({ joint: [gu] }, { expected: [{ ...lin, state: 'invited' }, { ...fang, state: 'invited' }] }))
  await rail(hosted)
  expect(all('[data-chamber=expected] [data-control=phone_seat]').length).toBe(1)
  one('[data-chamber=expected] [data-person=lin] [data-control=phone_seat]').click()
  expect(hosted.sent).toEqual([['phone_seat', { person: 'lin', on: true }]])
})

it('tells who has left and may be called from who has not come', async () => {
  await rail(hosting(hostView({ joint: [gu] }, { expected: [{ ...lin, state: 'out' }, { ...chen, state: 'invited' }] })))
  expect(one('[data-chamber=expected] summary').textContent).toBe('不在这里 2 人')
  expect(['lin', 'chen'].map((person) => one(`[data-chamber=expected] [data-person=${person}]`).textContent?.includes('已离开'))).toEqual([true, false])
})

it('has the whole meeting in one bar: lock at once, continue while paused', async () => {
  const hosted = hosting(hostView({ joint: [gu, lin] }))
  shown = await mounted(HostBar, { host: hosted.host }, {}, ['ui', 'room', 'host'])
  expect(one('[data-control=lock]').getAttribute('aria-pressed')).toBe('false')
  one('[data-control=lock]').click()
  hosted.view.value = hostView({ joint: [gu, lin] }, { state: 'paused', locked: true })
  await nextTick()
  expect(one('[data-control=lock]').getAttribute('aria-pressed')).toBe('true')
  expect(all('[data-control=pause]')).toEqual([])
  one('[data-control=resume]').click()
  expect(hosted.sent).toEqual([
    ['lock', { on: true }],
    ['resume', {}],
  ])
})

it('goes from part to part with arrows, round about, and counts what waits in the rail', async () => {
  const chosen: string[] = []
  shown = await mounted(HostTabs, { modelValue: 'stage', waiting: 2, 'onUpdate:modelValue': (part: string) => chosen.push(part) }, {}, ['ui', 'room', 'host'])
  expect(one('[data-part=rail]').textContent).toContain('2')
  for (const key of ['ArrowRight', 'ArrowLeft', 'End', 'x']) one('[role=tablist]').dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))
  expect(chosen).toEqual(['rail', 'panel', 'panel'])
  expect(document.activeElement).toBe(one('[data-part=panel]'))
})
