/** The machine part of a turn: take the lease, check every file of the set, only then sign every file, and send. */
import { ApiError } from '../api'
import { base64, type Bytes, unbase64 } from '../pdf/bytes'
import { signedAttributes } from '../pdf/cms'
import { signatureToDer } from '../pdf/der'
import type { TrustedManifest } from '../pdf/manifest'
import { must, Refusal } from '../pdf/refusal'
import { type Accepted, checkTail, type Own } from '../pdf/revisions'
import type { CeremonyDoors, LeaseView, ReceiptView, SignedFile } from './doors'
import { signRaw } from './keys'

/** The machine's steps after the person has decided, as lines of progress. */
export type TurnStep = 'check' | 'sign' | 'store'
type AcceptedFile = readonly [id: string, accepted: Accepted]

const POST_TRIES = 4
const WITHOUT_ANSWER: ReadonlySet<string> = new Set(['network', 'timeout', 'unreachable', 'unavailable', 'too_many', 'timestamp_unavailable'])

/** Whether asking again later may succeed without anything having changed. */
export function isPassing(error: unknown): boolean {
  return error instanceof ApiError && WITHOUT_ANSWER.has(error.code)
}

/** The tails of a lease, one for each file of M in which this slot signs, in M's order. */
function tailsOf(trusted: TrustedManifest, lease: LeaseView, slot: string): [string, Bytes][] {
  const mine = trusted.manifest.files.filter(({ slots }) => slots.some((place) => place.slot === slot)).map(({ id }) => id)
  must(lease.files.length === mine.length, 'file_missing', `${lease.files.length} files instead of ${mine.length}`)
  return mine.map((id) => {
    const file = lease.files.find((candidate) => candidate.id === id)
    must(file !== undefined, 'file_missing', id)
    try {
      return [id, unbase64(file.tail)]
    } catch {
      throw new Refusal('truncated', `${id}: not base64`)
    }
  })
}

/** Checks every file before anything is signed, side by side; throws the Refusal of one that does not fit. */
export async function checkLease(
  trusted: TrustedManifest,
  frozen: ReadonlyMap<string, Bytes>,
  lease: LeaseView,
  own: Own,
): Promise<AcceptedFile[]> {
  const checks = tailsOf(trusted, lease, own.slot).map(
    async ([id, tail]): Promise<AcceptedFile> => [id, await checkTail(trusted, id, frozen.get(id) ?? new Uint8Array(), tail, own)],
  )
  return Promise.all(checks)
}

/** Signed attributes and DER signature for each accepted file. */
export async function signFiles(key: CryptoKey, accepted: readonly AcceptedFile[]): Promise<SignedFile[]> {
  const signing = accepted.map(async ([id, { digest, certificate }]): Promise<SignedFile> => {
    const attributes = await signedAttributes(digest, certificate)
    return { id, signed_attrs: base64(attributes), signature: base64(signatureToDer(await signRaw(key, attributes))) }
  })
  return Promise.all(signing)
}

/** Sends the same signatures again while there is no answer: the same lease gets the same answer. */
async function send(doors: CeremonyDoors, lease: LeaseView, files: readonly SignedFile[]): Promise<ReceiptView> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await doors.sign(lease.lease, { fence: lease.fence, files })
    } catch (error) {
      if (tries >= POST_TRIES || !isPassing(error)) throw error
      await new Promise((resolve) => setTimeout(resolve, 400 * tries))
    }
  }
}

export interface TurnFacts {
  readonly trusted: TrustedManifest
  readonly frozen: ReadonlyMap<string, Bytes>
  readonly own: Own
  readonly key: CryptoKey
  /** Highest fence this browser has seen; an older lease is refused. */
  readonly fence: number
  /** Told at the beginning of each step, and null when all is stored. */
  readonly at: (step: TurnStep | null, fence: number) => void
}

/** One whole turn. Throws ApiError when it is not our turn or the lease was lost, Refusal when the bytes are not right. */
export async function takeTurn(doors: CeremonyDoors, manifest: string, { trusted, frozen, own, key, fence, at }: TurnFacts): Promise<ReceiptView> {
  const lease = await doors.turn(manifest)
  must(lease.fence >= fence, 'lease_old', `fence ${lease.fence} after ${fence}`)
  at('check', lease.fence)
  const accepted = await checkLease(trusted, frozen, lease, own)
  at('sign', lease.fence)
  const files = await signFiles(key, accepted)
  at('store', lease.fence)
  const answer = await send(doors, lease, files)
  at(null, lease.fence)
  return answer
}
