/** From the journal's counts to what a mediator shows: of each private talk, how much stayed inside and how much went out. Pure. */
import type { Role } from '../protocol'

export interface Leg {
  source: string
  receiver: string
  /** Packets the server forwarded */
  forwarded: number
  /** What the receiver's own page says it received: packets of sound, pictures; null where it reported nothing */
  sound: number | null
  pictures: number | null
}

export interface Epoch {
  epoch: number
  began: string
  ended: string
  /** Number of the journal's entry */
  entry: number
  chambers: { chamber: string; people: string[] }[]
  legs: Leg[]
  /** False where the server was killed in it: only who was where is known */
  counted: boolean
}

export interface IsolationView {
  title: string
  number: string
  people: { id: string; name: string; role: Role | null }[]
  epochs: Epoch[]
  whole: boolean
  head: string
  apart: boolean
}

export interface Sum {
  forwarded: number
  sound: number
  pictures: number
}

/** One chamber of an epoch, as seen by who is in it. */
export interface Place {
  chamber: string
  people: string[]
  inside: Sum
  /** From here to people who were never here; must be nothing. */
  out: Sum
  /** From people who were never here to here; must be nothing. */
  into: Sum
}

/** An epoch in which somebody was in a private chamber. */
export interface Talk {
  epoch: Epoch
  /** The private chambers; who waits in the joint one is `outside`. */
  places: Place[]
  outside: string[]
  /** Packets and pictures that went where they should not. */
  leaked: number
}

const isPrivate = (chamber: string): boolean => chamber !== 'joint'
const amount = (sum: Sum): number => sum.forwarded + sum.sound + sum.pictures

function summed(legs: readonly Leg[]): Sum {
  const sum = { forwarded: 0, sound: 0, pictures: 0 }
  for (const leg of legs) {
    sum.forwarded += leg.forwarded
    sum.sound += leg.sound ?? 0
    sum.pictures += leg.pictures ?? 0
  }
  return sum
}

/** The private talks, oldest first. Who was in two chambers in one epoch belongs to both: what two people exchanged where both were is no leak. */
export function talks(view: IsolationView): Talk[] {
  return view.epochs.flatMap((epoch) => {
    const chambers = epoch.chambers.filter((one) => isPrivate(one.chamber) && one.people.length)
    if (!chambers.length) return []
    const together = (one: string, other: string): boolean => epoch.chambers.some(({ people }) => people.includes(one) && people.includes(other))
    const places = chambers.map(({ chamber, people }) => {
      const here = (id: string): boolean => people.includes(id)
      return {
        chamber,
        people,
        inside: summed(epoch.legs.filter((leg) => here(leg.source) && here(leg.receiver))),
        out: summed(epoch.legs.filter((leg) => here(leg.source) && !here(leg.receiver) && !together(leg.source, leg.receiver))),
        into: summed(epoch.legs.filter((leg) => !here(leg.source) && here(leg.receiver) && !together(leg.source, leg.receiver))),
      }
    })
    const inPrivate = new Set(chambers.flatMap((one) => one.people))
    const outside = [...new Set(epoch.chambers.flatMap((one) => one.people))].filter((id) => !inPrivate.has(id))
    const crossing = epoch.legs.filter((leg) => !together(leg.source, leg.receiver) && (inPrivate.has(leg.source) || inPrivate.has(leg.receiver)))
    return [{ epoch, places, outside, leaked: amount(summed(crossing)) }]
  })
}

/** The largest figure of a talk: what its bars are measured against. */
export const largest = (talk: Talk): number => Math.max(1, ...talk.places.flatMap((place) => [place.inside, place.out, place.into].flatMap((sum) => [sum.forwarded, sum.sound, sum.pictures])))
