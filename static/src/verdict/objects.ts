/** The objects of a file as each revision left them. What is not spelled plainly is not understood here. Pure. */
import { type Bytes } from '../pdf/bytes'
import { plain, type Value } from './spelling'
import { bodyOf, type Pdf, type Revision } from './structure'

/** Something this verifier does not know how to judge: its answer is `cannot_tell`, never `valid`. */
export class NotUnderstood extends Error {}

export interface Stored {
  readonly value: Value
  readonly data: Bytes | null
}

type Dict = ReadonlyMap<string, Value>

export class Objects {
  private readonly borders: ReadonlyMap<number, number>[]
  private readonly read = new Map<number, Stored>()

  constructor(
    readonly pdf: Pdf,
    readonly revisions: readonly Revision[],
  ) {
    this.borders = revisions.map(({ objects, startxref }) => {
      const places = [...objects.values()].sort((a, b) => a - b)
      return new Map(places.map((offset, at) => [offset, places[at + 1] ?? startxref]))
    })
  }

  /** An object as it stands after a revision. Throws NotUnderstood when there is none. */
  at(number: number, upTo: number): Stored {
    for (let index = upTo; index >= 0; index -= 1) {
      const offset = this.revisions[index]?.objects.get(number)
      if (offset !== undefined) return this.stored(index, offset)
    }
    throw new NotUnderstood(`object ${number}`)
  }

  has(number: number, upTo: number): boolean {
    return this.revisions.slice(0, upTo + 1).some(({ objects }) => objects.has(number))
  }

  private stored(index: number, offset: number): Stored {
    const known = this.read.get(offset)
    if (known) return known
    const { text, bytes } = this.pdf
    const start = text.indexOf('\n', offset) + 1
    const body = bodyOf(text.slice(start, this.borders[index]?.get(offset)), index > 0)
    const value = body && plain(body.value)
    if (!value) throw new NotUnderstood(`object at ${offset}`)
    let data: Bytes | null = null
    if (body.data) {
      const [from, to] = body.data
      const length = value.t === 'dict' ? value.v.get('/Length') : undefined
      if (length?.t !== 'number' || Number(length.v) !== to - from) throw new NotUnderstood('stream length')
      data = bytes.subarray(start + from, start + to)
    }
    const found = { value, data }
    this.read.set(offset, found)
    return found
  }

  /** The value itself, or what it refers to. */
  resolve(value: Value | undefined, upTo: number): Value | undefined {
    return value?.t === 'ref' ? this.at(value.n, upTo).value : value
  }

  dict(value: Value | undefined, upTo: number): Dict {
    const found = this.resolve(value, upTo)
    if (found?.t !== 'dict') throw new NotUnderstood('dictionary')
    return found.v
  }

  array(value: Value | undefined, upTo: number): readonly Value[] {
    const found = this.resolve(value, upTo)
    if (found?.t !== 'array') throw new NotUnderstood('array')
    return found.v
  }
}

export function reference(value: Value | undefined): number {
  if (value?.t !== 'ref') throw new NotUnderstood('reference')
  return value.n
}

export function number(value: Value | undefined): number {
  if (value?.t !== 'number') throw new NotUnderstood('number')
  return Number(value.v)
}

/** The bytes of a string, one character each. */
export function words(value: Value | undefined): string {
  if (value?.t !== 'string') throw new NotUnderstood('string')
  return value.v
}

export const isName = (value: Value | undefined, name: string): boolean => value?.t === 'name' && value.v === name

/** Every value in a value, itself first. */
export function* within(value: Value): Generator<Value> {
  yield value
  if (value.t === 'array') for (const each of value.v) yield* within(each)
  if (value.t === 'dict') for (const each of value.v.values()) yield* within(each)
}

/** The content of a stream without filter or with Flate alone, of at most `limit` bytes. */
export async function inflated({ value, data }: Stored, limit: number): Promise<Bytes> {
  if (!data || value.t !== 'dict') throw new NotUnderstood('stream')
  const filter = value.v.get('/Filter')
  const filters = filter?.t === 'array' ? filter.v : filter ? [filter] : []
  if (value.v.has('/DecodeParms') || value.v.has('/F') || filters.length > 1) throw new NotUnderstood('filter')
  if (filters.length === 0) return data
  if (!isName(filters[0], '/FlateDecode')) throw new NotUnderstood('filter')
  return unpacked(data, 'deflate', limit)
}

/** Inflates to at most `limit` bytes. */
export async function unpacked(packed: Bytes, format: 'deflate' | 'deflate-raw', limit: number): Promise<Bytes> {
  const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream(format)).getReader() as ReadableStreamDefaultReader<Bytes>
  const parts: Bytes[] = []
  let length = 0
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      length += value.length
      if (length > limit) {
        await reader.cancel()
        throw new NotUnderstood('a stream is too long')
      }
      parts.push(value)
    }
  } catch (error) {
    throw error instanceof NotUnderstood ? error : new NotUnderstood('stream')
  }
  const whole = new Uint8Array(length)
  parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0)
  return whole
}
