/** What both rooms show alike, mounted with a room that is nothing but its view. */
import { computed, h, nextTick, ref, shallowRef } from 'vue'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import type { Broadcast, ClientEvents, RoomView } from '../../protocol'
import { spoken } from '../../ui/announce'
import { mount, type Mounted } from '../mounting'
import { chamberView, personView, roomView } from '../testing'
import { usePeople } from '../usePeople'
import type { Room } from '../useRoom'
import BroadcastNotice from './BroadcastNotice.vue'
import FloorLine from './FloorLine.vue'
import HoldingScreen from './HoldingScreen.vue'
import PeoplePane from './PeoplePane.vue'
import RecordingSign from './RecordingSign.vue'

const NOON = Date.parse('2026-11-26T06:00:00Z')
const at = (seconds: number): string => new Date(NOON + seconds * 1000).toISOString()

let mounted: Mounted
let sent: [string, unknown][]
const view = shallowRef<RoomView | null>(null)
const broadcasts = ref<Broadcast[]>([])
const people = usePeople(view, () => [])
const room = {
  view,
  ...people,
  inCaucus: computed(() => view.value?.you.chamber !== 'joint'),
  askedToRecord: computed(() => view.value?.recording.state === 'asking' && view.value.recording.agreed === null),
  broadcasts,
  dismissBroadcast: (key: string) => (broadcasts.value = broadcasts.value.filter((one) => one.key !== key)),
  act: (event: keyof ClientEvents, body: unknown) => Promise.resolve(void sent.push([event, body])),
}
const words = (): string => mounted.element.textContent?.replace(/\s+/g, ' ').trim() ?? ''
const find = (selector: string): HTMLElement | null => mounted.element.querySelector<HTMLElement>(selector)
async function see(more: Parameters<typeof roomView>[0]): Promise<void> {
  view.value = roomView(more)
  await nextTick()
}

beforeEach(() => {
  vi.useFakeTimers({ now: NOON })
  sent = []
  broadcasts.value = []
  view.value = roomView()
  spoken.polite.value = spoken.assertive.value = ''
})
afterEach(() => {
  mounted.unmount()
  vi.runAllTimers()
  vi.useRealTimers()
})

describe('the recording sign', () => {
  const recording = (more: Partial<RoomView['recording']>): { recording: RoomView['recording'] } => ({
    recording: { ...roomView().recording, ...more },
  })
  const sign = (): void => void (mounted = mount(RecordingSign, { room, now: NOON + 65_000 }))

  it('says in words that nothing is recorded, and that a private talk never is', async () => {
    sign()
    expect([find('[data-recording]')?.dataset['recording'], words()]).toEqual(['off', '未录制'])
    await see({ you: { chamber: 'caucus_applicant' }, ...recording({ state: 'on' }) })
    expect([find('[data-recording]')?.dataset['recording'], words()]).toEqual(['off', '单独会谈不录制'])
  })
  it('asks with two equal answers and none chosen; putting it off answers nothing and can be undone', async () => {
    sign()
    await see(recording({ state: 'asking' }))
    await nextTick()
    const answers = [...mounted.element.querySelectorAll<HTMLElement>('dialog [data-control]')]
    expect(answers.map((one) => [one.dataset['control'], one.classList.contains('primary')])).toEqual([
      ['recording_agree', false],
      ['recording_refuse', false],
    ])
    ;[...mounted.element.querySelectorAll('button')].find((one) => one.textContent?.includes('先想想'))?.click()
    await nextTick()
    expect([sent, find('[data-recording-ask] [data-control]')]).toEqual([[], null])
    find('.ask')?.click()
    await nextTick()
    find('[data-control=recording_agree]')?.click()
    expect(sent).toEqual([['recording_agree', { agree: true }]])
  })
  it('says for whom a guardian answers too, and to a ward that the guardian’s answer counts', async () => {
    sign()
    await see(recording({ state: 'asking', answers_for: ['罗小满'] }))
    await nextTick()
    expect([find('[data-answers-for]')?.textContent, find('[data-heard]')]).toEqual(['您的答复也算罗小满的答复。', null])
    await see(recording({ state: 'asking', heard: true }))
    expect([find('[data-answers-for]'), find('[data-heard]')?.textContent]).toEqual([null, '您有监护人，算数的是监护人的答复。您怎么想，调解员也会看到。'])
  })
  it('shows since when, names all who agreed with those at their device, and takes the agreement back', async () => {
    sign()
    const here = chamberView({ people: [personView('lin', { name: '林秀珍', device_people: ['林建国'] }), personView('chen', { name: '陈国栋' })] })
    await see({ chamber: here, ...recording({ state: 'on', since: at(0), agreed: true }) })
    expect(words()).toContain('录制中 01:05')
    find('[data-control=recording]')?.click()
    await nextTick()
    expect(find('dialog[open]')?.textContent).toContain('林秀珍、林建国、陈国栋')
    find('[data-control=recording_refuse]')?.click()
    expect(sent).toEqual([['recording_agree', { agree: false }]])
  })
  it('says why it stopped', async () => {
    sign()
    await see(recording({ state: 'stopped', reason: 'failed' }))
    expect(words()).toBe('录制停了：机器出了问题')
  })
})

describe('the floor', () => {
  const floor = (person: string, following: string[] = []): Parameters<typeof roomView>[0] => ({
    chamber: chamberView({
      people: [personView('lin', { name: '林秀珍' }), personView('chen', { name: '陈国栋' })],
      floor: { person, since: at(0), until: at(180), following },
    }),
  })
  const now = ref(NOON)
  const line = (): void => {
    now.value = NOON
    mounted = mount({ setup: () => () => h(FloorLine, { room: room as unknown as Room, now: now.value }) })
  }
  async function pass(seconds: number): Promise<void> {
    now.value = NOON + seconds * 1000
    await nextTick()
    await vi.advanceTimersByTimeAsync(2000)
  }

  it('says who speaks, what is left, and whose turn follows', async () => {
    line()
    expect(find('[data-floor]')).toBeNull()
    await see(floor('chen', ['lin']))
    expect([find('[data-floor]')?.dataset['floor'], words()]).toEqual(['chen', '● 发言：陈国栋 3:00下一位是您'])
  })
  it('tells the speaker when it is their turn and when the time is up, and mutes nobody', async () => {
    line()
    await see(floor('lin'))
    await pass(1)
    expect(spoken.assertive.value).toContain('请您发言')
    await pass(185)
    expect(words()).toContain('时间到，超 0:05')
    expect(spoken.assertive.value).toContain('时间到')
    expect(sent).toEqual([])
  })
  it('never shows more time than was given, also where the view comes before its second', async () => {
    line()
    await see(floor('chen'))
    await pass(-5)
    expect(find('[role=timer]')?.textContent).toBe('3:00')
  })
  it('does not call out to others that somebody’s time is up', async () => {
    line()
    await see(floor('chen'))
    await pass(1)
    await pass(181)
    expect(spoken.assertive.value).not.toContain('时间到')
  })
})

describe('a pause', () => {
  const hold = (now = NOON): void => void (mounted = mount(HoldingScreen, { room, now }))
  it('has no end to name; a break counts to its own', () => {
    view.value = roomView({ state: 'paused' })
    hold()
    expect([find('[data-holding]')?.dataset['holding'], find('[role=timer]')]).toEqual(['pause', null])
    mounted.unmount()
    view.value = roomView({ state: 'paused', break_until: at(600) })
    hold(NOON + 60_000)
    expect([find('[data-holding]')?.dataset['holding'], find('[role=timer]')?.textContent]).toEqual(['break', '9:00'])
    expect(words()).toContain('14:10 继续')
  })
  it('says when the time is over that the mediator has still to go on', () => {
    view.value = roomView({ state: 'paused', break_until: at(10) })
    hold(NOON + 11_000)
    expect(words()).toContain('时间到了，等调解员说继续')
    expect(find('[role=timer]')).toBeNull()
  })
})

describe('words to everybody', () => {
  it('stay until they are put away', async () => {
    broadcasts.value = [{ name: '顾明华', text: '请看草稿', at: at(0), key: 'k' }]
    mounted = mount(BroadcastNotice, { room })
    expect(words()).toContain('请看草稿')
    find('button')?.click()
    await nextTick()
    expect(find('[data-broadcast]')).toBeNull()
  })
})

describe('the list of people', () => {
  it('is exactly the chamber, with how each attends, and lets one write to hosts only', async () => {
    const here = [
      personView('zhou', { name: '周敏', role: 'observer', side: '' }),
      personView('chen', { name: '陈国栋', role: 'respondent', side: 'respondent', phone: true }),
      personView('gu', { name: '顾明华', role: 'mediator', side: '' }),
      personView('lin', { name: '林秀珍' }),
    ]
    view.value = roomView({ chamber: chamberView({ people: here }), locked: true })
    const written: string[] = []
    mounted = mount(PeoplePane, { room, onWrite: (person: string) => written.push(person) })
    expect([...mounted.element.querySelectorAll<HTMLElement>('[data-person]')].map((one) => one.dataset['person'])).toEqual(['gu', 'lin', 'chen', 'zhou'])
    expect(find('[data-person=chen]')?.textContent).toContain('用电话参加')
    expect(find('[data-person=zhou]')?.textContent).toContain('旁听')
    expect(words()).toContain('门已锁')
    const buttons = [...mounted.element.querySelectorAll<HTMLElement>('[data-control=write]')]
    buttons.forEach((one) => one.click())
    expect(written).toEqual(['gu'])
  })
})
