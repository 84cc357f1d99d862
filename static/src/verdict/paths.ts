/** Names of files as strangers write them: which are safe to take, and how one is shown. As documents/paths.py. Pure. */
import type { Bytes } from '../pdf/bytes'

const MAX_PATH = 400
const UNPRINTED = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u

/** Without the mark for UTF-8 it is often UTF-8 all the same, or what a Chinese Windows writes. */
export function decoded(name: Bytes, utf8: boolean): string | null {
  for (const encoding of utf8 ? ['utf-8'] : ['utf-8', 'gb18030']) {
    try {
      return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(name)
    } catch {
      continue
    }
  }
  return null
}

/** The first that leads elsewhere, shows something else than it is, or is there twice on some disk. */
export function unsafe(paths: readonly string[]): string | null {
  const seen = new Set<string>()
  for (const path of paths) {
    const parts = path.split('/')
    const folded = path.toLowerCase().toUpperCase().toLowerCase() // as casefold: ß and ss are one name to some disks
    const bad =
      parts.some((one) => !one || one === '.' || one === '..' || one !== one.replace(/^[ .]+|[ .]+$/g, '')) ||
      /[\\:*?"<>|]/.test(path) || UNPRINTED.test(path) || path.normalize('NFC') !== path ||
      new TextEncoder().encode(path).length > MAX_PATH || seen.has(folded)
    if (bad) return path
    seen.add(folded)
  }
  return null
}

/** For a report: short, and without what moves a cursor. */
export const shown = (path: string): string => Array.from(path).slice(0, 100).join('').replace(new RegExp(UNPRINTED, 'gu'), '\ufffd')
