/** Which screen of the ceremony one person sees: a pure function of what the server says and what this browser remembers. */
import type { CeremonyView, SlotView } from './doors'
import type { SigningRecord } from './keys'

export type Stage =
  | 'look' // step 1: see the files, compare the check code
  | 'name' // step 2: write the name, agree to sign electronically
  | 'code' // step 3: the code that was sent
  | 'confirm' // step 4: last confirmation; key, check, sign, store
  | 'turn' // decided: waits for the turn, then the machine step
  | 'signed' // this person is done, others are not
  | 'complete'
  | 'void'
  | 'elsewhere' // begun in another browser, or its key was lost
  | 'watching' // no slot of one's own

/** What this browser holds at one moment. */
export interface Local {
  readonly record: SigningRecord | null
  /** The six digits typed in step 3, empty until then. */
  readonly code: string
  /** The person chose to begin afresh here. */
  readonly afresh: boolean
}

export function slotOf(view: CeremonyView): SlotView | null {
  return view.slots.find(({ slot }) => slot === view.mine) ?? null
}

export function stageOf(view: CeremonyView, { record, code, afresh }: Local): Stage {
  if (view.state === 'void' || view.state === 'complete') return view.state
  const mine = slotOf(view)
  if (!mine) return 'watching'
  if (mine.state === 'signed' || view.state === 'sealing') return 'signed'
  if (!record) return afresh || mine.state === 'waiting' || mine.state === 'confirmed' ? 'look' : 'elsewhere'
  if (!record.key || !record.enrolment) return 'name'
  if (!record.certificate) return code ? 'confirm' : 'code'
  return 'turn'
}

const DECIDED: ReadonlySet<string> = new Set(['ready', 'turn', 'signed'])

/** Whether everybody has decided, so that turns may begin. */
export function barrierOpen({ slots }: CeremonyView): boolean {
  return slots.every(({ state }) => DECIDED.has(state))
}

/** Whether it is worth asking for the turn: all have decided (unless each signs in their own time), and nobody is before us. */
export function isOwnTurn(view: CeremonyView): boolean {
  return (view.mode === 'separate' || barrierOpen(view)) && (view.waiting_for ?? []).length === 0
}

/**
 * Whether our turn is most likely the next thing to happen, so that asking for it saves a look: we were the last to decide, or the one
 * before us is signing. Asking in vain costs nothing.
 */
export function isNext({ slots, own, mode, waiting_for: before = [] }: CeremonyView): boolean {
  const others = slots.filter(({ slot, state }) => !own.includes(slot) && state !== 'signed')
  if (mode !== 'separate' && others.some(({ state }) => !DECIDED.has(state))) return false
  return before.length === 0 || (before.length === 1 && others.some(({ name, state }) => state === 'turn' && name === before[0]))
}

/** Names of those who have not signed, in the order of their turns. */
export function missingNames({ slots, own }: CeremonyView): string[] {
  return unique(slots.filter(({ state, slot }) => state !== 'signed' && !own.includes(slot)))
}

function unique(slots: readonly SlotView[]): string[] {
  return [...new Set(slots.map(({ name }) => name))]
}

/** Names of those for whom one's own turn waits: who has still to decide, or at separate times who signs before. */
export function undecidedNames({ slots, own, mode, waiting_for: before }: CeremonyView): string[] {
  if (mode === 'separate') return [...(before ?? [])]
  return unique(slots.filter(({ state, slot }) => !DECIDED.has(state) && !own.includes(slot)))
}
