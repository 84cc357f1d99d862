import { expect, it } from 'vitest'

import { newsOf } from './news'
import { chen, fang, gu, hostView, lin, wu } from './testing'

const before = hostView({ joint: [gu, lin, chen] }, { lobby: [{ ...wu, state: 'waiting' }] })

it('tells who knocked, once, and not who was sent back to the lobby', () => {
  const empty = hostView({ joint: [gu, lin, chen] })
  expect(newsOf(empty, before)).toEqual([{ what: 'knocked', names: ['吴晓琳'] }])
  expect(newsOf(before, before)).toEqual([])
  expect(newsOf(empty, hostView({ joint: [gu, chen] }, { lobby: [{ ...lin, state: 'waiting' }] }))).toEqual([])
})
it('tells new hands and new calls for help alone', () => {
  const first = hostView({ joint: [gu, { ...lin, hand: true }, chen] })
  const second = hostView({ joint: [gu, { ...lin, hand: true, distress: 'sent' }, { ...chen, hand: true }] })
  expect(newsOf(first, second)).toEqual([
    { what: 'distress', names: ['林秀珍'] },
    { what: 'hands', names: ['陈国栋'] },
  ])
  expect(newsOf(second, hostView({ joint: [gu, { ...lin, distress: 'seen' }, chen] }))).toEqual([])
})
it('tells where others went, not who came to oneself', () => {
  const together = hostView({ joint: [gu, fang, lin, wu, chen] })
  const apart = hostView({ joint: [gu, chen], caucus_applicant: [fang, lin, wu] })
  expect(newsOf(together, apart)).toEqual([{ what: 'moved', names: ['方静', '林秀珍', '吴晓琳'], place: 'caucus_applicant' }])
  expect(newsOf(apart, together)).toEqual([])
})
it('tells both hosts who leads now, and nothing to who has just come', () => {
  const led = (lead: string, you = 'gu') => hostView({ joint: [gu, fang, lin] }, { lead, you: { person: you } })
  expect(newsOf(led('gu'), led('fang'))).toEqual([{ what: 'lead', names: ['方静'] }])
  expect(newsOf(led('gu', 'fang'), led('fang', 'fang'))).toEqual([{ what: 'lead_you', names: ['方静'] }])
  expect(newsOf(led('', 'fang'), led('gu', 'fang'))).toEqual([])
})
it('tells once that the recording failed', () => {
  const failed = { ...before, recording: { ...before.recording, state: 'stopped' as const, reason: 'failed' as const } }
  expect(newsOf(before, failed)).toEqual([{ what: 'recording_failed', names: [] }])
  expect(newsOf(failed, failed)).toEqual([])
})
