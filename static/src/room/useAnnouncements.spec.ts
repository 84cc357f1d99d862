import { createApp, nextTick, ref, shallowRef, computed, type App } from 'vue'
import { createI18n } from 'vue-i18n'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import words from '../i18n/zh-CN/room.json'
import ui from '../i18n/zh-CN/ui.json'
import type { Broadcast, PersonView, RoomView } from '../protocol'
import { chamberView, personView, roomView } from './testing'
import type { Room } from './useRoom'
import { useAnnouncements } from './useAnnouncements'

const said = vi.hoisted(() => [] as string[])
vi.mock('../ui/announce', () => ({ announce: (text: string) => void said.push(text) }))

let app: App
const view = shallowRef<RoomView | null>(null)
const broadcasts = ref<Broadcast[]>([])
const privateUnread = ref(new Map<string, number>())

beforeEach(async () => {
  view.value = roomView()
  broadcasts.value = []
  privateUnread.value = new Map()
  const room = {
    view,
    present: computed(() => view.value?.you.state === 'present'),
    takesPart: computed(() => view.value?.you.role !== 'observer'),
    microphoneOn: computed(() => view.value?.you.muted.audio === false),
    inCaucus: computed(() => view.value?.you.chamber !== 'joint'),
    askedToRecord: computed(() => view.value?.recording.state === 'asking' && view.value.recording.agreed === null),
    sharer: computed(() => null),
    saving: shallowRef(new Set()),
    card: shallowRef(null),
    returned: ref(''),
    broadcasts,
    privateUnread,
    nameOf: (person: string) => person,
  } as unknown as Room
  app = createApp({ setup: () => (useAnnouncements(room, () => false), () => null) })
  app.use(createI18n({ legacy: false, locale: 'zh-CN', messages: { 'zh-CN': { room: words, ui } as never } }))
  app.mount(document.createElement('div'))
  await nextTick()
  said.length = 0
})
afterEach(() => app.unmount())

it('tells a host nothing of a closed microphone around a private talk', async () => {
  const host = { host: true, role: 'co_mediator', side: '' } as const
  view.value = roomView({ you: host })
  await nextTick()
  const all = [...(await see({ you: host, away: true })), ...(await see({ you: host, away: false }))]
  expect(all.join(' ')).toContain('大家又在一起了')
  expect(all.join(' ')).not.toMatch(/您的.*麦克风/)
})

it('tells who only looks on that they hear nobody, and nothing of a microphone they do not have', async () => {
  const you = { role: 'observer', side: '' } as const
  view.value = roomView({ you })
  await nextTick()
  expect(await see({ you, away: true })).toEqual([expect.stringContaining('听不到、也看不到别人')])
  expect(await see({ you, away: false })).toEqual(['大家又在一起了。'])
})

async function see(more: Parameters<typeof roomView>[0]): Promise<string[]> {
  view.value = roomView(more)
  await nextTick()
  return said.splice(0)
}
const chamber = (...people: PersonView[]): { chamber: RoomView['chamber'] } => ({ chamber: chamberView({ people: [personView('lin'), ...people] }) })
const gu = personView('gu', { role: 'mediator', side: '' })

describe('who comes and goes', () => {
  it('is said of one’s own chamber', async () => {
    expect(await see(chamber(gu, personView('chen')))).toEqual(['chen 进来了。'])
    expect(await see(chamber(gu))).toEqual(['chen 离开了。'])
  })
  it('is never said around a private talk: neither who went nor who came back', async () => {
    await see(chamber(gu, personView('chen')))
    const apart = await see({ away: true, ...chamber() })
    const back = await see(chamber(gu, personView('chen')))
    expect([...apart, ...back].join()).not.toMatch(/gu|chen/)
    expect(apart.length * back.length).toBeGreaterThan(0)
  })
  it('is not said when one moves oneself: the card says it', async () => {
    expect(await see({ you: { chamber: 'caucus_applicant' }, ...chamber(personView('wu')) })).toEqual([])
  })
})

describe('what concerns oneself', () => {
  it('is that a pause is over, and whether one is heard again', async () => {
    await see({ state: 'paused' })
    expect(await see({})).toEqual(['会议继续了。 麦克风开着'])
    await see({ state: 'paused' })
    expect(await see({ you: { muted: { audio: true, video: false, by_host: { audio: false, video: false } } } })).toEqual(['会议继续了。 麦克风关着'])
  })
  it('is that one was let in, and muted by whom', async () => {
    await see({ you: { state: 'waiting', chamber: null }, chamber: null })
    expect(await see({})).toEqual(['调解员请您进来了'])
    expect(await see({ you: { muted: { audio: true, video: false, by_host: { audio: true, video: false } } } })).toEqual([
      '调解员关了您的麦克风。想说话请点举手。',
    ])
  })
  it('is not that one was let in when nobody did: after a reload, or when the line is back', async () => {
    view.value = null
    await nextTick()
    said.length = 0
    expect(await see({})).toEqual([])
    await see({ you: { state: 'interrupted' } })
    expect(await see({})).toEqual([])
  })
  it('is each turn of the recording and why it stopped', async () => {
    const recording = (more: Partial<RoomView['recording']>): Promise<string[]> => see({ recording: { ...roomView().recording, ...more } })
    expect(await recording({ state: 'asking' })).toEqual(['调解员想录音录像，请您决定。'])
    expect(await recording({ state: 'on', agreed: true })).toEqual(['开始录音录像。'])
    expect(await recording({ state: 'stopped', reason: 'revoked', agreed: true })).toEqual(['录制停了：有人改了主意'])
  })
  it('is a call for help that was seen', async () => {
    expect(await see({ you: { distress: 'sent' } })).toEqual(['已悄悄告诉调解员，别人不知道。调解员看到了，这里会告诉您。'])
    expect(await see({ you: { distress: 'seen' } })).toEqual(['调解员知道您需要帮忙了，别人不知道。请等调解员找您单独说；不想等，随时可以离开。'])
  })
})

describe('written words', () => {
  it('to everybody are read out; of those to one alone only that they came', async () => {
    broadcasts.value = [{ name: '顾明华', text: '请看草稿', at: '', key: 'k' }]
    await nextTick()
    privateUnread.value = new Map([['gu', 1]])
    await nextTick()
    expect(said).toEqual(['顾明华对大家说：请看草稿', 'gu 写了一句话，只给您。'])
  })
})
