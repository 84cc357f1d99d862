/** The judgement of POST /api/verify as the browser reads it, and the words chosen for it. Decides nothing: the verdict is the server's. */

export type Verdict = 'valid' | 'invalid' | 'incomplete' | 'unknown_issuer' | 'cannot_tell'

export interface Signature {
  slot: string
  kind: 'certification' | 'person' | 'organisation' | 'seal' | 'document_timestamp'
  name: string
  role: string
  /** Whom a representative, guardian or interpreter acts for; empty for the others. */
  acts_for: string
  assurance: string | null
  at: string | null
  intact: boolean
  valid: boolean
  trusted: boolean
  /** ETSI EN 319 102-1: TOTAL-PASSED, INDETERMINATE or TOTAL-FAILED with its sub-indication. */
  indication: string
  revision: number
  covers: 'whole_file' | 'revision' | 'unclear'
  changed_after: boolean
  certificate: { issuer: string; serial: string; not_before: string; not_after: string; sha256: string } | null
  /** Signed on paper: hash of the scan, and the clerk who signed for it here. */
  paper: { sha256: string; clerk: string } | null
  reasons: string[]
  /** Page from 1, and points from the lower left corner; null where it is not seen. */
  place?: { page: number; rect: [number, number, number, number] } | null
}

export interface Reason {
  code: string
  detail?: string | null
  page?: number | null
}

/** Issued by this centre; `confirmation`: the days for asking a court together, where it is in effect. */
export interface Known {
  number: string
  centre: string
  confirmation: ConfirmationDays | null
}

export interface ConfirmationDays {
  since: string
  days: number
  counted: string
  last: string
  left: number
  announced: boolean
  article: string
  ways: { code: string; article: string }[]
}

export interface Report {
  form: 'file'
  verdict: Verdict
  reasons: Reason[]
  sha256: string
  length: number
  pages: number | null
  number: string | null
  title: string | null
  effective_at: string | null
  text_hash: string | null
  root: { subject: string; sha256: string; given: boolean } | null
  /** `own` is what the certificates say of themselves, `licensed` only what the file says. */
  issuer: { kind: 'own' | 'licensed' | 'unknown'; name: string }
  timestamp: { at: string; by: string } | null
  signatures: Signature[]
  checks: { code: 'unchanged' | 'signatures' | 'certificates' | 'time' | 'complete'; ok: boolean | null; detail: string }[]
  status?: string | null
  /** parties, mediator, committee: whose signatures the text needs for its effect. */
  effect_needs?: string[]
  demo?: boolean
  /** Said of what was uploaded, not of the files in a packet. */
  known?: Known | null
  /** Of the filing copy that was judged together with this original; `same` null: not compared. */
  copy: { sha256: string; of: string | null; same: boolean | null; page: number | null } | null
}

/** The three answers people see; no fourth colour. */
export type Answer = 'valid' | 'invalid' | 'cannot'

export function answerOf(verdict: Verdict): Answer {
  if (verdict === 'valid') return 'valid'
  return verdict === 'invalid' || verdict === 'incomplete' ? 'invalid' : 'cannot'
}

/** Who signed as a person or institution; certification and time-stamps are machinery and stand in the details. */
export function signers(report: Report): Signature[] {
  return report.signatures.filter((signature) => ['person', 'organisation', 'seal'].includes(signature.kind))
}

/** "matches" only when all that concerns this signature holds; a partial fact never wears the verdict's style. */
export function stateOf(signature: Signature): 'ok' | 'changed' | 'bad' | 'unknown' {
  if (!signature.valid) return 'bad'
  if (!signature.intact || signature.changed_after) return 'changed'
  return signature.trusted ? 'ok' : 'unknown'
}

/** Words for a state: court.<word>. */
export const WORD = { ok: 'sig_ok', changed: 'sig_changed', bad: 'sig_bad', unknown: 'sig_unknown' } as const

/** Reasons that mean: the content is no longer what somebody signed. */
const CHANGES = new Set(['changed_content', 'changed_after', 'page_differs', 'fields_changed', 'structure', 'text_differs', 'trailing_bytes'])

/** Reasons that no later look mends: the proof of time has lapsed. */
const LOST = new Set(['timestamp_expired', 'no_proof'])

export interface Sentence {
  key: string
  /** Figures and names of the sentence; `reason` is the key of a reason's words. */
  values: { n?: number; page?: number; who?: string; reason?: string; number?: string }
}

/** Which sentence says it, with what in it. */
export function sentenceOf(report: Report): Sentence {
  const first = report.reasons[0]
  const reason = first?.code ?? 'other'
  switch (report.verdict) {
    case 'valid':
      return { key: report.copy ? 'copy_valid' : 'valid', values: { n: signers(report).length, number: report.number ?? '' } }
    case 'incomplete':
      return { key: 'incomplete', values: { reason } }
    case 'unknown_issuer':
      return { key: reason === 'tsa_unknown' ? 'unknown_tsa' : 'unknown_issuer', values: {} }
    case 'cannot_tell':
      if (reason === 'no_signatures' || reason === 'filing_copy') return { key: reason, values: {} }
      return { key: LOST.has(reason) ? 'no_longer' : 'cannot_tell', values: { reason } }
    case 'invalid': {
      if (reason === 'copy_of_other') return { key: reason, values: {} }
      if (reason === 'copy_differs') return first?.page ? { key: reason, values: { page: first.page } } : { key: 'copy_altered', values: {} }
      const who = [...signers(report)].reverse().find((one) => one.changed_after || !one.intact)?.name
      if (!CHANGES.has(reason) || !who) return { key: 'invalid', values: { reason } }
      const page = report.reasons.find((one) => one.page)?.page ?? undefined
      return { key: 'invalid_changed', values: { who, ...(page ? { page } : {}) } }
    }
  }
}

/** Of a PDF, and of a packet. */
export const LIMIT_BYTES = 30 * 1024 * 1024
export const PACKET_BYTES = 128 * 1024 * 1024

/** Megabytes with one decimal, as people read them. */
export const megabytes = (bytes: number): string => (bytes / 1024 / 1024).toFixed(1)
