/** What the channels' doors for staff answer (server/channels). */
export interface Channel {
  id: string
  name: string
  organisation: string
  live: boolean
  made_at: string
  last_at: string | null
  former_until: string | null
}

export interface ChannelsView {
  channels: Channel[]
  organisations: { id: string; name: string }[]
}

export interface Line {
  /** Of the file, from 1 */
  n: number
  ref: string
  outcome: 'created' | 'replaced' | 'noted' | 'older' | 'same' | 'refused'
  record: { number: string } | null
  explained: { field: string; zh: string; en: string }[]
}

export interface Lines {
  answers: Line[]
  counts: Partial<Record<Line['outcome'], number>>
  dry: boolean
}

export interface AlikeView {
  sources: { matter: string; number: string; source: string; channel: string; ref: string; received_at: string }[]
  notes: { channel: string; version: number; at: string; event: string; claims: string }[]
  into: { id: string; number: string } | null
  merged: { id: string; number: string }[]
  alike: AlikeOne[]
  may_merge: boolean
}

export interface AlikeOne {
  id: string
  number: string
  title: string
  state: string
  received_at: string
  source: string
  channel: string
  kind: 'duplicate' | 'repeat'
  points: number
  reasons: { reason: string; figure: number }[]
  mergeable: boolean
}
