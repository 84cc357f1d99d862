/** What the findings mean for somebody who wants to join: one word, and what to do. Pure. */
import { barsOf, type Speed } from './speed'
import type { Outcome } from './trial'

export interface Findings {
  direct: Outcome
  relay: Outcome
  speed: Speed | null
}

export type Word = 'good' | 'fair' | 'poor' | 'blocked' | 'offline' | 'unknown'
export type Advice = 'spare' | 'detour' | 'closer' | 'voice' | 'mobile' | 'call'

export interface Verdict {
  word: Word
  advice: Advice[]
}

export function verdictOf({ direct, relay, speed }: Findings): Verdict {
  const through = direct === 'reached' || relay === 'reached'
  if (!through) {
    if (speed === null) return { word: 'offline', advice: ['mobile', 'call'] }
    // Not tried is not blocked: nobody is frightened by a busy server.
    if (direct === 'unknown') return { word: 'unknown', advice: [] }
    return { word: 'blocked', advice: ['mobile', 'call'] }
  }
  const advice: Advice[] = direct === 'reached' ? (relay === 'blocked' ? ['spare'] : []) : ['detour']
  const bars = barsOf(speed)
  if (speed === null) return { word: 'unknown', advice }
  if (bars >= 3) return { word: 'good', advice }
  if (bars === 2) return { word: 'fair', advice: [...advice, 'closer'] }
  return { word: 'poor', advice: [...advice, 'closer', 'mobile', 'voice', 'call'] }
}
