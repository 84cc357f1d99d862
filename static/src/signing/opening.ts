/** Opens a ceremony in this browser: M and every F, compared with what the server says now and with what the person confirmed here earlier. */
import { type Bytes, hex, sha256 } from '../pdf/bytes'
import { checkFrozen, type TrustedManifest, trustManifest } from '../pdf/manifest'
import { must } from '../pdf/refusal'
import type { CeremonyDoors, CeremonyView } from './doors'
import type { SigningRecord } from './keys'
import { turnedTo } from './parts'
import { slotOf } from './stage'

export interface Opened {
  readonly trusted: TrustedManifest
  /** File id to F: of those this person signs, or as an onlooker may open. */
  readonly frozen: ReadonlyMap<string, Bytes>
  /** What this browser remembers for the present slot; null when nothing, or when it belongs to another slot. */
  readonly record: SigningRecord | null
}

export async function openCeremony(now: CeremonyView, doors: CeremonyDoors, remembered: SigningRecord | null, me: string): Promise<Opened> {
  const record = remembered?.ceremony === now.id ? turnedTo(remembered, now.mine) : null
  const bytes = await doors.manifest()
  const hash = hex(await sha256(bytes))
  must(hash === now.manifest_sha256, 'manifest_changed', 'not the one announced')
  must(!record || record.manifest === hash, 'manifest_changed', 'not the one confirmed')
  const trusted = await trustManifest(bytes)
  const { ceremony, clerks, files, signatories } = trusted.manifest
  must(ceremony === now.id, 'manifest_malformed', 'another ceremony')
  const mine = slotOf(now)
  const byClerk = mine?.clerk !== undefined && mine.clerk !== null && clerks.some(({ name, person }) => name === mine.clerk && person === me)
  const byPerson = signatories.some(({ slot, person }) => slot === mine?.slot && person === me)
  must(!mine || byClerk || byPerson, 'manifest_malformed', 'another person')
  const own = files.filter(({ slots }) => slots.some(({ slot }) => now.own.includes(slot)))
  const opened = own.length ? own : files.filter(({ id }) => now.files.some((file) => file.id === id))
  const frozen = new Map(await Promise.all(opened.map(async ({ id }) => [id, await doors.frozen(id)] as const)))
  for (const file of opened) {
    await checkFrozen(file, frozen.get(file.id) ?? new Uint8Array())
    must(!record || record.files[file.id] === file.f.sha256, 'base_changed', `${file.id}: not the one confirmed`)
  }
  return { trusted, frozen, record }
}
