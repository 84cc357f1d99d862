/** The judgement on a court packet (zip) as the browser reads it. Decides nothing: the verdict is the server's. */
import type { Known, Report, Verdict } from './report'

export const PACKET_LIST = '00_移送清单.pdf'

/** A file of the list; the comparisons are null where it is not there. */
export interface PacketFile {
  path: string
  slot: string
  title: string
  length: number
  sha256: string
  sm3: string
  signed: boolean
  length_ok: boolean | null
  sha256_ok: boolean | null
  sm3_ok: boolean | null
  report: Report | null
}

export interface PacketReport {
  form: 'packet'
  verdict: Verdict
  reasons: { code: string; detail?: string | null }[]
  sha256: string
  length: number
  /** Packed anew by somebody. */
  repacked: boolean
  list: Report | null
  files: PacketFile[]
  manifest: { case_no: string; court: string; made_at: string; agreement: { path: string } } | null
  known: Known | null
}

export type FileState = 'valid' | 'same' | 'changed' | 'missing' | 'invalid' | 'incomplete' | 'unknown'

/** A signed file is good only when it is the listed one and valid by itself. */
export function fileState(file: PacketFile): FileState {
  if (file.length_ok === null) return 'missing'
  if (!file.length_ok || !file.sha256_ok || !file.sm3_ok) return 'changed'
  if (!file.signed) return 'same'
  switch (file.report?.verdict) {
    case 'valid':
      return 'valid'
    case 'incomplete':
      return 'incomplete'
    case 'unknown_issuer':
    case 'cannot_tell':
      return 'unknown'
    default:
      return 'invalid'
  }
}

/** Everything that can be opened: the list first, then its files. */
export function members(report: PacketReport, listTitle: string): PacketFile[] {
  if (!report.list) return report.files
  const { sha256, length } = report.list
  const itself = { path: PACKET_LIST, slot: '', title: listTitle, length, sha256, sm3: '', signed: true, length_ok: true, sha256_ok: true, sm3_ok: true, report: report.list }
  return [itself, ...report.files]
}
