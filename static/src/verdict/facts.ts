/** The facts about one signature that its own bytes give: arithmetic, time, names. As documents/facts.py. Pure. */
import { type Bytes, concat, equal, hex, sha256, unhex } from '../pdf/bytes'
import { imprintOf, messageDigest, padded, readSignedData, type SignedData, signedAttributes, TST_INFO, tstInfo } from '../pdf/cms'
import { DerError, dotted, expect, part, readDer, sequence, TAG } from '../pdf/der'
import { type Assurance, eventForm, named } from '../pdf/event'
import { type Certificate, issuedBy, OID, readCertificate } from '../pdf/x509'
import { Cert, verifies } from './cert'
import type { Signed } from './grammar'
import type { Library } from './library'
import type { Pdf } from './structure'
import { checkToken, readToken } from './tokens'

const BYTE_RANGE = /\/ByteRange ?\[ ?0 +(\d{1,10}) +(\d{1,10}) +(\d{1,10}) *\]/g
const OWN_POLICY = '2.25.208847154218346893213.3.1'
export const OWN_CA: string = OID.ownAuthority
const LEVELS: readonly Assurance[] = ['code', 'seen', 'desk', 'licensed']
const COMMON_NAME = OID.commonName

/** One signature; times in milliseconds since 1970. */
export interface Fact {
  readonly signed: Signed
  intact: boolean
  valid: boolean
  at: number | null
  name: string
  role: string
  slot: string
  manifestHash: string | null
  paper: string | null
  assurance: string | null
  signer: Cert | null
  stamper: Cert | null
  certificates: Bytes[]
  reasons: string[]
}

export async function factOf(pdf: Pdf, signed: Signed): Promise<Fact> {
  const fact: Fact = {
    signed, intact: false, valid: false, at: null, name: '', role: '', slot: '', manifestHash: null, paper: null,
    assurance: null, signer: null, stamper: null, certificates: [], reasons: [],
  }
  try {
    const { contents, digest } = await rangeOf(pdf, signed)
    if (signed.kind === 'document_timestamp') await readStamp(fact, contents, digest)
    else await readSignature(fact, contents, digest)
  } catch (error) {
    if (!(error instanceof DerError)) throw error
    fact.reasons.push(signed.kind === 'document_timestamp' ? 'timestamp_broken' : 'signature_encoding')
  }
  return fact
}

/** The /Contents value of the revision's own dictionary and the digest of everything else up to its end. */
async function rangeOf({ bytes, text }: Pdf, { revision: { start, end } }: Signed): Promise<{ contents: Bytes; digest: Bytes }> {
  const found = [...text.slice(start, end).matchAll(BYTE_RANGE)]
  const [a = 0, b = 0, c = 0] = found[0]?.slice(1).map(Number) ?? []
  if (found.length !== 1 || !(start <= a && a < b) || b + c !== end) throw new DerError('/ByteRange')
  const spelling = text.slice(a + 1, b - 1)
  if (spelling.length % 2 || !(/^[0-9a-f]*$/.test(spelling) || /^[0-9A-F]*$/.test(spelling))) throw new DerError('spelling')
  return { contents: unhex(spelling), digest: await sha256(concat(bytes.subarray(0, a), bytes.subarray(b, end))) }
}

async function readSignature(fact: Fact, contents: Bytes, digest: Bytes): Promise<void> {
  const parsed = readSignedData(padded(contents), false)
  fact.certificates = [...parsed.certificates]
  const all = parsed.certificates.map((raw) => new Cert(raw))
  const signer = all.find((one) => equal(parsed.signerId, sequence(one.issuer, one.serial)))
  if (!signer) throw new DerError('no certificate of the signer')
  const event = describe(fact, signer)
  fact.intact = equal(messageDigest(parsed.attributes), digest)
  fact.valid = await valueFits(parsed, signer, undefined)
  if (!fact.valid) fact.reasons.push('signature_broken')
  if (!onePath(signer, all)) fact.reasons.push('signature_encoding')
  if (!parsed.token || !(await tokenFits(fact, parsed.token, await sha256(parsed.signature.slice())))) fact.reasons.push('timestamp_broken')
  if (fact.signed.kind === 'person' || fact.signed.kind === 'organisation') {
    const above = all.find((one) => one.id !== signer.id)
    const issuer = above && asEvent(above)
    if (!event || !issuer || !(await issuedBy(event, issuer))) fact.reasons.push('certificate_issuer')
    else if (eventForm(event, fact.at ?? 0) === null) fact.reasons.push('certificate_invalid')
  }
}

async function readStamp(fact: Fact, contents: Bytes, digest: Bytes): Promise<void> {
  const token = padded(contents)
  const imprint = imprintOf(token)
  fact.intact = equal(imprint, digest)
  fact.valid = await tokenFits(fact, token, imprint)
  if (!fact.valid) fact.reasons.push('timestamp_broken')
  if (fact.stamper) describe(fact, fact.stamper)
}

/** The token is about that digest and signed by the certificate it names; one of the embedded authority has its very form. */
async function tokenFits(fact: Fact, token: Bytes, digest: Bytes): Promise<boolean> {
  if (!equal(imprintOf(token), digest)) return false
  try {
    const found = readToken(token)
    fact.at = found.at
    fact.stamper = found.signer
    fact.certificates.push(...found.certificates)
    const policy = tstInfo(token)[1]
    if (policy && dotted(policy) === OWN_POLICY) return await valueFits(readSignedData(token, true), found.signer, TST_INFO)
    await checkToken(token, found)
    return true
  } catch (error) {
    if (error instanceof DerError) return false
    throw error
  }
}

/** Beside the signer stand its issuer and those above it, nothing else. */
function onePath(signer: Cert, all: readonly Cert[]): boolean {
  const rest = all.filter(({ id }) => id !== signer.id)
  let above = signer
  for (;;) {
    const at = rest.findIndex((one) => equal(one.subject, above.issuer) && !equal(one.subject, above.subject))
    const [found] = at < 0 ? [] : rest.splice(at, 1)
    if (!found) return rest.length === 0 && above !== signer
    above = found
  }
}

/** Attributes that follow from certificate and content, and a signature over them by the certificate's key. */
async function valueFits(parsed: SignedData, signer: Cert, type: string | undefined): Promise<boolean> {
  const digest = messageDigest(parsed.attributes)
  if (!equal(parsed.signerId, sequence(signer.issuer, signer.serial)) || signer.key?.kind !== 'EC') return false
  if (parsed.content && !equal(await sha256(parsed.content.slice()), digest)) return false
  if (!equal(parsed.attributes, await signedAttributes(digest, signer, type))) return false
  return verifies(signer, 'SHA-256', parsed.signature, parsed.attributes)
}

function asEvent(cert: Cert): Certificate | null {
  try {
    return readCertificate(cert.raw.slice())
  } catch {
    return null
  }
}

/** An OCTET STRING of 32 bytes in hex, or null. */
function hashIn(event: Certificate, oid: string): string | null {
  const value = event.extensions.get(oid)?.value
  return value?.length === 34 && value[0] === TAG.octets && value[1] === 32 ? hex(value.subarray(2)) : null
}

function describe(fact: Fact, cert: Cert): Certificate | null {
  fact.signer = cert
  const event = asEvent(cert)
  if (event) {
    fact.name = named(event, COMMON_NAME) ?? ''
    fact.role = named(event, OID.title) ?? ''
    fact.slot = named(event, OID.serialNumber) ?? ''
    fact.manifestHash = hashIn(event, OID.manifest)
    fact.paper = hashIn(event, OID.paper)
  } else fact.name = commonName(cert.subject)
  fact.assurance = LEVELS.find((_, index) => cert.policies.includes(`${OID.assurance}.${index + 1}`)) ?? null
  return event
}

/** The common name in a distinguished name; empty when there is not exactly one. */
export function commonName(name: Bytes): string {
  const found = expect(readDer(name), TAG.sequence).parts.flatMap((set) =>
    set.parts.filter((one) => dotted(part(one, 0)) === COMMON_NAME).map((one) => new TextDecoder().decode(part(one, 1).body)),
  )
  return found.length === 1 ? (found[0] ?? '') : ''
}

/** A reason when some certificate inside the signature comes from nowhere: no other in the file, nor an anchor, issued it. */
export async function unissued(fact: Fact, library: Library): Promise<string | null> {
  for (const raw of fact.certificates) {
    const cert = library.certificates.get(hex(raw)) ?? new Cert(raw)
    if ((await library.issuers(cert)).length === 0) {
      return fact.stamper?.id === cert.id && !cert.policies.includes(OWN_CA) ? 'tsa_unknown' : 'certificate_invalid'
    }
  }
  return null
}

/** genTime(signature) <= thisUpdate <= genTime(first document time-stamp) < nextUpdate <= notAfter for an OCSP answer. */
export async function statusInTime(fact: Fact, library: Library, sealed: Fact): Promise<boolean> {
  const { signer } = fact
  if (fact.signed.kind === 'document_timestamp' || fact.at === null || sealed.at === null || !signer) return true
  const at = Math.floor(fact.at / 1000) * 1000
  for (const issuer of await library.issuers(signer)) {
    for (const { thisUpdate, nextUpdate, isList } of await library.answers(signer, issuer)) {
      const inside = isList || (nextUpdate ?? sealed.at) <= signer.notAfter
      if (at <= thisUpdate && thisUpdate <= sealed.at && nextUpdate !== null && sealed.at < nextUpdate && inside) return true
    }
  }
  return false
}
