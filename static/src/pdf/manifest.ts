/**
 * The manifest M of one ceremony (contract section 3): its form, and the people and authority in it. Pure.
 * documents/manifest.py reads the same bytes and refuses the same ones.
 */
import { type Bytes, hex, latin, sha256, unbase64 } from './bytes'
import { must, Refusal } from './refusal'
import { type Certificate, isAuthority, issuedBy, readCertificate } from './x509'

export interface SlotPlace {
  readonly slot: string
  /** Page index, from 0. */
  readonly page: number
  readonly rank: number
  /** Whole points: x0, y0, x1, y1. */
  readonly rect: readonly [number, number, number, number]
  /** Object number of the field's widget. */
  readonly widget: number
  /** What is drawn in an organisation's is shown in seal red, else it is the same. */
  readonly kind: 'person' | 'organisation'
  /** The widget's key in the parent tree; absent in files laid out before widgets stood in the structure. */
  readonly struct_parent?: number
}

export interface FileEntry {
  readonly id: string
  readonly title: string
  readonly pages: number
  /** Hex H(T). */
  readonly text: string
  readonly f: { readonly length: number; readonly sha256: string; readonly size: number; readonly startxref: number }
  readonly r0: { readonly length: number; readonly sha256: string }
  readonly id_pair: readonly [string, string]
  readonly root: number
  readonly info: number
  /** Bytes kept for /Contents; two hex digits each. */
  readonly reserved: number
  readonly slots: readonly SlotPlace[]
}

export interface Person {
  readonly slot: string
  readonly person: string
  readonly name: string
  readonly role: string
  readonly rank: number
}

export interface Manifest {
  readonly v: 2
  readonly version: number
  readonly build: string
  readonly ceremony: string
  readonly number: string
  readonly deadline: string
  /** `licensed` is what the deployment says of the authority, nobody's proof. */
  readonly ca: { readonly issuing: string; readonly kind: 'own' | 'licensed'; readonly root: string }
  /** Separate: everybody agreed to sign at a time of their own, without a barrier. */
  readonly mode: 'together' | 'separate'
  /** Members of staff who may sign for somebody who signed on paper. */
  readonly clerks: readonly { readonly name: string; readonly person: string }[]
  readonly files: readonly FileEntry[]
  /** One entry for each slot; one person may have several. */
  readonly signatories: readonly Person[]
}

/** A manifest with its own hash and the two authorities it names, checked against each other. */
export interface TrustedManifest {
  readonly manifest: Manifest
  readonly hash: Bytes
  readonly issuing: Certificate
  readonly root: Certificate
}

/** RFC 8785 for what a manifest holds: strings, whole numbers, lists and objects. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value === 'object' && value !== null) {
    const record = value as Record<string, unknown>
    const members = Object.keys(record).sort() // by UTF-16 units, as 8785 3.2.3 asks
    return `{${members.map((key) => `${JSON.stringify(key)}:${canonical(record[key])}`).join(',')}}`
  }
  return JSON.stringify(value)
}

const RESERVED = 8192
const ORGANISATION = 'organisation'
const ROLES: readonly unknown[] = [
  'applicant', 'respondent', 'representative', 'guardian', 'interpreter', 'witness', 'recorder', 'mediator', ORGANISATION,
]
const isText = (value: unknown): boolean => typeof value === 'string' && !/\p{Surrogate}/u.test(value)
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0
const isPoint = (value: unknown): boolean => isCount(value) && (value as number) <= 14_400 // ISO 32000-1 annex C
const like = (pattern: RegExp): Test => (value) => typeof value === 'string' && pattern.test(value)
const isHash = like(/^[0-9a-f]{64}$/)
const isSlot = like(/^[a-z][a-z0-9-]{0,31}$/)
const oneOf = (...words: readonly unknown[]): Test => (value) => words.includes(value)
const any = (test: Test): Test => (value) => Array.isArray(value) && value.every(test)
const each = (test: Test): Test => (value) => Array.isArray(value) && value.length > 0 && value.every(test)
const tuple = (length: number, test: Test): Test => (value) => Array.isArray(value) && value.length === length && value.every(test)

type Test = (value: unknown) => boolean

/** An object with exactly these members, of which the optional ones may be missing. */
const shape = (members: Readonly<Record<string, Test>>, optional: Readonly<Record<string, Test>> = {}): Test => (value) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const record = value as Record<string, unknown>
  const names = Object.keys(members)
  const more = Object.keys(record).filter((name) => !Object.hasOwn(members, name))
  return (
    names.every((name) => Object.hasOwn(record, name) && members[name]?.(record[name]) === true) &&
    more.every((name) => Object.hasOwn(optional, name) && optional[name]?.(record[name]) === true)
  )
}

const isManifest = shape({
  v: (value) => value === 2,
  version: isCount,
  build: like(/^([0-9a-f]{2}){0,64}$/),
  ceremony: isText,
  number: isText,
  deadline: like(/^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$/),
  ca: shape({ issuing: isText, kind: oneOf('own', 'licensed'), root: isText }),
  mode: oneOf('together', 'separate'),
  clerks: any(shape({ name: isText, person: isText })),
  files: each(
    shape({
      id: isSlot, title: isText, pages: isCount, text: isHash, root: isCount, info: isCount,
      reserved: (value) => value === RESERVED,
      id_pair: tuple(2, like(/^[0-9a-f]{32}$/)),
      f: shape({ length: isCount, sha256: isHash, size: isCount, startxref: isCount }),
      r0: shape({ length: isCount, sha256: isHash }),
      slots: each(
        shape(
          { slot: isSlot, page: isCount, rank: isCount, widget: isCount, rect: tuple(4, isPoint), kind: oneOf('person', ORGANISATION) },
          { struct_parent: isCount },
        ),
      ),
    }),
  ),
  signatories: each(shape({ slot: isSlot, person: isText, name: isText, role: oneOf(...ROLES), rank: isCount })),
})

const isUnique = (values: readonly unknown[]): boolean => new Set(values).size === values.length

/** Reads M. Refuses (`manifest_malformed`) what is not canonical, or not the shape of the contract, or names a slot without a person. */
export function readManifest(bytes: Bytes): Manifest {
  let value: unknown
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    value = JSON.parse(text)
  } catch {
    throw new Refusal('manifest_malformed', 'not JSON')
  }
  must(isManifest(value), 'manifest_malformed', 'shape') // first: it bounds how deep the value is
  must(canonical(value) === text, 'manifest_malformed', 'not canonical') // also refuses a name given twice
  const manifest = value as Manifest
  must(isUnique(manifest.files.map(({ id }) => id)), 'manifest_malformed', 'file twice')
  must(isUnique(manifest.signatories.map(({ slot }) => slot)), 'manifest_malformed', 'person twice')
  must(isUnique(manifest.clerks.map(({ name }) => name)), 'manifest_malformed', 'clerk twice')
  for (const { id, slots } of manifest.files) {
    must(isUnique(slots.map(({ slot }) => slot)) && isUnique(slots.map(({ widget }) => widget)), 'manifest_malformed', `${id}: slot twice`)
    for (const place of slots) {
      const person = manifest.signatories.find(({ slot }) => slot === place.slot)
      const fits = person?.rank === place.rank && (person.role === ORGANISATION) === (place.kind === ORGANISATION)
      must(fits, 'manifest_malformed', `${id}: ${place.slot} without a person`)
      const [x0, y0, x1, y1] = place.rect
      must(x0 < x1 && y0 < y1, 'manifest_malformed', `${id}: ${place.slot} without room`)
    }
  }
  return manifest
}

/** Reads M and its chain: the root signs itself and the issuing CA, both may issue. */
export async function trustManifest(bytes: Bytes): Promise<TrustedManifest> {
  const manifest = readManifest(bytes)
  let issuing: Certificate
  let root: Certificate
  let mayIssue: boolean
  try {
    issuing = readCertificate(unbase64(manifest.ca.issuing))
    root = readCertificate(unbase64(manifest.ca.root))
    mayIssue = isAuthority(issuing) && isAuthority(root)
  } catch (error) {
    throw new Refusal('manifest_malformed', `chain: ${String(error)}`)
  }
  must(mayIssue, 'certificate_issuer', 'not a CA')
  must(await issuedBy(root, root), 'certificate_issuer', 'root')
  must(await issuedBy(issuing, root), 'certificate_issuer', 'issuing CA')
  return { manifest, hash: await sha256(bytes), issuing, root }
}

/** The entry of a file, or refusal. */
export function fileOf(manifest: Manifest, id: string): FileEntry {
  const file = manifest.files.find((entry) => entry.id === id)
  must(file !== undefined, 'file_missing', id)
  return file
}

/** Checks that F is the frozen file of M: whole digest, length, and what its end says (rule a). */
export async function checkFrozen(file: FileEntry, frozen: Bytes): Promise<void> {
  must(frozen.length === file.f.length, 'base_changed', `${file.id}: length`)
  must(hex(await sha256(frozen)) === file.f.sha256, 'base_changed', file.id)
  const end = latin(frozen.subarray(Math.max(0, frozen.length - 64)))
  must(end.endsWith(`startxref\n${file.f.startxref}\n%%EOF\n`), 'base_malformed', `${file.id}: startxref`)
  const section = latin(frozen.subarray(file.f.startxref))
  const trailer = section.slice(section.lastIndexOf('trailer'))
  must(section.startsWith('xref') && Number(/\/Size\s+(\d+)/.exec(trailer)?.[1]) === file.f.size, 'base_malformed', `${file.id}: /Size`)
  must(Number(/\/Root\s+(\d+) 0 R/.exec(trailer)?.[1]) === file.root, 'base_malformed', `${file.id}: /Root`)
}

