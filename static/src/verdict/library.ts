/** All certificates and all status at hand, the paths between them and what is said of each, as documents/library.py. */
import { type Bytes, equal, hex } from '../pdf/bytes'
import { DerError, dotted, expect, isOid, type Node, part, readDer, TAG } from '../pdf/der'
import { bits, Cert, PURPOSE, signedWith, timeOf } from './cert'
import { NotUnderstood } from './objects'

const [MAX_DEPTH, MAX_PATHS, MAX_ALL] = [6, 16, 400]
const BASIC = '1.3.6.1.5.5.7.48.1.1'
const HASHES: Readonly<Record<string, string>> = { '1.3.14.3.2.26': 'SHA-1', '2.16.840.1.101.3.4.2.1': 'SHA-256' }
const SCOPE = '2.5.29.28'

/** What one OCSP answer or list says of one certificate; times in milliseconds since 1970. */
export interface Answer {
  readonly source: string
  readonly isList: boolean
  readonly thisUpdate: number
  readonly nextUpdate: number | null
  readonly revokedAt: number | null
}

interface Single {
  readonly hash: string
  readonly issuerName: Bytes
  readonly issuerKey: Bytes
  readonly serial: Bytes
  readonly status: 'good' | 'revoked' | 'unknown'
  readonly answer: Answer
}

interface Ocsp {
  readonly tbs: Bytes
  readonly responder: Node
  readonly algorithm: Node
  readonly signature: Bytes
  readonly certificates: readonly Cert[]
  readonly singles: readonly Single[]
}

/** A successful OCSP answer, readable to its last single answer (RFC 6960 4.2.1). Throws DerError. */
export function readOcsp(der: Bytes): Ocsp {
  const [status, wrapped] = expect(readDer(der), TAG.sequence).parts
  if (status?.body[0] !== 0 || status.tag !== 0x0a || !wrapped) throw new DerError('status')
  const [type, octets] = part(expect(wrapped, 0xa0, 1), 0, TAG.sequence).parts
  if (!isOid(type, BASIC) || !octets) throw new DerError('answer')
  const basic = expect(readDer(expect(octets, TAG.octets).body.slice()), TAG.sequence)
  const data = part(basic, 0, TAG.sequence)
  const [responder, produced, responses, extensions] = data.parts
  if (!responder || ![0xa1, 0xa2].includes(responder.tag) || !produced || !responses) throw new DerError('answer')
  timeOf(produced)
  if (extensions) expect(extensions, 0xa1)
  const source = hex(der)
  return {
    tbs: data.raw,
    responder,
    algorithm: part(basic, 1, TAG.sequence),
    signature: bits(part(basic, 2)),
    certificates: basic.parts[3] ? part(expect(basic.parts[3], 0xa0, 1), 0, TAG.sequence).parts.map(({ raw }) => new Cert(raw)) : [],
    singles: expect(responses, TAG.sequence).parts.map((one) => readSingle(one, source)),
  }
}

function readSingle(node: Node, source: string): Single {
  const [id, status, thisUpdate, ...more] = expect(node, TAG.sequence).parts
  if (!id || !status || !thisUpdate) throw new DerError('single answer')
  const next = more.find(({ tag }) => tag === 0xa0)
  const kind = { 0x80: 'good', 0xa1: 'revoked', 0x82: 'unknown' }[status.tag] as Single['status'] | undefined
  if (!kind || more.some(({ tag }) => tag !== 0xa0)) throw new DerError('single answer')
  return {
    hash: HASHES[dotted(part(part(expect(id, TAG.sequence, 4), 0, TAG.sequence), 0))] ?? '',
    issuerName: part(id, 1, TAG.octets).body,
    issuerKey: part(id, 2, TAG.octets).body,
    serial: part(id, 3, TAG.integer).raw,
    status: kind,
    answer: {
      source, isList: false, thisUpdate: timeOf(thisUpdate), nextUpdate: next ? timeOf(part(next, 0)) : null,
      revokedAt: kind === 'revoked' ? timeOf(part(status, 0)) : null,
    },
  }
}

interface List {
  readonly tbs: Bytes
  readonly issuer: Bytes
  readonly algorithm: Node
  readonly signature: Bytes
  readonly thisUpdate: number
  readonly nextUpdate: number | null
  readonly revoked: ReadonlyMap<string, number>
  readonly usable: boolean
}

/** A revocation list (RFC 5280 5.1). One with entries or a scope we cannot judge is never used. Throws DerError. */
export function readList(der: Bytes): List {
  const outer = expect(readDer(der), TAG.sequence, 3)
  const tbs = part(outer, 0, TAG.sequence)
  const fields = [...tbs.parts]
  if (fields[0]?.tag === TAG.integer) fields.shift()
  const [algorithm, issuer, thisUpdate, ...more] = fields
  if (!algorithm || !issuer || !thisUpdate || !equal(algorithm.raw, part(outer, 1).raw)) throw new DerError('list')
  const isTime = (node: Node | undefined): node is Node => node?.tag === TAG.utcTime || node?.tag === TAG.time
  const next = isTime(more[0]) ? more.shift() : undefined
  const entries = more[0]?.tag === TAG.sequence ? (more.shift()?.parts ?? []) : []
  const extensions = more[0]?.tag === 0xa0 ? part(more.shift() as Node, 0, TAG.sequence).parts : []
  if (more.length > 0) throw new DerError('list')
  const critical = extensions.filter((one) => one.parts.length === 3).map((one) => dotted(part(one, 0)))
  const scope = extensions.find((one) => isOid(one.parts[0], SCOPE))
  return {
    tbs: tbs.raw,
    issuer: issuer.raw,
    algorithm,
    signature: bits(part(outer, 2)),
    thisUpdate: timeOf(thisUpdate),
    nextUpdate: next ? timeOf(next) : null,
    revoked: new Map(entries.map((one) => [hex(part(one, 0, TAG.integer).raw), timeOf(part(one, 1))])),
    usable: critical.length === 0 && !scope,
  }
}

const same = (a: Bytes, b: Bytes): boolean => equal(a, b)

export class Library {
  readonly certificates = new Map<string, Cert>()
  anchors: Map<string, Cert>
  private readonly ocsps: Ocsp[]
  private readonly lists: readonly (readonly [string, List])[]
  private readonly known = new Map<string, Promise<boolean>>()
  private readonly said = new Map<string, Promise<Answer[]>>()

  /** Throws NotUnderstood when there is more than ours can have. */
  constructor(certificates: Iterable<Cert>, ocsps: Iterable<Bytes>, lists: Iterable<Bytes>, anchors: Iterable<Cert>) {
    this.anchors = new Map([...anchors].map((one) => [one.id, one]))
    for (const one of [...certificates, ...this.anchors.values()]) this.certificates.set(one.id, one)
    this.ocsps = [...ocsps].map(readOcsp)
    this.lists = [...lists].map((der) => [hex(der), readList(der)] as const)
    if (this.certificates.size > MAX_ALL || this.ocsps.length + this.lists.length > MAX_ALL) throw new NotUnderstood('too many certificates or answers')
    // What might speak of a revocation and cannot be judged here must not be passed over.
    if (this.lists.some(([, { usable }]) => !usable)) throw new NotUnderstood('scope of a list')
    if (this.ocsps.some(({ singles }) => singles.some(({ hash }) => !hash))) throw new NotUnderstood('hash in an answer')
  }

  trust(anchors: readonly Cert[]): void {
    this.anchors = new Map(anchors.map((one) => [one.id, one]))
  }

  /** Names, key identifiers, algorithm and signature (RFC 5280 6.1.3 (a)(1), (a)(4)). */
  issued(subject: Cert, issuer: Cert): Promise<boolean> {
    const key = `${subject.id} ${issuer.id}`
    let found = this.known.get(key)
    if (!found) {
      const [wanted, own] = [subject.keyIdentifiers[1], issuer.keyIdentifiers[0]]
      const named = same(subject.issuer, issuer.subject) && !(wanted && own && wanted !== own)
      found = named ? signedWith(issuer, subject.algorithm, subject.signature, subject.tbs) : Promise.resolve(false)
      this.known.set(key, found)
    }
    return found
  }

  /** Who issued it, anchors first. */
  async issuers(subject: Cert): Promise<Cert[]> {
    const found: Cert[] = []
    for (const one of this.certificates.values()) if (await this.issued(subject, one)) found.push(one)
    return found.sort((a, b) => Number(this.anchors.has(b.id)) - Number(this.anchors.has(a.id)))
  }

  /** Leaf, its CAs, an anchor: shortest way first, a bounded number of them. */
  async paths(leaf: Cert): Promise<Cert[][]> {
    const queue: Cert[][] = [[leaf]]
    const found: Cert[][] = []
    for (let path = queue.shift(); path && found.length < MAX_PATHS; path = queue.shift()) {
      for (const issuer of await this.issuers(path.at(-1) as Cert)) {
        if (this.anchors.has(issuer.id)) found.push([...path, issuer])
        else if (!path.includes(issuer) && path.length < MAX_DEPTH && queue.length < MAX_PATHS) queue.push([...path, issuer])
      }
    }
    return found
  }

  /** Everything said about a certificate by those who may say it, whatever its time. */
  answers(subject: Cert, issuer: Cert): Promise<Answer[]> {
    const key = `${subject.id} ${issuer.id}`
    let found = this.said.get(key)
    if (!found) {
      found = this.collect(subject, issuer)
      this.said.set(key, found)
    }
    return found
  }

  private async collect(subject: Cert, issuer: Cert): Promise<Answer[]> {
    const found: Answer[] = []
    for (const answer of this.ocsps) {
      for (const single of answer.singles) {
        if (same(single.serial, subject.serial) && (await about(single, issuer)) && (await this.answered(answer, single, issuer))) found.push(single.answer)
      }
    }
    for (const [source, list] of this.lists) {
      const counts = same(list.issuer, issuer.subject) && issuer.maySignLists
      if (counts && (await signedWith(issuer, list.algorithm, list.signature, list.tbs))) {
        const revokedAt = list.revoked.get(hex(subject.serial)) ?? null
        found.push({ source, isList: true, thisUpdate: list.thisUpdate, nextUpdate: list.nextUpdate, revokedAt })
      }
    }
    return found
  }

  /** By the CA itself, or somebody it gave that right, alive while the answer speaks (RFC 6960 4.2.2.2). */
  private async answered(answer: Ocsp, single: Single, issuer: Cert): Promise<boolean> {
    for (const one of [issuer, ...answer.certificates, ...this.certificates.values()]) {
      if (!(await named(answer.responder, one))) continue
      if (one.id !== issuer.id && !(await this.issued(one, issuer))) continue
      if (!(await signedWith(one, answer.algorithm, answer.signature, answer.tbs))) continue
      if (one.id === issuer.id) return true
      const { thisUpdate, nextUpdate } = single.answer
      const alive = one.notBefore <= (nextUpdate ?? thisUpdate) && thisUpdate <= one.notAfter
      if (!one.purposes?.includes(PURPOSE.status) || !one.understood() || !alive) return false
      if (!one.noCheck || this.revoked(one, issuer, thisUpdate)) throw new NotUnderstood('status of a responder')
      return true
    }
    return false
  }

  /** Anybody says that the responder was revoked. */
  private revoked(responder: Cert, issuer: Cert, at: number): boolean {
    for (const [, list] of this.lists) {
      const revoked = list.revoked.get(hex(responder.serial))
      if (same(list.issuer, issuer.subject) && revoked !== undefined && revoked <= at) return true
    }
    return this.ocsps.some(({ singles }) =>
      singles.some(({ serial, status, answer }) => same(serial, responder.serial) && status === 'revoked' && (answer.revokedAt ?? 0) <= at),
    )
  }
}

/** A known status of a certificate of this issuer (RFC 6960 4.1.1). */
async function about(single: Single, issuer: Cert): Promise<boolean> {
  if (!single.hash || single.status === 'unknown') return false
  const digest = async (bytes: Bytes): Promise<Bytes> => new Uint8Array(await crypto.subtle.digest(single.hash, bytes.slice()))
  return same(single.issuerName, await digest(issuer.subject)) && same(single.issuerKey, await digest(issuer.keyBits))
}

/** The answer's responderID means this certificate (RFC 6960 4.2.2.3). */
async function named(responder: Node, signer: Cert): Promise<boolean> {
  if (responder.tag === 0xa1) return same(responder.body, signer.subject)
  return same(part(responder, 0, TAG.octets).body, new Uint8Array(await crypto.subtle.digest('SHA-1', signer.keyBits.slice())))
}
