/**
 * The strict verdict without a server: bytes, anchors and a time in, the report of documents/verify.py out. It calls nothing
 * valid that Python does not; what it does not understand is `cannot_tell`. No network, no exception for a bad document.
 */
import type { Reason, Report, Signature } from '../court/report'
import { type Bytes, hex, sha256 } from '../pdf/bytes'
import { DerError } from '../pdf/der'
import { type CheckCode, checksOf, ORDER, verdictFor, verdictOf } from './breaks'
import { Cert } from './cert'
import { commonName, type Fact, factOf, unissued } from './facts'
import { readGrammar, type Reading } from './grammar'
import { Judgement } from './judgement'
import { Library } from './library'
import { Broken, cut, ends, firstBroken, type Pdf, pdfOf, readStructure, type Revision } from './structure'
import { notPrinted } from './text'
import { anchorsOf, NOBODY, type Trust } from './trust'

const MARKS = ['(certification)', 'agreement.json', '/HejieJournal']
const PEOPLE = ['person', 'organisation']
const EFFECT = ['committee']
const FOR_PARTIES = ['applicant', 'respondent', 'representative', 'organisation', 'guardian']

/** No PDF at all. */
export class UnreadablePdf extends Error {}

export interface Judged {
  readonly report: Report
  /** The text attached, which the report vouches for if it is `valid`. */
  readonly text: Bytes
}

/** Judges a file. `now`: the moment of judging, in milliseconds since 1970. Throws UnreadablePdf. */
export async function verify(bytes: Bytes, trust: Trust = NOBODY, now = Date.now()): Promise<Judged> {
  const verdict = new Verdict(pdfOf(bytes), trust, now)
  return { report: await verdict.run(), text: verdict.reading?.attached ?? new Uint8Array() }
}

/** RFC 3339, UTC, whole seconds. */
export const written = (at: number | null | undefined): string | null =>
  at === null || at === undefined ? null : new Date(Math.floor(at)).toISOString().replace(/\.\d+Z/, 'Z')

/** One file on its way to a report; reasons grow, nothing is ever taken back. */
class Verdict {
  reading: Reading | null = null
  private readonly reasons: Reason[] = []
  private found: Fact[] = []
  private judged: Judgement | null = null

  constructor(
    private readonly pdf: Pdf,
    private readonly trust: Trust,
    private readonly now: number,
  ) {}

  async run(): Promise<Report> {
    const ours = MARKS.some((mark) => this.pdf.text.includes(mark))
    if (!this.pdf.text.slice(0, 1024).includes('%PDF-') && !ours) throw new UnreadablePdf()
    try {
      await this.inside(await this.outerForm(ours))
    } catch (error) {
      // Whatever no part foresaw is not understood, and never valid.
      this.add('not_understood', error instanceof Error ? error.message : '')
    }
    return this.report()
  }

  private add(code: string, detail = '', page: number | null = null): void {
    const reason: Reason = { code, ...(detail ? { detail } : {}), ...(page === null ? {} : { page }) }
    if (!this.reasons.some((one) => one.code === code && one.detail === reason.detail && one.page === reason.page)) this.reasons.push(reason)
  }

  private get broken(): boolean {
    return this.reasons.some(({ code }) => verdictFor(code) === 'invalid')
  }

  /** Structure and grammar; the part of the file that has a sound structure. */
  private async outerForm(ours: boolean): Promise<Pdf> {
    let [sound, revisions]: readonly [Pdf, Revision[]] = [this.pdf, []]
    try {
      revisions = readStructure(sound)
    } catch (error) {
      if (!(error instanceof Broken)) throw error
      ;[sound, revisions] = await this.damaged(error, ours)
    }
    if (revisions.length === 0) return sound
    const reading = (this.reading = await readGrammar(sound, revisions))
    const { departure, puzzle } = reading
    if (departure && (departure.code !== 'not_ours' || !ours)) {
      const last = reading.signed.at(-1)
      const unsigned = departure.code === 'not_ours' && !sound.text.includes('/ByteRange')
      this.add(unsigned ? 'no_signatures' : departure.code, `${last ? `after ${last.slot}: ` : ''}${departure.detail}`, departure.page)
    }
    if (puzzle !== null) this.add(ours ? 'not_understood' : sound.text.includes('/ByteRange') ? 'not_ours' : 'no_signatures', ours ? puzzle : '')
    const place = ours ? await firstBroken(this.pdf) : null
    if (place) this.add('changed_content', this.slotAt(place))
    else if (ours && departure?.code === 'not_ours') this.add('structure', departure.detail)
    else if (reading.signed.length === 0 && this.reasons.length === 0) this.add(sound.text.includes('/ByteRange') ? 'not_certified' : 'no_signatures')
    return sound
  }

  /** The longest run of revisions from the start that is sound; and why not all is. */
  private async damaged(broken: Broken, ours: boolean): Promise<readonly [Pdf, Revision[]]> {
    const { text } = this.pdf
    for (const end of ends(text).reverse().slice(0, 8)) {
      if (!ours || (end === text.length && broken.code !== 'structure')) continue
      const part = cut(this.pdf, end)
      let revisions: Revision[]
      try {
        revisions = readStructure(part)
      } catch {
        continue
      }
      const last = (await readGrammar(part, revisions)).signed.at(-1)
      this.add(broken.code, `${last ? `after ${last.slot}` : `byte ${broken.offset}`}${broken.detail ? `: ${broken.detail}` : ''}`)
      return [part, revisions]
    }
    if (!ours) this.add(text.includes('/ByteRange') ? 'not_ours' : 'no_signatures')
    else {
      const place = await firstBroken(this.pdf)
      if (place) this.add('changed_content', this.slotAt(place))
      this.add(broken.code === 'no_end' ? 'truncated' : broken.code, `byte ${broken.offset}`)
    }
    return [this.pdf, []]
  }

  private slotAt([from, to]: readonly [number, number]): string {
    const signed = this.reading?.signed.find(({ revision }) => revision.end === to)
    return `${signed ? `${signed.slot}: ` : ''}bytes ${from}-${to}`
  }

  private async inside(sound: Pdf): Promise<void> {
    const { reading } = this
    if (!reading || reading.signed.length === 0) return
    for (const signed of reading.signed) this.found.push(await factOf(sound, signed))
    for (const { reasons, signed } of this.found) for (const code of reasons) this.add(code, signed.slot)
    this.people(reading)
    this.complete(reading)
    await this.judge(reading)
    if (!reading.departure && reading.puzzle === null) for (const part of await notPrinted(reading)) this.add('text_differs', part)
  }

  /** Certificates and text name the same people (or a clerk who holds their signature on paper), for one ceremony, by one CA. */
  private people(reading: Reading): void {
    const people = this.found.filter(({ signed, signer }) => PEOPLE.includes(signed.kind) && signer)
    const hashes = new Set(people.map(({ manifestHash }) => manifestHash))
    for (const fact of people) {
      const { slot } = fact.signed
      const signatory = reading.text?.signatories.find((one) => one.slot === slot)
      const byClerk = fact.role === 'clerk'
      const named = signatory && (byClerk || (fact.name === signatory.name && fact.role === signatory.role))
      if (!named || fact.slot !== slot) this.add('certificate_subject', slot)
      if (byClerk !== (fact.paper !== null)) this.add('certificate_paper', slot)
      if (fact.manifestHash === null || hashes.size > 1) this.add('certificate_manifest', slot)
    }
    for (const { signed, slot, manifestHash, paper } of this.found) {
      if (!PEOPLE.includes(signed.kind) && (slot || manifestHash !== null || paper !== null)) this.add('certificate_subject', signed.slot)
    }
    if (new Set(people.map(({ signer }) => hex(signer?.issuer ?? new Uint8Array()))).size > 1) this.add('certificate_issuer')
  }

  private complete(reading: Reading): void {
    if (reading.departure || reading.puzzle !== null || this.broken) return
    const there = new Set(reading.signed.map(({ slot }) => slot))
    for (const { slot, kind } of reading.text?.signatories ?? []) {
      if (!there.has(slot)) this.add(kind === 'seal' ? 'missing_seal' : 'missing_signature', slot)
    }
    if (this.reasons.some(({ code }) => code === 'missing_seal')) return
    if (reading.store.length === 0) this.add('missing_status')
    const last = reading.signed.at(-1)
    if (last?.kind !== 'document_timestamp' || last.revision.end !== this.pdf.bytes.length) this.add('missing_timestamp')
  }

  /** Whose roots it is, and what every certificate was worth when it was used. */
  private async judge(reading: Reading): Promise<void> {
    const places = new Map<string, number>()
    const certificates = new Map<string, Cert>()
    const [ocsps, lists] = [new Map<string, Bytes>(), new Map<string, Bytes>()]
    for (const { revision, kind, der } of reading.store) {
      const id = hex(der)
      try {
        if (kind === '/Certs') certificates.set(id, new Cert(der))
        else (kind === '/OCSPs' ? ocsps : lists).set(id, der)
      } catch {
        return this.add('structure', 'DSS')
      }
      if (!places.has(id)) places.set(id, revision)
    }
    const stored = [...certificates.values()]
    for (const { certificates: inside, signed } of this.found) {
      for (const der of inside) {
        const id = hex(der)
        places.set(id, Math.min(places.get(id) ?? Infinity, signed.revision.index))
        if (!certificates.has(id)) certificates.set(id, new Cert(der))
      }
    }
    const anchors = await anchorsOf(this.trust, [...certificates.values()])
    let library: Library
    try {
      for (const der of this.trust.ocsps) ocsps.set(hex(der), der)
      for (const der of this.trust.lists) lists.set(hex(der), der)
      library = new Library([...certificates.values(), ...this.trust.certificates], ocsps.values(), lists.values(), anchors)
    } catch (error) {
      if (error instanceof DerError) return this.add('structure', 'DSS')
      throw error
    }
    const judged = (this.judged = await Judgement.of(library, this.found, places, this.now, reading.store.length > 0))
    for (const one of stored) if ((await library.issuers(one)).length === 0) this.add('not_understood', 'DSS')
    for (const fact of this.found) {
      const code = await unissued(fact, library)
      if (code) this.add(code, fact.signed.slot)
    }
    for (const [code, detail] of await judged.reasons(this.broken)) this.add(code, detail)
  }

  private async report(): Promise<Report> {
    const { reading, judged, pdf } = this
    const reasons = [...this.reasons].sort((a, b) => ORDER.indexOf(verdictFor(a.code)) - ORDER.indexOf(verdictFor(b.code)))
    const codes = reasons.map(({ code }) => code)
    const verdict = verdictOf(codes)
    const text = reading?.text ?? null
    const stamp = this.found.filter(({ signed, at }) => signed.kind === 'document_timestamp' && at !== null).at(-1)
    const root = judged?.ownRoot
    const broken = Boolean(reading?.departure) || pdf.bytes.length !== (reading?.revisions.at(-1)?.end ?? 0)
    const signatures: Signature[] = []
    for (const fact of this.found) signatures.push(await this.signature(fact, broken))
    return {
      form: 'file', verdict, reasons,
      sha256: hex(await sha256(pdf.bytes)),
      length: pdf.bytes.length,
      pages: reading && reading.pages.length > 0 ? reading.pages.length : null,
      number: text?.number ?? null,
      title: text?.title ?? null,
      effective_at: verdict === 'valid' ? written(this.effectiveAt()) : null,
      text_hash: reading?.textHash ?? null,
      root: root && judged ? { subject: commonName(root.subject), sha256: await root.fingerprint(), given: judged.given } : null,
      issuer: judged ? await judged.issuer(text?.issuer_kind ?? '', text?.issuer_name ?? '') : { kind: 'unknown', name: '' },
      timestamp: stamp ? { at: written(stamp.at) ?? '', by: stamp.name } : null,
      signatures,
      checks: checksOf(codes, this.unasked(verdict, Boolean(stamp))),
      status: written(judged?.until),
      effect_needs: text ? [...(text.effect_needs?.length ? text.effect_needs : EFFECT)] : [],
      demo: text?.demo ?? false,
      copy: null,
    }
  }

  /** The last of the signatures that the text says are needed for its effect; the seal where it says nothing. */
  private effectiveAt(): number | null {
    const text = this.reading?.text
    const needs = text?.effect_needs?.length ? text.effect_needs : EFFECT
    const times = this.found.flatMap(({ signed, at }) => {
      const role = text?.signatories.find((one) => one.slot === signed.slot)?.role ?? ''
      return at !== null && needs.includes(FOR_PARTIES.includes(role) ? 'parties' : role) ? [at] : []
    })
    return times.length > 0 ? Math.max(...times) : null
  }

  private unasked(verdict: string, stamped: boolean): ReadonlySet<CheckCode> {
    if (!this.reading || this.reading.signed.length === 0) return new Set(['unchanged', 'signatures', 'certificates', 'time', 'complete'])
    const open = this.reading.puzzle !== null
    return new Set<CheckCode>([
      ...(verdict === 'invalid' || open ? (['complete'] as const) : []),
      ...(stamped ? [] : (['time'] as const)),
      ...(!this.judged || verdict === 'invalid' || open || (stamped && !this.judged.proven) ? (['certificates'] as const) : []),
    ])
  }

  private async signature(fact: Fact, broken: boolean): Promise<Signature> {
    const { signed, signer, paper } = fact
    const signatory = this.reading?.text?.signatories.find((one) => one.slot === signed.slot)
    return {
      slot: signed.slot,
      kind: signed.kind,
      name: paper !== null && signatory ? signatory.name : fact.name,
      role: signatory && (paper !== null || !fact.role) ? signatory.role : fact.role,
      acts_for: signatory?.acts_for ?? '',
      assurance: fact.assurance,
      at: written(fact.at),
      intact: fact.intact,
      valid: fact.valid,
      trusted: this.judged?.trusted(fact) ?? false,
      indication: this.judged?.indication(fact) ?? 'INDETERMINATE GENERIC',
      revision: signed.revision.index,
      covers: signed.revision.end === this.pdf.bytes.length && fact.intact ? 'whole_file' : 'revision',
      changed_after: broken,
      certificate: signer && {
        issuer: commonName(signer.issuer),
        serial: BigInt(`0x${hex(signer.serial.subarray(2))}`).toString(16),
        not_before: written(signer.notBefore) ?? '',
        not_after: written(signer.notAfter) ?? '',
        sha256: await signer.fingerprint(),
      },
      paper: paper === null ? null : { sha256: paper, clerk: fact.name },
      reasons: this.reasons.filter(({ detail }) => detail?.split(':')[0] === signed.slot).map(({ code }) => code),
      place: this.reading?.places.get(signed.slot) ?? null,
    }
  }
}
