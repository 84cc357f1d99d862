/** Every reason there is: which of the five checks it fails, and what it makes of the file; documents/report.py has the same. */
import type { Report, Verdict } from '../court/report'

export type CheckCode = Report['checks'][number]['code']
export const CHECKS: readonly CheckCode[] = ['unchanged', 'signatures', 'certificates', 'time', 'complete']
/** Which verdict wins when reasons of several kinds are there. */
export const ORDER: readonly Verdict[] = ['invalid', 'incomplete', 'unknown_issuer', 'cannot_tell']

const LISTED: readonly (readonly [CheckCode, Verdict, string])[] = [
  [
    'unchanged', 'invalid',
    'changed_content changed_after trailing_bytes truncated structure fields_changed active_content page_differs signature_range text_differs copy_of_other copy_differs',
  ],
  ['signatures', 'invalid', 'not_certified signature_broken signature_encoding'],
  ['certificates', 'invalid', 'certificate_subject certificate_manifest certificate_issuer certificate_paper certificate_invalid revoked'],
  ['time', 'invalid', 'timestamp_broken timestamp_revoked status_time'],
  ['complete', 'incomplete', 'missing_signature missing_seal missing_status missing_timestamp'],
  ['certificates', 'unknown_issuer', 'no_trust other_root'],
  ['time', 'unknown_issuer', 'tsa_unknown'],
  ['time', 'cannot_tell', 'status_unknown timestamp_expired no_proof time_ahead'],
  ['complete', 'cannot_tell', 'not_ours no_signatures filing_copy'],
  ['unchanged', 'cannot_tell', 'not_understood'], // of the page alone: what it cannot judge it calls neither good nor bad
]

export const BREAKS: ReadonlyMap<string, readonly [CheckCode, Verdict]> = new Map(
  LISTED.flatMap(([check, verdict, codes]) => codes.split(' ').map((code) => [code, [check, verdict]] as const)),
)

export const verdictFor = (code: string): Verdict => BREAKS.get(code)?.[1] ?? 'cannot_tell'

/** The one conjunction: `valid` only without any reason, else the gravest. */
export function verdictOf(codes: readonly string[]): Verdict {
  const found = codes.map(verdictFor)
  return ORDER.find((verdict) => found.includes(verdict)) ?? 'valid'
}

/** The five checks; `unasked`: those that could not even be tried. */
export function checksOf(codes: readonly string[], unasked: ReadonlySet<CheckCode>): Report['checks'] {
  return CHECKS.map((code) => {
    const here = [...new Set(codes.filter((one) => BREAKS.get(one)?.[0] === code))]
    const failed = here.some((one) => ['invalid', 'incomplete'].includes(verdictFor(one)))
    return { code, ok: failed ? false : here.length > 0 || unasked.has(code) ? null : true, detail: here.join(' ') }
  })
}
