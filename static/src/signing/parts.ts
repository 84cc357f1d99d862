/** One person's slots in this browser: each with a key of its own, made, enrolled, proven and used one after another without a further human act. */
import { base64, type Bytes, unbase64 } from '../pdf/bytes'
import { checkOwnCertificate } from '../pdf/event'
import type { TrustedManifest } from '../pdf/manifest'
import { must } from '../pdf/refusal'
import { readCertificate } from '../pdf/x509'
import type { CeremonyView, EnrolmentView, FurtherKey, FurtherProof } from './doors'
import { enrolmentProof, newSigningKey, type SigningRecord, type SlotKey } from './keys'

/** The caller's slots that are not signed yet, the next one first. */
export function openSlots({ slots, own, mine }: CeremonyView): readonly string[] {
  const open = own.filter((slot) => slots.find((one) => one.slot === slot)?.state !== 'signed')
  return open.length > 0 ? open : mine ? [mine] : []
}

/** A key for every open slot beside the first; an organisation's gets its own picture. Keys made earlier are used again. */
export async function keysBeside(
  record: SigningRecord,
  slots: readonly string[],
  pictureFor: (slot: string) => Promise<Bytes>,
): Promise<SlotKey[]> {
  const made: SlotKey[] = []
  for (const slot of slots) {
    const former = record.beside.find((one) => one.slot === slot)
    const { key, spki } = former?.key && former.spki ? former : await newSigningKey()
    made.push({ slot, key, spki, drawing: await pictureFor(slot), enrolment: null, certificate: null })
  }
  return made
}

export function furtherKeys(beside: readonly SlotKey[]): FurtherKey[] {
  return beside.map(({ slot, spki, drawing }) => ({ slot, spki: base64(spki), drawing: base64(drawing) }))
}

/** The server's nonces, each to its slot; a slot that was not answered for is a refusal. */
export function withNonces(beside: readonly SlotKey[], answer: EnrolmentView): SlotKey[] {
  return beside.map((one) => {
    const found = answer.beside?.find(({ slot }) => slot === one.slot)
    must(found !== undefined, 'slot_unknown', `${one.slot}: not enrolled`)
    return { ...one, enrolment: { id: found.enrolment, nonce: found.nonce } }
  })
}

export async function furtherProofs({ manifest, beside }: SigningRecord): Promise<FurtherProof[]> {
  return Promise.all(
    beside.map(async ({ slot, key, spki, enrolment }) => {
      must(enrolment !== null, 'slot_unknown', `${slot}: not enrolled`)
      return { enrolment: enrolment.id, proof: base64(await enrolmentProof(key, enrolment.nonce, slot, manifest, spki)) }
    }),
  )
}

/** Certificates to their slots, each checked for its own key, person and manifest. */
export async function withCertificates(
  beside: readonly SlotKey[],
  given: readonly { readonly slot: string; readonly certificate: string }[],
  trusted: TrustedManifest,
): Promise<SlotKey[]> {
  return Promise.all(
    beside.map(async (one) => {
      const found = given.find(({ slot }) => slot === one.slot)
      must(found !== undefined, 'slot_unknown', `${one.slot}: no certificate`)
      const raw = unbase64(found.certificate)
      await checkOwnCertificate(raw, one, trusted, readCertificate(raw).notBefore)
      return { ...one, certificate: raw }
    }),
  )
}

/** What is left when the first slot is signed: its key is gone, the next one takes its place. Null: nothing is left. */
export function afterFirst(record: SigningRecord): SigningRecord | null {
  const [next, ...beside] = record.beside
  if (!next) return null
  const { slot, key, spki, drawing, certificate } = next
  return { ...record, slot, key, spki, drawing, certificate, beside }
}

/** The record with the slot `mine` in front: slots before it were signed, though the answer may never have come. */
export function turnedTo(record: SigningRecord | null, mine: string | null): SigningRecord | null {
  let found = record
  while (found && found.slot !== mine) found = afterFirst(found)
  return found
}
