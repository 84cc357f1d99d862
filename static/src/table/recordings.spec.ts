/** Films of one recording on one clock; what a recording's row offers to whom. */
import { afterEach, describe, expect, it } from 'vitest'

import { mounted, type Mounted } from '../ui/testing'
import RecordingCard from './RecordingCard.vue'
import { beginning, length, placeIn, type Film, type RecordingView } from './recordings'

const film = (begins: number, ends: number): Film => ({ url: `/${begins}`, person: 'lin', name: '林秀珍', what: 'camera', begins, ends })

describe('one clock', () => {
  const films = [film(2_000, 62_000), film(12_000, 32_000)]
  it('goes from the first beginning to the last end', () => expect([beginning(films), length(films)]).toEqual([2_000, 60_000]))
  it('of nothing is nought', () => expect([beginning([]), length([])]).toEqual([0, 0]))
  it.each([
    [0, [0, null]],
    [10_000, [10, 0]],
    [30_000, [30, 20]],
    [30_001, [30.001, null]],
  ] as const)('at %i ms every film has its own place', (at, places) => expect(films.map((one) => placeIn(one, at, 2_000))).toEqual(places))
})

const BASE: RecordingView = {
  id: 'rec', session: 'ses', state: 'ended', started_at: '2026-11-26T06:00:00Z', ended_at: '2026-11-26T06:10:00Z', why: 'host', keep_until: '2027-05-26T06:00:00Z',
  may_view: false, inside: true, asked: false, refused: false, open_until: null, wants_deletion: false, people: [],
}

describe('a row', () => {
  let page: Mounted
  afterEach(() => page.unmount())
  async function controls(more: Partial<RecordingView>, leads = false): Promise<(string | undefined)[]> {
    page = await mounted(RecordingCard, { recording: { ...BASE, ...more }, leads }, {}, ['table', 'ui'])
    return [...page.element.querySelectorAll<HTMLElement>('[data-control]')].map((one) => one.dataset['control'])
  }
  it.each([
    ['who is in it may ask', {}, ['ask-recording', 'delete-recording']],
    ['who has asked waits', { asked: true }, ['delete-recording']],
    ['who was refused may ask again', { refused: true }, ['ask-recording', 'delete-recording']],
    ['who was let in sees it', { may_view: true }, ['see-recording', 'delete-recording']],
    ['who wants its end may change their mind', { may_view: true, wants_deletion: true }, ['see-recording', 'keep-recording']],
    ['one that goes on offers nothing', { state: 'on' as const, ended_at: null }, []],
    ['one that is destroyed offers nothing', { state: 'destroyed' as const, may_view: false }, []],
  ])('%s', async (_, more, offered) => expect(await controls(more)).toEqual(offered))
  it('lets who keeps it decide on parties, not on staff', async () => {
    const one = { asked_at: null, refused_at: null, open_until: null, wants_deletion: false }
    const people = [{ ...one, person: 'acc_gu', name: '顾' }, { ...one, person: 'pty_lin', name: '林' }, { ...one, person: 'pty_chen', name: '陈', open_until: '2026-12-03T06:00:00Z' }]
    expect(await controls({ may_view: true, people }, true)).toEqual(['see-recording', 'open-recording', 'close-recording', 'delete-recording'])
  })
})
