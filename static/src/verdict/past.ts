/** Was this certificate good when it was used? Past certificate validation after ETSI EN 319 102-1, as documents/past.py. */
import type { Cert } from './cert'
import type { Answer, Library } from './library'

export type Use = 'signature' | 'timestamp'
export const PASSED = 'TOTAL-PASSED'
const FRESH = 30 * 60_000

/** The standard's indication, and what it rests on. */
export interface Outcome {
  readonly indication: string
  readonly revokedAt?: number | null
  readonly until?: number | null
}

export const NO_CHAIN: Outcome = { indication: 'INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND' }
export const passed = ({ indication }: Outcome): boolean => indication === PASSED
export const sub = ({ indication }: Outcome): string => indication.split(' ').at(-1) ?? ''

/** What can be proven now. `places`: in which revision each certificate and answer first lies, by its DER in hex. */
export class Past {
  /** Revision and time of each document time-stamp found good so far. */
  readonly stamps: (readonly [number, number])[] = []

  constructor(
    readonly library: Library,
    readonly now: number,
    readonly places: ReadonlyMap<string, number>,
    readonly asks: boolean,
  ) {}

  /** Since when all of a revision is proven to exist. */
  proven(revision: number): number {
    return Math.min(this.now, ...this.stamps.filter(([index]) => index > revision).map(([, at]) => at))
  }

  private exists(id: string): number {
    if (this.library.anchors.has(id)) return -Infinity
    const place = this.places.get(id)
    return place === undefined ? this.now : this.proven(place)
  }

  async judge(leaf: Cert, use: Use, at: number): Promise<Outcome> {
    let first: Outcome | null = null
    for (const path of await this.library.paths(leaf)) {
      const found = await this.along(path, use, at)
      if (passed(found)) return found
      first ??= found
    }
    return first ?? NO_CHAIN
  }

  private async along(path: readonly Cert[], use: Use, at: number): Promise<Outcome> {
    const broken = constraint(path, use)
    if (broken) return { indication: `INDETERMINATE ${broken}` }
    let [control, cause] = [this.now, '']
    let revokedAt: number | null = null
    let until: number | null = null
    const stop = (why: string): Outcome => ({ indication: why, revokedAt, until })
    for (let index = path.length - 2; index >= 0; index -= 1) {
      const [subject, issuer] = [path[index] as Cert, path[index + 1] as Cert]
      const answers = await this.library.answers(subject, issuer)
      const newest = this.newest(answers, control)
      if (this.exists(subject.id) > control) return stop(`INDETERMINATE ${cause || 'NO_POE'}`)
      const bad = answers.flatMap((one) => (one.revokedAt !== null && one.revokedAt <= this.now ? [one.revokedAt] : []))
      if (bad.length > 0) {
        revokedAt = Math.min(...bad, revokedAt ?? Infinity)
        if (Math.min(...bad) < control) [control, cause] = [Math.min(...bad), index === 0 ? 'REVOKED_NO_POE' : 'REVOKED_CA_NO_POE']
      } else if (newest) {
        const last = newest.nextUpdate ?? newest.thisUpdate + FRESH
        until = Math.min(last, until ?? last)
        if (last < control && this.asks) [control, cause] = [last, use === 'timestamp' && this.stamps.length === 0 ? 'TRY_LATER' : 'NO_POE']
      } else if (this.asks) return stop(`INDETERMINATE ${answers.length > 0 ? 'NO_POE' : 'TRY_LATER'}`)
      if (subject.notAfter < control) [control, cause] = [subject.notAfter, 'OUT_OF_BOUNDS_NO_POE']
    }
    if (at > control) return stop(`INDETERMINATE ${cause}`)
    if (at < Math.max(...path.slice(0, -1).map(({ notBefore }) => notBefore))) return stop('TOTAL-FAILED NOT_YET_VALID')
    return stop(PASSED)
  }

  /** The latest answer from before the control time that is proven to be from before it. */
  private newest(answers: readonly Answer[], control: number): Answer | null {
    const usable = answers.filter((one) => one.thisUpdate <= control && this.exists(one.source) <= control)
    return usable.reduce<Answer | null>((best, one) => (best && best.thisUpdate >= one.thisUpdate ? best : one), null)
  }
}

/** What RFC 5280 6.1 without the times holds against a path, as the standard's sub-indication. */
function constraint(path: readonly Cert[], use: Use): string | null {
  const [leaf, ...above] = path
  if (!leaf || !(use === 'signature' ? leaf.maySign() : leaf.mayStamp())) return 'CHAIN_CONSTRAINTS_FAILURE'
  if (path.some(({ key }) => key === null)) return 'CRYPTO_CONSTRAINTS_FAILURE'
  if (!path.slice(0, -1).every((one) => one.understood())) return 'CHAIN_CONSTRAINTS_FAILURE'
  let below = 0
  for (const one of above) {
    if (!one.mayIssue(below)) return 'CHAIN_CONSTRAINTS_FAILURE'
    below += one.selfIssued ? 0 : 1
  }
  return null
}
