/** What the QR code and the foot of a printed page say, and what was issued under it. */

export interface PrintedFile {
  number: string
  code: string
  /** Empty where it was printed to be signed by hand. */
  title: string
  state: 'released' | 'by_hand' | 'to_sign_by_hand'
  effective_at: string | null
  signers: { role: string; name: string }[]
  sha256: string
}

export interface PrintedAnswer {
  centre: string
  /** null: nothing was issued under it. */
  found: PrintedFile | null
}

/** The hash of the text in a fragment "#t=…"; empty if there is none. */
export function textOf(hash: string): string {
  return /^#t=([0-9a-f]{64})$/.exec(hash)?.[1] ?? ''
}

export type Scanned = { text: string } | { host: string } | null

/** A code of ours, of another site, or of no document at all. */
export function readCode(words: string, origin: string): Scanned {
  const address = URL.canParse(words) ? new URL(words) : null
  const text = address ? textOf(address.hash) : ''
  if (!address || !text) return null
  return address.origin === origin ? { text } : { host: address.host }
}

/** The code as typed, if it can be one: 8 or 64 hexadecimal digits, however grouped. */
export function typedCode(words: string): string {
  const code = words.normalize('NFKC').replace(/[\s:-]/g, '').toLowerCase()
  return /^(?:[0-9a-f]{8}|[0-9a-f]{64})$/.test(code) ? code : ''
}
