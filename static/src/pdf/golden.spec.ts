// @vitest-environment node
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

import { beforeAll, describe, expect, it } from 'vitest'

import { ascii, type Bytes, concat, equal, hex, latin, unbase64 } from './bytes'
import { signedAttributes } from './cms'
import { readManifest, type TrustedManifest, trustManifest } from './manifest'
import { Refusal } from './refusal'
import { type Accepted, checkSignedTail, checkTail } from './revisions'

/** The golden ceremony of tests/data/ceremony, shared with documents/revisions.py; its README is the key to it. */
interface Turn {
  readonly slot: string
  readonly drawing: string
  readonly spki: string
  readonly certificate: string
  readonly ranges_sha256: string
  readonly signed_attrs: string
  readonly unsigned: string
  readonly signed: string
}
interface Mutation {
  readonly name: string
  readonly on: string
  readonly edits: readonly { readonly at: number; readonly delete: number; readonly insert: string }[]
  readonly own?: { readonly slot: string; readonly drawing: string }
  readonly reason: string
}

/** Other bytes than M's. */
interface Spelling {
  readonly name: string
  readonly at: number
  readonly delete: number
  readonly insert: string
  readonly accepted: boolean
}

const FOLDER = resolve(import.meta.dirname, '../../../tests/data/ceremony')
const read = (name: string): Bytes => new Uint8Array(readFileSync(resolve(FOLDER, name)))
const facts = JSON.parse(readFileSync(resolve(FOLDER, 'turns.json'), 'utf8')) as { file: string; manifest_sha256: string; turns: Turn[] }
const mutations = JSON.parse(readFileSync(resolve(FOLDER, 'mutations.json'), 'utf8')) as Mutation[]
const manifests = JSON.parse(readFileSync(resolve(FOLDER, 'manifests.json'), 'utf8')) as Spelling[]
const frozen = read('F.pdf')
let trusted: TrustedManifest

beforeAll(async () => {
  trusted = await trustManifest(read('manifest.json'))
})

function mutated({ on, edits }: Mutation): Bytes {
  return [...edits].reverse().reduce<Bytes>(
    (bytes, { at, delete: taken, insert }) => concat(bytes.subarray(0, at), unbase64(insert), bytes.subarray(at + taken)),
    concat(frozen, read(on)),
  )
}

function check(mutation: Mutation): Promise<Accepted | string[]> {
  const whole = mutated(mutation)
  const [file, tail] = [whole.slice(0, frozen.length), whole.slice(frozen.length)]
  if (!mutation.own) return checkSignedTail(trusted, facts.file, file, tail)
  const { slot, drawing } = mutation.own
  const turn = facts.turns.find((candidate) => candidate.slot === slot)
  if (!turn) throw new Error(slot)
  const own = { slot, drawing: unbase64(drawing), spki: unbase64(turn.spki), certificate: unbase64(turn.certificate) }
  return checkTail(trusted, facts.file, file, tail, own)
}

async function reasonOf(mutation: Mutation): Promise<string> {
  try {
    await check(mutation)
    return 'accepted'
  } catch (error) {
    if (error instanceof Refusal) return error.reason
    throw error
  }
}

describe('the golden manifest', () => {
  it.each(manifests)('$accepted: $name', ({ at, delete: taken, insert, accepted }) => {
    const whole = read('manifest.json')
    const other = concat(whole.subarray(0, at), unbase64(insert), whole.subarray(at + taken))
    if (accepted) expect(readManifest(other).v).toBe(2)
    else expect(() => readManifest(other)).toThrow(Refusal)
  })
})

describe('the golden ceremony', () => {
  it('has the manifest the server hashed', () => {
    expect(hex(trusted.hash)).toBe(facts.manifest_sha256)
  })

  it.each(facts.turns)('gives $slot the digest and the attributes that were signed', async (turn) => {
    const own = { slot: turn.slot, drawing: unbase64(turn.drawing), spki: unbase64(turn.spki), certificate: unbase64(turn.certificate) }
    const { digest, certificate } = await checkTail(trusted, facts.file, frozen, read(turn.unsigned), own)
    expect(hex(digest)).toBe(turn.ranges_sha256)
    expect(equal(await signedAttributes(digest, certificate), unbase64(turn.signed_attrs))).toBe(true)
  })

  it('is accepted when all have signed', async () => {
    const last = facts.turns.at(-1)
    expect(await checkSignedTail(trusted, facts.file, frozen, read(last?.signed ?? ''))).toEqual(facts.turns.map(({ slot }) => slot))
  })

  it('has enough mutations', () => {
    expect(mutations.filter(({ reason }) => reason !== 'accepted').length).toBeGreaterThanOrEqual(60)
  })

  it.each(mutations)('$reason: $name', async (mutation) => {
    expect(await reasonOf(mutation)).toBe(mutation.reason)
  })
})

describe('widgets that stand in the structure', () => {
  const [file, tail] = [read('tagged/F.pdf'), read('tagged/signed.bin')]

  it('keep their key when they are signed', async () => {
    const tagged = await trustManifest(read('tagged/manifest.json'))
    expect(tagged.manifest.files[0]?.slots.map(({ struct_parent }) => struct_parent)).toEqual([1, 2, 3])
    expect(await checkSignedTail(tagged, 'agreement', file, tail)).toHaveLength(3)
  })

  it('may not lose it', async () => {
    const tagged = await trustManifest(read('tagged/manifest.json'))
    const without = latin(tail).replace('/StructParent 1', '/StructParent 9')
    await expect(checkSignedTail(tagged, 'agreement', file, ascii(without))).rejects.toMatchObject({ reason: 'widget' })
  })
})
