/** Where the refusal of a save belongs: from the server's path to the control that it is about, or else to its clause. */
import { words } from '../i18n'
import type { ClauseKind, EditedClause } from './types'

export interface Fault {
  /** Id of what is marked, "" where the page has nothing of the kind. */
  control: string
  /** Key of the clause, "" for what stands around them. */
  clause: string
  /** The field in the clause or the dispute. */
  part: string
  reason: Reason
}

const REASONS = ['format', 'range', 'too_long'] as const
type Reason = (typeof REASONS)[number] | 'other'

const NAMES: Record<string, string> = { amount_fen: 'amount', open_points: 'open', paragraphs: 'minutes' }
/** What a clause of this kind has a control for, beside `act` and `text`. */
const ASKED: Record<ClauseKind, string[]> = { free: [], act: ['obligor', 'due', 'breach', 'condition', 'place'], payment: ['obligor', 'obligee', 'amount', 'due', 'instalments', 'items', 'manner', 'account', 'breach', 'condition', 'place'] }

export function faultsOf(fields: Readonly<Record<string, string>>, clauses: readonly EditedClause[]): Fault[] {
  return Object.entries(fields).map(([path, code]) => {
    const reason: Reason = REASONS.find((one) => one === code) ?? 'other'
    const [, first, part = ''] = /^(?:dispute|(minutes))\.(\w+)/.exec(path) ?? []
    if (part) return { control: first ? 'minutes-text' : `draft-${NAMES[part] ?? part}`, clause: '', part: NAMES[part] ?? part, reason }
    const [, index, rest = ''] = /^clauses\[(\d+)\](?:\.fields\.(.*))?$/.exec(path) ?? []
    const clause = index === undefined ? undefined : clauses[Number(index)]
    return clause ? { ...placed(clause, rest), clause: clause.key, reason } : { control: '', clause: '', part: path, reason }
  })
}

function placed(clause: EditedClause, path: string): { control: string; part: string } {
  const [field = '', ...within] = path.replace(/\[(\d+)\]/g, '.$1').split('.')
  const part = NAMES[field] ?? field
  const asked = part === 'text' || (part === 'act' && clause.kind !== 'free') || ASKED[clause.kind].includes(part)
  return { control: `clause-${clause.key}-${asked ? inner(part, within) : 'title'}`, part }
}

/** A row's control, or a limit's: `items-0-label`, `instalments-1-days`, `event`. */
function inner(part: string, within: string[]): string {
  const last = within.at(-1) ?? ''
  if (part === 'due') return ['date', 'days', 'event'].includes(last) ? last : part
  if (part !== 'items' && part !== 'instalments') return part
  return within.length > 1 ? `${part}-${within[0]}-${last === 'amount_fen' ? 'sum' : last}` : `${part}-add`
}

/** The words at a control; "" where nothing is wrong. */
export function faultAt(faults: readonly Fault[], control: string): string {
  const reason = faults.find((one) => one.control === control)?.reason
  return reason ? words.t(`agreement.fault.${reason}`) : ''
}
