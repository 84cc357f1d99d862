import { describe, expect, it } from 'vitest'

import type { Role, Side } from '../protocol'
import { gridLayout, inOrder, nextFloor, settled, watched, type GridInput, type GridPerson, type TileRect } from './gridLayout'

const CAST: [string, Role, Side][] = [
  ['gu', 'mediator', ''],
  ['lin', 'applicant', 'applicant'],
  ['chen', 'respondent', 'respondent'],
  ['wu', 'respondent', 'respondent'],
  ['han', 'interpreter', 'applicant'],
  ['li', 'expert', ''],
  ['su', 'recorder', ''],
  ['a', 'applicant', 'applicant'],
  ['b', 'respondent', 'respondent'],
  ['c', 'expert', ''],
  ['d', 'expert', ''],
]
const people = (count: number, self = 'lin'): GridPerson[] =>
  CAST.slice(0, count).map(([id, role, side]) => ({ id, role, side, self: id === self }))
const lay = (count: number, extra: Partial<GridInput> = {}) =>
  gridLayout({ people: people(count), width: 960, height: 560, mode: 'desktop', ...extra })
const rows = (tiles: TileRect[]): number[] => {
  const byTop = new Map<number, number>()
  for (const tile of tiles) byTop.set(tile.y, (byTop.get(tile.y) ?? 0) + 1)
  return [...byTop.entries()].sort(([a], [b]) => a - b).map(([, count]) => count)
}
const overlap = (a: TileRect, b: TileRect): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

describe('order', () => {
  it('is fixed by role, an interpreter beside their side', () => {
    expect(inOrder(people(7).reverse()).map((p) => p.id)).toEqual(['gu', 'lin', 'han', 'wu', 'chen', 'su', 'li'])
  })
  it('gives observers no tile', () => {
    expect(inOrder([{ id: 'o', role: 'observer', side: '', self: false }])).toEqual([])
  })
})

describe('desktop', () => {
  it.each([
    [1, [1]],
    [2, [2]],
    [3, [2, 1]],
    [4, [2, 2]],
    [5, [3, 2]],
    [6, [3, 3]],
    [8, [3, 3, 2]],
    [9, [3, 3, 3]],
  ])('lays %i people out in rows %j', (count, expected) => {
    expect(rows(lay(count).tiles)).toEqual(expected)
  })
  it('makes all tiles equal, 16:9, inside the stage and apart', () => {
    for (let count = 2; count <= 9; count++) {
      const { tiles } = lay(count)
      expect(new Set(tiles.map((t) => `${t.width}x${t.height}`)).size).toBe(1)
      for (const [index, tile] of tiles.entries()) {
        expect(tile.width / tile.height).toBeCloseTo(16 / 9, 1)
        expect(tile.x).toBeGreaterThanOrEqual(0)
        expect(tile.x + tile.width).toBeLessThanOrEqual(960)
        expect(tile.y + tile.height).toBeLessThanOrEqual(560)
        for (const other of tiles.slice(index + 1)) expect(overlap(tile, other)).toBe(false)
      }
    }
  })
  it('centres the last row', () => {
    const [a, b, last] = lay(3).tiles as [TileRect, TileRect, TileRect]
    expect(last.x + last.width / 2).toBeCloseTo((a.x + b.x + b.width) / 2, 0)
  })
  it('pages from ten on, parties and mediator first, tile size unchanged', () => {
    const first = lay(11)
    const second = lay(11, { page: 1 })
    expect([first.pages, first.tiles.length, second.tiles.length]).toEqual([2, 9, 2])
    expect(first.tiles.map((t) => t.id)).toEqual(expect.arrayContaining(['gu', 'lin', 'a', 'chen', 'wu', 'b']))
    expect(second.tiles[0]?.width).toBe(first.tiles[0]?.width)
    expect(lay(11, { page: 7 }).page).toBe(1)
  })
  it('stacks two people when the stage is too narrow for two tiles', () => {
    expect(rows(lay(2, { width: 400 }).tiles)).toEqual([1, 1])
  })
  it('makes the spotlight large and the others a strip', () => {
    const { tiles } = lay(4, { spotlight: 'chen' })
    expect(tiles[0]).toMatchObject({ id: 'chen', kind: 'large' })
    expect(tiles.slice(1).every((t) => t.kind === 'strip' && t.width < (tiles[0]?.width ?? 0))).toBe(true)
  })
  it('ignores a spotlight on somebody who is not there', () => {
    expect(lay(3, { spotlight: 'nobody' })).toEqual(lay(3))
  })
  it('gives a document at least 70 % of the width and five tiles beside it', () => {
    const { document, tiles, pages } = lay(8, { share: true })
    expect(document?.width).toBeGreaterThanOrEqual(960 * 0.7 - 1)
    expect([tiles.length, pages]).toEqual([5, 2])
    expect(tiles.every((t) => t.x >= (document?.width ?? 0))).toBe(true)
  })
})

describe('phone', () => {
  const phone = (count: number, extra: Partial<GridInput> = {}) => lay(count, { width: 360, height: 520, mode: 'phone', ...extra })
  it('fills the stage with the other and puts oneself in a corner', () => {
    const [other, self] = phone(2).tiles as [TileRect, TileRect]
    expect(other).toMatchObject({ id: 'gu', x: 0, y: 0, width: 360, height: 520 })
    expect(self).toMatchObject({ id: 'lin', kind: 'corner', width: 96, height: 128, x: 256, y: 356 })
  })
  it.each([
    [1, 8, 356],
    [2, 8, 8],
    [3, 256, 8],
  ] as const)('moves oneself to corner %i', (corner, x, y) => {
    expect(phone(2, { corner }).tiles[1]).toMatchObject({ x, y })
  })
  it('leaves the name and the line under the other to be read, and stays on a low stage', () => {
    const [other, self] = phone(2).tiles as [TileRect, TileRect]
    expect(other.height - self.y - self.height).toBeGreaterThanOrEqual(32)
    expect(phone(2, { height: 140 }).tiles[1]?.y).toBe(8)
  })
  it('stacks two others in equal halves', () => {
    const [a, b, self] = phone(3).tiles as [TileRect, TileRect, TileRect]
    expect([a.height, a.width]).toEqual([b.height, b.width])
    expect(self.kind).toBe('corner')
  })
  it('is two by two with four', () => {
    expect(rows(phone(4).tiles)).toEqual([2, 2])
  })
  it('makes one of three or four large when the host wishes it, never oneself', () => {
    expect(phone(4, { spotlight: 'chen' }).tiles.map((t) => [t.kind, t.id === 'chen'])).toEqual([
      ['large', true], ['strip', false], ['strip', false], ['strip', false],
    ])
    expect(phone(4, { spotlight: 'lin' }).tiles.map((t) => t.kind)).toEqual(['tile', 'tile', 'tile', 'tile'])
    expect(phone(2, { spotlight: 'gu' }).tiles.map((t) => t.kind)).toEqual(['tile', 'corner'])
  })
  it('decodes at most four pictures from five on: one large, a row of three', () => {
    const { tiles, pages } = phone(7, { speaker: 'chen' })
    expect(tiles.map((t) => t.kind)).toEqual(['large', 'strip', 'strip', 'strip'])
    expect(tiles[0]?.id).toBe('chen')
    expect(pages).toBe(2)
    expect(phone(7, { speaker: 'chen', spotlight: 'wu' }).tiles[0]?.id).toBe('wu')
    expect(phone(7, { speaker: 'lin' }).tiles[0]?.id).not.toBe('lin')
  })
  it('puts a strip above a document', () => {
    const { document, tiles } = phone(5, { share: true })
    expect(document).toEqual({ x: 0, y: 96, width: 360, height: 424 })
    expect(tiles.every((t) => t.height === 88 && t.x + t.width <= 360)).toBe(true)
  })
  it('shows oneself alone in full', () => {
    expect(lay(1, { mode: 'phone', people: people(2).slice(1) }).tiles[0]).toMatchObject({ id: 'lin', kind: 'tile', x: 0 })
  })
})

describe('speaking and size', () => {
  it('takes the last speaker after 2 s, keeps them 4 s, never oneself', () => {
    const none = { person: null, since: 0 }
    expect(nextFloor(none, new Map([['chen', 9000]]), 'lin', 10_000)).toBe(none)
    const chen = nextFloor(none, new Map([['chen', 8000]]), 'lin', 10_000)
    expect(chen).toEqual({ person: 'chen', since: 10_000 })
    expect(nextFloor(chen, new Map([['gu', 10_500]]), 'lin', 13_000)).toBe(chen)
    expect(nextFloor(chen, new Map([['gu', 10_500]]), 'lin', 14_100)).toEqual({ person: 'gu', since: 14_100 })
    expect(nextFloor(chen, new Map([['chen', 8000], ['gu', 10_500]]), 'lin', 20_000)).toBe(chen)
    expect(nextFloor(none, new Map([['lin', 0]]), 'lin', 10_000)).toBe(none)
  })
  it('does not follow a change of less than 8 px', () => {
    const old = { width: 100, height: 100 }
    expect(settled(old, { width: 107, height: 94 })).toBe(old)
    expect(settled(old, { width: 108, height: 100 })).toEqual({ width: 108, height: 100 })
  })
  it('shows nothing on a stage without size', () => {
    expect(gridLayout({ people: people(2), width: 0, height: 0, mode: 'desktop' }).tiles).toEqual([])
  })
})

describe('what is looked at', () => {
  it('is the height of each tile in device pixels, never oneself', () => {
    const layout = lay(3)
    const height = layout.tiles[0]?.height ?? 0
    expect(watched(layout, people(3), 2, true)).toEqual({ gu: height * 2, chen: height * 2 })
  })
  it('is nobody while the page is hidden or covered', () => {
    expect(watched(lay(3), people(3), 1, false)).toEqual({ gu: 0, chen: 0 })
  })
  it('leaves out who is on the next page', () => {
    const sizes = watched(lay(11), people(11), 1, true)
    expect(Object.values(sizes).filter((size) => size === 0)).toHaveLength(2)
  })
  it('keeps the hands of an interpreter legible in a small tile', () => {
    const sizes = watched(lay(5, { share: true }), people(5), 1, true)
    expect(sizes['han']).toBe(360)
    expect(sizes['gu']).toBeLessThan(200)
  })
})
