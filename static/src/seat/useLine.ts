/** Measures the way to the server by a few small requests: good, fair, poor or none. Video may still differ. */
import { ref, type Ref } from 'vue'

import type { Line } from './types'

const TRIES = 5
const LIMIT_MS = 4000

async function roundTrip(): Promise<number> {
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort(), LIMIT_MS)
  const began = performance.now()
  try {
    await fetch('/healthz', { cache: 'no-store', signal: controller.signal })
    return performance.now() - began
  } catch {
    return Infinity
  } finally {
    clearTimeout(timer)
  }
}

/** The median decides; a lost request counts as the worst. Thresholds: talk is natural under 200 ms, possible under 600. */
export function grade(times: readonly number[]): Line {
  const sorted = [...times].sort((a, b) => a - b)
  const median = sorted[Math.floor(sorted.length / 2)] ?? Infinity
  const lost = times.filter((time) => !Number.isFinite(time)).length
  if (!Number.isFinite(median)) return 'none'
  if (median < 200 && lost === 0) return 'good'
  return median < 600 && lost <= 1 ? 'fair' : 'poor'
}

export function useLine(): { line: Ref<Line>; measure: () => Promise<void> } {
  const line = ref<Line>('trying')
  async function measure(): Promise<void> {
    line.value = 'trying'
    await roundTrip() // the first one also pays for the connection
    const times: number[] = []
    for (let n = 0; n < TRIES; n++) times.push(await roundTrip())
    line.value = grade(times)
  }
  return { line, measure }
}
