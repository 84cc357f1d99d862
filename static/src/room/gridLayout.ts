/**
 * Where each person's tile lies on the stage: pure arithmetic, no DOM. Equal parties, order by role, never by loudness.
 * Sizes are CSS pixels of the measured stage.
 */
import type { Role, Side } from '../protocol'

export interface GridPerson {
  id: string
  role: Role
  side: Side
  self: boolean
}

export interface GridInput {
  people: readonly GridPerson[]
  width: number
  height: number
  mode: 'desktop' | 'phone'
  /** A document or screen is on the stage: people become a strip. */
  share?: boolean
  /** Person made large by the mediator or by holding the floor. */
  spotlight?: string | null
  /** Phone with five or more only: who spoke last. */
  speaker?: string | null
  page?: number
  /** Corner of one's own small picture: 0 bottom right, 1 bottom left, 2 top left, 3 top right. */
  corner?: 0 | 1 | 2 | 3
}

export interface Rect {
  x: number
  y: number
  width: number
  height: number
}

export interface TileRect extends Rect {
  id: string
  kind: 'tile' | 'large' | 'corner' | 'strip'
}

export interface GridOutput {
  tiles: TileRect[]
  /** Place of the document or screen, when shared. */
  document: Rect | null
  page: number
  pages: number
}

const GAP = 8
const WIDE = 16 / 9
const PHONE = 4 / 3
const MIN_WIDE = 240
const CORNER = { width: 96, height: 128 }
const PLATE = 36 // name, voice and line of whom oneself lies over stay readable
const STRIP = { desktop: 5, height: 88, narrow: 96 }
const PER_PAGE = 9
const SHARE = 0.7
const SIGNED = 360 // hands of a sign interpreter are read, however small their tile

const RANK: Record<Role, number> = { mediator: 0, co_mediator: 0.5, applicant: 1, respondent: 2, interpreter: 3, recorder: 4, expert: 5, witness: 6, court: 0, informant: 7, observer: 9 }

/** Mediator or court, applicant's side, respondent's side, others; an interpreter directly after their side. Observers have no tile. */
export function inOrder(people: readonly GridPerson[]): GridPerson[] {
  const group = (p: GridPerson): number =>
    p.role === 'mediator' || p.role === 'co_mediator' || p.role === 'court' ? 0 : p.side === 'applicant' ? 1 : p.side === 'respondent' ? 2 : 3
  return people
    .filter((p) => p.role !== 'observer')
    .map((p, index) => ({ p, key: group(p) * 10_000 + RANK[p.role] * 100 + index }))
    .sort((a, b) => a.key - b.key)
    .map(({ p }) => p)
}

export function gridLayout(input: GridInput): GridOutput {
  const people = inOrder(input.people)
  if (people.length === 0 || input.width <= 0 || input.height <= 0) return { tiles: [], document: null, page: 0, pages: 1 }
  if (input.share) return input.mode === 'phone' ? phoneShare(people, input) : desktopShare(people, input)
  if (input.mode === 'phone') return phone(people, input)
  const large = people.find((p) => p.id === input.spotlight)
  return large && people.length > 1 ? spotlight(people, large, input) : desktop(people, input)
}

// --- desktop -----------------------------------------------------------------------------------------------------

function desktop(people: GridPerson[], input: GridInput): GridOutput {
  const pages = Math.ceil(people.length / PER_PAGE)
  const page = clamp(input.page ?? 0, pages)
  const shown = people.slice(page * PER_PAGE, (page + 1) * PER_PAGE)
  const count = pages > 1 ? PER_PAGE : shown.length
  let columns = count <= 2 ? count : count <= 4 ? 2 : 3
  while (columns > 1 && tileWidth(columns, Math.ceil(count / columns), input, WIDE) < MIN_WIDE && narrower(columns, count, input)) columns--
  return { tiles: cells(shown, columns, Math.ceil(count / columns), input, WIDE), document: null, page, pages }
}

/** Fewer columns help only when the width is what is short. */
function narrower(columns: number, count: number, input: GridInput): boolean {
  const fewer = columns - 1
  return tileWidth(fewer, Math.ceil(count / fewer), input, WIDE) > tileWidth(columns, Math.ceil(count / columns), input, WIDE)
}

function tileWidth(columns: number, rows: number, area: { width: number; height: number }, ratio: number): number {
  const width = (area.width - GAP * (columns - 1)) / columns
  const height = (area.height - GAP * (rows - 1)) / rows
  return Math.max(0, Math.floor(Math.min(width, height * ratio)))
}

/** Equal tiles in rows, the last row and the whole block centred. */
function cells(people: GridPerson[], columns: number, rows: number, area: { width: number; height: number }, ratio: number): TileRect[] {
  const width = tileWidth(columns, rows, area, ratio)
  const height = Math.floor(width / ratio)
  const used = Math.ceil(people.length / columns)
  const top = Math.max(0, Math.floor((area.height - used * height - (used - 1) * GAP) / 2))
  return people.map((person, index) => {
    const row = Math.floor(index / columns)
    const inRow = Math.min(columns, people.length - row * columns)
    const left = Math.floor((area.width - inRow * width - (inRow - 1) * GAP) / 2)
    return {
      id: person.id,
      x: left + (index % columns) * (width + GAP),
      y: top + row * (height + GAP),
      width,
      height,
      kind: 'tile',
    }
  })
}

function strip(people: GridPerson[], input: GridInput, left: number): { tiles: TileRect[]; page: number; pages: number } {
  const pages = Math.max(1, Math.ceil(people.length / STRIP.desktop))
  const page = clamp(input.page ?? 0, pages)
  const shown = people.slice(page * STRIP.desktop, (page + 1) * STRIP.desktop)
  const room = input.width - left
  const height = Math.floor(Math.min(room / WIDE, (input.height - GAP * (STRIP.desktop - 1)) / STRIP.desktop))
  const tiles = shown.map((person, index): TileRect => ({
    id: person.id,
    x: left,
    y: index * (height + GAP),
    width: Math.floor(height * WIDE),
    height,
    kind: 'strip',
  }))
  return { tiles, page, pages }
}

/** At least 70 % for what is large, five tiles at the right. */
function aside(input: GridInput): { width: number; left: number } {
  const narrow = Math.floor(Math.min(input.width * (1 - SHARE) - GAP, ((input.height - GAP * (STRIP.desktop - 1)) / STRIP.desktop) * WIDE))
  return { width: input.width - narrow - GAP, left: input.width - narrow }
}

function spotlight(people: GridPerson[], large: GridPerson, input: GridInput): GridOutput {
  const { width, left } = aside(input)
  const rest = strip(people.filter((p) => p !== large), input, left)
  const [first] = cells([large], 1, 1, { width, height: input.height }, WIDE)
  const tile: TileRect[] = first ? [{ ...first, kind: 'large' }] : []
  return { tiles: [...tile, ...rest.tiles], document: null, page: rest.page, pages: rest.pages }
}

function desktopShare(people: GridPerson[], input: GridInput): GridOutput {
  const { width, left } = aside(input)
  const rest = strip(people, input, left)
  return { tiles: rest.tiles, document: { x: 0, y: 0, width, height: input.height }, page: rest.page, pages: rest.pages }
}

// --- phone -------------------------------------------------------------------------------------------------------

function phone(people: GridPerson[], input: GridInput): GridOutput {
  const self = people.find((p) => p.self)
  const others = people.filter((p) => !p.self)
  const full = { tiles: [] as TileRect[], document: null, page: 0, pages: 1 }
  const enlarged = people.length > 2 && others.some((p) => p.id === input.spotlight)
  if (people.length >= 5 || enlarged) return phoneMany(people, others, input)
  if (people.length === 4) return { ...full, tiles: cells(people, 2, 2, input, PHONE) }
  const big = others.length > 0 ? others : people
  const height = Math.floor((input.height - GAP * (big.length - 1)) / big.length)
  full.tiles = big.map((person, index) => ({
    id: person.id, x: 0, y: index * (height + GAP), width: input.width, height, kind: 'tile',
  }))
  if (self && others.length > 0) full.tiles.push(corner(self, input))
  return full
}

function corner(self: GridPerson, input: GridInput): TileRect {
  const place = input.corner ?? 0
  return {
    id: self.id,
    x: place === 0 || place === 3 ? input.width - CORNER.width - GAP : GAP,
    y: place === 0 || place === 1 ? Math.max(GAP, input.height - CORNER.height - PLATE) : GAP,
    ...CORNER,
    kind: 'corner',
  }
}

/** One large and a row of three: at most four pictures are decoded; all voices are heard. */
function phoneMany(people: GridPerson[], others: GridPerson[], input: GridInput): GridOutput {
  const large =
    others.find((p) => p.id === input.spotlight) ?? others.find((p) => p.id === input.speaker) ?? others[0] ?? people[0]
  if (!large) return { tiles: [], document: null, page: 0, pages: 1 }
  const rest = people.filter((p) => p !== large)
  const pages = Math.ceil(rest.length / 3)
  const page = clamp(input.page ?? 0, pages)
  const width = Math.floor((input.width - 2 * GAP) / 3)
  const height = Math.min(Math.floor(width / PHONE), Math.floor(input.height / 3))
  const row = rest.slice(page * 3, page * 3 + 3).map((person, index): TileRect => ({
    id: person.id,
    x: index * (width + GAP),
    y: input.height - height,
    width,
    height,
    kind: 'strip',
  }))
  const first: TileRect = {
    id: large.id, x: 0, y: 0, width: input.width, height: input.height - height - GAP, kind: 'large',
  }
  return { tiles: [first, ...row], document: null, page, pages }
}

function phoneShare(people: GridPerson[], input: GridInput): GridOutput {
  // Rather narrower tiles than a second page: three people fit beside one another from 320 px on.
  const fit = Math.max(1, Math.floor((input.width + GAP) / (STRIP.narrow + GAP)))
  const count = Math.min(people.length, fit)
  const width = Math.min(Math.floor(STRIP.height * PHONE), Math.floor((input.width - GAP * (count - 1)) / Math.max(1, count)))
  const pages = Math.ceil(people.length / fit)
  const page = clamp(input.page ?? 0, pages)
  const tiles = people.slice(page * fit, (page + 1) * fit).map((person, index): TileRect => ({
    id: person.id, x: index * (width + GAP), y: 0, width, height: STRIP.height, kind: 'strip',
  }))
  const y = STRIP.height + GAP
  return { tiles, document: { x: 0, y, width: input.width, height: Math.max(0, input.height - y) }, page, pages }
}

function clamp(page: number, pages: number): number {
  return Math.min(Math.max(0, page), Math.max(0, pages - 1))
}

// --- what is looked at ---------------------------------------------------------------------------------------------

/** Person -> height of their picture in device pixels, 0 for who is on another page or out of sight; oneself left out. */
export function watched(layout: GridOutput, people: readonly GridPerson[], ratio: number, seen: boolean): Record<string, number> {
  const heights = new Map(layout.tiles.map((tile) => [tile.id, Math.round(tile.height * ratio)]))
  return Object.fromEntries(
    people
      .filter((one) => !one.self)
      .map((one) => {
        const height = seen ? (heights.get(one.id) ?? 0) : 0
        return [one.id, height > 0 && one.role === 'interpreter' ? Math.max(height, SIGNED) : height]
      }),
  )
}

// --- who spoke last ----------------------------------------------------------------------------------------------

export interface Floor {
  person: string | null
  /** When this person became the large one, ms. */
  since: number
}

/** After 2 s of speech, kept at least 4 s, never oneself. `talking`: person -> since when they have been speaking, ms. */
export function nextFloor(floor: Floor, talking: ReadonlyMap<string, number>, self: string, now: number): Floor {
  if (floor.person !== null && (talking.has(floor.person) || now - floor.since < 4000)) return floor
  let best: string | null = null
  let longest = 2000
  for (const [person, since] of talking) {
    if (person !== self && now - since >= longest) [best, longest] = [person, now - since]
  }
  return best === null || best === floor.person ? floor : { person: best, since: now }
}

/** A new size is taken over only when it differs by 8 px or more, so that nothing trembles. */
export function settled(old: { width: number; height: number }, next: { width: number; height: number }): { width: number; height: number } {
  return Math.abs(old.width - next.width) < GAP && Math.abs(old.height - next.height) < GAP ? old : next
}
