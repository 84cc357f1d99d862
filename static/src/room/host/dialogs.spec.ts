import { afterEach, describe, expect, it } from 'vitest'
import { nextTick } from 'vue'

import type { PersonView } from '../../protocol'
import { mounted, until, type, type Mounted } from '../../ui/testing'
import HostDialogs from './HostDialogs.vue'
import { chen, fang, gu, han, hosting, hostView, lin, qian, shi, wu, type Hosting } from './testing'
import type { Ask } from './useHost'

let shown: Mounted
let written: string[]
afterEach(() => shown.unmount())

async function open(hosted: Hosting, ask: Ask): Promise<void> {
  written = []
  hosted.host.ask(ask)
  shown = await mounted(HostDialogs, { host: hosted.host, onWrite: (person: string) => written.push(person) }, {}, ['ui', 'room', 'host'])
}
const all = <E extends HTMLElement = HTMLElement>(what: string): E[] => [...shown.element.querySelectorAll<E>(what)]
function one<E extends HTMLElement = HTMLElement>(what: string): E {
  const found = shown.element.querySelector<E>(what)
  if (!found) throw new Error(`not there: ${what}`)
  return found
}
const controls = (): string[] => all('[data-control]').map((button) => button.dataset['kind'] ?? button.dataset['control'] ?? '')
const ticked = (): string[] => all<HTMLInputElement>('input[name=people]').filter((box) => box.checked).map((box) => box.value)

describe('the menu of a person', () => {
  const menu = async (person: PersonView, hosted: Hosting): Promise<string[]> => {
    await open(hosted, { kind: 'person', person: person.person })
    return controls()
  }
  it('holds for a party what can be done with them', async () => {
    const hosted = hosting(hostView({ joint: [gu, lin, chen] }))
    expect(await menu(lin, hosted)).toEqual(['audio', 'video', 'spotlight', 'rename', 'write', 'back_to_lobby', 'remove'])
    expect(all('[data-move]').map((button) => button.dataset['move'])).toEqual(['caucus_applicant', 'side_applicant'])
    one('[data-kind=audio]').click()
    expect(hosted.sent).toEqual([['host_mute', { person: 'lin', kind: 'audio', muted: true }]])
    expect(hosted.host.asking.value).toBeNull()
  })
  it('has no microphone to close for an observer, nothing to send out for a host, no line for the telephone', async () => {
    expect(await menu(shi, hosting(hostView({ joint: [gu, shi] })))).toEqual(['rename', 'write', 'back_to_lobby', 'remove'])
    shown.unmount()
    expect(await menu(fang, hosting(hostView({ joint: [gu, fang] })))).toEqual(['spotlight', 'rename', 'write', 'hand_over'])
    shown.unmount()
    expect(await menu(lin, hosting(hostView({ joint: [gu, { ...lin, phone: true }] })))).toEqual(['spotlight', 'rename', 'phone_seat', 'remove'])
  })
  it('offers the telephone to who lost the line, and the lead only from who leads', async () => {
    expect(await menu(lin, hosting(hostView({ joint: [gu, { ...lin, state: 'interrupted' }] })))).toContain('phone_seat')
    shown.unmount()
    expect(await menu(fang, hosting(hostView({ joint: [gu, fang] }, { lead: 'fang' })))).not.toContain('hand_over')
  })
  it('offers no spotlight for who sits in another chamber', async () => {
    expect(await menu(chen, hosting(hostView({ caucus_applicant: [gu, lin], joint: [chen] })))).not.toContain('spotlight')
  })
  it('closes when that person is gone', async () => {
    const hosted = hosting(hostView({ joint: [gu, lin] }))
    await menu(lin, hosted)
    hosted.view.value = hostView({ joint: [gu] }, { expected: [{ ...lin, state: 'out' }] })
    await nextTick()
    expect(hosted.host.asking.value).toBeNull()
  })
  it('does not send out for good who only waits', async () => {
    expect(await menu(lin, hosting(hostView({ joint: [gu] }, { lobby: [{ ...lin, state: 'waiting' }] })))).not.toContain('remove')
  })
  it('says with whom an interpreter goes, and offers them no way of their own', async () => {
    await menu(han, hosting(hostView({ joint: [gu, lin, { ...han, tied_to: 'lin' }] })))
    expect(shown.element.textContent).toContain('跟着林秀珍走')
    expect(all('[data-move]')).toEqual([])
  })
  it('leads to writing to them alone', async () => {
    await menu(lin, hosting(hostView({ joint: [gu, lin] })))
    one('[data-control=write]').click()
    expect(written).toEqual(['lin'])
  })
})

describe('moving', () => {
  it('lets the host go aside alone: a guest somebody refused is let in there', async () => {
    const hosted = hosting(hostView({ joint: [gu, lin, chen] }, { lobby: [{ ...qian, state: 'waiting', unwanted: true }] }))
    await open(hosted, { kind: 'move', place: null, people: null })
    one('input[value=aside]').click()
    await nextTick()
    one('[data-control=confirm-move]').click()
    expect(hosted.sent).toEqual([['move', { people: [], chamber: 'aside' }]])
  })
  it('does not offer a talk with an expert where there is none', async () => {
    await open(hosting(hostView({ joint: [gu, lin, chen] })), { kind: 'move', place: null, people: null })
    expect(all<HTMLInputElement>('input[name=place]').map((one) => one.value)).not.toContain('aside')
  })
  it('takes the whole side by default and says what follows', async () => {
    const hosted = hosting(hostView({ joint: [gu, lin, wu, chen, qian] }))
    await open(hosted, { kind: 'move', place: 'caucus_applicant', people: null })
    expect(ticked()).toEqual(['lin', 'wu'])
    expect(one('[data-move-dialog]').textContent).toContain('另一方听不到')
    one('input[value=wu]').click()
    await nextTick()
    one('[data-control=confirm-move]').click()
    expect(hosted.sent).toEqual([['move', { people: ['lin'], chamber: 'caucus_applicant' }]])
  })
  it('names the interpreter who goes along', async () => {
    const hosted = hosting(hostView({ joint: [gu, lin, { ...han, tied_to: 'lin' }, chen] }))
    await open(hosted, { kind: 'move', place: 'caucus_applicant', people: null })
    expect([ticked(), one('[data-control=confirm-move]').textContent?.trim()]).toEqual([['lin'], '和 林秀珍、韩悦 单独谈'])
  })
  it('asks where first when nothing is chosen, and moves nobody by mistake', async () => {
    const hosted = hosting(hostView({ joint: [gu, lin, chen, qian] }))
    await open(hosted, { kind: 'move', place: null, people: null })
    one('[data-control=confirm-move]').click()
    expect(hosted.sent).toEqual([])
    one('input[name=place][value=aside]').click()
    await nextTick()
    expect(ticked()).toEqual(['qian'])
    one('[data-control=confirm-move]').click()
    expect(hosted.sent).toEqual([['move', { people: ['qian'], chamber: 'aside' }]])
  })
  it('warns of who is on the telephone and would hear a private talk they are not in', async () => {
    const view = hostView({ joint: [gu, { ...lin, phone: true }, chen] })
    await open(hosting(view), { kind: 'move', place: 'caucus_respondent', people: null })
    expect(one('[data-move-dialog]').textContent).toContain('林秀珍 在电话上')
    shown.unmount()
    await open(hosting(view), { kind: 'move', place: 'caucus_applicant', people: null })
    expect(one('[data-move-dialog]').textContent).not.toContain('在电话上')
  })
  it('says who is left without a host, and not when another host stays', async () => {
    await open(hosting(hostView({ caucus_applicant: [gu, lin], joint: [chen] })), { kind: 'move', place: 'caucus_respondent', people: null })
    expect(one('[data-move-dialog]').textContent).toContain('林秀珍 会回到原来的地方')
    shown.unmount()
    await open(hosting(hostView({ caucus_applicant: [gu, fang, lin], joint: [chen] })), { kind: 'move', place: 'caucus_respondent', people: null })
    expect(one('[data-move-dialog]').textContent).not.toContain('会回到原来的地方')
  })
})

describe('the speaking order', () => {
  it('begins with raised hands, can be put in another order, and is sent with the time', async () => {
    const view = hostView({ joint: [gu, lin, { ...chen, hand: true }, { ...qian, hand: true }, shi] })
    const hosted = hosting(view)
    await open(hosted, { kind: 'floor' })
    expect(all<HTMLInputElement>('input[name=people]').map((box) => box.value)).toEqual(['chen', 'qian', 'gu', 'lin'])
    expect(ticked()).toEqual(['chen', 'qian'])
    all('[data-control=earlier]')[0]?.click()
    const select = one<HTMLSelectElement>('select[name=seconds]')
    select.value = '60'
    select.dispatchEvent(new Event('change'))
    await nextTick()
    one('[data-control=confirm-floor]').click()
    expect(hosted.sent).toEqual([['floor', { people: ['qian', 'chen'], seconds: 60 }]])
  })
  it('is for the parties when no hand is up', async () => {
    await open(hosting(hostView({ joint: [gu, lin, { ...han, side: 'applicant' }, chen, qian] })), { kind: 'floor' })
    expect(ticked()).toEqual(['lin', 'chen'])
  })
})

describe('recording', () => {
  const recording = { state: 'asking', what: 'all', since: null, reason: '', agreed: true, missing: ['chen', 'lin'], refused: ['wu'], heard: false, answers_for: [], wards: [], unwilling: [] } as const
  it('asks for the whole or for reading alone', async () => {
    const hosted = hosting(hostView({ joint: [gu, lin] }))
    await open(hosted, { kind: 'recording_ask' })
    one('input[name=what][value=reading]').click()
    await nextTick()
    one('[data-control=confirm-recording_ask]').click()
    expect(hosted.sent).toEqual([['recording_ask', { what: 'reading' }]])
  })
  it('says of a ward that the guardian’s answer is awaited, and what the ward says themself', async () => {
    const hosted = hosting({ ...hostView({ joint: [gu, lin, wu] }), recording: { ...recording, missing: ['lin'], refused: [], answers_for: [], wards: ['lin', 'wu'], unwilling: ['lin', 'wu'] } })
    await open(hosted, { kind: 'recording_ask' })
    expect(all('[data-answer]').map((line) => line.dataset['answer'])).toEqual(['agreed', 'guardian', 'unwilling'])
    expect(one('[data-person=wu]').textContent).toContain('本人不愿意')
  })
  it('shows each answer, takes the word of who is on the telephone, and stops', async () => {
    const view = hostView({ joint: [gu, { ...lin, phone: true }, wu, chen], aside: [qian] })
    const hosted = hosting({ ...view, recording: { ...recording, missing: [...recording.missing], refused: [...recording.refused], answers_for: [], wards: [], unwilling: [] } })
    await open(hosted, { kind: 'recording_ask' })
    expect(all('[data-answer]').map((line) => [line.dataset['person'], line.dataset['answer']])).toEqual([
      ['gu', 'agreed'],
      ['lin', 'missing'],
      ['wu', 'refused'],
      ['chen', 'missing'],
    ])
    expect(all('[data-person=chen] button')).toEqual([])
    one('[data-person=lin] [data-control=recording_agree]').click()
    one('[data-control=recording_stop]').click()
    expect(hosted.sent).toEqual([
      ['recording_agree', { person: 'lin', agree: true }],
      ['recording_stop', {}],
    ])
  })
})

it('stays with the words of the refusal when an answer taken down is not accepted', async () => {
  const hosted = hosting({ ...hostView({ joint: [gu, { ...lin, phone: true }] }), recording: { state: 'asking', what: 'all', since: null, reason: '', agreed: true, heard: false, answers_for: [], missing: ['lin'], refused: [], wards: [], unwilling: [] } })
  hosted.refuse.code = 'connection_lost'
  await open(hosted, { kind: 'recording_ask' })
  one('[data-person=lin] [data-control=recording_agree]').click()
  await until(() => all('[role=alert]').length, 'the words')
  expect([one('[role=alert]').textContent?.trim().length, hosted.host.asking.value?.kind]).toEqual([expect.any(Number), 'recording_ask'])
})

describe('words and breaks', () => {
  it('sends a word to all; a second try after a lost answer has the same key', async () => {
    const hosted = hosting(hostView({ joint: [gu, lin] }))
    hosted.refuse.code = 'timeout'
    await open(hosted, { kind: 'broadcast' })
    type(one('textarea[name=text]'), '五分钟后继续')
    await nextTick()
    one('form').dispatchEvent(new Event('submit', { cancelable: true }))
    await until(() => hosted.sent.length === 1, 'sent')
    await nextTick()
    hosted.refuse.code = ''
    await until(() => !all('[aria-busy=true]').length, 'no longer busy')
    one('form').dispatchEvent(new Event('submit', { cancelable: true }))
    await until(() => hosted.host.asking.value === null, 'closed')
    const [first, second] = hosted.sent
    expect(first).toEqual(second)
    expect(first?.[1]).toMatchObject({ text: '五分钟后继续' })
  })
  it('keeps a name that was refused, and closes with one that was taken', async () => {
    const hosted = hosting(hostView({ joint: [gu, lin] }))
    hosted.refuse.code = 'name_taken'
    await open(hosted, { kind: 'rename', person: 'lin' })
    type(one('input[name=name]'), '顾明华')
    await nextTick()
    one('form').dispatchEvent(new Event('submit', { cancelable: true }))
    await until(() => one('[data-control=confirm-rename]') && shown.element.textContent?.includes('换一个'), 'the words of the refusal')
    expect(hosted.host.asking.value?.kind).toBe('rename')
  })
  it('pauses until one goes on, or for some minutes with the time of day', async () => {
    const hosted = hosting(hostView({ joint: [gu, lin] }))
    await open(hosted, { kind: 'pause' })
    one('[data-control=confirm-pause]').click()
    hosted.host.ask({ kind: 'pause' })
    await nextTick()
    one('input[name=minutes][value="15"]').click()
    await nextTick()
    const begun = Date.now()
    one('[data-control=confirm-pause]').click()
    expect(hosted.sent[0]).toEqual(['pause', {}])
    const [event, body] = hosted.sent[1] ?? []
    expect(event).toBe('break')
    const until = Date.parse((body as { until: string }).until)
    expect(until).toBeGreaterThanOrEqual(begun + 15 * 60_000)
    expect(until).toBeLessThanOrEqual(Date.now() + 15 * 60_000)
  })
  it('warns the last host what happens to the meeting when only they leave, and no host who leaves another behind', async () => {
    await open(hosting(hostView({ joint: [gu, lin, { ...fang, state: 'interrupted' }] })), { kind: 'end' })
    expect(shown.element.textContent).toContain('没有人主持')
    shown.unmount()
    await open(hosting(hostView({ joint: [gu, lin, fang] })), { kind: 'end' })
    expect(shown.element.textContent).not.toContain('没有人主持')
  })
  it('names the effect before all microphones are closed or the meeting ends', async () => {
    const hosted = hosting(hostView({ joint: [gu, lin] }))
    await open(hosted, { kind: 'mute_all' })
    one('[data-control=confirm-mute_all]').click()
    hosted.host.ask({ kind: 'end' })
    await nextTick()
    one('[data-control=confirm-end]').click()
    expect(hosted.sent).toEqual([
      ['mute_all', {}],
      ['end', {}],
    ])
  })
})
