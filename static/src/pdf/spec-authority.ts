/** For specs: a small authority on WebCrypto that issues event certificates and puts CMS objects together as the server does. */
import { ascii, type Bytes, sha256, utf8 } from './bytes'
import { signedAttributes } from './cms'
import { der, oid, sequence, setOf, signatureToDer, TAG, unsigned } from './der'
import { OID, readCertificate } from './x509'

const SCHEME = { name: 'ECDSA', hash: 'SHA-256' }
const ECDSA_SHA256 = sequence(oid('1.2.840.10045.4.3.2'))
const SHA256 = sequence(oid('2.16.840.1.101.3.4.2.1'))
const ONE = der(TAG.integer, Uint8Array.of(1))

export interface Issuer {
  readonly keys: CryptoKeyPair
  readonly name: Bytes
  readonly certificate: Bytes
}

export interface Subject {
  readonly name: string
  readonly role: string
  readonly slot: string
  readonly manifest: Bytes
  /** SHA-256 of a scan. */
  readonly paper?: Bytes
  readonly assurance?: number
  readonly notBefore?: string
  readonly notAfter?: string
}

export function newKeys(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
}

export async function spkiOf(keys: CryptoKeyPair): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.exportKey('spki', keys.publicKey))
}

export async function sign(keys: CryptoKeyPair, data: Bytes): Promise<Bytes> {
  return signatureToDer(new Uint8Array(await crypto.subtle.sign(SCHEME, keys.privateKey, data)))
}

function nameOf(parts: readonly (readonly [string, string])[]): Bytes {
  return sequence(...parts.map(([type, value]) => setOf(sequence(oid(type), der(TAG.utf8, utf8(value))))))
}

function extension(type: string, critical: boolean, value: Bytes): Bytes {
  return sequence(oid(type), ...(critical ? [der(TAG.boolean, Uint8Array.of(0xff))] : []), der(TAG.octets, value))
}

async function certify(issuer: { keys: CryptoKeyPair; name: Bytes }, subject: Bytes, spki: Bytes, times: readonly [string, string], extensions: Bytes[]): Promise<Bytes> {
  const serial = unsigned(crypto.getRandomValues(new Uint8Array(12)))
  const validity = sequence(...times.map((time) => der(TAG.utcTime, ascii(time))))
  const tbs = sequence(
    der(0xa0, der(TAG.integer, Uint8Array.of(2))), serial, ECDSA_SHA256, issuer.name, validity, subject, spki, der(0xa3, sequence(...extensions)),
  )
  return sequence(tbs, ECDSA_SHA256, der(TAG.bits, Uint8Array.of(0), await sign(issuer.keys, tbs)))
}

/** A CA: self-signed without `parent`, else issued by it. */
export async function newIssuer(commonName: string, parent?: Issuer): Promise<Issuer> {
  const keys = await newKeys()
  const name = nameOf([[OID.commonName, commonName]])
  const certificate = await certify(parent ?? { keys, name }, name, await spkiOf(keys), ['260101000000Z', '450101000000Z'], [
    extension(OID.basicConstraints, true, sequence(der(TAG.boolean, Uint8Array.of(0xff)))),
    extension(OID.keyUsage, true, der(TAG.bits, Uint8Array.of(1, 0x06))),
  ])
  return { keys, name, certificate }
}

/** An event certificate of the contract. `edit` changes the list of extensions, for mutations. */
export function issueEvent(issuer: Issuer, spki: Bytes, subject: Subject, edit = (extensions: Bytes[]): Bytes[] => extensions): Promise<Bytes> {
  const policy = sequence(sequence(oid(`${OID.assurance}.${subject.assurance ?? 2}`)), sequence(oid(OID.ownAuthority)))
  const ocsp = sequence(sequence(oid('1.3.6.1.5.5.7.48.1'), der(0x86, ascii('http://127.0.0.1/trust/ocsp'))))
  const name = nameOf([[OID.commonName, subject.name], [OID.title, subject.role], [OID.serialNumber, subject.slot]])
  const times = [subject.notBefore ?? '261126000000Z', subject.notAfter ?? '261227000000Z'] as const
  return certify(issuer, name, spki, times, edit([
    extension(OID.basicConstraints, true, sequence()),
    extension(OID.keyUsage, true, der(TAG.bits, Uint8Array.of(6, 0xc0))),
    extension(OID.authorityInfo, false, ocsp),
    extension(OID.policies, false, policy),
    extension(OID.manifest, false, der(TAG.octets, subject.manifest)),
    ...(subject.paper ? [extension(OID.paper, false, der(TAG.octets, subject.paper))] : []),
  ]))
}

export const clientAuthentication = extension(OID.extendedKeyUsage, false, sequence(oid('1.3.6.1.5.5.7.3.2')))

async function tokenOver(signature: Bytes): Promise<Bytes> {
  const imprint = sequence(SHA256, der(TAG.octets, await sha256(signature)))
  const info = sequence(ONE, oid('1.2.3.4'), imprint, ONE, der(TAG.time, ascii('20261126072100Z')))
  const content = sequence(oid('1.2.840.113549.1.9.16.1.4'), der(0xa0, der(TAG.octets, info)))
  return sequence(oid('1.2.840.113549.1.7.2'), der(0xa0, sequence(der(TAG.integer, Uint8Array.of(3)), setOf(SHA256), content)))
}

export interface CmsParts {
  readonly signer: Bytes
  readonly issuing: Bytes
  readonly attributes: Bytes
  readonly signature: Bytes
  /** The signature value the token is about; another one for mutations. */
  readonly stamped?: Bytes
}

/** ContentInfo of one detached signature, as documents/cms.py builds it. */
export async function buildCms({ signer, issuing, attributes, signature, stamped }: CmsParts): Promise<Bytes> {
  const { issuer, serial } = readCertificate(signer)
  const token = sequence(oid('1.2.840.113549.1.9.16.2.14'), setOf(await tokenOver(stamped ?? signature)))
  const implicit = attributes.slice()
  implicit[0] = 0xa0
  const info = sequence(ONE, sequence(issuer, serial), SHA256, implicit, ECDSA_SHA256, der(TAG.octets, signature), der(0xa1, token))
  const certificates = setOf(signer, issuing)
  certificates[0] = 0xa0
  const data = sequence(ONE, setOf(SHA256), sequence(oid('1.2.840.113549.1.7.1')), certificates, setOf(info))
  return sequence(oid('1.2.840.113549.1.7.2'), der(0xa0, data))
}

/** Signs a digest as a browser does, and assembles it as the server does. */
export async function cmsOver(digest: Bytes, keys: CryptoKeyPair, signer: Bytes, issuing: Bytes): Promise<Bytes> {
  const attributes = await signedAttributes(digest, readCertificate(signer))
  return buildCms({ signer, issuing, attributes, signature: await sign(keys, attributes) })
}
