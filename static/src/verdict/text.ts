/**
 * The pages must hold every word of the text attached (documents/second.py). No second PDF reader travels with this page;
 * instead only the few operators of our own layout are understood, each where every reader shows the same. Pure.
 */
import { type Bytes, latin } from '../pdf/bytes'
import type { Reading } from './grammar'
import { inflated, isName, NotUnderstood, number, type Objects, reference } from './objects'
import { plain, unquoted, type Value } from './spelling'

const MAX_PAGE = 1024 * 1024
const TOKEN =
  /(?<space>[ \n]+)|(?<number>[+-]?(?:\d+\.?\d*|\.\d+)(?![^ \n/<[(]))|(?<name>\/[A-Za-z0-9_.+-]+)|(?<string>\((?:[^()\\\r\n]|\\[nrtbf()\\]|\\[0-7]{3})*\))|(?<dict><<[^<>()\r]*>>)|(?<operator>[A-Za-z]+\*?(?![^ \n/<[(]))/y
/** Number of operands of what draws without saying anything. */
const SILENT: Readonly<Record<string, number>> = {
  q: 0, Q: 0, w: 1, J: 1, j: 1, G: 1, g: 1, RG: 3, rg: 3, m: 2, l: 2, c: 6, h: 0, re: 4, S: 0, s: 0, f: 0, 'f*': 0, B: 0, n: 0, i: 1,
}
const CMAP =
  /^\/CIDInit \/ProcSet findresource begin\n12 dict begin\nbegincmap\n\/CIDSystemInfo <<\/Registry \([A-Za-z0-9]+\) \/Ordering \([A-Za-z0-9]+\) \/Supplement 0>> def\n\/CMapName \/[A-Za-z0-9-]+ def\n\/CMapType 2 def\n1 begincodespacerange\n<00> <FF>\nendcodespacerange\n((?:\d{1,3} beginbfchar\n(?:<[0-9A-F]{2}> <(?:[0-9A-F]{4})+>\n)+endbfchar\n)+)endcmap\nCMapName currentdict \/CMap defineresource pop\nend\nend\s*$/
const PAGE_KEYS = new Set(['/Type', '/Parent', '/MediaBox', '/Contents', '/Resources', '/Annots', '/StructParents', '/Tabs', '/Rotate', '/Trans'])
type Dict = ReadonlyMap<string, Value>

/** Parts of the attached text that stand on no page. Throws NotUnderstood for pages that could mean two things. */
export async function notPrinted(reading: Reading): Promise<string[]> {
  const { objects, pages, attached, revisions } = reading
  const body: string[] = []
  for (const page of pages) body.push(...(await new Page(objects, objects.dict({ t: 'ref', n: page }, 0)).text()))
  const info = objects.dict(revisions[0]?.trailer.get('/Info'), 0)
  const producer = info.get('/Producer')
  if (producer?.t !== 'string' || producer.v !== 'Hejie') return []
  const whole = bare(body.join(''))
  return [...partsOf(JSON.parse(new TextDecoder().decode(attached)))].filter(([, said]) => !whole.includes(bare(said))).map(([place]) => place)
}

/** Without spaces and line ends, compatibility forms made alike. */
function bare(text: string): string {
  return text.normalize('NFKC').replace(/[\s\p{C}]/gu, '')
}

interface Section {
  readonly heading: string
  readonly paragraphs: readonly string[]
}

interface Printed {
  readonly title: string
  readonly number: string
  readonly parties: readonly { readonly description: string }[]
  readonly before: readonly Section[]
  readonly after: readonly Section[]
  readonly clauses: readonly { readonly text: string }[]
  readonly closing: readonly string[]
}

/** Every piece of T that is printed as it is written, with its place in T. */
function* partsOf(value: unknown): Generator<readonly [string, string]> {
  try {
    const text = value as Printed
    yield ['title', text.title.trim() && text.title]
    yield ['number', text.number.trim() && text.number]
    for (const [index, { description }] of text.parties.entries()) yield [`parties[${index}]`, String(description)]
    for (const name of ['before', 'after'] as const) {
      for (const [index, { heading, paragraphs }] of text[name].entries()) {
        for (const words of [heading, ...paragraphs]) yield [`${name}[${index}]`, String(words)]
      }
    }
    for (const [index, { text: words }] of text.clauses.entries()) yield [`clauses[${index}]`, String(words)]
    for (const [index, words] of text.closing.entries()) yield [`closing[${index}]`, String(words)]
  } catch {
    throw new NotUnderstood('text attached')
  }
}

class Page {
  private readonly seen = new Set<string>()
  private readonly size: readonly [number, number]

  constructor(
    private readonly objects: Objects,
    private readonly page: Dict,
  ) {
    if ([...page.keys()].some((key) => !PAGE_KEYS.has(key))) throw new NotUnderstood('page')
    const [x = -1, y = -1, width = 0, height = 0] = objects.array(page.get('/MediaBox'), 0).map(number)
    if (x !== 0 || y !== 0 || (page.has('/Rotate') && number(page.get('/Rotate')) !== 0)) throw new NotUnderstood('page')
    this.size = [width, height]
  }

  async text(): Promise<string[]> {
    const contents = this.page.get('/Contents')
    const streams = contents?.t === 'array' ? contents.v : contents ? [contents] : []
    if (streams.length > 1) throw new NotUnderstood('page in pieces')
    const said: string[] = []
    for (const one of streams) {
      const data = await inflated(this.objects.at(reference(one), 0), MAX_PAGE)
      said.push(...(await this.shown(data, this.objects.dict(this.page.get('/Resources'), 0), true)))
    }
    return said
  }

  /** What the text operators show outside of head and foot lines; a form inside a page may show no text at all. */
  private async shown(data: Bytes, resources: Dict, outermost: boolean): Promise<string[]> {
    const said: string[] = []
    const marks: boolean[] = []
    const matrices: (readonly [number, number])[] = []
    let origin: readonly [number, number] | null = [0, 0]
    let font: ReadonlyMap<number, string> | null = null
    let place: readonly [number, number] | null = null
    let line: readonly [number, number] | null = null
    let [leading, inText, moved] = [0, false, false]
    const fonts = new Map<string, ReadonlyMap<number, string>>()
    for (const { operator, operands } of instructions(latin(data))) {
      const numbers = operands.filter((one) => typeof one === 'number')
      const need = (count: number): void => {
        if (operands.length !== count || numbers.length !== count) throw new NotUnderstood(`operands of ${operator}`)
      }
      if (operator === 'q') matrices.push(origin ?? [NaN, NaN])
      if (operator === 'Q') {
        const before = matrices.pop()
        if (!before) throw new NotUnderstood('Q')
        origin = Number.isNaN(before[0]) ? null : before
      }
      if (operator in SILENT) {
        need(SILENT[operator] ?? 0)
        if (inText && !['g', 'rg', 'G', 'RG', 'w'].includes(operator)) throw new NotUnderstood('drawing in a text')
        continue
      }
      switch (operator) {
        case 'cm': {
          need(6)
          const [a, b, c, d, e = 0, f = 0] = numbers
          origin = origin && a === 1 && b === 0 && c === 0 && d === 1 ? [origin[0] + e, origin[1] + f] : null
          break
        }
        case 'd':
          throw new NotUnderstood('d')
        case 'BDC':
        case 'BMC':
          marks.push(operands[0] === '/Artifact')
          break
        case 'EMC':
          if (marks.pop() === undefined) throw new NotUnderstood('EMC')
          break
        case 'BT':
        case 'ET':
          if (inText === (operator === 'BT')) throw new NotUnderstood(operator)
          inText = operator === 'BT'
          place = null
          break
        case 'TL':
          need(1)
          leading = numbers[0] ?? 0
          break
        case 'Tc':
          need(1)
          if (Math.abs(numbers[0] ?? 99) > 12) throw new NotUnderstood('Tc')
          break
        case 'Tf': {
          const [name, size] = operands
          if (typeof name !== 'string' || typeof size !== 'number' || size < 4 || size > 60) throw new NotUnderstood('Tf')
          font = fonts.get(name) ?? (await this.map(this.objects.dict(this.objects.dict(resources.get('/Font'), 0).get(name), 0)))
          fonts.set(name, font)
          break
        }
        case 'Tm': {
          need(6)
          const [a, b, c, d, e = 0, f = 0] = numbers
          if (!inText || a !== 1 || b !== 0 || c !== 0 || d !== 1) throw new NotUnderstood('Tm')
          place = [e, f]
          moved = true
          break
        }
        case 'T*':
          if (place) place = [place[0], place[1] - leading]
          moved = true
          break
        case 'Tj': {
          const [string] = operands
          if (!outermost || !inText || !font || !place || !origin || typeof string !== 'string' || !string.startsWith('(') || operands.length !== 1) {
            throw new NotUnderstood('Tj')
          }
          const at = [place[0] + origin[0], place[1] + origin[1]] as const
          if (moved && string !== '()') {
            this.follow(at, line)
            line = at
            moved = false
          }
          const text = Array.from(unquoted(string), (one) => font?.get(one.charCodeAt(0)) ?? '\ufffd').join('')
          if (/[\ufffd]|(?!\u00ad)\p{C}/u.test(text)) throw new NotUnderstood('a character without meaning')
          if (!marks.includes(true)) said.push(text)
          break
        }
        case 'Do': {
          const [name] = operands
          const number = reference(this.objects.dict(resources.get('/XObject'), 0).get(String(name)))
          const form = this.objects.at(number, 0)
          const dict = this.objects.dict({ t: 'ref', n: number }, 0)
          if (isName(dict.get('/Subtype'), '/Form') && outermost) {
            const inner = dict.get('/Resources')
            await this.shown(await inflated(form, MAX_PAGE), inner ? this.objects.dict(inner, 0) : new Map(), false)
          } else if (!isName(dict.get('/Subtype'), '/Image')) throw new NotUnderstood('Do')
          break
        }
        default:
          throw new NotUnderstood(`operator ${operator}`)
      }
    }
    if (inText || marks.length > 0 || matrices.length > 0) throw new NotUnderstood('page ends early')
    return said
  }

  /** On the page, nowhere twice, and on one line from left to right: so every reader reads the same order. */
  private follow(at: readonly [number, number], before: readonly [number, number] | null): void {
    const [x, y] = at
    const key = `${x.toFixed(1)} ${y.toFixed(1)}`
    const inside = x >= 0 && y >= 0 && x <= this.size[0] && y <= this.size[1]
    const backwards = before && Math.abs(y - before[1]) < 2 && (y !== before[1] || x <= before[0])
    if (!inside || backwards || this.seen.has(key)) throw new NotUnderstood('order of the text')
    this.seen.add(key)
  }

  /** Code to text: the map to Unicode of an embedded font, or printable ASCII of a standard one. */
  private async map(font: Dict): Promise<ReadonlyMap<number, string>> {
    const listed = font.get('/ToUnicode')
    if (!listed) {
      const standard = isName(font.get('/Subtype'), '/Type1') && isName(font.get('/BaseFont'), '/Helvetica') && isName(font.get('/Encoding'), '/WinAnsiEncoding')
      if (!standard) throw new NotUnderstood('font')
      return new Map(Array.from({ length: 95 }, (_, index) => [index + 32, String.fromCharCode(index + 32)]))
    }
    if (!isName(font.get('/Subtype'), '/TrueType') || font.has('/Encoding')) throw new NotUnderstood('font')
    const found = new Map<number, string>()
    const rows = CMAP.exec(latin(await inflated(this.objects.at(reference(listed), 0), MAX_PAGE)))
    if (!rows) throw new NotUnderstood('map of a font')
    for (const [, code = '', text = ''] of rows[1]?.matchAll(/<(..)> <([0-9A-F]+)>/g) ?? []) {
      const units = text.match(/.{4}/g) ?? []
      if (found.has(parseInt(code, 16))) throw new NotUnderstood('map of a font')
      found.set(parseInt(code, 16), String.fromCharCode(...units.map((unit) => parseInt(unit, 16))))
    }
    return found
  }
}

interface Instruction {
  readonly operator: string
  readonly operands: readonly (string | number)[]
}

function* instructions(text: string): Generator<Instruction> {
  let operands: (string | number)[] = []
  for (let at = 0; at < text.length; ) {
    TOKEN.lastIndex = at
    const found = TOKEN.exec(text)
    if (!found?.groups) throw new NotUnderstood(`page at ${at}`)
    at += found[0].length
    if (found.groups['space'] !== undefined) continue
    if (found.groups['operator'] !== undefined) {
      yield { operator: found[0], operands }
      operands = []
    } else {
      if (found.groups['dict'] !== undefined && !plain(found[0])) throw new NotUnderstood('mark')
      operands.push(found.groups['number'] !== undefined ? Number(found[0]) : found[0])
    }
  }
  if (operands.length > 0) throw new NotUnderstood('page ends early')
}
