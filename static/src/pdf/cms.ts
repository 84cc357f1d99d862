/** The CMS object of one signature (RFC 5652, CAdES detached): what the browser signs, and the check of what others signed. */
import { type Bytes, concat, equal, hex, sha256 } from './bytes'
import { der, DerError, derLength, expect, isOid, type Node, oid, part, readDer, sequence, setOf, TAG } from './der'
import type { TrustedManifest } from './manifest'
import { must, Refusal } from './refusal'
import { checkEventCertificate } from './event'
import { type Certificate, readCertificate, verifiedBy } from './x509'

const DATA = '1.2.840.113549.1.7.1'
const SIGNED_DATA = '1.2.840.113549.1.7.2'
const CONTENT_TYPE = '1.2.840.113549.1.9.3'
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4'
const SIGNING_CERTIFICATE_V2 = '1.2.840.113549.1.9.16.2.47'
const TIMESTAMP_TOKEN = '1.2.840.113549.1.9.16.2.14'
export const TST_INFO = '1.2.840.113549.1.9.16.1.4'
const SHA256_OID = '2.16.840.1.101.3.4.2.1'
const SHA256 = sequence(oid(SHA256_OID)) // parameters absent: RFC 5754 2
const ECDSA_SHA256 = sequence(oid('1.2.840.10045.4.3.2'))
const [ONE, THREE] = [Uint8Array.of(TAG.integer, 1, 1), Uint8Array.of(TAG.integer, 1, 3)]

/** DER SET OF contentType, messageDigest, signingCertificateV2 (RFC 5035, issuerSerial present). No signingTime: /M has it. */
export async function signedAttributes(digest: Bytes, certificate: Pick<Certificate, 'raw' | 'issuer' | 'serial'>, type = DATA): Promise<Bytes> {
  const issuerSerial = sequence(sequence(der(0xa4, certificate.issuer)), certificate.serial)
  const named = sequence(der(TAG.octets, await sha256(certificate.raw)), issuerSerial)
  return setOf(
    sequence(oid(CONTENT_TYPE), setOf(oid(type))),
    sequence(oid(MESSAGE_DIGEST), setOf(der(TAG.octets, digest))),
    sequence(oid(SIGNING_CERTIFICATE_V2), setOf(sequence(sequence(named)))),
  )
}

/** What one of our CMS objects says: the DER of its parts. */
export interface SignedData {
  readonly certificates: readonly Bytes[]
  /** IssuerAndSerialNumber of the signer. */
  readonly signerId: Bytes
  /** The DER SET OF that is signed. */
  readonly attributes: Bytes
  readonly signature: Bytes
  /** The time-stamp over the signature value, null when there is none. */
  readonly token: Bytes | null
  /** The TSTInfo of a time-stamp token, null in a detached signature. */
  readonly content: Bytes | null
}

function takeApart(contents: Bytes): SignedData {
  const info = expect(readDer(contents), TAG.sequence, 2)
  const data = part(part(info, 1, 0xa0), 0, TAG.sequence)
  const inner = part(data, 2, TAG.sequence)
  const signer = part(expect(part(data, 4), TAG.set, 1), 0, TAG.sequence)
  return {
    certificates: expect(part(data, 3), 0xa0).parts.map(({ raw }) => raw),
    signerId: part(signer, 1).raw,
    attributes: der(TAG.set, part(signer, 3, 0xa0).body),
    signature: part(signer, 5, TAG.octets).body,
    token: signer.parts.length > 6 ? readToken(part(signer, 6)) : null,
    content: inner.parts.length > 1 ? part(part(inner, 1, 0xa0), 0, TAG.octets).body : null,
  }
}

function readToken(unsigned: Node): Bytes {
  const attribute = part(expect(unsigned, 0xa1, 1), 0, TAG.sequence)
  if (!isOid(attribute.parts[0], TIMESTAMP_TOKEN)) throw new DerError('unsigned attribute')
  return part(expect(part(attribute, 1), TAG.set, 1), 0).raw
}

/** The same object written again from its parts; only one form is accepted. */
function putTogether({ certificates, signerId, attributes, signature, token, content }: SignedData): Bytes {
  const unsigned = token ? [der(0xa1, sequence(oid(TIMESTAMP_TOKEN), setOf(token)))] : []
  const named = der(0xa0, readDer(attributes).body)
  const signer = sequence(ONE, signerId, SHA256, named, ECDSA_SHA256, der(TAG.octets, signature), ...unsigned)
  const sorted = [...certificates].sort((a, b) => (hex(a) < hex(b) ? -1 : 1))
  const inner = content ? sequence(oid(TST_INFO), der(0xa0, der(TAG.octets, content))) : sequence(oid(DATA))
  const data = sequence(content ? THREE : ONE, setOf(SHA256), inner, der(0xa0, ...sorted), setOf(signer))
  return sequence(oid(SIGNED_DATA), der(0xa0, data))
}

/** Reads a detached signature, or a token of the embedded authority, in the one form they are written in. Throws DerError. */
export function readSignedData(object: Bytes, token: boolean): SignedData {
  const data = takeApart(object)
  if (!equal(putTogether(data), object) || (data.content !== null) !== token) throw new DerError('not in its one form')
  return data
}

/** The DER object at the start of a /Contents value. Throws DerError unless only zeros follow it. */
export function padded(contents: Bytes): Bytes {
  const end = derLength(contents)
  if (contents.subarray(end).some((byte) => byte !== 0)) throw new DerError('padding')
  return contents.slice(0, end)
}

/** An earlier person's signature and the facts it has to fit. */
export interface Signed {
  /** The whole /Contents value: DER, then zeros. */
  readonly contents: Bytes
  /** SHA-256 over both ranges of that revision. */
  readonly digest: Bytes
  readonly slot: string
  /** /M in milliseconds since 1970. */
  readonly at: number
}

/** Refuses unless the signature is real and by M's person for that slot (architecture 3a, step 4 b). */
export async function checkSigned({ contents, digest, slot, at }: Signed, trusted: TrustedManifest): Promise<void> {
  const { parts, certificates } = readContents(contents, slot)
  const signer = certificates.find(({ issuer, serial }) => equal(parts.signerId, sequence(issuer, serial)))
  must(signer !== undefined, 'cms_encoding', `${slot}: no certificate of the signer`)
  const others = certificates.filter((certificate) => certificate !== signer)
  must(others.length === 1 && others.every(({ raw }) => equal(raw, trusted.issuing.raw)), 'certificate_issuer', slot)
  await checkEventCertificate(signer, slot, trusted, at)
  const { attributes } = parts
  if (!equal(attributes, await signedAttributes(digest, signer))) {
    const form = await signedAttributes(messageDigest(attributes), signer)
    throw new Refusal(equal(attributes, form) ? 'cms_digest' : 'cms_attributes', slot)
  }
  must(await verifiedBy(signer, 'SHA-256', parts.signature, attributes), 'cms_signature', slot)
  must(parts.token !== null, 'cms_timestamp', `${slot}: none`)
  await checkTimestamp(parts.token, parts.signature, slot)
}

function readContents(contents: Bytes, slot: string): { parts: SignedData; certificates: Certificate[] } {
  let object: Bytes
  try {
    object = padded(contents)
  } catch (error) {
    throw new Refusal(String(error).includes('padding') ? 'cms_padding' : 'cms_encoding', `${slot}: ${String(error)}`)
  }
  try {
    const parts = readSignedData(object, false)
    return { parts, certificates: parts.certificates.map((raw) => readCertificate(raw)) }
  } catch (error) {
    throw new Refusal('cms_encoding', `${slot}: ${String(error)}`)
  }
}

/** The SHA-256 digest that stands in signed attributes, or nothing. */
export function messageDigest(attributes: Bytes): Bytes {
  const found = readDer(attributes).parts.find((attribute) => isOid(attribute.parts[0], MESSAGE_DIGEST))
  const digest = found?.parts[1]?.parts[0]?.body
  return digest?.length === 32 ? digest : new Uint8Array()
}

/** The elements of a token's TSTInfo: version, policy, imprint, serial number, genTime, ... Throws DerError. */
export function tstInfo(token: Bytes): readonly Node[] {
  const data = part(part(expect(readDer(token), TAG.sequence, 2), 1, 0xa0), 0, TAG.sequence)
  const content = expect(part(data, 2), TAG.sequence, 2)
  if (!isOid(content.parts[0], TST_INFO)) throw new DerError('content type')
  const info = expect(readDer(concat(part(part(content, 1, 0xa0), 0, TAG.octets).body)), TAG.sequence)
  const [algorithm, value] = expect(part(info, 2), TAG.sequence, 2).parts
  if (!algorithm || !isOid(expect(algorithm, TAG.sequence).parts[0], SHA256_OID)) throw new DerError('hash')
  if (value?.tag !== TAG.octets) throw new DerError('imprint')
  return info.parts
}

/** The SHA-256 value a token is about. */
export function imprintOf(token: Bytes): Bytes {
  return tstInfo(token)[2]?.parts[1]?.body ?? new Uint8Array()
}

/** The token must be about this signature value. Its authority is not in M; the server and every verifier judge it. */
async function checkTimestamp(token: Bytes, signature: Bytes, slot: string): Promise<void> {
  let imprint: Bytes
  try {
    imprint = imprintOf(token)
  } catch (error) {
    throw new Refusal('cms_timestamp', `${slot}: ${String(error)}`)
  }
  must(equal(imprint, await sha256(signature.slice())), 'cms_timestamp', slot)
}
