import { expect, it } from 'vitest'

import { grade } from './useLine'

it.each([
  [[20, 25, 30, 22, 28], 'good'],
  [[20, 25, 30, 22, Infinity], 'fair'],
  [[300, 250, 400, 320, 280], 'fair'],
  [[300, 250, Infinity, Infinity, 280], 'poor'],
  [[900, 800, 700, 1200, 950], 'poor'],
  [[Infinity, Infinity, Infinity, Infinity, 20], 'none'],
] as const)('grades %j as %s', (times, line) => expect(grade(times)).toBe(line))
