/** All signatures of one file against the anchors: long-term validation after ETSI EN 319 102-1, 5.6.3, as documents/judgement.py. */
import type { Cert } from './cert'
import { commonName, type Fact, OWN_CA, statusInTime } from './facts'
import type { Library } from './library'
import { NO_CHAIN, type Outcome, Past, passed, sub } from './past'

const SKEW = 60_000
const REVOKED = ['REVOKED_NO_POE', 'REVOKED_CA_NO_POE']
const DEFECTS = ['CHAIN_CONSTRAINTS_FAILURE', 'CRYPTO_CONSTRAINTS_FAILURE', 'NOT_YET_VALID', 'TIMESTAMP_ORDER_FAILURE']
const FORMAT: Outcome = { indication: 'TOTAL-FAILED FORMAT_FAILURE' }
const ORDER: Outcome = { indication: 'INDETERMINATE TIMESTAMP_ORDER_FAILURE' }
const PEOPLE = ['person', 'organisation']
export type Coded = readonly [string, string?]

/** Outcomes by slot; `tokens` those of the time-stamps inside signatures. */
interface Run {
  readonly now: number
  readonly outcomes: Map<string, Outcome>
  readonly tokens: Map<string, Outcome>
}

export class Judgement {
  readonly stamps: readonly Fact[]
  readonly signatures: readonly Fact[]
  readonly asked: boolean
  given = false
  ownRoot: Cert | null = null
  run: Run = { now: 0, outcomes: new Map(), tokens: new Map() }
  private supposed: Run = this.run

  private constructor(
    readonly library: Library,
    readonly found: readonly Fact[],
    private readonly places: ReadonlyMap<string, number>,
    private readonly sealed: boolean,
  ) {
    this.stamps = found.filter(({ signed }) => signed.kind === 'document_timestamp')
    this.signatures = found.filter(({ signed }) => signed.kind !== 'document_timestamp')
    this.asked = library.anchors.size > 0
  }

  static async of(library: Library, found: readonly Fact[], places: ReadonlyMap<string, number>, now: number, sealed: boolean): Promise<Judgement> {
    const made = new Judgement(library, found, places, sealed)
    const signers = made.signatures.flatMap(({ signer }) => (signer ? [signer] : []))
    for (const signer of signers) made.given ||= (await library.paths(signer)).length > 0
    made.ownRoot = signers[0] ? await made.top(signers[0]) : null
    if (!made.given) library.trust(made.ownRoot ? [made.ownRoot] : [])
    const ahead = Math.max(now, ...found.flatMap(({ at }) => (at === null ? [] : [at])))
    made.run = await made.judge(now < ahead && ahead <= now + SKEW ? ahead : now, null)
    made.supposed = made.run
    const first = made.stamps[0]
    if (first && first.at !== null && !made.stamps.every(({ signed }) => passed(made.run.outcomes.get(signed.slot) ?? FORMAT))) {
      made.supposed = await made.judge(first.at, first)
    }
    return made
  }

  private async judge(now: number, assumed: Fact | null): Promise<Run> {
    const past = new Past(this.library, now, this.places, this.sealed)
    const run: Run = { now, outcomes: new Map(), tokens: new Map() }
    for (const fact of [...this.stamps].reverse()) {
      const { index } = fact.signed.revision
      const outcome = await this.stamp(past, fact, past.proven(index))
      run.outcomes.set(fact.signed.slot, outcome)
      if (fact.at !== null && (passed(outcome) || fact === assumed)) past.stamps.push([index, fact.at])
    }
    for (const fact of this.signatures) {
      const proven = past.proven(fact.signed.revision.index)
      const token = await this.stamp(past, fact, proven)
      run.tokens.set(fact.signed.slot, token)
      const best = fact.at !== null && passed(token) ? fact.at : proven
      const outcome = fact.signer ? await past.judge(fact.signer, 'signature', best) : FORMAT
      run.outcomes.set(fact.signed.slot, arithmetic(fact) ?? outcome)
    }
    return run
  }

  private async stamp(past: Past, fact: Fact, proven: number): Promise<Outcome> {
    const broken = fact.signed.kind === 'document_timestamp' ? arithmetic(fact) : null
    if (broken) return broken
    if (!fact.stamper || fact.at === null) return FORMAT
    if (fact.at > proven || fact.at < fact.stamper.notBefore) return ORDER
    return past.judge(fact.stamper, 'timestamp', proven)
  }

  /** The self-issued certificate its chain leads to: a name to ask about, never a reason to trust. */
  private async top(signer: Cert): Promise<Cert | null> {
    const seen = [signer]
    for (let last = signer; seen.length < 8; ) {
      const above = (await this.library.issuers(last)).filter((one) => !seen.includes(one))
      const next = above.find(({ selfIssued }) => selfIssued) ?? above[0]
      if (!next) break
      seen.push(next)
      last = next
    }
    const last = seen.at(-1)
    return last?.selfIssued && last.isCa ? last : null
  }

  private outcome(fact: Fact | undefined): Outcome {
    return this.run.outcomes.get(fact?.signed.slot ?? '') ?? FORMAT
  }

  /** The newest document time-stamp can be believed now. */
  get proven(): boolean {
    return this.stamps.length > 0 && passed(this.outcome(this.stamps.at(-1)))
  }

  /** Until when the status of the newest time-stamp's authority speaks. */
  get until(): number | null {
    return this.stamps.length > 0 ? (this.outcome(this.stamps.at(-1)).until ?? null) : null
  }

  indication(fact: Fact): string {
    const found = this.outcome(fact)
    return passed(found) && !this.given ? NO_CHAIN.indication : found.indication
  }

  trusted(fact: Fact): boolean {
    return this.given && passed(this.outcome(fact)) && passed(this.run.tokens.get(fact.signed.slot) ?? this.outcome(fact))
  }

  /** Own is what a certificate says of itself or of its CA; licensed is only what the file says. */
  async issuer(claimed: string, name: string): Promise<{ kind: 'own' | 'licensed' | 'unknown'; name: string }> {
    const signers = (facts: readonly Fact[]): Cert[] => facts.flatMap(({ signer }) => (signer ? [signer] : []))
    const people = signers(this.signatures.filter(({ signed }) => PEOPLE.includes(signed.kind)))
    const all = people.length > 0 ? people : signers(this.signatures)
    const own: Cert[] = []
    for (const one of all) {
      const line = [one, ...(await this.library.issuers(one))]
      if (line.some((cert) => !cert.selfIssued && cert.policies.includes(OWN_CA))) own.push(one)
    }
    const shown = own[0] ?? all[0]
    const called = shown ? commonName(shown.issuer) : ''
    if (own.length > 0) return { kind: 'own', name: called }
    return claimed === 'licensed' ? { kind: 'licensed', name: name || called } : { kind: 'unknown', name: called }
  }

  /** Reason codes with their slots. Of a damaged file only whose it is. */
  async reasons(damaged: boolean): Promise<Coded[]> {
    const found: Coded[] = this.given ? [] : [[this.asked ? 'other_root' : 'no_trust']]
    if (damaged) return found
    for (const fact of this.stamps) {
      const code = this.stampCode(fact, this.outcome(fact), this.run.now)
      if (code) found.push([code, fact.signed.slot])
    }
    for (const fact of this.signatures) found.push(...(await this.signatureCodes(fact)))
    return found
  }

  private stampCode(fact: Fact, outcome: Outcome, now: number): string | null {
    const last = this.stamps.length === 0 || fact === this.stamps.at(-1)
    if (passed(outcome)) return null
    if (outcome === NO_CHAIN) return 'tsa_unknown'
    if (REVOKED.includes(sub(outcome))) {
      const before = outcome.revokedAt != null && fact.at !== null && outcome.revokedAt <= fact.at
      return before ? 'timestamp_revoked' : 'no_proof'
    }
    if (fact.at !== null && fact.at > now) return 'time_ahead'
    if (DEFECTS.includes(sub(outcome)) || outcome.indication.startsWith('TOTAL-FAILED')) return 'timestamp_broken'
    if (!last || !fact.stamper) return 'no_proof'
    return now > fact.stamper.notAfter ? 'timestamp_expired' : 'status_unknown'
  }

  private async signatureCodes(fact: Fact): Promise<Coded[]> {
    const { slot } = fact.signed
    const { outcomes, tokens, now } = this.supposed
    const [outcome, token] = [outcomes.get(slot) ?? FORMAT, tokens.get(slot) ?? FORMAT]
    const first = this.stamps[0]
    const sealedAt = first?.at ?? now
    const found: Coded[] = []
    if ((outcome.revokedAt != null && outcome.revokedAt <= sealedAt) || REVOKED.includes(sub(outcome))) found.push(['revoked', slot])
    else if (outcome === NO_CHAIN) {
      if (this.given) found.push(['other_root', slot])
    } else if (!passed(outcome) && (first || DEFECTS.includes(sub(outcome)))) found.push(['certificate_invalid', `${slot}: ${sub(outcome)}`])
    if (!first) return found
    if (token === NO_CHAIN) found.push(['tsa_unknown', slot])
    else if (!passed(token)) found.push([this.stampCode(fact, token, now) ?? 'no_proof', slot])
    if (!(await statusInTime(fact, this.library, first))) found.push(['status_time', slot])
    return found
  }
}

/** What the bytes of the signature alone decide. */
function arithmetic(fact: Fact): Outcome | null {
  if (fact.reasons.includes('signature_encoding') || !fact.signer) return FORMAT
  if (!fact.intact) return { indication: 'TOTAL-FAILED HASH_FAILURE' }
  return fact.valid ? null : { indication: 'TOTAL-FAILED SIG_CRYPTO_FAILURE' }
}
