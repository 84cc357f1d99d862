/** What the doors of the court packet answer, and what follows from it. */
export interface PacketItem {
  code: string
  count: number
  missing: boolean
  by: 'signers' | 'staff' | 'people' | 'operator'
  people: string[]
}

export interface Attachment {
  id: string
  kind: string
  slot: string
  title: string
  /** Label of whose it is, or "". */
  person: string
  media_type: string
  length: number
}

export interface PacketMember {
  path: string
  slot: string
  title: string
  length: number
  signed: boolean
}

export interface Packet {
  id: string
  number: string
  state: 'building' | 'made' | 'failed'
  step: number
  steps: number
  court: string
  asked_at: string
  made_at: string
  cause: string
  detail: string
  sha256: string
  length: number
  /** It is what would be made now. */
  current: boolean
  members: PacketMember[]
}

export interface PacketDesk {
  court: string
  /** The court that the signed application names; empty where none was signed. */
  signed_for: string
  items: PacketItem[]
  people: { id: string; label: string; side: 'applicant' | 'respondent' }[]
  slots: string[]
  attachments: Attachment[]
  /** Bytes that may still be attached. */
  room: number
  packets: Packet[]
}

/** An attachment as it is described, before its file is chosen. */
export interface AttachmentTyped {
  kind: string
  person: string
  slot: string
  title: string
}

export const KINDS = ['identity', 'authority', 'property', 'performance', 'other'] as const
export const STEPS = ['collect', 'disclose', 'report', 'seal', 'judge'] as const
/** Kinds of papers that are somebody's own. */
export const PERSONAL: ReadonlySet<string> = new Set(['identity', 'authority'])
export const LIMIT = 20 * 1024 * 1024

/** The court's slot that fits, until somebody chooses another one. */
export function slotOf(kind: string, person: string, people: PacketDesk['people']): string {
  if (!PERSONAL.has(kind)) return '其他材料'
  return people.find((one) => one.id === person)?.side === 'respondent' ? '被申请人材料' : '申请人材料'
}

/** Bytes as people read them: 3.2 MB, 812 KB. */
export function size(bytes: number): string {
  return bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`
}
