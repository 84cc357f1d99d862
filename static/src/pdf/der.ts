/** DER by ITU-T X.690: a strict reader (refuses every BER liberty) and the few writers a signature needs. */
import { type Bytes, concat, equal, hex } from './bytes'

export class DerError extends Error {}

/** One value: its tag byte, its whole encoding, its content, and its parts when it is constructed. */
export interface Node {
  readonly tag: number
  readonly raw: Bytes
  readonly body: Bytes
  readonly parts: readonly Node[]
}

export const TAG = {
  boolean: 0x01, integer: 0x02, bits: 0x03, octets: 0x04, empty: 0x05, oid: 0x06, utf8: 0x0c, printable: 0x13,
  utcTime: 0x17, time: 0x18, sequence: 0x30, set: 0x31,
} as const

const MAX_DEPTH = 64 // a token holds a whole SignedData with a certificate inside another

function head(bytes: Bytes, at: number): { start: number; end: number } {
  const tag = bytes[at]
  const first = bytes[at + 1]
  if (tag === undefined || first === undefined) throw new DerError('ends too early')
  if ((tag & 0x1f) === 0x1f) throw new DerError('long tag')
  let start = at + 2
  let length = first
  if (first >= 0x80) {
    const size = first - 0x80
    if (size === 0 || size > 3) throw new DerError('length form') // indefinite, or beyond 16 MB
    length = 0
    for (let index = 0; index < size; index += 1) length = length * 256 + (bytes[start + index] ?? 0)
    if (length < 0x80 || length < 256 ** (size - 1)) throw new DerError('length not shortest')
    start += size
  }
  if (start + length > bytes.length) throw new DerError('ends too early')
  return { start, end: start + length }
}

function nodeAt(bytes: Bytes, at: number, depth: number): Node {
  if (depth > MAX_DEPTH) throw new DerError('too deep')
  const { start, end } = head(bytes, at)
  const tag = bytes[at] ?? 0
  const parts: Node[] = []
  if (tag & 0x20) {
    for (let next = start; next < end; ) {
      const part = nodeAt(bytes.subarray(0, end), next, depth + 1)
      parts.push(part)
      next += part.raw.length
    }
  }
  const node = { tag, raw: bytes.subarray(at, end), body: bytes.subarray(start, end), parts }
  checkPrimitive(node)
  return node
}

function checkPrimitive({ tag, body }: Node): void {
  const [first = 0, second = 0] = body
  if (tag === TAG.integer) {
    const padded = body.length > 1 && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80))
    if (body.length === 0 || padded) throw new DerError('integer not shortest')
  }
  if (tag === TAG.boolean && (body.length !== 1 || (first !== 0 && first !== 0xff))) throw new DerError('boolean')
  if (tag === TAG.empty && body.length !== 0) throw new DerError('null')
}

/** Reads one value that fills the bytes exactly. */
export function readDer(bytes: Bytes): Node {
  const node = nodeAt(bytes, 0, 0)
  if (node.raw.length !== bytes.length) throw new DerError('bytes left over')
  return node
}

/** Length of the value at the start of the bytes, without looking inside. */
export function derLength(bytes: Bytes): number {
  return head(bytes, 0).end
}

/** The part at an index, with its tag. */
export function part(node: Node, index: number, tag?: number): Node {
  const found = node.parts[index]
  if (!found || (tag !== undefined && found.tag !== tag)) throw new DerError(`part ${index} of ${node.tag.toString(16)}`)
  return found
}

/** The node, when it has this tag and (if given) this number of parts. */
export function expect(node: Node, tag: number, parts?: number): Node {
  if (node.tag !== tag || (parts !== undefined && node.parts.length !== parts)) {
    throw new DerError(`tag ${node.tag.toString(16)}, ${node.parts.length} parts`)
  }
  return node
}

/** Whether the elements of a SET OF stand in DER order (X.690 11.6). */
export function isSorted(nodes: readonly Node[]): boolean {
  return nodes.every((node, index) => index === 0 || hex(nodes[index - 1]?.raw ?? node.raw) < hex(node.raw))
}

/** Dotted form of an OID node; arcs may be longer than 64 bits (2.25.UUID). */
export function dotted(node: Node): string {
  expect(node, TAG.oid)
  const arcs: bigint[] = []
  let value = 0n
  let fresh = true
  for (const byte of node.body) {
    if (fresh && byte === 0x80) throw new DerError('oid not shortest')
    value = value * 128n + BigInt(byte & 0x7f)
    fresh = byte < 0x80
    if (fresh) {
      arcs.push(value)
      value = 0n
    }
  }
  const first = arcs[0]
  if (first === undefined || !fresh) throw new DerError('oid')
  const root = first < 40n ? 0n : first < 80n ? 1n : 2n
  return [root, first - 40n * root, ...arcs.slice(1)].join('.')
}

export function der(tag: number, ...parts: readonly Uint8Array[]): Bytes {
  const body = concat(...parts)
  const size: number[] = []
  for (let rest = body.length; rest > 0; rest = Math.floor(rest / 256)) size.unshift(rest % 256)
  const length = body.length < 0x80 ? [body.length] : [0x80 + size.length, ...size]
  return concat(Uint8Array.of(tag, ...length), body)
}

export function sequence(...parts: readonly Uint8Array[]): Bytes {
  return der(TAG.sequence, ...parts)
}

/** SET OF in DER order. */
export function setOf(...parts: readonly Uint8Array[]): Bytes {
  return der(TAG.set, ...[...parts].sort((a, b) => (hex(a) < hex(b) ? -1 : 1)))
}

export function oid(text: string): Bytes {
  const [root = 0n, second = 0n, ...rest] = text.split('.').map(BigInt)
  const bytes = [root * 40n + second, ...rest].flatMap((arc) => {
    const groups = [Number(arc % 128n)]
    for (let left = arc / 128n; left > 0n; left /= 128n) groups.unshift(Number(left % 128n) + 0x80)
    return groups
  })
  return der(TAG.oid, Uint8Array.from(bytes))
}

/** Unsigned big-endian bytes as INTEGER. */
export function unsigned(bytes: Uint8Array): Bytes {
  let start = 0
  while (start < bytes.length - 1 && bytes[start] === 0) start += 1
  const short = bytes.subarray(start)
  return der(TAG.integer, (short[0] ?? 0) >= 0x80 ? concat(Uint8Array.of(0), short) : short)
}

/** WebCrypto's r|s of P-256 or P-384 to SEQUENCE { r, s } (RFC 3279 2.2.3). */
export function signatureToDer(raw: Uint8Array): Bytes {
  const half = raw.length / 2
  return sequence(unsigned(raw.subarray(0, half)), unsigned(raw.subarray(half)))
}

/** SEQUENCE { r, s } to r|s of `size` bytes each, as WebCrypto verifies it. */
export function signatureFromDer(bytes: Bytes, size: number): Bytes {
  const node = expect(readDer(bytes), TAG.sequence, 2)
  const halves = node.parts.map((half) => {
    expect(half, TAG.integer)
    const short = half.body[0] === 0 ? half.body.subarray(1) : half.body
    if ((half.body[0] ?? 0) >= 0x80 || short.length > size || short.length === 0) throw new DerError('signature value')
    return concat(new Uint8Array(size - short.length), short)
  })
  return concat(...halves)
}

/** Whether a node is this OID. */
export function isOid(node: Node | undefined, text: string): boolean {
  return node !== undefined && equal(node.raw, oid(text))
}
