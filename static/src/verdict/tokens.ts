/** Time-stamp tokens of any authority (RFC 3161, RFC 5652), checked as documents/tokens.py does. Pure. */
import { type Bytes, equal, hex } from '../pdf/bytes'
import { tstInfo, TST_INFO } from '../pdf/cms'
import { der, DerError, dotted, expect, isOid, type Node, part, readDer, sequence, TAG } from '../pdf/der'
import { Cert, PURPOSE, timeOf, verifies } from './cert'

const SIGNED_DATA = '1.2.840.113549.1.7.2'
const [CONTENT_TYPE, MESSAGE_DIGEST] = ['1.2.840.113549.1.9.3', '1.2.840.113549.1.9.4']
const [BY_SHA1, BY_HASH] = ['1.2.840.113549.1.9.16.2.12', '1.2.840.113549.1.9.16.2.47']
const RSA_PSS = '1.2.840.113549.1.1.10'
const HASHES: Readonly<Record<string, string>> = {
  '2.16.840.1.101.3.4.2.1': 'SHA-256', '2.16.840.1.101.3.4.2.2': 'SHA-384', '2.16.840.1.101.3.4.2.3': 'SHA-512',
}
const EC = ['1.2.840.10045.4.3.2', '1.2.840.10045.4.3.3', '1.2.840.10045.4.3.4']
const RSA = ['1.2.840.113549.1.1.1', '1.2.840.113549.1.1.11', '1.2.840.113549.1.1.12', '1.2.840.113549.1.1.13']

export interface Token {
  readonly at: number
  readonly policy: string
  readonly imprint: Bytes
  readonly signer: Cert
  /** Those inside, the signer's first. */
  readonly certificates: readonly Bytes[]
}

interface Parts {
  readonly version: Node
  readonly algorithms: Node
  readonly content: Bytes
  readonly certificates: readonly Bytes[]
  readonly info: readonly Node[]
}

function partsOf(token: Bytes): Parts {
  const outer = expect(readDer(token), TAG.sequence, 2)
  const [version, algorithms, inner, ...more] = part(expect(part(outer, 1), 0xa0, 1), 0, TAG.sequence).parts
  const infos = more.pop()
  if (!isOid(outer.parts[0], SIGNED_DATA) || !version || !algorithms || !inner || !infos || !isOid(inner.parts[0], TST_INFO)) throw new DerError('token')
  return {
    version, algorithms,
    content: part(expect(part(inner, 1), 0xa0, 1), 0, TAG.octets).body,
    certificates: more.filter(({ tag }) => tag === 0xa0).flatMap(({ parts }) => parts.map(({ raw }) => raw)),
    info: part(expect(infos, TAG.set, 1), 0, TAG.sequence).parts,
  }
}

/** What the token says. Throws DerError. */
export function readToken(token: Bytes): Token {
  const { certificates, info } = partsOf(token)
  const [version, policy, imprint, ...more] = tstInfo(token)
  const time = more.find(({ tag }) => tag === TAG.time)
  const named = info[1]
  if (version?.body[0] !== 1 || !policy || !imprint || !time || !named) throw new DerError('token')
  const signers = certificates.map((raw) => new Cert(raw)).filter((one) => isNamed(named, one))
  const [signer] = signers
  if (!signer || signers.length !== 1) throw new DerError('no certificate')
  const rest = certificates.filter((raw) => !equal(raw, signer.raw))
  return { at: timeOf(time), policy: dotted(policy), imprint: part(imprint, 1).body, signer, certificates: [signer.raw, ...rest] }
}

/** SignerIdentifier: issuer and serial number, or the subject key identifier (RFC 5652 5.3). */
function isNamed(identifier: Node, certificate: Cert): boolean {
  if (identifier.tag === 0x80) return hex(identifier.body) === certificate.keyIdentifiers[0]
  return equal(identifier.raw, sequence(certificate.issuer, certificate.serial))
}

/** Everything in it holds: form, content, the certificate named, its purpose and validity, the signature. Throws DerError. */
export async function checkToken(token: Bytes, found: Token): Promise<void> {
  const { version, algorithms, content, info } = partsOf(token)
  const [itsVersion, identifier, digestAlgorithm, attributes, algorithm, value] = info
  if (!itsVersion || !identifier || !digestAlgorithm || !attributes || !algorithm || value?.tag !== TAG.octets) throw new DerError('token')
  const hash = HASHES[dotted(part(digestAlgorithm, 0))]
  const listed = algorithms.parts
  const formed = version.body[0] === 3 && itsVersion.body[0] === (identifier.tag === 0x80 ? 3 : 1) && listed.length === 1 &&
    equal(part(part(algorithms, 0), 0).raw, part(digestAlgorithm, 0).raw) && [part(algorithms, 0), digestAlgorithm].every(isBare)
  if (!formed || !hash) throw new DerError('form')
  const digest = async (name: string, bytes: Bytes): Promise<Bytes> => new Uint8Array(await crypto.subtle.digest(name, bytes.slice()))
  const values = new Map(expect(attributes, 0xa0).parts.map((one) => [dotted(part(one, 0)), expect(part(one, 1), TAG.set, 1)] as const))
  if (values.size !== attributes.parts.length) throw new DerError('attribute twice')
  const single = (name: string): Node => part(values.get(name) ?? attributes, 0)
  if (!isOid(single(CONTENT_TYPE), TST_INFO) || !equal(single(MESSAGE_DIGEST).body, await digest(hash, content))) throw new DerError('content')
  const byHash = values.has(BY_HASH)
  const first = part(part(single(byHash ? BY_HASH : BY_SHA1), 0), 0).parts
  const named = !byHash ? 'SHA-1' : first[0]?.tag === TAG.sequence ? HASHES[dotted(part(first[0], 0))] : 'SHA-256'
  const expected = first.find(({ tag }) => tag === TAG.octets)?.body
  if (!named || !expected || !equal(await digest(named, found.signer.raw), expected)) throw new DerError('other certificate')
  const { signer } = found
  if (signer.purposes?.length !== 1 || signer.purposes[0] !== PURPOSE.stamping || !signer.mayStamp()) throw new DerError('purpose')
  if (!(signer.notBefore <= found.at && found.at < signer.notAfter)) throw new DerError('time')
  if (!(await fits(signer, algorithm, hash, value.body, der(TAG.set, attributes.body)))) throw new DerError('signature')
}

/** An algorithm identifier without parameters, or NULL. */
function isBare({ parts }: Node): boolean {
  return parts.length === 1 || (parts.length === 2 && parts[1]?.tag === TAG.empty)
}

async function fits(signer: Cert, algorithm: Node, hash: string, value: Bytes, data: Bytes): Promise<boolean> {
  const kind = dotted(part(algorithm, 0))
  if (signer.key?.kind === 'EC') return EC.includes(kind) && isBare(algorithm) && verifies(signer, hash, value, data)
  if (RSA.includes(kind)) return isBare(algorithm) && verifies(signer, hash, value, data)
  const salt = kind === RSA_PSS ? algorithm.parts[1]?.parts.find(({ tag }) => tag === 0xa2) : undefined
  return salt !== undefined && verifies(signer, hash, value, data, Number(`0x${hex(part(salt, 0, TAG.integer).body)}`))
}

