/** Browsers that read no codes get a library that does: a drawn code is read, turned and small too, and nothing is read where there is none. */
import { encode } from 'uqr'
import { afterEach, expect, it } from 'vitest'

import { detector } from './detector'

const TEXT = `https://hejie.example.cn/verify#t=${'3f9a71c2'.repeat(8)}`

/** The DOM of specs has none. */
class Picture {
  readonly [Symbol.toStringTag] = 'ImageData'
  constructor(
    readonly data: Uint8ClampedArray<ArrayBuffer>,
    readonly width: number,
    readonly height: number,
  ) {}
}

/** A code as pixels, `side` to a module. */
function drawn(text: string, side: number, turned = false): ImageData {
  const { data, size } = encode(text, { ecc: 'M', border: 4 })
  const width = size * side
  const pixels = new Uint8ClampedArray(width * width * 4).fill(255)
  for (let y = 0; y < width; y += 1)
    for (let x = 0; x < width; x += 1) {
      const [row, column] = [Math.floor(y / side), Math.floor(x / side)]
      const dark = turned ? data[size - 1 - column]?.[row] : data[row]?.[column]
      if (dark) pixels.fill(20, (y * width + x) * 4, (y * width + x) * 4 + 3)
    }
  return new Picture(pixels, width, width) as unknown as ImageData
}

afterEach(() => delete window.BarcodeDetector)

it('reads a drawn code, also on its side, and nothing of an empty picture', async () => {
  const reader = await detector()
  for (const [side, turned] of [[8, false], [3, true]] as const) {
    const [found] = await reader.detect(drawn(TEXT, side, turned))
    expect(found?.rawValue).toBe(TEXT)
  }
  expect(await reader.detect(new Picture(new Uint8ClampedArray(160_000).fill(255), 200, 200) as unknown as ImageData)).toEqual([])
})

it('takes the browser’s own where that reads codes, and not where it reads none', async () => {
  const own = { detect: () => Promise.resolve([{ rawValue: 'own' }]) }
  const made = (formats: string[]): Window['BarcodeDetector'] =>
    Object.assign(function () { return own } as unknown as NonNullable<Window['BarcodeDetector']>, { getSupportedFormats: () => Promise.resolve(formats) }) // prettier-ignore
  window.BarcodeDetector = made(['qr_code'])
  expect(await detector()).toBe(own)
  window.BarcodeDetector = made([])
  expect(await detector()).not.toBe(own)
})
