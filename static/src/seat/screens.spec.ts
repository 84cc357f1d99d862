/** The order of screens: nothing of a session starts days before, and a wish never skips a step. */
import { describe, expect, it } from 'vitest'

import { screenOf, type Wish } from './screens'
import type { Step } from './types'
import { minutesLeft } from './waiting'

const STEPS: Step[] = ['identify', 'telephone', 'consent', 'code', 'devices', 'room']
const WISHES: (Wish | null)[] = [null, 'unwilling', 'telephone', 'choose', 'try', 'prepare']
const seat = (step: Step, early: boolean, online: boolean | null = null) => ({ step, early, consents: { online, esign: null, at: null } })

describe('on the day', () => {
  it.each(STEPS)('shows the step %s as it comes', (step) => {
    expect(screenOf(seat(step, false), null)).toBe(step)
  })

  it.each(['try', 'prepare'] as const)('has no use for the wish to %s', (wish) => {
    for (const step of STEPS) expect(screenOf(seat(step, false), wish)).toBe(step)
  })
})

describe('days before', () => {
  it('asks first who it is', () => {
    expect(screenOf(seat('identify', true), null)).toBe('identify')
    expect(screenOf(seat('identify', true), 'try')).toBe('identify')
  })

  it.each(['consent', 'code', 'devices', 'room'] as const)('is ready, not in the session, at %s', (step) => {
    expect(screenOf(seat(step, true), null)).toBe('ready')
    expect(screenOf(seat(step, true), 'try')).toBe('trial')
  })

  it('lets choices and code be done already, and nothing after them', () => {
    expect(STEPS.slice(2).map((step) => screenOf(seat(step, true), 'prepare'))).toEqual(['consent', 'code', 'ready', 'ready'])
  })

  it('never opens the room or its device check, whatever is wished', () => {
    for (const step of STEPS) for (const wish of WISHES) expect(['room', 'devices']).not.toContain(screenOf(seat(step, true), wish))
  })
})

it('keeps who said no to video out of the video steps until they choose anew', () => {
  for (const early of [true, false]) {
    expect(screenOf(seat('consent', early, false), null)).toBe('unwilling')
    expect(screenOf(seat('consent', early, false), 'choose')).toBe('consent')
    expect(screenOf(seat('consent', early, false), 'telephone')).toBe('telephone')
  }
})

it('counts the estimate down and never below nothing', () => {
  const said = { company: [], since: null, minutes: 10, said_at: '2026-11-26T06:00:00Z' }
  const at = (minute: number): number => Date.parse('2026-11-26T06:00:00Z') + minute * 60_000
  expect([-0.7, 0, 0.5, 9.9, 10, 40].map((minute) => minutesLeft(said, at(minute)))).toEqual([10, 10, 10, 1, 0, 0])
  expect(minutesLeft({ ...said, minutes: null }, at(1))).toBeNull()
  expect(minutesLeft({ ...said, said_at: null }, at(1))).toBeNull()
})
