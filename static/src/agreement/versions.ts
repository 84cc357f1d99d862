/** What the server tells about versions, and how the list is shortened: every pause in typing is a version. */

export interface Span {
  op: '=' | '-' | '+'
  text: string
}

export interface VersionView {
  number: number
  at: string
  by: string
  since: number | null
  changes: { added: number; removed: number; changed: number; moved: number; other: number }
  shown_to: string[]
  to_all: boolean
  credits: string[]
}

export interface Redline {
  from_version: number
  to_version: number
  clauses: { id: string; change: 'same' | 'added' | 'removed' | 'changed'; moved: boolean; was: number | null; now: number | null; spans: Span[] }[]
  texts: { field: 'facts' | 'issues' | 'responsibility' | 'minutes'; spans: Span[] }[]
}

const RUN_MS = 10 * 60_000

/** One person's versions of ten minutes, seen by the same people, as one: its last, since what was before its first. Newest first. */
export function shortened(list: readonly VersionView[]): VersionView[] {
  const runs: VersionView[] = []
  for (const one of list) {
    const last = runs.at(-1)
    const together =
      last &&
      last.by === one.by &&
      last.shown_to.join() === one.shown_to.join() &&
      !last.credits.length &&
      !one.credits.length &&
      one.since !== null &&
      Date.parse(last.at) - Date.parse(one.at) < RUN_MS
    if (!together) runs.push(one)
    else runs[runs.length - 1] = { ...last, since: one.since, changes: sum(last.changes, one.changes) }
  }
  return runs
}

function sum(one: VersionView['changes'], other: VersionView['changes']): VersionView['changes'] {
  const names = Object.keys(one) as (keyof VersionView['changes'])[]
  return Object.fromEntries(names.map((name) => [name, one[name] + other[name]])) as VersionView['changes']
}
