/** Bytes and their written forms: hex, base64, ASCII; joining, comparing, hashing, inflating. Nothing here knows PDF. */

export type Bytes = Uint8Array<ArrayBuffer>

export function ascii(text: string): Bytes {
  const bytes = new Uint8Array(text.length)
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at)
  return bytes
}

/** Bytes as characters of the same number (Latin-1), so that offsets in the text are offsets in the bytes. */
export function latin(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 0x2000) text += String.fromCharCode(...bytes.subarray(at, at + 0x2000))
  return text
}

export function utf8(text: string): Bytes {
  return new TextEncoder().encode(text) as Bytes
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Undoes `hex`; the caller has checked that there are only hex digits, two for each byte. */
export function unhex(text: string): Bytes {
  const bytes = new Uint8Array(text.length / 2)
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = parseInt(text.slice(2 * at, 2 * at + 2), 16)
  return bytes
}

export function base64(bytes: Uint8Array): string {
  return btoa(latin(bytes))
}

/** Standard base64 with padding to bytes; throws on other characters. */
export function unbase64(text: string): Bytes {
  return ascii(atob(text))
}

export function concat(...parts: readonly Uint8Array[]): Bytes {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}

export function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let at = 0; at < a.length; at += 1) if (a[at] !== b[at]) return false
  return true
}

export async function sha256(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
}

/** Inflates a zlib stream (RFC 1950) to exactly `length` bytes; null when it is no such stream or gives another length. */
export async function inflateExactly(packed: Bytes, length: number): Promise<Bytes | null> {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate'))
  const reader = stream.getReader() as ReadableStreamDefaultReader<Uint8Array>
  const plain = new Uint8Array(length)
  let at = 0
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return at === length && equal(packed.subarray(-4), adler32(plain)) ? plain : null
      if (at + value.length > length) {
        await reader.cancel() // a small stream may inflate without end
        return null
      }
      plain.set(value, at)
      at += value.length
    }
  } catch {
    return null
  }
}

/** The check at the end of a zlib stream; looked at here because not every inflater refuses bytes after it. */
function adler32(plain: Bytes): Bytes {
  let low = 1
  let high = 0
  for (let at = 0; at < plain.length; ) {
    for (const end = Math.min(at + 5552, plain.length); at < end; at += 1) {
      low += plain[at] ?? 0 // so many fit into 32 bits before the remainder is due (RFC 1950 9)
      high += low
    }
    low %= 65521
    high %= 65521
  }
  return Uint8Array.of(high >> 8, high & 255, low >> 8, low & 255)
}

/** Deflates bytes to a zlib stream (RFC 1950). */
export async function deflate(plain: Bytes): Promise<Bytes> {
  const stream = new Blob([plain]).stream().pipeThrough(new CompressionStream('deflate'))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}
