/** For specs: a whole small ceremony in memory (frozen file, manifest, people with keys and certificates) and its updates. */
import { ascii, base64, type Bytes, concat, deflate, hex, sha256, utf8 } from './bytes'
import { canonical, type FileEntry, type Manifest, type TrustedManifest, trustManifest } from './manifest'
import { type Base, buildUpdate, bytesOf, type Own, type Update } from './revisions'
import { cmsOver, type Issuer, issueEvent, newIssuer, newKeys, spkiOf } from './spec-authority'

export interface Signer extends Own {
  readonly keys: CryptoKeyPair
}

export interface Ceremony {
  readonly root: Issuer
  readonly issuing: Issuer
  readonly frozen: ReadonlyMap<string, Bytes>
  readonly manifestBytes: Bytes
  readonly trusted: TrustedManifest
  readonly people: readonly Signer[]
}

export const DATE = '20261126072104'
export const EMPTY = '0'.repeat(16384)

/** A deflated grey picture; `shade` makes it different. */
export function drawingOf(shade: number, pixels = 420 * 132): Promise<Bytes> {
  return deflate(new Uint8Array(pixels).map((_, index) => (index % 97 < 4 ? shade : 255)))
}

/** A file whose end looks like a certified one's; only its end and its hash matter here. */
function frozenFile(title: string): { bytes: Bytes; startxref: number; size: number } {
  const body = `%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n% ${title}\n`
  const text = `${body}xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Size 30 /Root 1 0 R /Info 3 0 R >>\nstartxref\n${body.length}\n%%EOF\n`
  return { bytes: ascii(text), startxref: body.length, size: 30 }
}

async function fileEntry(id: string, title: string, bytes: Bytes, startxref: number, size: number, signed: readonly string[]): Promise<FileEntry> {
  const digest = hex(await sha256(bytes))
  const places = ['party-1', 'party-2', 'mediator'].map((slot, index) => ({
    slot, page: 5, rank: index === 2 ? 3 : 1, widget: 10 + index, rect: [60 + 120 * index, 100, 165 + 120 * index, 133] as const, kind: 'person' as const,
  })).filter(({ slot }) => signed.includes(slot))
  return {
    id, title, pages: 1, text: digest, root: 1, info: 3, reserved: 8192, id_pair: ['00112233445566778899aabbccddeeff', '0123456789abcdef0123456789abcdef'],
    f: { length: bytes.length, sha256: digest, size, startxref }, r0: { length: bytes.length, sha256: digest }, slots: places,
  }
}

const ALL = ['party-1', 'party-2', 'mediator']
export type SmallFile = readonly [id: string, title: string, signed?: readonly string[]]
const TWO: readonly SmallFile[] = [['agreement', '人民调解协议书'], ['minutes', '调解笔录']]

/** Small files, each with the slots of those who sign it; everybody signs the agreement and the minutes. */
export async function smallFiles(more: readonly SmallFile[] = []): Promise<Documents> {
  const frozen = new Map<string, Bytes>()
  const entries: FileEntry[] = []
  for (const [id, title, signed = ALL] of [...TWO, ...more]) {
    const { bytes, startxref, size } = frozenFile(id)
    frozen.set(id, bytes)
    entries.push(await fileEntry(id, title, bytes, startxref, size, signed))
  }
  return { entries, frozen }
}

/** The files of a ceremony, when they should be others than the two small ones. */
export interface Documents {
  readonly entries: readonly FileEntry[]
  readonly frozen: ReadonlyMap<string, Bytes>
}

export async function newCeremony(documents?: Documents, build = ''): Promise<Ceremony> {
  const root = await newIssuer('Spec root')
  const issuing = await newIssuer('Spec issuing', root)
  const { entries, frozen } = documents ?? (await smallFiles())
  const manifest: Manifest = {
    v: 2, version: 1, build, ceremony: 'cer_spec', number: '(2026)嘉南人调字第0102号', deadline: '2026-12-26T00:00:00Z',
    mode: 'together', clerks: [{ name: '沈嘉', person: 'acc_2' }],
    ca: { issuing: base64(issuing.certificate), kind: 'own', root: base64(root.certificate) },
    files: entries,
    signatories: [
      { slot: 'party-1', person: 'pty_1', name: '林秀珍', role: 'applicant', rank: 1 },
      { slot: 'party-2', person: 'pty_2', name: '陈国栋', role: 'respondent', rank: 1 },
      { slot: 'mediator', person: 'acc_1', name: '顾明华', role: 'mediator', rank: 3 },
    ],
  }
  const manifestBytes = utf8(canonical(manifest))
  const trusted = await trustManifest(manifestBytes)
  const people: Signer[] = []
  for (const [index, { slot, name, role }] of manifest.signatories.entries()) {
    const keys = await newKeys()
    const spki = await spkiOf(keys)
    const certificate = await issueEvent(issuing, spki, { name, role, slot, manifest: trusted.hash })
    people.push({ slot, keys, spki, certificate, drawing: await drawingOf(40 * index) })
  }
  return { root, issuing, frozen, manifestBytes, trusted, people }
}

export function baseOf(ceremony: Ceremony, fileId: string): Base {
  const file = entryOf(ceremony, fileId)
  return { length: file.f.length, size: file.f.size, startxref: file.f.startxref }
}

export function entryOf({ trusted }: Ceremony, fileId: string): FileEntry {
  const file = trusted.manifest.files.find(({ id }) => id === fileId)
  if (!file) throw new Error(fileId)
  return file
}

export function updateFor(ceremony: Ceremony, fileId: string, base: Base, signer: Signer, contents = EMPTY, date = DATE): Update {
  const file = entryOf(ceremony, fileId)
  const place = file.slots.find(({ slot }) => slot === signer.slot)
  if (!place) throw new Error(signer.slot)
  return buildUpdate(file, place, base, { drawing: signer.drawing, date, contents })
}

/** Puts a CMS into /Contents, as hex with zeros after it. */
export function contentsOf(cms: Bytes): string {
  return hex(cms).padEnd(16384, '0')
}

/** The same update with a CMS of this signer; `make` may give another CMS for the digest. */
export async function signUpdate(
  ceremony: Ceremony,
  fileId: string,
  before: Bytes,
  base: Base,
  signer: Signer,
  make = (digest: Bytes): Promise<Bytes> => cmsOver(digest, signer.keys, signer.certificate, ceremony.issuing.certificate),
): Promise<Update> {
  const empty = updateFor(ceremony, fileId, base, signer)
  const whole = concat(before, bytesOf(empty))
  const [from, to] = empty.gap
  const digest = await sha256(concat(whole.subarray(0, from), whole.subarray(to)))
  return updateFor(ceremony, fileId, base, signer, contentsOf(await make(digest)))
}

/** The tail of a file when all of `signed` have signed and it is `turn`'s turn. */
export async function tailFor(ceremony: Ceremony, fileId: string, signed: readonly Signer[], turn: Signer): Promise<Bytes> {
  const frozen = ceremony.frozen.get(fileId) ?? new Uint8Array()
  let whole: Bytes = frozen
  let base = baseOf(ceremony, fileId)
  for (const signer of signed) {
    const update = await signUpdate(ceremony, fileId, whole, base, signer)
    whole = concat(whole, bytesOf(update))
    base = update.after
  }
  return concat(whole.subarray(frozen.length), bytesOf(updateFor(ceremony, fileId, base, turn)))
}
