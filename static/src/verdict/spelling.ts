/** Values of a PDF in the one plain spelling of documents/spelling.py, read to a tree; every other spelling is null. Pure. */

export type Value =
  | { readonly t: 'name' | 'number' | 'word'; readonly v: string }
  | { readonly t: 'string'; /** Its bytes, one character each */ readonly v: string }
  | { readonly t: 'ref'; readonly n: number }
  | { readonly t: 'array'; readonly v: readonly Value[] }
  | { readonly t: 'dict'; readonly v: ReadonlyMap<string, Value> }

const MAX_DEPTH = 20
const TOKEN =
  /(?<space>[ \n]+)|(?<open><<|\[)|(?<close>>>|\])|(?<name>\/(?:application#2fjson|[A-Za-z0-9_.+-]+))|(?<reference>(?:0|[1-9]\d{0,9}) 0 R(?![^ \n/<>[\](]))|(?<atom>(?:-?(?:0|[1-9]\d*)(?:\.\d+)?|true|false|null)(?![^ \n/<>[\](]))|(?<string><(?:[0-9A-Fa-f]{2})*>|\((?:[^()\\\r\n]|\\[nrtbf()\\]|\\[0-7]{3})*\))/y
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' }

interface Token {
  readonly kind: string
  readonly text: string
  readonly end: number
}

function tokenAt(body: string, at: number): Token | null {
  TOKEN.lastIndex = at
  const found = TOKEN.exec(body)
  if (!found?.groups) return null
  const kind = Object.keys(found.groups).find((name) => found.groups?.[name] !== undefined) ?? ''
  return { kind, text: found[0], end: at + found[0].length }
}

function skip(body: string, at: number): number {
  const token = tokenAt(body, at)
  return token?.kind === 'space' ? token.end : at
}

/** The bytes of a literal or hexadecimal string. */
export function unquoted(text: string): string {
  if (text.startsWith('<')) return text.slice(1, -1).replace(/../g, (pair) => String.fromCharCode(parseInt(pair, 16)))
  return text.slice(1, -1).replace(/\\([0-7]{3}|.)/g, (_, one: string) =>
    one.length === 3 ? String.fromCharCode(parseInt(one, 8) & 0xff) : (ESCAPES[one] ?? one),
  )
}

function valueAt(body: string, at: number, depth: number): [Value, number] | null {
  const token = tokenAt(body, at)
  if (!token || depth > MAX_DEPTH) return null
  const { kind, text, end } = token
  if (kind === 'name') return [{ t: 'name', v: text }, end]
  if (kind === 'string') return [{ t: 'string', v: unquoted(text) }, end]
  if (kind === 'reference') return [{ t: 'ref', n: parseInt(text, 10) }, end]
  if (kind === 'atom') return [{ t: /^[tfn]/.test(text) ? 'word' : 'number', v: text }, end]
  return kind === 'open' ? inside(body, end, depth, text === '<<') : null
}

function inside(body: string, start: number, depth: number, pairs: boolean): [Value, number] | null {
  const entries = new Map<string, Value>()
  const items: Value[] = []
  for (let at = skip(body, start); ; at = skip(body, at)) {
    const ahead = tokenAt(body, at)
    if (!ahead) return null
    if (ahead.kind === 'close') {
      if ((ahead.text === '>>') !== pairs) return null
      return [pairs ? { t: 'dict', v: entries } : { t: 'array', v: items }, ahead.end]
    }
    if (pairs) {
      if (ahead.kind !== 'name' || entries.has(ahead.text)) return null
      at = skip(body, ahead.end)
    }
    const found = valueAt(body, at, depth + 1)
    if (!found) return null
    if (pairs) entries.set(ahead.text, found[0])
    else items.push(found[0])
    at = found[1]
  }
}

/** One value that fills the text, spelled plainly; null for anything else. */
export function plain(body: string): Value | null {
  const found = valueAt(body, skip(body, 0), 0)
  return found && skip(body, found[1]) === body.length ? found[0] : null
}

/** One spelling for equal values; references stay references. */
export function spelled(value: Value | undefined): string {
  if (!value) return ''
  switch (value.t) {
    case 'ref':
      return `${value.n} 0 R`
    case 'array':
      return `[${value.v.map(spelled).join(' ')}]`
    case 'dict':
      return `<<${[...value.v].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, one]) => `${key} ${spelled(one)}`).join(' ')}>>`
    case 'string':
      return `(${encodeURIComponent(value.v)})`
    default:
      return value.v
  }
}
