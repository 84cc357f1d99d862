import { describe, expect, it } from 'vitest'

import { personView } from '../testing'
import { along, doorsFor, mayBeIn, PLACES, placesFor, talks, whoIsMeant, whoMayGo } from './places'
import { chen, fang, gu, han, hostView, lin, qian, shi, wu } from './testing'

const all = hostView({ joint: [gu, lin, wu, chen, han, qian, shi] })

describe('where people may be taken', () => {
  it('is what rights and sides allow, for every role', () => {
    const where = (person: typeof lin): string[] => PLACES.filter((place) => mayBeIn(person, place))
    expect(where(lin)).toEqual(['joint', 'caucus_applicant', 'side_applicant'])
    expect(where(chen)).toEqual(['joint', 'caucus_respondent', 'side_respondent'])
    expect(where(fang)).toEqual(['joint', 'caucus_applicant', 'caucus_respondent', 'aside'])
    expect(where(qian)).toEqual(['joint', 'caucus_applicant', 'caucus_respondent', 'aside'])
    expect(where({ ...qian, side: 'applicant' })).toEqual(['joint', 'caucus_applicant', 'aside'])
    expect(where({ ...han, side: 'respondent' })).toEqual(['joint', 'caucus_respondent', 'side_respondent'])
    expect(where(shi)).toEqual(['joint'])
    expect(where(personView('rec', { role: 'recorder', side: '' }))).toEqual(['joint'])
  })
  it('does not offer where one is already', () => {
    expect(placesFor(all, lin)).toEqual(['caucus_applicant', 'side_applicant'])
    expect(placesFor(hostView({ joint: [chen], caucus_applicant: [gu, lin] }), lin)).toEqual(['joint', 'side_applicant'])
  })
  it('lets in straight into a private talk only where a host is', () => {
    expect(doorsFor(all, wu)).toEqual(['side_applicant'])
    expect(doorsFor(hostView({ caucus_applicant: [gu, lin], joint: [chen] }), wu)).toEqual(['caucus_applicant', 'side_applicant'])
    expect(doorsFor(hostView({ caucus_applicant: [gu, lin] }), { ...chen, state: 'waiting' })).toEqual(['side_respondent'])
  })
})

describe('who goes', () => {
  it('is a whole side for a private talk or alone, experts for a talk aside, all but hosts for the way back', () => {
    expect(whoIsMeant(all, 'caucus_applicant')).toEqual(['lin', 'wu'])
    expect(whoIsMeant(all, 'side_respondent')).toEqual(['chen'])
    expect(whoIsMeant(all, 'aside')).toEqual(['qian'])
    expect(whoIsMeant(hostView({ caucus_applicant: [gu, fang, lin], joint: [chen] }), 'joint')).toEqual(['lin'])
  })
  it('may be others, never oneself: a host goes along', () => {
    expect(whoMayGo(all, 'caucus_applicant').map((one) => one.person)).toEqual(['lin', 'wu', 'han', 'qian'])
    expect(whoMayGo(hostView({ joint: [gu, fang, qian, lin] }), 'aside').map((one) => one.person)).toEqual(['fang', 'qian'])
  })
})

it('knows private talks from the place where somebody kept apart belongs', () => {
  const view = hostView({ joint: [gu, chen], side_applicant: [lin], caucus_respondent: [chen] })
  const atHome = view.chambers.map((one) => (one.id === 'side_applicant' ? { ...one, since: null } : one))
  expect(talks({ ...view, chambers: atHome })).toEqual(['caucus_respondent'])
})

it('moves an interpreter with whom they speak for, and offers them no way of their own', () => {
  const tied = { ...han, tied_to: 'lin' }
  const view = hostView({ joint: [gu, lin, tied, chen] })
  expect([placesFor(view, tied), whoMayGo(view, 'caucus_applicant').map((one) => one.person)]).toEqual([[], ['lin']])
  expect(along(view, ['lin']).map((one) => one.person)).toEqual(['han'])
  expect(placesFor(hostView({ joint: [gu, tied] }), tied)).not.toEqual([])
})
