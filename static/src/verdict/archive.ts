/** A packet's zip, read within the bounds of documents/archive.py: nothing before, between and behind its members. Pure. */
import { type Bytes, concat, equal } from '../pdf/bytes'
import { NotUnderstood, unpacked } from './objects'
import { decoded, shown, unsafe } from './paths'

export const [MAX_MEMBERS, MAX_MEMBER, MAX_ALL] = [200, 64 * 1024 * 1024, 128 * 1024 * 1024]
const [UTF8, DESCRIPTOR] = [0x0800, 0x0008]
const FLAGS = UTF8 | DESCRIPTOR | 0x0006
const [LOCAL, CENTRAL, END] = [30, 46, 22]
const [FOLDER, PLAIN, KIND] = [0o040000, 0o100000, 0o170000]

/** Not read: the reason's code, and what shows it. */
export class Refused extends Error {
  constructor(readonly code: string, readonly detail: string) {
    super(code)
  }
}

export interface Member {
  readonly path: string
  readonly length: number
  /** What it holds. Throws when that is not what the zip says of it. */
  readonly content: () => Promise<Bytes>
}

interface Entry {
  readonly name: Bytes
  readonly path: string
  readonly flags: number
  readonly method: number
  readonly crc: number
  readonly packed: number
  readonly length: number
  readonly offset: number
}

const viewOf = (bytes: Bytes): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

export function readArchive(data: Bytes): { members: Member[]; repacked: boolean } {
  if (data.length > MAX_ALL) throw new Refused('packet_limits', 'bytes')
  const { entries, begin } = directoryOf(data)
  bounded(entries)
  const sorted = [...entries].sort((a, b) => a.offset - b.offset)
  const members: Member[] = []
  let at = 0
  for (const entry of sorted) {
    if (entry.offset !== at) throw new Refused('packet_damaged', shown(entry.path))
    const start = behindHeader(data, entry)
    at = behindData(data, entry, start + entry.packed)
    if (!entry.path.endsWith('/')) {
      const packed = data.subarray(start, start + entry.packed)
      members.push({ path: entry.path, length: entry.length, content: () => contentOf(packed, entry) })
    }
  }
  if (at !== begin) throw new Refused('packet_damaged', `byte ${at}`)
  const repacked = !asWritten(data, entries)
  return { members: repacked ? withoutFolder(members) : members, repacked }
}

function directoryOf(data: Bytes): { entries: Entry[]; begin: number } {
  const view = viewOf(data)
  if (data.length < LOCAL + CENTRAL + END || view.getUint32(0, true) !== 0x04034b50) throw new Refused('not_a_packet', 'zip')
  const at = data.length - END
  const [disk, first, here, count] = [4, 6, 8, 10].map((offset) => view.getUint16(at + offset, true))
  const [size, begin, comment] = [view.getUint32(at + 12, true), view.getUint32(at + 16, true), view.getUint16(at + 20, true)]
  if (view.getUint32(at, true) !== 0x06054b50 || disk || first || comment || here !== count || count === undefined) throw new Refused('not_a_packet', 'zip')
  if (count > MAX_MEMBERS) throw new Refused('packet_limits', `${count} members`)
  if (begin + size !== at || size > MAX_MEMBERS * 1024) throw new Refused('packet_damaged', 'directory')
  const entries: Entry[] = []
  let place = begin
  for (let left = count; left > 0; left -= 1) {
    if (at < place + CENTRAL) throw new Refused('packet_damaged', 'directory')
    const short = (offset: number): number => view.getUint16(place + offset, true)
    const long = (offset: number): number => view.getUint32(place + offset, true)
    const entry = { flags: short(8), method: short(10), crc: long(16), packed: long(20), length: long(24), offset: long(42) }
    const [named, more, attributes] = [short(28), short(30) + short(32), long(38) >>> 16]
    const name = data.slice(place + CENTRAL, Math.min(place + CENTRAL + named, at))
    const path = decoded(name, Boolean(entry.flags & UTF8))
    if (path === null) throw new Refused('names_unsafe', shown(String.fromCharCode(...name)))
    const broken = long(0) !== 0x02014b50 || short(34) !== 0
    place += CENTRAL + named + more
    if (broken || place > at) throw new Refused('packet_damaged', shown(path))
    const stored = entry.method === 0
    if (entry.flags & ~FLAGS || ![0, 8].includes(entry.method) || (stored && entry.packed !== entry.length)) throw new Refused('packet_form', shown(path))
    if (![0, PLAIN, FOLDER].includes(attributes & KIND)) throw new Refused('names_unsafe', shown(path))
    entries.push({ ...entry, name, path })
  }
  if (place !== at) throw new Refused('packet_damaged', 'directory')
  return { entries, begin }
}

function bounded(entries: readonly Entry[]): void {
  for (const { length, packed, path } of entries) {
    if (length > MAX_MEMBER || (path.endsWith('/') && length + packed > 0)) throw new Refused('packet_limits', shown(path))
  }
  if (entries.reduce((sum, { length }) => sum + length, 0) > MAX_ALL) throw new Refused('packet_limits', 'bytes')
  const bad = unsafe(entries.map(({ path }) => path.replace(/\/$/, '')))
  if (bad !== null) throw new Refused('names_unsafe', shown(bad))
}

/** Where the member's data begin; its header says the same as the directory. */
function behindHeader(data: Bytes, entry: Entry): number {
  const view = viewOf(data)
  if (entry.offset + LOCAL > data.length) throw new Refused('packet_damaged', shown(entry.path))
  const short = (offset: number): number => view.getUint16(entry.offset + offset, true)
  const long = (offset: number): number => view.getUint32(entry.offset + offset, true)
  const facts = [long(14), long(18), long(22)]
  const same = equalNumbers(facts, [entry.crc, entry.packed, entry.length]) || (entry.flags & DESCRIPTOR && equalNumbers(facts, [0, 0, 0]))
  const name = data.subarray(entry.offset + LOCAL, entry.offset + LOCAL + short(26))
  if (long(0) !== 0x04034b50 || short(6) !== entry.flags || short(8) !== entry.method || !equal(name, entry.name) || !same) {
    throw new Refused('packet_damaged', shown(entry.path))
  }
  return entry.offset + LOCAL + short(26) + short(28)
}

/** Where the next header begins: there may be the sizes once more, with or without their mark. */
function behindData(data: Bytes, entry: Entry, end: number): number {
  if (!(entry.flags & DESCRIPTOR)) return end
  const again = numbers(4, entry.crc, entry.packed, entry.length)
  for (const form of [concat(numbers(4, 0x08074b50), again), again]) {
    if (equal(data.subarray(end, end + form.length), form)) return end + form.length
  }
  throw new Refused('packet_damaged', shown(entry.path))
}

async function contentOf(packed: Bytes, { method, length, crc }: Entry): Promise<Bytes> {
  const content = method === 0 ? packed.slice() : await unpacked(packed, 'deflate-raw', length)
  // Not every inflater refuses bytes behind the end: one byte less must be too few.
  if (method !== 0 && (await unpacked(packed.subarray(0, -1), 'deflate-raw', length).catch(() => null))) throw new NotUnderstood('behind the end')
  if (content.length !== length || crc32(content) !== crc) throw new NotUnderstood('checksum')
  return content
}

/** Whether every byte that is not a member's own is as documents/archive.py writes it. */
function asWritten(data: Bytes, entries: readonly Entry[]): boolean {
  const directory: Bytes[] = []
  let offset = 0
  for (const entry of [...entries].sort((a, b) => (comparable(a.path) < comparable(b.path) ? -1 : 1))) {
    const same = concat(numbers(2, 20, UTF8, 0, 0, 0x21), numbers(4, entry.crc, entry.length, entry.length), numbers(2, entry.name.length, 0))
    const head = concat(numbers(4, 0x04034b50), same, entry.name)
    if (!equal(data.subarray(offset, offset + head.length), head)) return false
    directory.push(concat(numbers(4, 0x02014b50), numbers(2, (3 << 8) | 20), same, numbers(2, 0, 0, 0), numbers(4, (0o100644 << 16) >>> 0, offset), entry.name))
    offset += head.length + entry.length
  }
  const list = concat(...directory)
  const end = concat(numbers(4, 0x06054b50), numbers(2, 0, 0, entries.length, entries.length), numbers(4, list.length, offset), numbers(2, 0))
  return equal(data.subarray(offset), concat(list, end))
}

/** By code points, as Python sorts. */
const comparable = (path: string): string => Array.from(path, (one) => (one.codePointAt(0) ?? 0).toString(16).padStart(6, '0')).join('')

/** Little-endian numbers of `size` bytes each. */
function numbers(size: 2 | 4, ...values: readonly number[]): Bytes {
  const bytes = new Uint8Array(size * values.length)
  values.forEach((value, at) => {
    for (let byte = 0; byte < size; byte += 1) bytes[at * size + byte] = (value >>> (8 * byte)) & 255
  })
  return bytes
}

const equalNumbers = (a: readonly number[], b: readonly number[]): boolean => a.every((one, at) => one === b[at])

const TABLE = Uint32Array.from({ length: 256 }, (_, start) => {
  let value = start
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  return value
})

function crc32(bytes: Bytes): number {
  let value = 0xffffffff
  for (let at = 0; at < bytes.length; at += 1) value = (value >>> 8) ^ (TABLE[(value ^ (bytes[at] ?? 0)) & 255] ?? 0)
  return (value ^ 0xffffffff) >>> 0
}

/** Who packs a folder anew puts its name before every path. */
function withoutFolder(members: readonly Member[]): Member[] {
  const top = new Set(members.map(({ path }) => path.split('/')[0]))
  if (top.size !== 1 || members.some(({ path }) => !path.includes('/'))) return [...members]
  return members.map((one) => ({ ...one, path: one.path.slice(one.path.indexOf('/') + 1) }))
}
