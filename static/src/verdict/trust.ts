/** What the person brought to trust: never anything out of the file that is judged. Pure. */
import { type Bytes, hex, latin, sha256, unbase64 } from '../pdf/bytes'
import { Cert } from './cert'
import { readList, readOcsp } from './library'

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----\s*([^]*?)-----END \1-----/g

export interface Trust {
  readonly certificates: readonly Cert[]
  readonly ocsps: readonly Bytes[]
  readonly lists: readonly Bytes[]
  /** SHA-256 of roots, 64 hexadecimal digits each: a root found in the file counts when its own digest is one of these. */
  readonly fingerprints: readonly string[]
}

export const NOBODY: Trust = { certificates: [], ocsps: [], lists: [], fingerprints: [] }

/** Certificates and status from a PEM bundle or one DER object. Throws for anything else. */
export function readTrust(file: Bytes): Trust {
  const text = latin(file)
  const blocks = [...text.matchAll(BLOCK)].map(([, name = '', body = '']) => [name, unbase64(body.replace(/\s/g, ''))] as const)
  const found = { certificates: [] as Cert[], ocsps: [] as Bytes[], lists: [] as Bytes[], fingerprints: [] }
  for (const [name, der] of text.includes('-----BEGIN') ? blocks : [['CERTIFICATE', file] as const]) {
    if (name === 'CERTIFICATE') found.certificates.push(new Cert(der))
    else if (name === 'OCSP RESPONSE' && readOcsp(der)) found.ocsps.push(der)
    else if (name === 'X509 CRL' && readList(der)) found.lists.push(der)
    else throw new Error('neither a certificate nor a status')
  }
  if (found.certificates.length === 0) throw new Error('no certificate')
  return found
}

/** A fingerprint as people type it, as 64 digits; null when it is none. */
export function readFingerprint(typed: string): string | null {
  const digits = typed.normalize('NFKC').toLowerCase().replace(/[^0-9a-z]/g, '').replace(/^sha256/, '')
  return /^[0-9a-f]{64}$/.test(digits) ? digits : null
}

/** The anchors among these certificates and those brought. */
export async function anchorsOf(trust: Trust, inFile: readonly Cert[]): Promise<Cert[]> {
  const found = [...trust.certificates]
  for (const one of inFile) {
    if (trust.fingerprints.includes(hex(await sha256(one.raw.slice()))) && one.selfIssued && one.isCa) found.push(one)
  }
  return found
}
