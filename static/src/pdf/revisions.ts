/** Writes and checks one update of the ceremony, byte for byte as documents/revisions.py does (contract section 3). Pure, no DOM. */
import { ascii, type Bytes, concat, equal, inflateExactly, latin, sha256, unhex } from './bytes'
import { checkSigned } from './cms'
import { checkOwnCertificate } from './event'
import { checkFrozen, type FileEntry, fileOf, type SlotPlace, type TrustedManifest } from './manifest'
import { must, Refusal } from './refusal'
import type { Certificate } from './x509'

export const DRAWING_WIDTH = 420
export const DRAWING_HEIGHT = 132
/** Most bytes a deflated drawing may have. */
export const DRAWING_LIMIT = 60_000

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
  readonly bytes: Bytes
  /** Offsets in the whole file: of the `<` of /Contents, and just after its `>`. */
  readonly gap: readonly [number, number]
  /** Where the next update begins. */
  readonly after: Base
}

const column = (value: number): string => String(value).padStart(10, ' ')
const entry = (offset: number): string => `${String(offset).padStart(10, '0')} 00000 n \n`

function widgetObject({ size }: Base, { slot, widget, page, rect }: SlotPlace): string {
  return (
    `${widget} 0 obj\n<</Type/Annot/Subtype/Widget/FT/Sig/T(${slot})/F 132/Rect[${rect.join(' ')}]/P ${page} 0 R` +
    `/AP<</N ${size} 0 R>>/V ${size + 2} 0 R>>\nendobj\n`
  )
}

function formObject({ size }: Base, { rect: [x0, y0, x1, y1] }: SlotPlace): string {
  const [width, height] = [x1 - x0, y1 - y0]
  const content = `q ${width} 0 0 ${height} 0 0 cm /I Do Q`
  return (
    `${size} 0 obj\n<</Type/XObject/Subtype/Form/FormType 1/BBox[0 0 ${width} ${height}]/Resources<</XObject<</I ${size + 1} 0 R>>>>` +
    `/Length ${content.length}>>\nstream\n${content}\nendstream\nendobj\n`
  )
}

/** The image object up to the digits of its /Length. */
function imageHead({ size }: Base): string {
  return (
    `${size + 1} 0 obj\n<</Type/XObject/Subtype/Image/Width ${DRAWING_WIDTH}/Height ${DRAWING_HEIGHT}/BitsPerComponent 8` +
    '/ColorSpace/DeviceGray/Filter/FlateDecode/Length '
  )
}

const IMAGE_DATA = '>>\nstream\n'
const IMAGE_END = '\nendstream\nendobj\n'

/** The signature dictionary up to the digits of its /M. */
function signatureHead({ size }: Base): string {
  return `${size + 2} 0 obj\n<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/M(D:`
}

/** One update of `file` for `place` on `base`; the one form the template gives for these free parts. */
export function buildUpdate(file: FileEntry, place: SlotPlace, base: Base, { drawing, date, contents }: Free): Update {
  const { size } = base
  const widget = widgetObject(base, place)
  const form = formObject(base, place)
  const head = imageHead(base) + String(drawing.length) + IMAGE_DATA
  const image = head.length + drawing.length + IMAGE_END.length
  const widgetAt = base.length
  const formAt = widgetAt + widget.length
  const imageAt = formAt + form.length
  const signatureAt = imageAt + image
  const ranges = (from: number, to: number, rest: number): string =>
    `${signatureHead(base)}${date}Z)/ByteRange[0 ${column(from)} ${column(to)} ${column(rest)}]/Contents`
  const from = signatureAt + ranges(0, 0, 0).length
  const to = from + contents.length + 2
  const xrefAt = to + '>>\nendobj\n'.length
  const tail =
    '>>\nendobj\n' +
    `xref\n${place.widget} 1\n${entry(widgetAt)}${size} 3\n${entry(formAt)}${entry(imageAt)}${entry(signatureAt)}` +
    `trailer\n<</Size ${size + 3}/Prev ${base.startxref}/Root ${file.root} 0 R/Info ${file.info} 0 R/ID[<${file.id_pair.join('><')}>]>>\n` +
    `startxref\n${xrefAt}\n%%EOF\n`
  const signature = `${ranges(from, to, tail.length)}<${contents}>${tail}`
  const bytes = concat(ascii(widget + form + head), drawing, ascii(IMAGE_END + signature))
  return { bytes, gap: [from, to], after: { length: base.length + bytes.length, size: size + 3, startxref: xrefAt } }
}

/** Milliseconds since 1970 of 14 digits, null when there is no such date. */
export function dateOf(digits: string): number | null {
  const found = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(digits)
  if (!found) return null
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found.slice(1).map(Number)
  const at = new Date(Date.UTC(year, month - 1, day, hour, minute, second))
  return year >= 2000 && at.toISOString().replace(/\D/g, '').startsWith(digits) ? at.getTime() : null
}

interface Found extends Update {
  readonly place: SlotPlace
  readonly free: Free
}

/** Reads the update at the start of `rest`, for a slot not in `used`; refuses unless writing it again gives the same bytes. */
function readUpdate(file: FileEntry, base: Base, rest: Bytes, used: ReadonlySet<string>): Found {
  const text = latin(rest)
  const number = /^(\d{1,10}) 0 obj\n/.exec(text)
  must(number !== null, 'update_malformed', `${file.id} at ${base.length}: no object`)
  const place = file.slots.find(({ widget }) => String(widget) === number[1])
  must(place !== undefined, 'slot_unknown', `${file.id}: object ${number[1]}`)
  must(!used.has(place.slot), 'slot_used', `${file.id}: ${place.slot}`)
  let at = 0
  const pass = (expected: string): void => {
    for (let index = 0; index < expected.length; index += 1) {
      must(text[at + index] === expected[index], 'update_malformed', `${file.id} at ${base.length + at + index}`)
    }
    at += expected.length
  }
  const take = (length: number): string => {
    must(at + length <= text.length, 'update_malformed', `${file.id}: ends at ${base.length + text.length}`)
    at += length
    return text.slice(at - length, at)
  }
  pass(widgetObject(base, place) + formObject(base, place) + imageHead(base))
  const digits = /^(0|[1-9]\d{0,8})>/.exec(text.slice(at, at + 10))?.[1]
  must(digits !== undefined, 'update_malformed', `${file.id} at ${base.length + at}: /Length`)
  must(Number(digits) <= DRAWING_LIMIT, 'drawing_invalid', `${place.slot}: ${digits} bytes`)
  pass(digits + IMAGE_DATA)
  const drawing = rest.slice(at, at + Number(digits))
  take(Number(digits))
  pass(IMAGE_END + signatureHead(base))
  const date = take(14)
  must(dateOf(date) !== null, 'date_invalid', place.slot)
  pass('Z)/ByteRange[0 ')
  take(32)
  pass(']/Contents<')
  const contents = take(2 * file.reserved)
  must(/^[0-9a-f]*$/.test(contents), 'cms_malformed', `${place.slot}: hex`)
  const free = { drawing, date, contents }
  const update = buildUpdate(file, place, base, free)
  const written = latin(update.bytes)
  for (at = 0; at < written.length; at += 1) {
    must(written[at] === text[at], 'update_malformed', `${file.id} at ${base.length + at}`)
  }
  return { ...update, place, free }
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

/** Architecture 3a, step 4 (a)-(f) for one file: returns what to sign or throws the Refusal that names the reason. */
export async function checkTail(trusted: TrustedManifest, fileId: string, frozen: Bytes, tail: Bytes, own: Own): Promise<Accepted> {
  const file = fileOf(trusted.manifest, fileId)
  must(file.slots.some(({ slot }) => slot === own.slot), 'slot_unknown', own.slot)
  await checkFrozen(file, frozen)
  const whole = concat(frozen, tail)
  const used = new Set<string>()
  const earlier: { slot: string; at: number }[] = []
  let base: Base = { length: frozen.length, size: file.f.size, startxref: file.f.startxref }
  while (base.length < whole.length) {
    const update = readUpdate(file, base, whole.subarray(base.length), used)
    const { slot } = update.place
    const at = dateOf(update.free.date) ?? 0
    const pixels = await inflateExactly(update.free.drawing, DRAWING_WIDTH * DRAWING_HEIGHT)
    must(pixels !== null, 'drawing_invalid', slot)
    const digest = await digestRanges(whole, update)
    if (slot === own.slot) {
      const certificate = await checkOwnUpdate(update, own, trusted, at)
      const [from, to] = update.gap
      must(update.after.length === whole.length, 'trailing_bytes', `${fileId} at ${update.after.length}`)
      return { digest, certificate, byteRange: [0, from, to, whole.length - to], earlier }
    }
    await checkSigned({ contents: unhex(update.free.contents), digest, slot, at }, trusted)
    used.add(slot)
    earlier.push({ slot, at })
    base = update.after
  }
  throw new Refusal('update_missing', `${fileId}: ${own.slot}`)
}

function digestRanges(whole: Bytes, { gap: [from, to], after }: Update): Promise<Bytes> {
  return sha256(concat(whole.subarray(0, from), whole.subarray(to, after.length)))
}

async function checkOwnUpdate({ free, place }: Found, own: Own, trusted: TrustedManifest, at: number): Promise<Certificate> {
  must(/^0*$/.test(free.contents), 'placeholder_filled', place.slot)
  must(equal(free.drawing, own.drawing), 'drawing_changed', place.slot)
  return checkOwnCertificate(own.certificate, own, trusted, at)
}
