/** Enlarging a picture by buttons, keys or two fingers: pure arithmetic. A point of the picture stays where it was seen. */

export const LARGEST = 6
const STEP = 1.5

export const larger = (zoom: number): number => within(zoom * STEP)
export const smaller = (zoom: number): number => within(zoom / STEP)

export function within(zoom: number): number {
  return Math.min(LARGEST, Math.max(1, Math.round(zoom * 100) / 100))
}

/** Where to scroll so that what lay `at` pixels from the edge of the view lies there again. */
export function scrolled(scroll: number, at: number, before: number, after: number): number {
  return Math.max(0, ((scroll + at) * after) / before - at)
}

export function distance(touches: readonly { clientX: number; clientY: number }[]): number {
  const [one, two] = touches
  return one && two ? Math.hypot(one.clientX - two.clientX, one.clientY - two.clientY) : 0
}
