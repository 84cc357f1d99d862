/**
 * What each revision of a complete file may contain, as documents/grammar.py says it: certification, persons' turns (the
 * one template of ../pdf/revisions), e-seal, validation data, document time-stamp. Looks at no key. Pure.
 */
import { type Bytes, equal, hex, sha256, unhex } from '../pdf/bytes'
import { canonical, type FileEntry, type SlotPlace } from '../pdf/manifest'
import { Refusal } from '../pdf/refusal'
import { isSigned, readUpdates } from '../pdf/revisions'
import { inflated, isName, NotUnderstood, number, Objects, reference, within, words } from './objects'
import { spelled, type Value } from './spelling'
import type { Pdf, Revision } from './structure'

const CERTIFICATION = 'certification'
const MAX_TEXT = 4 * 1024 * 1024
const MAX_STREAM = 16 * 1024 * 1024
const JOURNAL_KEY = '/HejieJournal'
const ARCHIVE_NAME = /^archive[1-9][0-9]{0,2}$/
const TURN = /\d{1,10} 0 obj\n<<\/Type\/Annot\/Subtype\/Widget\/FT\/Sig\/T\([a-z][a-z0-9-]{0,31}\)/y
const RESERVED = 8192
const ACTIVE = new Set(
  '/JS /JavaScript /OpenAction /AA /XFA /OCProperties /Launch /RichMedia /NeedAppearances /Movie /Sound'.split(' '),
)

export type Kind = 'certification' | 'person' | 'organisation' | 'seal' | 'document_timestamp'

export interface Signatory {
  readonly slot: string
  readonly name: string
  readonly role: string
  readonly rank: number
  readonly kind: string
  readonly acts_for?: string
}

/** The attached agreement.json, as far as judging needs it. */
export interface AgreementText {
  readonly v: number
  readonly number: string
  readonly title: string
  readonly signatories: readonly Signatory[]
  readonly issuer_kind?: string
  readonly issuer_name?: string
  readonly effect_needs?: readonly string[]
  readonly demo?: boolean
}

/** The first revision that breaks the grammar. */
export class Departure extends Error {
  constructor(readonly code: string, readonly revision: number, readonly detail = '', readonly page: number | null = null) {
    super(code)
  }
}

export interface Signed {
  readonly kind: Kind
  readonly slot: string
  readonly revision: Revision
}

type Dict = ReadonlyMap<string, Value>

export interface Stored {
  readonly revision: number
  readonly kind: '/Certs' | '/OCSPs' | '/CRLs'
  readonly der: Bytes
}

/** What a file turned out to be; filled as far as it could be read. */
export interface Reading {
  readonly objects: Objects
  readonly revisions: readonly Revision[]
  text: AgreementText | null
  textHash: string | null
  attached: Bytes
  /** Object numbers of the pages. */
  pages: number[]
  places: Map<string, { page: number; rect: [number, number, number, number] }>
  signed: Signed[]
  store: Stored[]
  departure: Departure | null
  /** What nobody here knows how to judge. */
  puzzle: string | null
}

export async function readGrammar(pdf: Pdf, revisions: readonly Revision[]): Promise<Reading> {
  const reading: Reading = {
    objects: new Objects(pdf, revisions), revisions, text: null, textHash: null, attached: new Uint8Array(), pages: [],
    places: new Map(), signed: [], store: [], departure: null, puzzle: null,
  }
  try {
    const walk = new Walk(pdf, reading)
    await walk.original()
    for (const revision of revisions.slice(1)) await walk.step(revision)
  } catch (error) {
    if (error instanceof Departure) reading.departure = error
    else if (error instanceof NotUnderstood) reading.puzzle = error.message
    else throw error
  }
  return reading
}

const isString = (value: unknown): value is string => typeof value === 'string'
const isOptional = (value: unknown, type: string): boolean => value === undefined || typeof value === type

function isAgreement(value: unknown): value is AgreementText {
  const text = value as Record<string, unknown>
  return (
    typeof value === 'object' && value !== null && Number.isSafeInteger(text['v']) && isString(text['number']) && isString(text['title']) &&
    ['issuer_kind', 'issuer_name'].every((key) => isOptional(text[key], 'string')) && isOptional(text['demo'], 'boolean') &&
    (text['effect_needs'] === undefined || (Array.isArray(text['effect_needs']) && text['effect_needs'].every(isString))) &&
    Array.isArray(text['signatories']) &&
    text['signatories'].every((one: Record<string, unknown>) =>
      ['slot', 'name', 'role', 'kind'].every((key) => isString(one[key])) && Number.isSafeInteger(one['rank']) && isOptional(one['acts_for'], 'string'),
    )
  )
}

class Walk {
  private file: FileEntry | null = null
  private sealed = false
  private openStatus = false
  private listed = new Set<string>()
  private readonly objects: Objects

  constructor(
    private readonly pdf: Pdf,
    private readonly reading: Reading,
  ) {
    this.objects = reading.objects
  }

  private root(at: number): Dict {
    return this.objects.dict(this.revision(at).trailer.get('/Root'), at)
  }

  private revision(at: number): Revision {
    const found = this.reading.revisions[at]
    if (!found) throw new NotUnderstood('revision')
    return found
  }

  private form(at: number): Dict {
    return this.objects.dict(this.root(at).get('/AcroForm'), at)
  }

  private fields(at: number): number[] {
    return this.objects.array(this.form(at).get('/Fields'), at).map(reference)
  }

  private field(name: string, at: number): number {
    const found = this.fields(at).find((one) => words(this.dictOf(one, at).get('/T')) === name)
    if (found === undefined) throw new NotUnderstood(`field ${name}`)
    return found
  }

  private dictOf(object: number, at: number): Dict {
    return this.objects.dict({ t: 'ref', n: object }, at)
  }

  private signatory(slot: string): Signatory | undefined {
    return this.reading.text?.signatories.find((one) => one.slot === slot)
  }

  /** R0: the text attached, the fields it asks for and no others, nothing active, everything spelled plainly. */
  async original(): Promise<void> {
    const first = this.revision(0)
    const head = this.pdf.text.slice(0, Math.min(...first.objects.values()))
    if (!/^%PDF-1\.[3-7]\n%[\x80-\xff]{4}\n$/.test(head)) throw new NotUnderstood('header')
    this.reading.pages = this.leaves(reference(this.root(0).get('/Pages')), null, 0)
    const text = await this.attachment()
    const names = this.fields(0).map((one) => words(this.dictOf(one, 0).get('/T')))
    const wanted = [CERTIFICATION, ...text.signatories.map(({ slot }) => slot)]
    if (names.slice().sort().join(' ') !== wanted.slice().sort().join(' ') || new Set(names).size !== names.length) {
      throw new Departure('fields_changed', 0, 'fields and text differ')
    }
    const fields = this.fields(0)
    for (const one of fields) {
      const field = this.dictOf(one, 0)
      if (!isName(field.get('/FT'), '/Sig') || field.has('/V') || field.has('/Kids')) throw new Departure('fields_changed', 0)
    }
    for (const [index, page] of this.reading.pages.entries()) {
      const annotations = this.dictOf(page, 0).get('/Annots')
      for (const one of annotations ? this.objects.array(annotations, 0) : []) {
        if (one.t !== 'ref' || !fields.includes(one.n)) throw new Departure('active_content', 0, 'annotation', index + 1)
        const widget = this.dictOf(one.n, 0)
        const rect = this.objects.array(widget.get('/Rect'), 0).map(number)
        const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = rect
        if (rect.length !== 4) throw new NotUnderstood('rectangle')
        if (x0 < x1 && y0 < y1) this.reading.places.set(words(widget.get('/T')), { page: index + 1, rect: [x0, y0, x1, y1] })
      }
    }
    this.checkObjects(first)
    let left = 4 * MAX_STREAM
    for (const one of first.objects.keys()) {
      const stored = this.objects.at(one, 0)
      if (stored.data) left -= (await inflated(stored, Math.min(MAX_STREAM, left))).length
    }
  }

  private leaves(node: number, parent: number | null, depth: number): number[] {
    const dict = this.dictOf(node, 0)
    if (depth > 8 || (parent !== null && reference(dict.get('/Parent')) !== parent)) throw new NotUnderstood('page tree')
    if (isName(dict.get('/Type'), '/Page')) return [node]
    if (!isName(dict.get('/Type'), '/Pages')) throw new NotUnderstood('page tree')
    const found = this.objects.array(dict.get('/Kids'), 0).flatMap((kid) => this.leaves(reference(kid), node, depth + 1))
    if (found.length !== number(dict.get('/Count')) || new Set(found).size !== found.length || found.length > 500) throw new NotUnderstood('page tree')
    return found
  }

  private async attachment(): Promise<AgreementText> {
    const names = this.root(0).get('/Names')
    const tree = names && this.objects.dict(names, 0).get('/EmbeddedFiles')
    const pairs = tree ? this.objects.array(this.objects.dict(tree, 0).get('/Names'), 0) : []
    if (tree && this.objects.dict(tree, 0).has('/Kids')) throw new NotUnderstood('attachments')
    const at = pairs.findIndex((one, index) => index % 2 === 0 && words(one) === 'agreement.json')
    if (at < 0) throw new Departure('not_ours', 0, 'no text attached')
    const files = new Set([...this.objects.dict(this.objects.dict(pairs[at + 1], 0).get('/EF'), 0).values()].map(reference))
    const [file] = files
    if (file === undefined || files.size !== 1) throw new NotUnderstood('attachment')
    const attached = await inflated(this.objects.at(file, 0), MAX_TEXT)
    let text: unknown
    let source: string
    try {
      source = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(attached)
      text = JSON.parse(source)
    } catch {
      throw new Departure('not_ours', 0, 'text attached cannot be read')
    }
    if (!isAgreement(text)) throw new Departure('not_ours', 0, 'text attached cannot be read')
    this.reading.text = text
    this.reading.attached = attached
    this.reading.textHash = hex(await sha256(attached))
    if (canonical(text) !== source) throw new NotUnderstood('text attached')
    return text
  }

  /** Nothing active, every reference leads to an object that is there, no null. */
  private checkObjects({ index, objects }: Revision): void {
    for (const one of objects.keys()) {
      for (const value of within(this.objects.at(one, index).value)) {
        if (value.t === 'dict') {
          const active = [...value.v.keys()].filter((key) => ACTIVE.has(key))
          if (active.length > 0) throw new Departure('active_content', index, active.join(' '))
        }
        if (value.t === 'ref' && !this.objects.has(value.n, index)) throw new NotUnderstood(`object ${value.n} is missing`)
        if (value.t === 'word' && value.v === 'null') throw new NotUnderstood('null')
      }
    }
  }

  async step(revision: Revision): Promise<void> {
    const { index, objects } = revision
    TURN.lastIndex = revision.start
    if (index > 1 && !this.sealed && TURN.test(this.pdf.text)) return this.turn(revision)
    for (const key of ['/Root', '/Info']) {
      if (reference(revision.trailer.get(key)) !== reference(this.revision(index - 1).trailer.get(key))) throw this.departure(revision, 'changed_after', key.slice(1))
    }
    const { size } = this.revision(index - 1)
    const fresh = new Set([...objects.keys()].filter((one) => one >= size))
    const old = [...objects.keys()].filter((one) => one < size)
    if (index === 1) await this.certification(revision, old, fresh)
    else this.institution(revision, old, fresh)
    this.checkObjects(revision)
  }

  private async certification(revision: Revision, old: readonly number[], fresh: ReadonlySet<number>): Promise<void> {
    const refuse = (): Departure => this.departure(revision, 'not_certified')
    const widget = this.field(CERTIFICATION, 0)
    const root = reference(revision.trailer.get('/Root'))
    if (!sameSet(old, [root, widget]) || fresh.size !== 1) throw refuse()
    const signature = this.signature(revision, widget, '/Sig', [])
    this.same(revision, this.dictOf(root, 1), this.dictOf(root, 0), ['/Perms'])
    const perms = this.objects.dict(this.root(1).get('/Perms'), 1)
    const references = this.objects.array(this.dictOf(signature, 1).get('/Reference'), 1)
    const rule = this.objects.dict(references[0], 1)
    const parameters = this.objects.dict(rule.get('/TransformParams'), 1)
    const right = perms.size === 1 && reference(perms.get('/DocMDP')) === signature && references.length === 1 &&
      isName(rule.get('/TransformMethod'), '/DocMDP') && spelled(parameters.get('/P')) === '2'
    if (!right) throw refuse()
    this.reading.signed.push({ kind: 'certification', slot: CERTIFICATION, revision })
    this.file = await this.manifestFile(revision)
  }

  /** A person's update, compared with the template byte for byte. */
  private async turn(revision: Revision): Promise<void> {
    if (!this.file) throw new Departure('not_certified', revision.index)
    try {
      const updates = await readUpdates(this.file, this.pdf.bytes.subarray(0, revision.end))
      const slot = updates.at(-1)?.place.slot
      if (slot === undefined || !updates.every(isSigned)) throw new Departure('changed_after', revision.index, 'unsigned')
      const kind = this.signatory(slot)?.kind === 'organisation' ? 'organisation' : 'person'
      this.reading.signed.push({ kind, slot, revision })
    } catch (error) {
      throw error instanceof Refusal ? new Departure('changed_after', revision.index, error.reason) : error
    }
  }

  private institution(revision: Revision, old: readonly number[], fresh: ReadonlySet<number>): void {
    const { index } = revision
    const seals = (this.reading.text?.signatories ?? []).filter(({ kind }) => kind === 'seal')
    const seal = seals.find(({ slot }) => sameSet(old, [this.field(slot, index - 1)]))
    const earlier = this.root(index - 1).get('/DSS')
    const holders = [reference(revision.trailer.get('/Root')), ...(earlier?.t === 'ref' ? [earlier.n] : [])]
    if (seal && !this.sealed) this.seal(revision, seal.slot, fresh)
    else if (old.length > 0 && old.every((one) => holders.includes(one)) && this.sealed && !this.openStatus) this.status(revision, fresh)
    else if (this.sealed && this.openStatus) this.documentTimestamp(revision, old, fresh)
    else throw this.departure(revision, 'changed_after', `objects ${old.slice(0, 12).join(' ')}`)
  }

  private seal(revision: Revision, slot: string, fresh: ReadonlySet<number>): void {
    const { index } = revision
    const widget = this.field(slot, index - 1)
    const refuse = (): Departure => this.departure(revision, 'changed_after', 'seal')
    const signature = this.signature(revision, widget, '/Sig', [JOURNAL_KEY])
    const references = this.objects.array(this.dictOf(signature, index).get('/Reference'), index)
    if (references.length !== 1) throw refuse()
    const allowed = new Set([signature])
    const appearance = this.dictOf(widget, index).get('/AP')
    if (appearance) {
      const form = reference(this.objects.dict(appearance, index).get('/N'))
      allowed.add(form)
      const resources = this.dictOf(form, index).get('/Resources')
      const images = resources && this.objects.dict(resources, index).get('/XObject')
      for (const one of images ? this.objects.dict(images, index).values() : []) {
        const image = this.dictOf(reference(one), index)
        if (!isName(image.get('/Subtype'), '/Image') || image.has('/SMask')) throw refuse()
        allowed.add(reference(one))
      }
    }
    const rule = this.objects.dict(references[0], index)
    const lock = this.objects.dict(rule.get('/TransformParams'), index)
    const every = this.fields(index - 1).map((one) => words(this.dictOf(one, index - 1).get('/T')))
    const named = lock.has('/Fields') ? this.objects.array(lock.get('/Fields'), index).map(words) : []
    const locks = isName(lock.get('/Action'), '/All') || (isName(lock.get('/Action'), '/Include') && sameSet([...new Set(named)], every))
    if (![...fresh].every((one) => allowed.has(one)) || !isName(rule.get('/TransformMethod'), '/FieldMDP') || !locks) throw refuse()
    this.sealed = true
    this.reading.signed.push({ kind: 'seal', slot, revision })
  }

  /** A DSS: the catalog gets /DSS and nothing else; what is new are plain streams and the dictionary itself. */
  private status(revision: Revision, fresh: ReadonlySet<number>): void {
    const { index } = revision
    const refuse = (): Departure => this.departure(revision, 'changed_after', 'DSS')
    this.same(revision, this.root(index), this.root(index - 1), ['/DSS'])
    const holder = this.root(index).get('/DSS')
    const store = this.objects.dict(holder, index)
    const kinds = [...store.keys()].filter((key) => key !== '/Type')
    const pairs = new Set<string>()
    for (const key of kinds) for (const one of this.objects.array(store.get(key), index)) pairs.add(`${key} ${reference(one)}`)
    const numberOf = (pair: string): number => Number(pair.split(' ')[1])
    const known = new Set([...this.listed].map(numberOf))
    if (!kinds.every((key) => ['/Certs', '/OCSPs', '/CRLs'].includes(key)) || ![...this.listed].every((pair) => pairs.has(pair))) throw refuse()
    const allowed = new Set([...[...pairs].map(numberOf), ...(holder?.t === 'ref' ? [holder.n] : [])])
    if (![...fresh].every((one) => allowed.has(one))) throw refuse()
    for (const pair of [...pairs].filter((one) => !this.listed.has(one)).sort(byPair)) {
      const one = numberOf(pair)
      if (known.has(one) || !fresh.has(one)) throw refuse()
      const { value, data } = this.objects.at(one, index)
      if (!data || value.t !== 'dict' || value.v.size !== 1) throw refuse()
      this.reading.store.push({ revision: index, kind: pair.split(' ')[0] as Stored['kind'], der: data.slice() })
    }
    this.listed = pairs
    this.openStatus = true
  }

  /** A new zero-size field at the end of the form and of the first page's annotations, with its time-stamp. */
  private documentTimestamp(revision: Revision, old: readonly number[], fresh: ReadonlySet<number>): void {
    const { index } = revision
    const [before, now] = [this.fields(index - 1), this.fields(index)]
    const page = this.reading.pages[0] ?? 0
    const annotations = (at: number): number[] => this.objects.array(this.dictOf(page, at).get('/Annots'), at).map(reference)
    const form = reference(this.root(index).get('/AcroForm'))
    const listed = this.dictOf(page, index).get('/Annots')
    const holder = listed?.t === 'ref' ? listed.n : page
    const [notesBefore, notes] = [annotations(index - 1), annotations(index)]
    const last = now.at(-1)
    const right = sameSet(old, [form, holder]) && last !== undefined && equalLists(now.slice(0, -1), before) &&
      equalLists(notes.slice(0, -1), notesBefore) && notes.at(-1) === last
    if (!right) throw this.departure(revision, 'changed_after', `objects ${old.slice(0, 12).join(' ')}`)
    this.same(revision, this.form(index), this.form(index - 1), ['/Fields'])
    this.same(revision, this.dictOf(page, index), this.dictOf(page, index - 1), ['/Annots'])
    const widget = this.dictOf(last, index)
    const name = words(widget.get('/T'))
    const value = reference(widget.get('/V'))
    const fits = sameSet([...widget.keys()], ['/FT', '/T', '/Type', '/Subtype', '/F', '/Rect', '/P', '/V']) &&
      isName(widget.get('/Subtype'), '/Widget') && isName(widget.get('/FT'), '/Sig') && number(widget.get('/F')) === 132 &&
      reference(widget.get('/P')) === page && equalLists(this.objects.array(widget.get('/Rect'), index).map(number), [0, 0, 0, 0]) &&
      ARCHIVE_NAME.test(name) && !before.some((one) => words(this.dictOf(one, index - 1).get('/T')) === name) && sameSet([...fresh], [last, value])
    if (!fits) throw this.departure(revision, 'fields_changed', name)
    this.checkDictionary(revision, value, '/DocTimeStamp', [])
    this.openStatus = false
    this.reading.signed.push({ kind: 'document_timestamp', slot: name, revision })
  }

  /** The signature dictionary a known field got in this revision; the widget has changed in nothing else. */
  private signature(revision: Revision, widget: number, kind: string, extra: readonly string[]): number {
    const [before, after] = [this.dictOf(widget, revision.index - 1), this.dictOf(widget, revision.index)]
    this.same(revision, after, before, ['/V', '/AP'])
    if (before.has('/V') || !after.has('/V') || !revision.objects.has(reference(after.get('/V')))) {
      throw this.departure(revision, 'fields_changed', words(before.get('/T')))
    }
    const value = reference(after.get('/V'))
    this.checkDictionary(revision, value, kind, [...extra, '/Reference', '/M'])
    return value
  }

  private checkDictionary(revision: Revision, object: number, kind: string, extra: readonly string[]): void {
    const value = this.dictOf(object, revision.index)
    const basic = ['/Type', '/Filter', '/SubFilter', '/ByteRange', '/Contents']
    const keys = [...value.keys()]
    const range = this.objects.array(value.get('/ByteRange'), revision.index).map(number)
    const [a = -1, b = -1, c = -1, d = -1] = range
    const gap = this.pdf.text.slice(b, c)
    const right = basic.every((key) => value.has(key)) && keys.every((key) => basic.includes(key) || extra.includes(key)) &&
      isName(value.get('/Type'), kind) && isName(value.get('/SubFilter'), kind === '/DocTimeStamp' ? '/ETSI.RFC3161' : '/ETSI.CAdES.detached') &&
      range.length === 4 && a === 0 && c + d === revision.end && revision.start < b && b < c && c < revision.end &&
      /^<([0-9A-Fa-f]{2})+>$/.test(gap) && equal(unhex(gap.slice(1, -1)), bytesOf(words(value.get('/Contents'))))
    if (!right) throw this.departure(revision, 'signature_range')
  }

  /** Two versions of a dictionary agree in all keys but those. */
  private same(revision: Revision, now: Dict, before: Dict, but: readonly string[]): void {
    const keys = new Set([...now.keys(), ...before.keys()].filter((key) => !but.includes(key)))
    const changed = [...keys].filter((key) => spelled(now.get(key)) !== spelled(before.get(key)))
    if (changed.length > 0) throw this.departure(revision, 'changed_after', changed.sort().join(' '))
  }

  /** With the first page that the revision writes anew, where there is one. */
  private departure({ index, objects }: Revision, code: string, detail = ''): Departure {
    const page = this.reading.pages.findIndex((one) => {
      const contents = this.dictOf(one, 0).get('/Contents')
      const streams = contents?.t === 'array' ? contents.v : [contents]
      return objects.has(one) || streams.some((each) => each?.t === 'ref' && objects.has(each.n))
    })
    return new Departure(code, index, detail, page < 0 ? null : page + 1)
  }

  /** What M said of this file, taken from F and the text: enough to print the template again. */
  private async manifestFile(revision: Revision): Promise<FileEntry> {
    const { text, textHash, pages } = this.reading
    const slots = (text?.signatories ?? []).filter(({ kind }) => kind !== 'seal').map(({ slot, rank, kind }): SlotPlace => {
      const widget = this.field(slot, 1)
      const dict = this.dictOf(widget, 1)
      const rect = this.objects.array(dict.get('/Rect'), 1).map((one) => Math.trunc(number(one)))
      const parent = dict.get('/StructParent')
      const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = rect
      return {
        slot, page: reference(dict.get('/P')), rank, rect: [x0, y0, x1, y1], widget, kind: kind === 'organisation' ? 'organisation' : 'person',
        ...(parent ? { struct_parent: number(parent) } : {}),
      }
    })
    const { trailer, size, startxref, end } = revision
    const ids = this.objects.array(trailer.get('/ID'), 1).map((one) => hex(bytesOf(words(one))))
    const [first = '', second = ''] = ids
    if (ids.length !== 2 || first.length !== 32 || second.length !== 32) throw new NotUnderstood('/ID')
    const original = this.revision(0).end
    return {
      id: '', title: text?.title ?? '', pages: pages.length, text: textHash ?? '', reserved: RESERVED, slots, id_pair: [first, second],
      f: { length: end, sha256: hex(await sha256(this.pdf.bytes.slice(0, end))), size, startxref },
      r0: { length: original, sha256: hex(await sha256(this.pdf.bytes.slice(0, original))) },
      root: reference(trailer.get('/Root')), info: reference(trailer.get('/Info')),
    }
  }
}

function bytesOf(text: string): Bytes {
  return Uint8Array.from(text, (one) => one.charCodeAt(0))
}

function byPair(a: string, b: string): number {
  const [[kindA = '', a1], [kindB = '', b1]] = [a.split(' '), b.split(' ')]
  return kindA === kindB ? Number(a1) - Number(b1) : kindA < kindB ? -1 : 1
}

function equalLists<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((one, index) => one === b[index])
}

/** The same members, each once. */
function sameSet<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === new Set(b).size && new Set(a).size === a.length && a.every((one) => b.includes(one))
}
