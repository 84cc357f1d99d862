/** X.509 certificates as the ceremony uses them (RFC 5280, ECDSA only): what one says, and whether another issued it. */
import { type Bytes, equal } from './bytes'
import { DerError, dotted, expect, isOid, type Node, part, readDer, signatureFromDer, TAG } from './der'

export const OID = {
  commonName: '2.5.4.3',
  serialNumber: '2.5.4.5',
  title: '2.5.4.12',
  keyUsage: '2.5.29.15',
  basicConstraints: '2.5.29.19',
  policies: '2.5.29.32',
  subjectKey: '2.5.29.14',
  authorityKey: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  authorityInfo: '1.3.6.1.5.5.7.1.1',
  manifest: '2.25.208847154218346893213.1',
  assurance: '2.25.208847154218346893213.2',
  /** Extension: SHA-256 of the scan a clerk signs for. */
  paper: '2.25.208847154218346893213.4',
  /** Policy: issued below a deployment's own root. */
  ownAuthority: '2.25.208847154218346893213.5',
} as const

const KEY_ALGORITHM = '1.2.840.10045.2.1'
const CURVES: Readonly<Record<string, { name: string; size: number }>> = {
  '1.2.840.10045.3.1.7': { name: 'P-256', size: 32 },
  '1.3.132.0.34': { name: 'P-384', size: 48 },
}
const HASHES: Readonly<Record<string, string>> = { '1.2.840.10045.4.3.2': 'SHA-256', '1.2.840.10045.4.3.3': 'SHA-384' }

export interface Extension {
  readonly critical: boolean
  readonly value: Bytes
}

export interface Certificate {
  readonly raw: Bytes
  readonly tbs: Bytes
  /** INTEGER, whole encoding. */
  readonly serial: Bytes
  /** Name, whole encoding. */
  readonly issuer: Bytes
  readonly subject: Bytes
  /** Attributes of the subject in their order: OID and text. */
  readonly names: readonly (readonly [string, string])[]
  /** Milliseconds since 1970, UTC. */
  readonly notBefore: number
  readonly notAfter: number
  /** SubjectPublicKeyInfo, whole encoding. */
  readonly spki: Bytes
  readonly curve: { readonly name: string; readonly size: number }
  readonly extensions: ReadonlyMap<string, Extension>
  readonly hash: string
  /** SEQUENCE { r, s }. */
  readonly signature: Bytes
}

const TEXT_TAGS: ReadonlySet<number> = new Set([TAG.utf8, TAG.printable])

/** Reads one DER certificate, version 3. Throws DerError for anything else. */
export function readCertificate(raw: Bytes): Certificate {
  const outer = expect(readDer(raw), TAG.sequence, 3)
  const tbs = part(outer, 0, TAG.sequence)
  const [version, serial, algorithm, issuer, validity, subject, key, extensions, ...more] = tbs.parts
  if (!version || !serial || !algorithm || !issuer || !validity || !subject || !key || !extensions || more.length > 0) {
    throw new DerError('certificate')
  }
  if (!equal(version.raw, Uint8Array.of(0xa0, 3, 2, 1, 2))) throw new DerError('certificate version')
  if (!equal(algorithm.raw, part(outer, 1).raw)) throw new DerError('two signature algorithms')
  expect(algorithm, TAG.sequence, 1)
  const hash = HASHES[dotted(part(algorithm, 0))]
  if (!hash) throw new DerError('signature algorithm')
  expect(validity, TAG.sequence, 2)
  return {
    raw,
    tbs: tbs.raw,
    serial: expect(serial, TAG.integer).raw,
    issuer: expect(issuer, TAG.sequence).raw,
    subject: expect(subject, TAG.sequence).raw,
    names: subject.parts.flatMap((set) => expect(set, TAG.set).parts.map(readName)),
    notBefore: readTime(part(validity, 0)),
    notAfter: readTime(part(validity, 1)),
    spki: expect(key, TAG.sequence).raw,
    curve: readCurve(key),
    extensions: readExtensions(extensions),
    hash,
    signature: readBits(part(outer, 2)),
  }
}

function readName(attribute: Node): readonly [string, string] {
  expect(attribute, TAG.sequence, 2)
  const value = part(attribute, 1)
  if (!TEXT_TAGS.has(value.tag)) throw new DerError('name type')
  try {
    return [dotted(part(attribute, 0)), new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value.body)]
  } catch {
    throw new DerError('name')
  }
}

function readTime({ tag, body }: Node): number {
  const text = String.fromCharCode(...body)
  const full = tag === TAG.utcTime ? (text < '50' ? '20' : '19') + text : text // RFC 5280 4.1.2.5.1
  const found = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(full)
  if (!found || (tag !== TAG.utcTime && tag !== TAG.time)) throw new DerError('time')
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found.slice(1).map(Number)
  const at = new Date(Date.UTC(year, month - 1, day, hour, minute, second))
  if (!at.toISOString().replace(/\D/g, '').startsWith(full.slice(0, 14))) throw new DerError('time')
  return at.getTime()
}

function readCurve(key: Node): { name: string; size: number } {
  const algorithm = expect(part(key, 0), TAG.sequence, 2)
  const curve = CURVES[dotted(part(algorithm, 1, TAG.oid))]
  if (!curve || !isOid(algorithm.parts[0], KEY_ALGORITHM)) throw new DerError('key type')
  return curve
}

function readBits({ tag, body }: Node): Bytes {
  if (tag !== TAG.bits || body[0] !== 0) throw new DerError('bit string')
  return body.subarray(1)
}

function readExtensions(holder: Node): ReadonlyMap<string, Extension> {
  const found = new Map<string, Extension>()
  for (const item of part(expect(holder, 0xa3, 1), 0, TAG.sequence).parts) {
    expect(item, TAG.sequence)
    const name = dotted(part(item, 0))
    const critical = item.parts.length === 3
    if (critical && part(item, 1, TAG.boolean).body[0] !== 0xff) throw new DerError('extension')
    if (found.has(name) || item.parts.length > 3) throw new DerError('extension twice')
    found.set(name, { critical, value: part(item, critical ? 2 : 1, TAG.octets).body })
  }
  return found
}

/** Verifies an ECDSA signature given as SEQUENCE { r, s } with the key of a certificate. */
export async function verifiedBy(signer: Certificate, hash: string, signature: Bytes, data: Bytes): Promise<boolean> {
  let raw: Bytes
  try {
    raw = signatureFromDer(signature, signer.curve.size)
  } catch {
    return false
  }
  const key = await crypto.subtle
    .importKey('spki', signer.spki, { name: 'ECDSA', namedCurve: signer.curve.name }, false, ['verify'])
    .catch(() => null) // a point that is not on the curve
  return key !== null && (await crypto.subtle.verify({ name: 'ECDSA', hash }, key, raw, data))
}

/** Whether `certificate` was issued by `issuer`: same names, and its signature verifies with the issuer's key. */
export async function issuedBy(certificate: Certificate, issuer: Certificate): Promise<boolean> {
  return equal(certificate.issuer, issuer.subject) && (await verifiedBy(issuer, certificate.hash, certificate.signature, certificate.tbs))
}

/** Whether the certificate may issue others: basicConstraints CA, keyUsage keyCertSign (RFC 5280 4.2.1.3, 4.2.1.9). */
export function isAuthority(certificate: Certificate): boolean {
  const constraints = certificate.extensions.get(OID.basicConstraints)
  const usage = certificate.extensions.get(OID.keyUsage)
  if (!constraints || !usage) return false
  const flag = readDer(constraints.value).parts[0]
  return flag?.tag === TAG.boolean && flag.body[0] === 0xff && (keyUsage(usage) & 0x04) !== 0
}

/** First byte of keyUsage: 0x80 digitalSignature, 0x40 nonRepudiation, ..., 0x04 keyCertSign. */
export function keyUsage(extension: Extension): number {
  const { tag, body } = readDer(extension.value)
  if (tag !== TAG.bits || body.length !== 2) throw new DerError('key usage')
  return body[1] ?? 0
}
