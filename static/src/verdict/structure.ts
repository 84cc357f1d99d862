/** The outer form of a signed file, as documents/structure.py reads it: classic xref tables, every update tiled by its objects. Pure. */
import { type Bytes, concat, equal, latin, sha256, unhex } from '../pdf/bytes'
import { imprintOf, messageDigest, padded, readSignedData } from '../pdf/cms'
import { plain, type Value } from './spelling'

const MAX_REVISIONS = 128
const END = /startxref\n(\d{1,10})\n%%EOF\n/g
const TRAILER = /trailer[ \t\n\r\f\v]*<<([^]{1,2000}?)>>[ \t\n\r\f\v]*startxref\n(\d{1,10})\n%%EOF\n/y
const SECTION = /(\d{1,10}) (\d{1,10})\n/y
const ENTRY = /(\d{10}) (\d{5}) ([nf]) \n/y
const HEADER = /(\d{1,10}) 0 obj\n/y
const BYTE_RANGE = /\/ByteRange ?\[ ?0 +(\d{1,10}) +(\d{1,10}) +(\d{1,10}) *\]/g
const KEYS = '/ID /Info /Prev /Root /Size'

/** The outer form is not ours: reason code, and the offset from which on that shows. */
export class Broken extends Error {
  constructor(readonly code: string, readonly offset: number, readonly detail = '') {
    super(code)
  }
}

/** Bytes [start, end) of the file; `objects` maps the numbers it writes to their offsets. */
export interface Revision {
  readonly index: number
  readonly start: number
  readonly end: number
  readonly startxref: number
  readonly size: number
  readonly objects: ReadonlyMap<number, number>
  readonly trailer: ReadonlyMap<string, Value>
}

/** A file, and each byte of it as a character. */
export interface Pdf {
  readonly bytes: Bytes
  readonly text: string
}

export const pdfOf = (bytes: Bytes): Pdf => ({ bytes, text: latin(bytes) })
export const cut = ({ bytes, text }: Pdf, end: number): Pdf => ({ bytes: bytes.subarray(0, end), text: text.slice(0, end) })

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}

/** Offsets behind each `startxref ... %%EOF`; at most one more than allowed. */
export function ends(text: string): number[] {
  const found: number[] = []
  for (const one of text.matchAll(END)) {
    found.push(one.index + one[0].length)
    if (found.length > MAX_REVISIONS) break
  }
  return found
}

interface Table {
  readonly objects: Map<number, number>
  readonly size: number
  readonly previous: number | null
  readonly offset: number
  readonly end: number
  readonly trailer: ReadonlyMap<string, Value>
}

/** All revisions, oldest first. Throws Broken. */
export function readStructure({ text }: Pdf): Revision[] {
  const found = ends(text)
  const last = found.at(-1)
  if (last === undefined) throw new Broken('no_end', 0)
  if (found.length > MAX_REVISIONS) throw new Broken('structure', last, 'revisions')
  if (last !== text.length) {
    throw new Broken(match(HEADER, text, last) ? 'truncated' : 'trailing_bytes', last, `${text.length - last} bytes`)
  }
  const tables: Table[] = []
  let offset = Number(/startxref\n(\d{1,10})\n%%EOF\n$/.exec(text.slice(-64))?.[1] ?? NaN)
  if (Number.isNaN(offset)) throw new Broken('structure', text.length, 'startxref')
  for (;;) {
    const table = readTable(text, offset)
    tables.unshift(table)
    if (table.previous === null) break
    if (table.previous >= offset) throw new Broken('structure', offset, '/Prev')
    offset = table.previous
  }
  const revisions: Revision[] = []
  let start = 0
  for (const [index, { objects, size, offset: startxref, end, trailer }] of tables.entries()) {
    if (!(start < startxref && startxref < end) || (index > 0 && found[found.length - tables.length + index] !== end)) {
      throw new Broken('structure', start, 'xref')
    }
    const revision = { index, start, end, startxref, size, objects, trailer }
    tile(text, revision)
    if (size < (revisions.at(-1)?.size ?? 0)) throw new Broken('structure', start, '/Size')
    revisions.push(revision)
    start = end
  }
  if (start !== text.length || found.length !== tables.length) throw new Broken('structure', start, 'revisions')
  return revisions
}

function readTable(text: string, offset: number): Table {
  if (text.slice(offset, offset + 5) !== 'xref\n') throw new Broken('structure', offset, 'xref')
  const objects = new Map<number, number>()
  let position = offset + 5
  for (let section = match(SECTION, text, position); section; section = match(SECTION, text, position)) {
    position += section[0].length
    for (let number = Number(section[1]), left = Number(section[2]); left > 0; number += 1, left -= 1) {
      const entry = match(ENTRY, text, position)
      if (!entry || objects.has(number)) throw new Broken('structure', position, 'xref entry')
      position += entry[0].length
      if ((entry[3] === 'f') !== (number === 0) || (number > 0 && entry[2] !== '00000')) throw new Broken('structure', position, 'xref entry')
      if (number > 0) objects.set(number, Number(entry[1]))
    }
  }
  const trailer = match(TRAILER, text, position)
  if (!trailer || Number(trailer[2]) !== offset) throw new Broken('structure', position, 'trailer')
  const entries = plain(`<<${trailer[1]}>>`)
  if (entries?.t !== 'dict') throw new Broken('structure', position, 'trailer')
  const [size, previous] = ['/Size', '/Prev'].map((key) => entries.v.get(key))
  const wanted = previous ? KEYS : KEYS.replace('/Prev ', '')
  const named = [...(trailer[1]?.matchAll(/\/[A-Za-z]+/g) ?? [])].map(([name]) => name)
  const spaced = [...(trailer[1]?.matchAll(/\/(?:Size|Prev) \d{1,10}\b/g) ?? [])].length
  if (size?.t !== 'number' || (previous && previous.t !== 'number') || named.sort().join(' ') !== wanted || spaced !== (previous ? 2 : 1)) {
    throw new Broken('structure', position, 'trailer')
  }
  if ([...objects.keys()].some((number) => number >= Number(size.v))) throw new Broken('structure', position, '/Size')
  const end = position + trailer[0].length
  return { objects, size: Number(size.v), previous: previous ? Number(previous.v) : null, offset, end, trailer: entries.v }
}

/** Every byte of the revision before its table belongs to a listed object. */
function tile(text: string, { index, start, startxref, objects }: Revision): void {
  const places = [...objects].sort(([, a], [, b]) => a - b)
  if (places.length === 0 || (index > 0 && places[0]?.[1] !== start)) throw new Broken('structure', start, 'object')
  for (const [at, [number, offset]] of places.entries()) {
    const border = places[at + 1]?.[1] ?? startxref
    const header = match(HEADER, text, offset)
    const fits = offset >= start && border > offset && header && Number(header[1]) === number
    if (!fits || !bodyOf(text.slice(offset + header[0].length, border), index > 0)) throw new Broken('structure', offset, `object ${number}`)
  }
}

/** An object between `n 0 obj` and the next border: its value in the text, and where its stream's data lie. */
export interface Body {
  readonly value: string
  readonly data: readonly [number, number] | null
}

/** One object and nothing more, a stream as long as it says; what was `appended` is spelled plainly. */
export function bodyOf(body: string, appended: boolean): Body | null {
  const marker = />>[ \t\n\r\f\v]?stream\r?\n/.exec(body)
  if (marker && !body.slice(0, marker.index).includes('endobj')) {
    const length = /\/Length (\d{1,10})\b/.exec(body.slice(0, marker.index))
    if (!length) return null
    const value = body.slice(0, marker.index + 2)
    const from = marker.index + marker[0].length
    const to = from + Number(length[1])
    if (appended && (body.slice(from, to).includes('endobj') || !plain(value))) return null
    return /^\n?endstream\nendobj\n[ \t\n\r\f\v]*$/.test(body.slice(to)) ? { value, data: [from, to] } : null
  }
  const end = /\nendobj\n[ \t\n\r\f\v]*$/.exec(body)
  if (!end || body.split('endobj').length !== 2) return null
  const value = body.slice(0, end.index)
  return appended && !plain(value) ? null : { value, data: null }
}

/** Where an altered byte must lie, by digests alone; null when every digest that can be found is right. */
export async function firstBroken({ bytes, text }: Pdf): Promise<readonly [number, number] | null> {
  let start = 0
  let good = 0
  for (const end of ends(text)) {
    BYTE_RANGE.lastIndex = start
    const found = BYTE_RANGE.exec(text)
    if (found && found.index + found[0].length <= end) {
      const [a = 0, b = 0, c = 0] = found.slice(1).map(Number)
      if (!(start <= a && a < b && b <= end) || b + c !== end) return [good, end]
      const spelling = text.slice(a + 1, b - 1)
      if (!/^([0-9A-Fa-f]{2})*$/.test(spelling)) return [good, end]
      try {
        const digest = await sha256(concat(bytes.subarray(0, a), bytes.subarray(b, b + c)))
        if (!equal(digest, signedDigest(unhex(spelling)))) return [good, end]
      } catch {
        return [good, end]
      }
      good = a
    }
    start = end
  }
  return null
}

/** The document digest a /Contents value speaks of: messageDigest of a signature, or a time-stamp's imprint. */
function signedDigest(contents: Bytes): Bytes {
  const value = padded(contents)
  try {
    return messageDigest(readSignedData(value, false).attributes)
  } catch {
    return imprintOf(value)
  }
}
