// @vitest-environment node
import { beforeAll, describe, expect, it } from 'vitest'
import { ascii, base64, type Bytes, concat, deflate, equal, hex, latin, utf8 } from './bytes'
import { signedAttributes } from './cms'
import { canonical, type Manifest, trustManifest } from './manifest'
import { type Reason, Refusal } from './refusal'
import { type Accepted, bytesOf, checkTail, dateOf, type Own } from './revisions'
import { buildCms, clientAuthentication, cmsOver, issueEvent, newIssuer, newKeys, sign, type Subject } from './spec-authority'
import { baseOf, type Ceremony, contentsOf, DATE, drawingOf, EMPTY, newCeremony, type Signer, signUpdate, tailFor, updateFor } from './spec-ceremony'
import { readCertificate } from './x509'

const FILE = 'agreement'
let ceremony: Ceremony
let lin: Signer
let chen: Signer
let gu: Signer
let frozen: Bytes

beforeAll(async () => {
  ceremony = await newCeremony()
  const [first, second, third] = ceremony.people
  const file = ceremony.frozen.get(FILE)
  if (!first || !second || !third || !file) throw new Error('fixture')
  ;[lin, chen, gu, frozen] = [first, second, third, file]
})

const check = (tail: Bytes, own: Own = chen, file: Bytes = frozen): Promise<Accepted> => checkTail(ceremony.trusted, FILE, file, tail, own)

async function reasonOf(work: Promise<unknown>): Promise<Reason> {
  try {
    await work
  } catch (error) {
    if (error instanceof Refusal) return error.reason
    throw error
  }
  throw new Error('was accepted')
}

/** Replaces text in bytes, which keep their length unless the replacement has another. */
function replaced(bytes: Bytes, from: string, to: string): Bytes {
  const text = latin(bytes)
  if (!text.includes(from)) throw new Error(`no ${from}`)
  return ascii(text.replace(from, () => to))
}

function flipped(bytes: Bytes, at: number): Bytes {
  const copy = bytes.slice()
  copy[at] = (copy[at] ?? 0) ^ 1
  return copy
}

/** Tail where party-1's CMS was made by `make`, and it is party-2's turn. */
async function afterFirst(make: (digest: Bytes) => Promise<Bytes>): Promise<Bytes> {
  const first = await signUpdate(ceremony, FILE, frozen, baseOf(ceremony, FILE), lin, make)
  return concat(bytesOf(first), bytesOf(updateFor(ceremony, FILE, first.after, chen)))
}

const linSubject = (): Subject => ({ name: '林秀珍', role: 'applicant', slot: 'party-1', manifest: ceremony.trusted.hash })
const issuing = (): Bytes => ceremony.issuing.certificate
const withCertificate = (certificate: Bytes): Promise<Bytes> => afterFirst((digest) => cmsOver(digest, lin.keys, certificate, issuing()))

describe('what a browser may sign', () => {
  it('is its own update on the frozen file', async () => {
    const tail = await tailFor(ceremony, FILE, [], lin)
    const { byteRange, earlier } = await check(tail, lin)
    const [, from, to, rest] = byteRange
    expect(earlier).toEqual([])
    expect(to - from).toBe(16386)
    expect(to + rest).toBe(frozen.length + tail.length)
    expect(latin(tail)).toContain(`/ByteRange[0 ${String(from).padStart(10)} ${String(to).padStart(10)} ${String(rest).padStart(10)}]`)
  })

  it('is its own update after others have signed, in any order', async () => {
    expect((await check(await tailFor(ceremony, FILE, [lin], chen))).earlier.map(({ slot }) => slot)).toEqual(['party-1'])
    expect((await check(await tailFor(ceremony, FILE, [chen, lin], gu), gu)).earlier.map(({ slot }) => slot)).toEqual(['party-2', 'party-1'])
    expect((await check(await tailFor(ceremony, FILE, [lin, chen], gu), gu)).earlier.map(({ at }) => at)).toEqual([dateOf(DATE), dateOf(DATE)])
  })

  it('has numbers that follow the turn and offsets that point at the objects', async () => {
    const whole = concat(frozen, await tailFor(ceremony, FILE, [lin], chen))
    const text = latin(whole)
    const start = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(text)?.[1])
    const table = text.slice(start)
    expect(table).toMatch(/^xref\n11 1\n\d{10} 00000 n \n33 3\n/)
    expect(table).toContain('<</Size 36/Prev ')
    const offsets = [...table.matchAll(/^(\d{10}) 00000 n $/gm)].map(([, digits]) => Number(digits))
    expect(offsets.map((offset) => text.slice(offset, offset + 9))).toEqual(['11 0 obj\n', '33 0 obj\n', '34 0 obj\n', '35 0 obj\n'])
  })
})

describe('a browser refuses', () => {
  it.each<[Reason, string, () => Bytes]>([
    ['base_changed', 'one bit of F', () => flipped(frozen, 40)],
    ['base_changed', 'a byte before F', () => concat(ascii(' '), frozen)],
    ['base_changed', 'F cut short', () => frozen.slice(0, -1)],
  ])('%s: %s', async (reason, _, file) => {
    expect(await reasonOf(check(await tailFor(ceremony, FILE, [lin], chen), chen, file()))).toBe(reason)
  })

  it.each<[Reason, string, (tail: Bytes) => Bytes]>([
    ['truncated', 'nothing after F', () => new Uint8Array()],
    ['trailing_bytes', 'a byte before the update', (tail) => concat(ascii('\n'), tail)],
    ['truncated', 'cut in the middle', (tail) => tail.slice(0, -200)],
    ['truncated', 'without its last byte', (tail) => tail.slice(0, -1)],
    ['trailing_bytes', 'a byte after %%EOF', (tail) => concat(tail, ascii('\n'))],
    ['widget', 'an update after its own', (tail) => concat(tail, tail)],
    ['widget', 'the seal as the field type', (tail) => replaced(tail, '/FT/Sig', '/FT/Btn')],
    ['slot_unknown', 'another field name', (tail) => replaced(tail, '/T(party-1)', '/T(party-9)')],
    ['widget', 'a hidden widget', (tail) => replaced(tail, '/F 132', '/F 134')],
    ['widget', 'a moved widget', (tail) => replaced(tail, '/Rect[60 ', '/Rect[61 ')],
    ['widget', 'another page', (tail) => replaced(tail, '/P 5 0 R', '/P 6 0 R')],
    ['widget', 'one key more', (tail) => replaced(tail, '/Subtype/Widget', '/Subtype/Widget/MK<<>>')],
    ['widget', 'an object that is no slot', (tail) => replaced(tail, '10 0 obj', '19 0 obj')],
    ['form', 'numbers below /Size', (tail) => replaced(tail, '30 0 obj', '29 0 obj')],
    ['form', 'other drawing instructions', (tail) => replaced(tail, '/I Do Q', '/J Do Q')],
    ['image', 'another picture size', (tail) => replaced(tail, '/Width 420', '/Width 421')],
    ['image', 'a leading zero in /Length', (tail) => replaced(tail, 'FlateDecode/Length ', 'FlateDecode/Length 0')],
    ['image', 'a drawing beyond the limit', (tail) => replaced(tail, /FlateDecode\/Length \d+/.exec(latin(tail))?.[0] ?? '', 'FlateDecode/Length 60001')],
    ['signature_dictionary', 'another signature handler', (tail) => replaced(tail, 'Adobe.PPKLite', 'Adobe.PPKMS')],
    ['signature_dictionary', 'another encoding', (tail) => replaced(tail, 'ETSI.CAdES.detached', 'adbe.pkcs7.detached')],
    ['signature_dictionary', 'a reason beside the date', (tail) => replaced(tail, '/ByteRange', '/Reason(x)/ByteRange')],
    ['date', 'a 13th month', (tail) => replaced(tail, 'D:20261126', 'D:20261326')],
    ['date', 'the 30th of February', (tail) => replaced(tail, 'D:20261126', 'D:20260230')],
    ['byte_range', 'a gap wider than its placeholder', (tail) => replaced(tail, /ByteRange\[0 +\d+ /.exec(latin(tail))?.[0] ?? '', 'ByteRange[0          1 ')],
    ['byte_range', 'a wrong last part of the range', (tail) => replaced(tail, /(\d+)\]\/Contents/.exec(latin(tail))?.[0] ?? '', '9999]/Contents')],
    ['xref', 'an offset that points elsewhere', (tail) => replaced(tail, /\d{10} 00000 n/.exec(latin(tail))?.[0] ?? '', '0000000000 00000 n')],
    ['xref', 'a free entry', (tail) => replaced(tail, '00000 n', '00001 f')],
    ['trailer', 'another /Prev', (tail) => replaced(tail, '/Prev ', '/Prev 1')],
    ['trailer', 'another catalogue', (tail) => replaced(tail, '/Root 1 0 R', '/Root 9 0 R')],
    ['trailer', 'another /Info', (tail) => replaced(tail, '/Info 3 0 R', '/Info 9 0 R')],
    ['trailer', 'another /ID', (tail) => replaced(tail, '<00112233', '<10112233')],
    ['trailer', 'an encryption key', (tail) => replaced(tail, '/Info 3 0 R', '/Encrypt 3 0 R')],
    ['startxref', 'another startxref', (tail) => replaced(tail, 'startxref\n', 'startxref\n1')],
    ['contents', 'capital hex digits', (tail) => replaced(tail, '/Contents<30', '/Contents<3A')],
  ])('%s: %s', async (reason, _, mutate) => {
    expect(await reasonOf(check(mutate(await tailFor(ceremony, FILE, [lin], chen))))).toBe(reason)
  })

  it('its own update when that is not clean', async () => {
    const base = baseOf(ceremony, FILE)
    const own = (contents: string, signer = lin): Bytes => bytesOf(updateFor(ceremony, FILE, base, signer, contents))
    expect(await reasonOf(check(own(`01${EMPTY.slice(2)}`), lin))).toBe('contents')
    expect(await reasonOf(check(own(EMPTY, { ...lin, drawing: await drawingOf(7) }), lin))).toBe('other_drawing')
    expect(await reasonOf(check(await tailFor(ceremony, FILE, [lin], chen), gu))).toBe('other_slot')
  })

  it('pictures that are no picture', async () => {
    for (const pixels of [420 * 132 - 1, 420 * 132 + 1, 9_000_000]) {
      const drawing = await drawingOf(0, pixels)
      expect(await reasonOf(check(bytesOf(updateFor(ceremony, FILE, baseOf(ceremony, FILE), { ...lin, drawing })), { ...lin, drawing }))).toBe('drawing')
    }
    const junk = concat(await deflate(new Uint8Array(420 * 132)), ascii('%PDF-1.7'))
    for (const drawing of [ascii('not deflated'), junk]) {
      expect(await reasonOf(check(bytesOf(updateFor(ceremony, FILE, baseOf(ceremony, FILE), { ...lin, drawing })), { ...lin, drawing }))).toBe('drawing')
    }
  })

  it('a slot signed twice, a later rank before it, and a file that is not in the set', async () => {
    expect(await reasonOf(check(await tailFor(ceremony, FILE, [lin, lin], chen)))).toBe('slot_used')
    expect(await reasonOf(check(await tailFor(ceremony, FILE, [gu], lin), lin))).toBe('slot_order')
    expect(await reasonOf(checkTail(ceremony.trusted, 'letter', frozen, new Uint8Array(), lin))).toBe('file_missing')
  })

  it('a tail made for another file of the set', async () => {
    expect(await reasonOf(check(await tailFor(ceremony, 'minutes', [lin], chen)))).toBe('byte_range')
  })
})

describe('an earlier signature must be real', () => {
  it.each<[Reason, string, (digest: Bytes) => Promise<Bytes>]>([
    ['cms_digest', 'over other bytes', () => cmsOver(new Uint8Array(32), lin.keys, lin.certificate, issuing())],
    ['cms_signature', 'with another key', (digest) => cmsOver(digest, chen.keys, lin.certificate, issuing())],
    ['certificate_subject', "in another person's slot", (digest) => cmsOver(digest, gu.keys, gu.certificate, issuing())],
    ['unsigned', 'absent', () => Promise.resolve(new Uint8Array())],
    ['cms_encoding', 'no CMS at all', () => Promise.resolve(ascii('0\x03\x02\x01\x01'))],
    ['cms_padding', 'bytes after the DER', async (digest) => concat(await cmsOver(digest, lin.keys, lin.certificate, issuing()), ascii('\0\0x'))],
    ['certificate_issuer', 'with another CA inside', async (digest) => cmsOver(digest, lin.keys, lin.certificate, (await newIssuer('Other', ceremony.root)).certificate)],
    ['cms_attributes', 'attributes in another order', async (digest) => {
      const attributes = await signedAttributes(digest, readCertificate(lin.certificate))
      const turned = concat(attributes.subarray(0, 3), attributes.subarray(29), attributes.subarray(3, 29))
      return buildCms({ signer: lin.certificate, issuing: issuing(), attributes: turned, signature: await sign(lin.keys, turned) })
    }],
    ['cms_attributes', 'signingCertificateV2 of another', async (digest) => {
      const attributes = await signedAttributes(digest, readCertificate(chen.certificate))
      return buildCms({ signer: lin.certificate, issuing: issuing(), attributes, signature: await sign(lin.keys, attributes) })
    }],
    ['cms_timestamp', 'time-stamp over another signature', async (digest) => {
      const attributes = await signedAttributes(digest, readCertificate(lin.certificate))
      const signature = await sign(lin.keys, attributes)
      return buildCms({ signer: lin.certificate, issuing: issuing(), attributes, signature, stamped: ascii('other') })
    }],
  ])('%s: %s', async (reason, _, make) => {
    expect(await reasonOf(check(await afterFirst(make)))).toBe(reason)
  })

  it.each<[Reason, string, () => Promise<Bytes>]>([
    ['certificate_subject', 'another name', () => issueEvent(ceremony.issuing, lin.spki, { ...linSubject(), name: '林秀真' })],
    ['certificate_subject', 'another role', () => issueEvent(ceremony.issuing, lin.spki, { ...linSubject(), role: 'respondent' })],
    ['certificate_subject', 'another slot', () => issueEvent(ceremony.issuing, lin.spki, { ...linSubject(), slot: 'party-2' })],
    ['certificate_manifest', 'another manifest', () => issueEvent(ceremony.issuing, lin.spki, { ...linSubject(), manifest: new Uint8Array(32) })],
    ['certificate_time', 'ended before /M', () => issueEvent(ceremony.issuing, lin.spki, { ...linSubject(), notAfter: '261126070000Z' })],
    ['certificate_time', 'began after /M', () => issueEvent(ceremony.issuing, lin.spki, { ...linSubject(), notBefore: '261126080000Z' })],
    ['certificate_usage', 'unknown assurance', () => issueEvent(ceremony.issuing, lin.spki, { ...linSubject(), assurance: 9 })],
    ['certificate_usage', 'another purpose', () => issueEvent(ceremony.issuing, lin.spki, linSubject(), (list) => [...list, clientAuthentication])],
    ['certificate_usage', 'no OCSP address', () => issueEvent(ceremony.issuing, lin.spki, linSubject(), (list) => list.filter((_, index) => index !== 2))],
    ['certificate_issuer', 'a CA of the same name', async () => {
      const false_ca = { ...ceremony.issuing, keys: await newKeys() }
      return issueEvent(false_ca, lin.spki, linSubject())
    }],
  ])('%s: certificate with %s', async (reason, _, issue) => {
    expect(await reasonOf(check(await withCertificate(await issue())))).toBe(reason)
  })

  it('its hex is exact, then zeros', async () => {
    const signed = await tailFor(ceremony, FILE, [lin], chen)
    const at = latin(signed).indexOf('/Contents<') + '/Contents<'.length
    const spoilt = signed.slice()
    spoilt.set(ascii('01'), at + 16382)
    expect(await reasonOf(check(spoilt))).toBe('cms_padding')
    expect(contentsOf(ascii('ab')).length).toBe(16384)
  })
})

describe('the own certificate', () => {
  it.each<[Reason, () => Promise<Bytes>]>([
    ['certificate_key', async () => issueEvent(ceremony.issuing, chen.spki, linSubject())],
    ['certificate_subject', async () => issueEvent(ceremony.issuing, lin.spki, { ...linSubject(), name: '陈国栋' })],
    ['certificate_manifest', async () => issueEvent(ceremony.issuing, lin.spki, { ...linSubject(), manifest: new Uint8Array(32) })],
    ['certificate_issuer', async () => issueEvent(await newIssuer('Other'), lin.spki, linSubject())],
    ['certificate_usage', () => Promise.resolve(ascii('x'))],
  ])('%s', async (reason, issue) => {
    const certificate = await issue()
    expect(await reasonOf(check(await tailFor(ceremony, FILE, [], lin), { ...lin, certificate }))).toBe(reason)
  })
})

describe('the manifest', () => {
  const withChange = (change: (manifest: Manifest) => unknown): Promise<unknown> =>
    trustManifest(utf8(canonical(change(structuredClone(ceremony.trusted.manifest)))))

  it('is bound by its hash', async () => {
    const again = await trustManifest(ceremony.manifestBytes)
    expect(equal(again.hash, ceremony.trusted.hash)).toBe(true)
    expect(hex(again.hash)).toMatch(/^[0-9a-f]{64}$/)
  })

  it.each<[Reason, string, (manifest: Manifest) => unknown]>([
    ['manifest_malformed', 'a member more', (manifest) => ({ ...manifest, extra: 1 })],
    ['manifest_malformed', 'no files', (manifest) => ({ ...manifest, files: [] })],
    ['manifest_malformed', 'a file twice', (manifest) => ({ ...manifest, files: [...manifest.files, ...manifest.files] })],
    ['manifest_malformed', 'a slot without a person', (manifest) => ({ ...manifest, signatories: manifest.signatories.slice(1) })],
    ['manifest_malformed', 'another reserve', (manifest) => ({ ...manifest, files: manifest.files.map((file) => ({ ...file, reserved: 4096 })) })],
    ['manifest_malformed', 'no chain', (manifest) => ({ ...manifest, ca: { issuing: '', root: '' } })],
    ['certificate_issuer', 'a person as the CA', (manifest) => ({ ...manifest, ca: { ...manifest.ca, issuing: base64(lin.certificate) } })],
  ])('%s: %s', async (reason, _, change) => {
    expect(await reasonOf(withChange(change))).toBe(reason)
  })

  it('refuses an issuing CA of another root, and bytes that are not canonical', async () => {
    const stranger = base64((await newIssuer('Stranger')).certificate)
    expect(await reasonOf(withChange((manifest) => ({ ...manifest, ca: { ...manifest.ca, root: stranger } })))).toBe('certificate_issuer')
    expect(await reasonOf(trustManifest(concat(ceremony.manifestBytes, ascii('\n'))))).toBe('manifest_malformed')
    expect(await reasonOf(trustManifest(ascii('{"v":1,"v":1}')))).toBe('manifest_malformed')
  })
})
