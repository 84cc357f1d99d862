/** One certificate and what RFC 5280 and RFC 3161 let it do, as documents/chain.py says it. Read as strict DER. Pure. */
import { type Bytes, equal, hex, sha256 } from '../pdf/bytes'
import { DerError, dotted, expect, type Node, part, readDer, signatureFromDer, TAG } from '../pdf/der'

const EXT = {
  subjectKey: '2.5.29.14', usage: '2.5.29.15', alternative: '2.5.29.17', basic: '2.5.29.19', points: '2.5.29.31', policies: '2.5.29.32',
  authorityKey: '2.5.29.35', purposes: '2.5.29.37', noCheck: '1.3.6.1.5.5.7.48.1.5',
} as const
export const PURPOSE = { stamping: '1.3.6.1.5.5.7.3.8', status: '1.3.6.1.5.5.7.3.9' } as const
const SIGNING = new Set(['2.5.29.37.0', '1.3.6.1.5.5.7.3.4', '1.3.6.1.5.5.7.3.2', '1.3.6.1.5.5.7.3.36', '1.3.6.1.4.1.311.10.3.12', '1.2.840.113583.1.1.5'])
const UNDERSTOOD = new Set<string>([EXT.basic, EXT.usage, EXT.purposes, EXT.policies, EXT.alternative, EXT.points])
/** Name and policy constraints are not worked out, so they are refused. */
const CONSTRAINTS = ['2.5.29.30', '2.5.29.36', '2.5.29.54']
const EC_KEY = '1.2.840.10045.2.1'
const RSA_KEY = '1.2.840.113549.1.1.1'
const CURVES: Readonly<Record<string, readonly [string, number]>> = {
  '1.2.840.10045.3.1.7': ['P-256', 32], '1.3.132.0.34': ['P-384', 48], '1.3.132.0.35': ['P-521', 66],
}
/** Signature algorithm: whether of ECDSA, and the hash, of the SHA-2 family. */
const ALGORITHMS: Readonly<Record<string, readonly ['EC' | 'RSA', string]>> = {
  '1.2.840.10045.4.3.2': ['EC', 'SHA-256'], '1.2.840.10045.4.3.3': ['EC', 'SHA-384'], '1.2.840.10045.4.3.4': ['EC', 'SHA-512'],
  '1.2.840.113549.1.1.11': ['RSA', 'SHA-256'], '1.2.840.113549.1.1.12': ['RSA', 'SHA-384'], '1.2.840.113549.1.1.13': ['RSA', 'SHA-512'],
}

/** P-256 and up, RSA from 2048 bits. */
export type Key = { readonly kind: 'EC'; readonly curve: string; readonly size: number } | { readonly kind: 'RSA' }

export interface Extension {
  readonly critical: boolean
  readonly value: Bytes
}

export class Cert {
  readonly id: string
  readonly serial: Bytes
  readonly issuer: Bytes
  readonly subject: Bytes
  readonly tbs: Bytes
  readonly spki: Bytes
  /** The bits of the key alone. */
  readonly keyBits: Bytes
  readonly key: Key | null
  readonly notBefore: number
  readonly notAfter: number
  readonly extensions: ReadonlyMap<string, Extension>
  readonly algorithm: Node
  readonly signature: Bytes

  /** Throws DerError for anything but a version 3 certificate. */
  constructor(readonly raw: Bytes) {
    this.id = hex(raw)
    const outer = expect(readDer(raw), TAG.sequence, 3)
    const tbs = part(outer, 0, TAG.sequence)
    const [version, serial, algorithm, issuer, validity, subject, key, ...more] = tbs.parts
    if (!version || !serial || !algorithm || !issuer || !validity || !subject || !key || !equal(version.raw, Uint8Array.of(0xa0, 3, 2, 1, 2))) {
      throw new DerError('certificate')
    }
    if (!equal(algorithm.raw, part(outer, 1).raw)) throw new DerError('two signature algorithms')
    this.tbs = tbs.raw
    this.serial = expect(serial, TAG.integer).raw
    this.issuer = expect(issuer, TAG.sequence).raw
    this.subject = expect(subject, TAG.sequence).raw
    this.algorithm = algorithm
    this.notBefore = timeOf(part(validity, 0))
    this.notAfter = timeOf(part(validity, 1))
    this.spki = expect(key, TAG.sequence, 2).raw
    this.keyBits = bits(part(key, 1))
    this.key = readKey(key)
    this.extensions = extensionsOf(more)
    this.signature = bits(part(outer, 2))
  }

  private extension(oid: string): Node | null {
    const found = this.extensions.get(oid)
    return found ? readDer(found.value) : null
  }

  /** First bytes of keyUsage; null where the certificate does not say. */
  private get usage(): number | null {
    const found = this.extension(EXT.usage)
    return found && ((expect(found, TAG.bits).body[1] ?? 0) << 8) + (found.body[2] ?? 0)
  }

  get purposes(): readonly string[] | null {
    return this.extension(EXT.purposes)?.parts.map(dotted) ?? null
  }

  get policies(): readonly string[] {
    return this.extension(EXT.policies)?.parts.map((one) => dotted(part(one, 0))) ?? []
  }

  /** Of its own key, and of its issuer's, in hex, where it names them. */
  get keyIdentifiers(): readonly [string, string] {
    const above = this.extension(EXT.authorityKey)?.parts.find(({ tag }) => tag === 0x80)
    return [hex(this.extension(EXT.subjectKey)?.body ?? new Uint8Array()), hex(above?.body ?? new Uint8Array())]
  }

  private get constraints(): { ca: boolean; path: number | null } | null {
    const found = this.extension(EXT.basic)
    if (!found) return null
    const [first, second, ...more] = expect(found, TAG.sequence).parts
    const ca = first?.tag === TAG.boolean && first.body[0] === 0xff
    const path = first?.tag === TAG.integer ? first : second
    if (more.length > 0 || (path && (path.tag !== TAG.integer || path.body.length !== 1))) throw new DerError('basic constraints')
    return { ca, path: path?.body[0] ?? null }
  }

  get isCa(): boolean {
    return this.constraints?.ca === true
  }

  get selfIssued(): boolean {
    return equal(this.issuer, this.subject)
  }

  get noCheck(): boolean {
    return this.extensions.has(EXT.noCheck)
  }

  /** The issuer may have signed lists: keyUsage cRLSign, or none. */
  get maySignLists(): boolean {
    return this.usage === null || (this.usage & 0x0200) !== 0
  }

  /** Addresses of the lists it stands on: each GeneralName in hex. */
  get points(): readonly string[] {
    const found = this.extension(EXT.points)?.parts ?? []
    return found.flatMap((point) => point.parts.find(({ tag }) => tag === 0xa0)?.parts.find(({ tag }) => tag === 0xa0)?.parts.map(({ raw }) => hex(raw)) ?? [])
  }

  /** RFC 5280 6.1.4 (k)-(n); `below` counts the CAs under it that are not self-issued. */
  mayIssue(below: number): boolean {
    const { constraints, usage } = this
    if (!constraints?.ca || (usage !== null && (usage & 0x0400) === 0)) return false
    return constraints.path === null || below <= constraints.path
  }

  private get signs(): boolean {
    return this.usage === null || (this.usage & 0xc000) !== 0
  }

  maySign(): boolean {
    return this.signs && !this.isCa && (this.purposes === null || this.purposes.some((one) => SIGNING.has(one)))
  }

  /** RFC 3161 2.3: extendedKeyUsage critical, time-stamping and nothing else. */
  mayStamp(): boolean {
    const { purposes } = this
    return this.signs && this.extensions.get(EXT.purposes)?.critical === true && purposes?.length === 1 && purposes[0] === PURPOSE.stamping
  }

  understood(): boolean {
    return [...this.extensions].every(([oid, { critical }]) => !critical || UNDERSTOOD.has(oid)) && !CONSTRAINTS.some((oid) => this.extensions.has(oid))
  }

  async fingerprint(): Promise<string> {
    return hex(await sha256(this.raw.slice()))
  }
}

function readKey(key: Node): Key | null {
  const algorithm = expect(part(key, 0), TAG.sequence)
  const kind = dotted(part(algorithm, 0))
  if (kind === EC_KEY && algorithm.parts[1]?.tag === TAG.oid) {
    const curve = CURVES[dotted(algorithm.parts[1])]
    return curve ? { kind: 'EC', curve: curve[0], size: curve[1] } : null
  }
  if (kind !== RSA_KEY) return null
  const modulus = part(readDer(bits(part(key, 1))), 0, TAG.integer).body
  return modulus.length - (modulus[0] === 0 ? 1 : 0) >= 256 ? { kind: 'RSA' } : null
}

function extensionsOf(more: readonly Node[]): ReadonlyMap<string, Extension> {
  const found = new Map<string, Extension>()
  const holder = more.find(({ tag }) => tag === 0xa3)
  for (const item of holder ? part(expect(holder, 0xa3, 1), 0, TAG.sequence).parts : []) {
    const name = dotted(part(expect(item, TAG.sequence), 0))
    const critical = item.parts.length === 3
    if (found.has(name) || item.parts.length > 3 || (critical && part(item, 1, TAG.boolean).body[0] !== 0xff)) throw new DerError('extension')
    found.set(name, { critical, value: part(item, critical ? 2 : 1, TAG.octets).body })
  }
  for (const { value } of found.values()) readDer(value)
  return found
}

export function bits({ tag, body }: Node): Bytes {
  if (tag !== TAG.bits || body[0] !== 0) throw new DerError('bit string')
  return body.subarray(1)
}

/** UTCTime or GeneralizedTime in milliseconds since 1970; with a fraction where it has one (RFC 3161 2.4.2). */
export function timeOf({ tag, body }: Node): number {
  const text = String.fromCharCode(...body)
  const full = tag === TAG.utcTime ? (text < '50' ? '20' : '19') + text : text // RFC 5280 4.1.2.5.1
  const found = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{1,9}))?Z$/.exec(full)
  if (!found || (tag !== TAG.utcTime && tag !== TAG.time)) throw new DerError('time')
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found.slice(1, 7).map(Number)
  const at = new Date(Date.UTC(year, month - 1, day, hour, minute, second))
  if (Number.isNaN(at.getTime()) || !at.toISOString().replace(/\D/g, '').startsWith(full.slice(0, 14))) throw new DerError('time')
  return at.getTime() + (found[7] ? Number(found[7].padEnd(6, '0').slice(0, 6)) / 1000 : 0)
}

/** Verifies a signature value by the key of a certificate with a hash of the SHA-2 family. */
export async function verifies(signer: Pick<Cert, 'key' | 'spki'>, hash: string, value: Bytes, data: Bytes, salt?: number): Promise<boolean> {
  const { key, spki } = signer
  if (!key) return false
  try {
    if (key.kind === 'EC') {
      const raw = signatureFromDer(value, key.size)
      const imported = await crypto.subtle.importKey('spki', spki.slice(), { name: 'ECDSA', namedCurve: key.curve }, false, ['verify'])
      return await crypto.subtle.verify({ name: 'ECDSA', hash }, imported, raw, data.slice())
    }
    const name = salt === undefined ? 'RSASSA-PKCS1-v1_5' : 'RSA-PSS'
    const imported = await crypto.subtle.importKey('spki', spki.slice(), { name, hash }, false, ['verify'])
    return await crypto.subtle.verify(salt === undefined ? { name } : { name, saltLength: salt }, imported, value.slice(), data.slice())
  } catch {
    return false
  }
}

/** Verifies a signature whose algorithm is named by an AlgorithmIdentifier: ECDSA or PKCS #1 v1.5 over SHA-256, -384, -512. */
export async function signedWith(signer: Pick<Cert, 'key' | 'spki'>, algorithm: Node, value: Bytes, data: Bytes): Promise<boolean> {
  const [kind, hash] = ALGORITHMS[dotted(part(algorithm, 0))] ?? []
  const parameters = algorithm.parts[1]
  const formed = kind === 'EC' ? !parameters : parameters?.tag === TAG.empty
  return kind !== undefined && hash !== undefined && formed && algorithm.parts.length < 3 && signer.key?.kind === kind && verifies(signer, hash, value, data)
}
