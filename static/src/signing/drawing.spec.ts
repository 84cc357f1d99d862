// @vitest-environment node
import { describe, expect, it } from 'vitest'

import { inflateExactly } from '../pdf/bytes'
import { DRAWING_HEIGHT, DRAWING_LIMIT, DRAWING_WIDTH } from '../pdf/revisions'
import { inkBox, isWritten, packPicture, placeInPicture, toGrey } from './drawing'

const SIZE = DRAWING_WIDTH * DRAWING_HEIGHT

describe('the picture of a signature', () => {
  it('is grey over white paper', () => {
    expect([...toGrey(new Uint8ClampedArray([0, 0, 0, 255, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 128]))]).toEqual([0, 255, 255, 127])
  })

  it('is cut out around the ink', () => {
    const grey = new Uint8Array(10 * 8).fill(255)
    grey[3 * 10 + 2] = 0
    grey[5 * 10 + 7] = 40
    expect(inkBox(grey, 10)).toEqual({ x: 2, y: 3, width: 6, height: 3 })
    expect(inkBox(new Uint8Array(80).fill(230), 10)).toBeNull()
  })

  it.each([[600, 200], [200, 600], [30, 20], [420, 132], [2000, 40]])('fits writing of %i x %i without turning its proportions', (width, height) => {
    const place = placeInPicture({ x: 0, y: 0, width, height })
    expect(place.width / place.height).toBeCloseTo(width / height, 5)
    expect(place.x + place.width).toBeLessThanOrEqual(DRAWING_WIDTH)
    expect(place.y).toBeGreaterThanOrEqual(0)
    expect(place.y + place.height).toBeLessThanOrEqual(DRAWING_HEIGHT)
  })

  it('needs more than a dot', () => {
    const grey = new Uint8Array(SIZE).fill(255)
    expect(isWritten(grey)).toBe(false)
    grey.fill(0, 0, 59)
    expect(isWritten(grey)).toBe(false)
    grey.fill(0, 0, 60)
    expect(isWritten(grey)).toBe(true)
  })

  it('keeps within the limit even when it is noise', async () => {
    const noise = crypto.getRandomValues(new Uint8Array(SIZE))
    const packed = await packPicture(noise)
    expect(packed.length).toBeLessThanOrEqual(DRAWING_LIMIT)
    expect(await inflateExactly(packed, SIZE)).toEqual(noise)
  })
})
