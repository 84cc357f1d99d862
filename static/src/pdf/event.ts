/**
 * The event certificate: issued for one person, one slot and one manifest (contract section 3).
 * documents/event.py judges the same bytes alike.
 */
import { type Bytes, equal } from './bytes'
import { der, dotted, expect, part, readDer, TAG } from './der'
import type { TrustedManifest } from './manifest'
import { must, Refusal } from './refusal'
import { type Certificate, issuedBy, OID, readCertificate } from './x509'

/** What the mediation centre knew about the person when the certificate was issued. */
export type Assurance = 'code' | 'seen' | 'desk' | 'licensed'

const LEVELS: readonly Assurance[] = ['code', 'seen', 'desk', 'licensed']
/** Role in the certificate of whoever signs for a slot that was signed on paper. */
const CLERK = 'clerk'
const SIGNING = Uint8Array.of(TAG.bits, 2, 6, 0xc0) // digitalSignature and nonRepudiation, nothing else
const KNOWN: ReadonlySet<string> = new Set([
  OID.basicConstraints, OID.keyUsage, OID.subjectKey, OID.authorityKey, OID.authorityInfo, OID.policies, OID.manifest, OID.paper,
])

const isUnique = (values: readonly string[]): boolean => new Set(values).size === values.length

/** The subject's attribute, null unless it is there exactly once. */
export function named(certificate: Certificate, oid: string): string | null {
  const values = certificate.names.filter(([name]) => name === oid)
  return values.length === 1 ? (values[0]?.[1] ?? null) : null
}

function required(certificate: Certificate, oid: string): Bytes {
  const extension = certificate.extensions.get(oid)
  if (!extension) throw new Error(`no extension ${oid}`)
  return extension.value
}

/** Exactly one policy is a level of assurance; that of a deployment's own root stands beside it, or must not. */
function readAssurance(certificate: Certificate, own: boolean): Assurance {
  const policies = expect(readDer(required(certificate, OID.policies)), TAG.sequence)
  const named = policies.parts.map((policy) => dotted(part(expect(policy, TAG.sequence), 0)))
  const levels = LEVELS.filter((_, index) => named.includes(`${OID.assurance}.${index + 1}`))
  const [level, ...more] = levels
  if (!level || more.length > 0 || !isUnique(named)) throw new Error(`policies ${named.join(' ')}`)
  if (named.includes(OID.ownAuthority) !== own) throw new Error('authority')
  return level
}

/** An OCTET STRING of 32 bytes. */
function isHash(value: Bytes): boolean {
  return value.length === 34 && value[0] === TAG.octets && value[1] === 32
}

/** Form only: an end entity for signatures and nothing else, with all the extensions of the contract and no other critical one. */
function checkForm(certificate: Certificate): void {
  const constraints = expect(readDer(required(certificate, OID.basicConstraints)), TAG.sequence)
  const mayIssue = constraints.parts.length > 0
  const usage = certificate.extensions.get(OID.keyUsage)
  const strangers = [...certificate.extensions].filter(([oid, { critical }]) => critical && !KNOWN.has(oid))
  if (mayIssue) throw new Error('is a CA')
  if (!usage?.critical || !equal(usage.value, SIGNING)) throw new Error('key usage')
  if (certificate.extensions.has(OID.extendedKeyUsage)) throw new Error('extended key usage')
  if (strangers.length > 0) throw new Error('unknown critical extension')
  if (certificate.curve.name !== 'P-256') throw new Error('curve')
  required(certificate, OID.authorityInfo) // validators ignore even embedded OCSP answers without it
}

/** The form alone, for a verifier that has no M: null when it is not an event certificate of the contract, valid at `at`. */
export function eventForm(certificate: Certificate, at: number): Assurance | null {
  const inTime = certificate.notBefore <= at && at <= certificate.notAfter
  try {
    checkForm(certificate)
    required(certificate, OID.manifest)
    const policies = readDer(required(certificate, OID.policies)).parts.map((policy) => dotted(part(policy, 0)))
    const own = policies.includes(OID.ownAuthority)
    const assurance = readAssurance(certificate, own)
    return inTime && (!own || certificate.names.length === 3) ? assurance : null
  } catch {
    return null
  }
}

/** Refuses unless M's issuing CA issued this certificate for the slot's person and for this manifest, valid at `at` (ms since 1970). */
export async function checkEventCertificate(
  certificate: Certificate,
  slot: string,
  { manifest, hash, issuing }: TrustedManifest,
  at: number,
): Promise<Assurance> {
  const own = manifest.ca.kind === 'own'
  must(await issuedBy(certificate, issuing), 'certificate_issuer', slot)
  must(certificate.notBefore <= at && at <= certificate.notAfter, 'certificate_time', slot)
  let assurance: Assurance
  let bound: Bytes
  try {
    checkForm(certificate)
    assurance = readAssurance(certificate, own)
    bound = required(certificate, OID.manifest)
  } catch (error) {
    throw new Refusal('certificate_usage', `${slot}: ${String(error)}`)
  }
  const role = named(certificate, OID.title)
  const name = named(certificate, OID.commonName)
  const person = manifest.signatories.find((entry) => entry.slot === slot)
  const byClerk = role === CLERK && manifest.clerks.some((clerk) => clerk.name === name)
  const byPerson = person !== undefined && name === person.name && role === person.role
  // An authority of our own names nothing but these three.
  const fits = (byClerk || byPerson) && named(certificate, OID.serialNumber) === slot && (!own || certificate.names.length === 3)
  must(fits, 'certificate_subject', slot)
  must(equal(bound, der(TAG.octets, hash)), 'certificate_manifest', slot)
  const paper = certificate.extensions.get(OID.paper)?.value
  must(byClerk ? paper !== undefined && isHash(paper) : paper === undefined, 'certificate_paper', slot)
  return assurance
}

/** Rule (e): the certificate handed out has the key made here, and is for this slot of this manifest. */
export async function checkOwnCertificate(
  raw: Bytes,
  own: { readonly slot: string; readonly spki: Bytes },
  trusted: TrustedManifest,
  at: number,
): Promise<Certificate> {
  let certificate: Certificate
  try {
    certificate = readCertificate(raw)
  } catch (error) {
    throw new Refusal('certificate_usage', `${own.slot}: ${String(error)}`)
  }
  must(equal(certificate.spki, own.spki), 'certificate_key', own.slot)
  await checkEventCertificate(certificate, own.slot, trusted, at)
  return certificate
}
