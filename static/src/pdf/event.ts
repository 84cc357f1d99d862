/** The event certificate: issued for one person, one slot and one manifest (contract section 3). */
import { type Bytes, equal } from './bytes'
import { der, dotted, expect, part, readDer, TAG } from './der'
import type { TrustedManifest } from './manifest'
import { must, Refusal } from './refusal'
import { type Certificate, issuedBy, keyUsage, OID, readCertificate } from './x509'

/** What the mediation centre knew about the person when the certificate was issued. */
export type Assurance = 'code' | 'seen' | 'desk' | 'licensed'

const LEVELS: readonly Assurance[] = ['code', 'seen', 'desk', 'licensed']
const DIGITAL_SIGNATURE_AND_NON_REPUDIATION = 0xc0
const KNOWN: ReadonlySet<string> = new Set([
  OID.basicConstraints, OID.keyUsage, OID.subjectKey, OID.authorityKey, OID.authorityInfo, OID.policies, OID.manifest,
])

function named(certificate: Certificate, oid: string): string | null {
  const values = certificate.names.filter(([name]) => name === oid)
  return values.length === 1 ? (values[0]?.[1] ?? null) : null
}

function required(certificate: Certificate, oid: string): Bytes {
  const extension = certificate.extensions.get(oid)
  if (!extension) throw new Error(`no extension ${oid}`)
  return extension.value
}

function readAssurance(certificate: Certificate): Assurance {
  const policies = expect(readDer(required(certificate, OID.policies)), TAG.sequence, 1)
  const policy = dotted(part(part(policies, 0, TAG.sequence), 0))
  const level = LEVELS.find((_, index) => policy === `${OID.assurance}.${index + 1}`)
  if (!level) throw new Error(`policy ${policy}`)
  return level
}

/** Form only: an end entity for signatures and nothing else, with all the extensions of the contract and no other critical one. */
function checkForm(certificate: Certificate): void {
  const constraints = expect(readDer(required(certificate, OID.basicConstraints)), TAG.sequence)
  const mayIssue = constraints.parts.length > 0
  const usage = certificate.extensions.get(OID.keyUsage)
  const strangers = [...certificate.extensions].filter(([oid, { critical }]) => critical && !KNOWN.has(oid))
  if (mayIssue) throw new Error('is a CA')
  if (!usage?.critical || keyUsage(usage) !== DIGITAL_SIGNATURE_AND_NON_REPUDIATION) throw new Error('key usage')
  if (certificate.extensions.has(OID.extendedKeyUsage)) throw new Error('extended key usage')
  if (strangers.length > 0) throw new Error('unknown critical extension')
  if (certificate.curve.name !== 'P-256') throw new Error('curve')
  required(certificate, OID.authorityInfo) // validators ignore even embedded OCSP answers without it
}

/** Refuses unless M's issuing CA issued this certificate for the slot's person and for this manifest, valid at `at` (ms since 1970). */
export async function checkEventCertificate(
  certificate: Certificate,
  slot: string,
  { manifest, hash, issuing }: TrustedManifest,
  at: number,
): Promise<Assurance> {
  must(await issuedBy(certificate, issuing), 'certificate_issuer', slot)
  must(certificate.notBefore <= at && at <= certificate.notAfter, 'certificate_time', slot)
  let assurance: Assurance
  let bound: Bytes
  try {
    checkForm(certificate)
    assurance = readAssurance(certificate)
    bound = required(certificate, OID.manifest)
  } catch (error) {
    throw new Refusal('certificate_usage', `${slot}: ${String(error)}`)
  }
  const person = manifest.signatories.find((entry) => entry.slot === slot)
  const fits =
    person !== undefined &&
    certificate.names.length === 3 &&
    named(certificate, OID.commonName) === person.name &&
    named(certificate, OID.title) === person.role &&
    named(certificate, OID.serialNumber) === slot
  must(fits, 'certificate_subject', slot)
  must(equal(bound, der(TAG.octets, hash)), 'certificate_manifest', slot)
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
