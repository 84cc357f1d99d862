/** The ceremony's doors of the server (contract section 5) with their words; nothing is judged here. */
import { api } from '../api'
import type { Bytes } from '../pdf/bytes'

export type SlotState = 'waiting' | 'confirmed' | 'enrolled' | 'ready' | 'turn' | 'signed'

export interface SlotView {
  readonly slot: string
  readonly person: string
  readonly name: string
  readonly role: string
  readonly rank: number
  readonly state: SlotState
  readonly signed_at: string | null
}

export interface FileView {
  readonly id: string
  readonly title: string
  readonly pages: number
  readonly sha256: string
  readonly download: string | null
}

export interface CeremonyView {
  readonly id: string
  readonly agreement: string
  readonly state: 'signing' | 'sealing' | 'complete' | 'void'
  readonly void_reason: string | null
  readonly manifest_sha256: string
  readonly deadline: string
  readonly effective_at: string | null
  readonly slots: readonly SlotView[]
  /** The slot of whoever asks, null for an onlooker. */
  readonly mine: string | null
  /** Names of those whose decision or turn comes before one's own. */
  readonly waiting_for?: readonly string[]
  readonly sealing: { readonly state: string; readonly detail: string } | null
  readonly files: readonly FileView[]
  /** Who refused and why, for the mediator only. */
  readonly refusal?: { readonly person: string; readonly reason: string } | null
}

export interface EnrolmentView {
  readonly enrolment: string
  readonly nonce: string
  readonly sent_to: string
  /** A time, or seconds from now. */
  readonly resend_after: string | number
  /** The six digits of H(M) that the message names. */
  readonly digits: string
}

export interface LeaseView {
  readonly lease: string
  readonly fence: number
  readonly expires_at: string
  readonly files: readonly { readonly id: string; readonly tail: string }[]
}

export interface SignedFile {
  readonly id: string
  readonly signed_attrs: string
  readonly signature: string
}

export interface ReceiptView {
  readonly state: 'signed'
  readonly receipts: readonly { readonly file: string; readonly sha256: string }[]
}

export interface CeremonyDoors {
  view(): Promise<CeremonyView>
  manifest(): Promise<Bytes>
  frozen(file: string): Promise<Bytes>
  confirm(manifest: string): Promise<unknown>
  enrol(body: { manifest: string; spki: string; drawing: string; consent: true }): Promise<EnrolmentView>
  check(enrolment: string, body: { code: string; proof: string }): Promise<{ certificate: string; issuing: string; state: string }>
  turn(manifest: string): Promise<LeaseView>
  sign(lease: string, body: { fence: number; files: readonly SignedFile[] }): Promise<ReceiptView>
  refuse(reason: string): Promise<unknown>
  /** Address of a finished file, good for a short time and for this file only. */
  token(agreement: string, file: string): Promise<{ url: string }>
  bytes(url: string): Promise<Bytes>
}

/** The doors of one ceremony on the real server. */
export function doorsOf(ceremony: string): CeremonyDoors {
  const at = `/api/ceremonies/${encodeURIComponent(ceremony)}`
  return {
    view: () => api.get(at),
    manifest: () => api.bytes(`${at}/manifest`),
    frozen: (file) => api.bytes(`${at}/files/${encodeURIComponent(file)}/frozen`),
    confirm: (manifest) => api.post(`${at}/confirm`, { manifest }),
    enrol: (body) => api.post(`${at}/enrolments`, body),
    check: (enrolment, body) => api.post(`${at}/enrolments/${encodeURIComponent(enrolment)}/check`, body),
    turn: (manifest) => api.post(`${at}/turn`, { manifest }),
    sign: (lease, body) => api.post(`${at}/turns/${encodeURIComponent(lease)}`, body),
    refuse: (reason) => api.post(`${at}/refuse`, { reason }),
    token: (agreement, file) => api.post(`/api/agreements/${encodeURIComponent(agreement)}/files/${encodeURIComponent(file)}/token`),
    bytes: (url) => api.bytes(url),
  }
}
