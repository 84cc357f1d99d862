/** For specs: the ceremony's doors as a small server in memory, with the rules of turns, leases and codes that a browser meets. */
import { ApiError } from '../api'
import { base64, type Bytes, concat, equal, hex, sha256, unbase64, utf8 } from '../pdf/bytes'
import { signedAttributes } from '../pdf/cms'
import { bytesOf } from '../pdf/revisions'
import { buildCms, issueEvent } from '../pdf/spec-authority'
import { baseOf, type Ceremony, contentsOf, entryOf, type Signer, updateFor } from '../pdf/spec-ceremony'
import { readCertificate } from '../pdf/x509'
import type { CeremonyDoors, CeremonyView, SlotState, SlotView } from './doors'

interface Enrolled {
  readonly id: string
  readonly slot: string
  readonly spki: Bytes
  readonly drawing: Bytes
  certificate: Bytes | null
}
interface Lease {
  readonly id: string
  readonly slot: string
  readonly fence: number
  readonly bases: ReadonlyMap<string, Bytes>
  answer: { state: 'signed'; receipts: { file: string; sha256: string }[] } | null
}

export const CODE = '482916'

export class SpecServer {
  state: CeremonyView['state'] = 'signing'
  /** Bytes of each file so far. */
  readonly whole: Map<string, Bytes>
  readonly states = new Map<string, SlotState>()
  readonly refused: string[] = []
  readonly posts: string[] = []
  private readonly enrolments: Enrolled[] = []
  private readonly leases: Lease[] = []
  /** Changes what goes out at a turn, as a dishonest server would. */
  tamper: (file: string, tail: Bytes) => Bytes = (_, tail) => tail
  /** A file left out of every lease. */
  omitted = ''
  manifestBytes: Bytes
  /** Errors to be thrown by the next calls of a door. */
  readonly failing: Partial<Record<keyof CeremonyDoors, ApiError[]>> = {}

  constructor(readonly ceremony: Ceremony) {
    this.manifestBytes = ceremony.manifestBytes
    this.whole = new Map(ceremony.frozen)
    for (const { slot } of ceremony.trusted.manifest.signatories) this.states.set(slot, 'waiting')
  }

  private signs(file: string, slot: string): boolean {
    return entryOf(this.ceremony, file).slots.some((place) => place.slot === slot)
  }

  private get fence(): number {
    return this.leases.length
  }

  async view(mine: string | null): Promise<CeremonyView> {
    const { manifest } = this.ceremony.trusted
    const slots: SlotView[] = manifest.signatories.map((person) => ({ ...person, state: this.states.get(person.slot) ?? 'waiting', signed_at: null }))
    return {
      id: manifest.ceremony, agreement: 'agr_spec', state: this.state, void_reason: null, manifest_sha256: hex(await sha256(this.manifestBytes)),
      deadline: manifest.deadline, effective_at: null, slots, mine, own: mine ? [mine] : [], mode: 'together', sealing: null,
      files: manifest.files.filter(({ id }) => mine && this.signs(id, mine)).map(({ id, title, pages, f }) => ({ id, title, pages, sha256: f.sha256, download: null, copy: null })),
    }
  }

  /** The doors as one person's browser sees them. */
  doors(slot: string): CeremonyDoors {
    const door = <A extends unknown[], R>(name: keyof CeremonyDoors, work: (...rest: A) => Promise<R>) => async (...rest: A): Promise<R> => {
      const error = this.failing[name]?.shift()
      if (error) throw error
      if (name !== 'view') this.posts.push(`${slot} ${name}`)
      return work(...rest)
    }
    return {
      view: door('view', () => this.view(slot)),
      manifest: door('manifest', () => Promise.resolve(this.manifestBytes)),
      frozen: door('frozen', (file: string) => {
        if (!this.signs(file, slot)) return Promise.reject(new ApiError('not_found', 404))
        return Promise.resolve(this.ceremony.frozen.get(file) ?? new Uint8Array())
      }),
      confirm: door('confirm', () => {
        if (this.states.get(slot) !== 'waiting') return Promise.reject(new ApiError('illegal_act', 409))
        this.states.set(slot, 'confirmed')
        return Promise.resolve({})
      }),
      enrol: door('enrol', ({ spki, drawing }: { spki: string; drawing: string }) => this.enrol(slot, unbase64(spki), unbase64(drawing))),
      check: door('check', (id: string, { code, proof }: { code: string; proof: string }) => this.check(id, code, unbase64(proof))),
      turn: door('turn', () => this.turn(slot)),
      sign: door('sign', (id: string, body: { fence: number; files: readonly { id: string; signed_attrs: string; signature: string }[] }) => this.sign(id, body)),
      refuse: door('refuse', (reason: string) => {
        this.refused.push(reason)
        this.state = 'void'
        return Promise.resolve({})
      }),
      picture: door('picture', () => Promise.resolve(null)),
      token: door('token', (_: string, file: string) => Promise.resolve({ url: `/files/${file}`, copy: `/files/${file}/copy` })),
      bytes: door('bytes', (url: string) => Promise.resolve(this.whole.get(url.replace('/files/', '')) ?? new Uint8Array())),
    }
  }

  private async enrol(slot: string, spki: Bytes, drawing: Bytes): ReturnType<CeremonyDoors['enrol']> {
    const id = `enr_${this.enrolments.length}`
    this.enrolments.push({ id, slot, spki, drawing, certificate: null })
    if (this.states.get(slot) === 'confirmed') this.states.set(slot, 'enrolled')
    return { enrolment: id, nonce: `nonce-${id}`, sent_to: '199****0002', resend_after: 60, digits: hex(this.ceremony.trusted.hash).slice(0, 6) }
  }

  private async check(id: string, code: string, proof: Bytes): ReturnType<CeremonyDoors['check']> {
    const enrolled = this.enrolments.find((one) => one.id === id)
    const person = this.ceremony.trusted.manifest.signatories.find(({ slot }) => slot === enrolled?.slot)
    if (!enrolled || !person) throw new ApiError('not_found', 404)
    if (code !== CODE) throw new ApiError('code_wrong', 422, '', {}, '', { tries_left: 4 })
    const key = await crypto.subtle.importKey('spki', enrolled.spki, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['verify'])
    const said = `hejie-enrol-v1|nonce-${id}|${person.slot}|${hex(this.ceremony.trusted.hash)}|${hex(await sha256(enrolled.spki))}`
    if (!(await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, proof, utf8(said)))) throw new ApiError('proof_wrong', 409)
    const { name, role, slot } = person
    const certificate = await issueEvent(this.ceremony.issuing, enrolled.spki, { name, role, slot, manifest: this.ceremony.trusted.hash })
    this.enrolments.filter((one) => one.slot === slot).forEach((one) => (one.certificate = null))
    enrolled.certificate = certificate
    if (this.states.get(slot) !== 'turn') this.states.set(slot, 'ready')
    return { certificate: base64(certificate), issuing: base64(this.ceremony.issuing.certificate), state: 'ready' }
  }

  private live(slot: string): Enrolled & { certificate: Bytes } {
    const found = this.enrolments.find((one) => one.slot === slot && one.certificate)
    if (!found?.certificate) throw new ApiError('illegal_act', 409)
    return { ...found, certificate: found.certificate }
  }

  private update(file: string, slot: string, whole: Bytes, contents?: string): ReturnType<typeof updateFor> {
    const { drawing, spki, certificate } = this.live(slot)
    const signer = { slot, drawing, spki, certificate } as Signer
    const before = this.ends.get(`${file} ${whole.length}`) ?? baseOf(this.ceremony, file)
    if (before.length !== whole.length) throw new Error('base')
    return updateFor(this.ceremony, file, before, signer, contents)
  }
  private readonly ends = new Map<string, ReturnType<typeof baseOf>>()

  private turn(slot: string): ReturnType<CeremonyDoors['turn']> {
    const people = this.ceremony.trusted.manifest.signatories
    const next = people.find((person) => this.states.get(person.slot) !== 'signed')
    const undecided = people.filter((person) => !['ready', 'turn', 'signed'].includes(this.states.get(person.slot) ?? ''))
    if (undecided.length > 0 || next?.slot !== slot) {
      return Promise.reject(new ApiError('not_your_turn', 409, '', {}, '', { waiting_for: undecided.map(({ name }) => name) }))
    }
    this.states.set(slot, 'turn')
    const lease: Lease = { id: `lea_${this.fence}`, slot, fence: this.fence + 1, bases: new Map(this.whole), answer: null }
    this.leases.push(lease)
    const files = [...this.whole].filter(([id]) => id !== this.omitted && this.signs(id, slot)).map(([id, whole]) => {
      const frozen = this.ceremony.frozen.get(id)?.length ?? 0
      const tail = concat(whole.subarray(frozen), bytesOf(this.update(id, slot, whole)))
      return { id, tail: base64(this.tamper(id, tail)) }
    })
    return Promise.resolve({ lease: lease.id, fence: lease.fence, expires_at: '2026-11-26T08:00:15Z', files })
  }

  private async sign(id: string, { fence, files }: Parameters<CeremonyDoors['sign']>[1]): ReturnType<CeremonyDoors['sign']> {
    const lease = this.leases.find((one) => one.id === id)
    if (!lease || fence !== lease.fence || (fence !== this.fence && !lease.answer)) throw new ApiError('stale_lease', 409, '', {}, '', { reason: 'fence' })
    if (lease.answer) return lease.answer
    const { slot } = lease
    const signer = this.live(slot).certificate
    const receipts: { file: string; sha256: string }[] = []
    for (const { id: file, signed_attrs, signature } of files) {
      const whole = lease.bases.get(file) ?? new Uint8Array()
      const empty = this.update(file, slot, whole)
      const all = concat(whole, bytesOf(empty))
      const digest = await sha256(concat(all.subarray(0, empty.gap[0]), all.subarray(empty.gap[1])))
      const attributes = await signedAttributes(digest, readCertificate(signer))
      if (!equal(attributes, unbase64(signed_attrs))) throw new ApiError('signature_rejected', 409, '', {}, '', { reason: 'cms_attributes' })
      const cms = await buildCms({ signer, issuing: this.ceremony.issuing.certificate, attributes, signature: unbase64(signature) })
      const update = this.update(file, slot, whole, contentsOf(cms))
      const next = concat(whole, bytesOf(update))
      this.whole.set(file, next)
      this.ends.set(`${file} ${next.length}`, update.after)
      receipts.push({ file, sha256: hex(await sha256(next)) })
    }
    lease.answer = { state: 'signed', receipts }
    this.states.set(slot, 'signed')
    if ([...this.states.values()].every((state) => state === 'signed')) this.state = 'sealing'
    return lease.answer
  }

  /** The tail of a file as it is now. */
  tail(file: string): Bytes {
    return (this.whole.get(file) ?? new Uint8Array()).slice(entryOf(this.ceremony, file).f.length)
  }
}
