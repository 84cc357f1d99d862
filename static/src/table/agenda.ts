/** What of the checklist is still to be done. Pure. */
import type { AgendaItem, Tick } from './types'

/** What was ticked for one person ("" where nobody is asked). */
export function tickOf(item: AgendaItem, person: string): Tick | undefined {
  return item.ticks.find((tick) => tick.person === person)
}

/** How many lines are not ticked; one that asks each of `people` is open until all answered. */
export function openItems(items: readonly AgendaItem[], people: number): number {
  return items.filter((item) => item.ticks.length < (item.each ? people : 1)).length
}

export const done = (items: readonly AgendaItem[], people: number): boolean => openItems(items, people) === 0
