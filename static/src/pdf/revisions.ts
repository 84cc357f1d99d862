/** Writes and checks one update of the ceremony, byte for byte as documents/revisions.py does (contract section 3). Pure, no DOM. */
import { ascii, type Bytes, concat, equal, hex, inflateExactly, latin, sha256, unhex } from './bytes'
import { checkSigned } from './cms'
import { checkOwnCertificate } from './event'
import { checkFrozen, type FileEntry, fileOf, type SlotPlace, type TrustedManifest } from './manifest'
import { must, type Part, Refusal } from './refusal'
import type { Certificate } from './x509'

export const DRAWING_WIDTH = 420
export const DRAWING_HEIGHT = 132
/** Most bytes a deflated drawing may have. */
export const DRAWING_LIMIT = 60_000

const SEAL_RED: readonly number[] = [0xc4, 0x1e, 0x24]
const GREY = '/DeviceGray'
/** Grey data seen through 256 colours from seal red to white: an organisation's picture (ISO 32000-1 8.6.6.3). */
const RED = `[/Indexed/DeviceRGB 255<${hex(
  Uint8Array.from({ length: 3 * 256 }, (_, index) => {
    const colour = SEAL_RED[index % 3] ?? 0
    return colour + Math.floor(((255 - colour) * Math.floor(index / 3)) / 255)
  }),
)}>]`

/** Where an update begins: length, /Size and last startxref of the bytes before it. */
export interface Base {
  readonly length: number
  readonly size: number
  readonly startxref: number
}

/** What the template leaves free: the deflated drawing, /M as 14 digits UTC, /Contents as hex. */
export interface Free {
  readonly drawing: Bytes
  readonly date: string
  readonly contents: string
}

export interface Update {
  readonly parts: readonly (readonly [Part, Bytes])[]
  /** Offsets in the whole file: of the `<` of /Contents, and just after its `>`. */
  readonly gap: readonly [number, number]
  /** Where the next update begins. */
  readonly after: Base
}

const column = (value: number): string => String(value).padStart(10, ' ')
const entry = (offset: number): string => `${String(offset).padStart(10, '0')} 00000 n \n`

/** One update of `file` for `place` on `base`: the one form the template gives for these free parts. */
export function buildUpdate(file: FileEntry, place: SlotPlace, base: Base, { drawing, date, contents }: Free): Update {
  const { size } = base
  const { slot, widget: number, page, rect, kind, struct_parent: parent } = place
  const [width, height] = [rect[2] - rect[0], rect[3] - rect[1]]
  const paint = `q ${width} 0 0 ${height} 0 0 cm /I Do Q`
  const widget =
    `${number} 0 obj\n<</Type/Annot/Subtype/Widget/FT/Sig/T(${slot})/F 132/Rect[${rect.join(' ')}]/P ${page} 0 R` +
    `${parent === undefined ? '' : `/StructParent ${parent}`}/AP<</N ${size} 0 R>>/V ${size + 2} 0 R>>\nendobj\n`
  const form =
    `${size} 0 obj\n<</Type/XObject/Subtype/Form/FormType 1/BBox[0 0 ${width} ${height}]/Resources<</XObject<</I ${size + 1} 0 R>>>>` +
    `/Length ${paint.length}>>\nstream\n${paint}\nendstream\nendobj\n`
  const image =
    `${size + 1} 0 obj\n<</Type/XObject/Subtype/Image/Width ${DRAWING_WIDTH}/Height ${DRAWING_HEIGHT}/BitsPerComponent 8` +
    `/ColorSpace${kind === 'organisation' ? RED : GREY}/Filter/FlateDecode/Length ${drawing.length}>>\nstream\n`
  const imageEnd = '\nendstream\nendobj\n'
  const signature = `${size + 2} 0 obj\n<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/M(D:`
  const [beforeRange, afterRange] = ['Z)/ByteRange[0 ', ']/Contents<']
  const end = '>>>\nendobj\n'

  const formAt = base.length + widget.length
  const imageAt = formAt + form.length
  const signatureAt = imageAt + image.length + drawing.length + imageEnd.length
  const from = signatureAt + signature.length + date.length + beforeRange.length + 32 + afterRange.length - 1
  const to = from + 2 * file.reserved + 2
  const xrefAt = to + end.length - 1
  const xref =
    `xref\n${number} 1\n${entry(base.length)}${size} 3\n${entry(formAt)}${entry(imageAt)}${entry(signatureAt)}`
  const trailer =
    `trailer\n<</Size ${size + 3}/Prev ${base.startxref}/Root ${file.root} 0 R/Info ${file.info} 0 R/ID[<${file.id_pair.join('><')}>]>>\n`
  const startxref = `startxref\n${xrefAt}\n`
  const eof = '%%EOF\n'
  const length = xrefAt + xref.length + trailer.length + startxref.length + eof.length
  return {
    parts: [
      ['widget', ascii(widget)],
      ['form', ascii(form)],
      ['image', ascii(image)],
      ['drawing', drawing],
      ['image', ascii(imageEnd)],
      ['signature_dictionary', ascii(signature)],
      ['date', ascii(date)],
      ['signature_dictionary', ascii(beforeRange)],
      ['byte_range', ascii(`${column(from)} ${column(to)} ${column(length - to)}`)],
      ['signature_dictionary', ascii(afterRange)],
      ['contents', ascii(contents)],
      ['signature_dictionary', ascii(end)],
      ['xref', ascii(xref)],
      ['trailer', ascii(trailer)],
      ['startxref', ascii(startxref)],
      ['eof', ascii(eof)],
    ],
    gap: [from, to],
    after: { length, size: size + 3, startxref: xrefAt },
  }
}

/** The bytes of an update. */
export function bytesOf({ parts }: Update): Bytes {
  return concat(...parts.map(([, bytes]) => bytes))
}

/** Milliseconds since 1970 of 14 digits, null when there is no such date. */
export function dateOf(digits: string): number | null {
  const found = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(digits)
  if (!found) return null
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found.slice(1).map(Number)
  const at = new Date(Date.UTC(year, month - 1, day, hour, minute, second))
  return year >= 2000 && at.toISOString().replace(/\D/g, '').startsWith(digits) ? at.getTime() : null
}

/** One update as read: its place, what is free in it, and where it lies in the whole file. */
export interface Found extends Update {
  readonly place: SlotPlace
  readonly free: Free
  /** /M in milliseconds since 1970. */
  readonly at: number
}

const HEAD_LIMIT = 4000 // widget, form and image dictionary take less

/** Takes the free values out of the bytes at `base`, writes the template with them, and compares part by part. */
async function readUpdate(file: FileEntry, base: Base, whole: Bytes): Promise<Found> {
  const where = `${file.id} at ${base.length}`
  const head = latin(whole.subarray(base.length, base.length + HEAD_LIMIT))
  const slot = /^\d{1,10} 0 obj\n<<\/Type\/Annot\/Subtype\/Widget\/FT\/Sig\/T\(([a-z][a-z0-9-]{0,31})\)/.exec(head)?.[1]
  if (slot === undefined) throw new Refusal(/^\d{1,10} 0 obj\n/.test(head) ? 'widget' : 'trailing_bytes', where)
  const place = file.slots.find((candidate) => candidate.slot === slot)
  must(place !== undefined, 'slot_unknown', slot)
  const image = /\/FlateDecode\/Length ([1-9]\d{0,9})>>\nstream\n/.exec(head)
  const length = Number(image?.[1] ?? 0)
  const drawingAt = base.length + (image ? image.index + image[0].length : 0)
  const drawing = whole.slice(drawingAt, drawingAt + Math.min(length, DRAWING_LIMIT))
  const empty = '0'.repeat(2 * file.reserved)
  const trial = buildUpdate(file, place, base, { drawing, date: '0'.repeat(14), contents: empty })
  const dateAt = base.length + trial.parts.slice(0, 6).reduce((sum, [, bytes]) => sum + bytes.length, 0)
  const text = (from: number, size: number): string => latin(whole.subarray(from, from + size)).padEnd(size, '0')
  const free = { drawing, date: text(dateAt, 14), contents: text(trial.gap[0] + 1, 2 * file.reserved) }
  const update = buildUpdate(file, place, base, free)
  let position = base.length
  for (const [name, bytes] of update.parts) {
    const found = whole.subarray(position, position + bytes.length)
    must(equal(found, bytes.subarray(0, found.length)), name, `${where}: ${name}`)
    must(found.length === bytes.length, 'truncated', where)
    if (name === 'image') must(length <= DRAWING_LIMIT, 'drawing', `${length} bytes`)
    if (name === 'drawing') must((await inflateExactly(drawing, DRAWING_WIDTH * DRAWING_HEIGHT)) !== null, 'drawing', slot)
    if (name === 'date') must(dateOf(free.date) !== null, 'date', free.date)
    if (name === 'contents') must(/^[0-9a-f]*$/.test(free.contents), 'contents', 'not hex')
    position += bytes.length
  }
  return { ...update, place, free, at: dateOf(free.date) ?? 0 }
}

/** F, then updates by the template and nothing else: each slot once, ranks not falling. */
export async function readUpdates(file: FileEntry, whole: Bytes): Promise<Found[]> {
  const found: Found[] = []
  let base: Base = { length: file.f.length, size: file.f.size, startxref: file.f.startxref }
  while (base.length < whole.length) {
    const update = await readUpdate(file, base, whole)
    const { slot, rank } = update.place
    must(found.every(({ place }) => place.slot !== slot), 'slot_used', slot)
    must(found.every(({ place }) => place.rank <= rank), 'slot_order', slot)
    found.push(update)
    base = update.after
  }
  return found
}

export function isSigned({ free }: Found): boolean {
  return /[^0]/.test(free.contents)
}

async function checkSignatures(trusted: TrustedManifest, whole: Bytes, updates: readonly Found[]): Promise<void> {
  for (const update of updates) must(isSigned(update), 'unsigned', update.place.slot)
  for (const { place, free, at, gap, after } of updates) {
    const digest = await digestRanges(whole, gap, after.length)
    await checkSigned({ contents: unhex(free.contents), digest, slot: place.slot, at }, trusted)
  }
}

/** One signer's own facts, from this browser's own store. */
export interface Own {
  readonly slot: string
  readonly spki: Bytes
  /** The deflated drawing that was sent. */
  readonly drawing: Bytes
  /** DER of the certificate handed out. */
  readonly certificate: Bytes
}

/** What may be signed: the digest over both ranges, and with which certificate. */
export interface Accepted {
  readonly digest: Bytes
  readonly certificate: Certificate
  readonly byteRange: readonly [number, number, number, number]
  /** Slots signed before, in their order, with /M in milliseconds since 1970. */
  readonly earlier: readonly { readonly slot: string; readonly at: number }[]
}

/** Architecture 3a, step 4 (a)-(f) for one file: returns what to sign, or throws the Refusal that names the reason. */
export async function checkTail(trusted: TrustedManifest, fileId: string, frozen: Bytes, tail: Bytes, own: Own): Promise<Accepted> {
  const file = fileOf(trusted.manifest, fileId)
  await checkFrozen(file, frozen)
  const whole = concat(frozen, tail)
  const earlier = await readUpdates(file, whole)
  const mine = earlier.pop()
  must(mine !== undefined, 'truncated', 'no update')
  must(!isSigned(mine), 'contents', mine.place.slot)
  for (const update of earlier) must(isSigned(update), 'unsigned', update.place.slot)
  must(mine.place.slot === own.slot, 'other_slot', mine.place.slot)
  must(equal(mine.free.drawing, own.drawing), 'other_drawing', own.slot)
  await checkSignatures(trusted, whole, earlier)
  const certificate = await checkOwnCertificate(own.certificate, own, trusted, mine.at)
  const [from, to] = mine.gap
  return {
    digest: await digestRanges(whole, mine.gap, whole.length),
    certificate,
    byteRange: [0, from, to, whole.length - to],
    earlier: earlier.map(({ place: { slot }, at }) => ({ slot, at })),
  }
}

/** The same for a file in which nobody's turn is open: every update signed. Returns the slots in their order. */
export async function checkSignedTail(trusted: TrustedManifest, fileId: string, frozen: Bytes, tail: Bytes): Promise<string[]> {
  const file = fileOf(trusted.manifest, fileId)
  await checkFrozen(file, frozen)
  const whole = concat(frozen, tail)
  const updates = await readUpdates(file, whole)
  await checkSignatures(trusted, whole, updates)
  return updates.map(({ place: { slot } }) => slot)
}

/** SHA-256 over all of the file's first `end` bytes but the gap. */
export function digestRanges(whole: Bytes, [from, to]: readonly [number, number], end: number): Promise<Bytes> {
  return sha256(concat(whole.subarray(0, from), whole.subarray(to, end)))
}
