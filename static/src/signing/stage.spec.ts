import { describe, expect, it } from 'vitest'

import type { CeremonyView, SlotState, SlotView } from './doors'
import { isNext, isOwnTurn } from './stage'

/** Three people in the order of their turns; the second one looks. */
function seen(states: readonly SlotState[], waiting_for: readonly string[], mode: CeremonyView['mode'] = 'together'): CeremonyView {
  const slots = states.map((state, at) => ({ slot: `slot-${at}`, name: `name-${at}`, state }) as unknown as SlotView)
  return { slots, own: ['slot-1'], mode, waiting_for } as unknown as CeremonyView
}

describe('asking for the turn without a look', () => {
  it('pays for the last one to decide, and for whoever follows the one who is signing', () => {
    expect(isNext(seen(['ready', 'enrolled', 'ready'], []))).toBe(true)
    expect(isNext(seen(['turn', 'ready', 'ready'], ['name-0']))).toBe(true)
    expect(isNext(seen(['signed', 'ready', 'ready'], []))).toBe(true)
    expect(isNext(seen(['turn', 'ready', 'waiting'], ['name-0'], 'separate'))).toBe(true)
  })
  it('does not while somebody has to decide, or two come before, or the one before has not begun', () => {
    expect(isNext(seen(['ready', 'ready', 'enrolled'], ['name-2']))).toBe(false)
    expect(isNext(seen(['turn', 'ready', 'ready'], ['name-0', 'name-2']))).toBe(false)
    expect(isNext(seen(['ready', 'ready', 'ready'], ['name-0']))).toBe(false)
  })
  it('is less sure than a look', () => {
    expect(isOwnTurn(seen(['ready', 'enrolled', 'ready'], []))).toBe(false)
    expect(isOwnTurn(seen(['signed', 'ready', 'ready'], []))).toBe(true)
  })
})
