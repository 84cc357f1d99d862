/** The ceremony's doors of the server (contract section 5) with their words; nothing is judged here. */
import { api, ApiError } from '../api'
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
  /** Name of the clerk who signs here for a signature on paper, and the hash of the scan. */
  readonly clerk?: string | null
  readonly paper?: string | null
}

export interface FileView {
  readonly id: string
  readonly title: string
  readonly pages: number
  readonly sha256: string
  readonly download: string | null
  /** Door of its flat filing copy, once it is released. */
  readonly copy: string | null
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
  /** Separate: everybody signs at a time of their own, without a barrier. */
  readonly mode: 'together' | 'separate'
  /** The next open slot of whoever asks (the last one when all are signed), null for an onlooker. */
  readonly mine: string | null
  /** All slots of whoever asks. */
  readonly own: readonly string[]
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
  readonly beside?: readonly { readonly slot: string; readonly enrolment: string; readonly nonce: string }[]
}

export interface FurtherKey {
  readonly slot: string
  readonly spki: string
  readonly drawing: string
}

export interface FurtherProof {
  readonly enrolment: string
  readonly proof: string
}

export interface CertifiedView {
  readonly certificate: string
  readonly issuing: string
  readonly state: string
  readonly beside?: readonly { readonly slot: string; readonly certificate: string }[]
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
  enrol(body: { manifest: string; spki: string; drawing: string; consent: true; beside: readonly FurtherKey[] }): Promise<EnrolmentView>
  check(enrolment: string, body: { code: string; proof: string; beside: readonly FurtherProof[] }): Promise<CertifiedView>
  turn(manifest: string): Promise<LeaseView>
  sign(lease: string, body: { fence: number; files: readonly SignedFile[] }): Promise<ReceiptView>
  refuse(reason: string): Promise<unknown>
  /** Address of a finished file, good for a short time and for this file only. */
  token(agreement: string, file: string): Promise<{ url: string; copy: string }>
  bytes(url: string): Promise<Bytes>
  /** The filed picture of an organisation's seal (PNG), null when there is none. */
  picture(slot: string): Promise<Bytes | null>
}

/** For whom the doors speak, when that is not whoever uses the page. */
export interface Speaking {
  /** As the clerk of this slot, which was signed on paper. */
  readonly paper?: string
  /** As the person behind this seat (kiosk); null: as staff, whatever seat the page has. */
  readonly seat?: string | null
}

/** The doors of one ceremony on the real server. */
export function doorsOf(ceremony: string, { paper, seat }: Speaking = {}): CeremonyDoors {
  const at = `/api/ceremonies/${encodeURIComponent(ceremony)}`
  const as = paper ? `?slot=${encodeURIComponent(paper)}` : ''
  const who = seat === undefined ? {} : { seat }
  return {
    view: () => api.get(`${at}${as}`, who),
    manifest: () => api.bytes(`${at}/manifest`, who),
    frozen: (file) => api.bytes(`${at}/files/${encodeURIComponent(file)}/frozen`, who),
    confirm: (manifest) => api.post(`${at}/confirm${as}`, { manifest }, who),
    enrol: (body) => api.post(`${at}/enrolments${as}`, body, who),
    check: (enrolment, body) => api.post(`${at}/enrolments/${encodeURIComponent(enrolment)}/check${as}`, body, who),
    turn: (manifest) => api.post(`${at}/turn${as}`, { manifest }, who),
    sign: (lease, body) => api.post(`${at}/turns/${encodeURIComponent(lease)}${as}`, body, who),
    refuse: (reason) => api.post(`${at}/refuse${as}`, { reason }, who),
    token: (agreement, file) => api.post(`/api/agreements/${encodeURIComponent(agreement)}/files/${encodeURIComponent(file)}/token`, {}, who),
    bytes: (url) => api.bytes(url, who),
    picture: async (slot) => {
      try {
        return await api.bytes(`${at}/slots/${encodeURIComponent(slot)}/picture`, who)
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return null
        throw error
      }
    },
  }
}
