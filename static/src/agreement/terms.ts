/** The draft in this browser and on the wire: what is sent of it, and how a newer version flows into it. */
import type { AgreementView, ClauseFields, Due, EditedClause, Terms } from './types'

export function termsOf(view: AgreementView): Terms {
  return {
    dispute: { ...view.dispute },
    clauses: view.clauses.map((clause) => ({ key: clause.id, id: clause.id, kind: clause.kind, fields: structuredClone(clause.fields) })),
    minutes: { paragraphs: [...view.minutes.paragraphs] },
  }
}

export function wire(terms: Terms): object {
  return {
    dispute: terms.dispute,
    clauses: terms.clauses.map(({ id, kind, fields }) => ({ ...(id ? { id } : {}), kind, fields: cleaned(fields) })),
    minutes: { paragraphs: terms.minutes.paragraphs },
  }
}

/** An unfinished term (a date not chosen yet) is sent as none. */
function cleaned(fields: ClauseFields): ClauseFields {
  return { ...fields, due: whole(fields.due), instalments: fields.instalments.map((one) => ({ ...one, due: whole(one.due) })) }
}

function whole(due: Due | null): Due | null {
  return due && (due.by === 'date' ? /^\d{4}-\d\d-\d\d$/.test(due.date) : Number.isInteger(due.days) && due.days >= 1) ? due : null
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567'

/** An id as the server makes them: a clause has the same one from its first second, however often it is sent. */
export function freshClause(): string {
  return `cla_${[...crypto.getRandomValues(new Uint8Array(20))].map((byte) => LETTERS[byte % 32]).join('')}`
}

/** The same but for blanks and what has no width, which the server tidies and nobody who is typing should lose under the cursor. */
function same(mine: unknown, theirs: unknown): boolean {
  return plain(mine) === plain(theirs)
}

function plain(value: unknown): string {
  if (typeof value === 'string') return value.normalize('NFC').replace(/[\s\u200b-\u200d\u2060]+/gu, '')
  if (Array.isArray(value)) return value.map(plain).join('\n')
  if (typeof value !== 'object' || value === null) return String(value ?? '')
  return Object.entries(value)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, part]) => `${name}=${plain(part)}`)
    .join('\n')
}

function flowInto<T extends object>(mine: T, theirs: T, comparable: T = mine): void {
  for (const name of Object.keys(theirs) as (keyof T)[]) {
    const [old, like, fresh] = [mine[name], comparable[name], theirs[name]]
    if (!same(like, fresh)) mine[name] = (Array.isArray(old) && Array.isArray(like) && Array.isArray(fresh) ? rows(old, like, fresh) : structuredClone(fresh)) as T[keyof T]
  }
}

/** Rows that are still there stay the same objects, wherever they stand now. */
function rows(mine: unknown[], comparable: unknown[], theirs: unknown[]): unknown[] {
  const left = new Set(mine.keys())
  return theirs.map((fresh) => {
    const at = comparable.findIndex((one, n) => left.has(n) && same(one, fresh))
    return left.delete(at) ? mine[at] : structuredClone(fresh)
  })
}

/** Takes over what `next` says otherwise, in place: what is the same stays the same object, so that nothing else is drawn anew. */
export function adopt(terms: Terms, next: AgreementView): void {
  flowInto(terms.dispute, next.dispute)
  if (!same(terms.minutes.paragraphs.join(''), next.minutes.paragraphs.join(''))) terms.minutes.paragraphs = [...next.minutes.paragraphs]
  const known = new Map(terms.clauses.map((clause) => [clause.id, clause]))
  const clauses = termsOf(next).clauses.map((fresh): EditedClause => {
    const mine = known.get(fresh.id)
    if (!mine) return fresh
    mine.kind = fresh.kind
    flowInto(mine.fields, fresh.fields, cleaned(mine.fields))
    return mine
  })
  if (clauses.length !== terms.clauses.length || clauses.some((clause, n) => clause !== terms.clauses[n])) terms.clauses = clauses
}
