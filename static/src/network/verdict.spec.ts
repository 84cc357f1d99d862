import { expect, it } from 'vitest'

import { barsOf, type Speed } from './speed'
import { verdictOf } from './verdict'

const fast: Speed = { down: 8000, up: 2000 }
const thin: Speed = { down: 400, up: 400 }
const starved: Speed = { down: 3000, up: 90 }

it.each([
  ['all is well', { direct: 'reached', relay: 'absent', speed: fast }, 'good', []],
  ['a thin line lets people through', { direct: 'reached', relay: 'absent', speed: thin }, 'fair', ['closer']],
  ['the worse direction counts', { direct: 'reached', relay: 'absent', speed: starved }, 'poor', ['closer', 'mobile', 'voice', 'call']],
  ['UDP blocked, TURN serves', { direct: 'blocked', relay: 'reached', speed: fast }, 'good', ['detour']],
  ['TURN dead, not needed', { direct: 'reached', relay: 'blocked', speed: fast }, 'good', ['spare']],
  ['UDP blocked, no TURN', { direct: 'blocked', relay: 'absent', speed: fast }, 'blocked', ['mobile', 'call']],
  ['UDP and TURN blocked', { direct: 'blocked', relay: 'blocked', speed: fast }, 'blocked', ['mobile', 'call']],
  ['no network at all', { direct: 'unknown', relay: 'unknown', speed: null }, 'offline', ['mobile', 'call']],
  ['a busy server frightens nobody', { direct: 'unknown', relay: 'unknown', speed: fast }, 'unknown', []],
] as const)('%s', (_, findings, word, advice) => expect(verdictOf(findings)).toEqual({ word, advice }))

it.each([
  [null, 0],
  [{ down: 1, up: 90 }, 1],
  [{ down: 300, up: 9000 }, 2],
  [{ down: 800, up: 9000 }, 3],
  [{ down: 1500, up: 1500 }, 4],
] as const)('%j has %i bars', (speed, bars) => expect(barsOf(speed)).toBe(bars))
