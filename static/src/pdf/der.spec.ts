// @vitest-environment node
import { fromBER, ObjectIdentifier, Sequence, Set as SetBlock } from 'asn1js'
import { describe, expect, it } from 'vitest'

import { ascii, type Bytes, concat, hex, unhex } from './bytes'
import { der, dotted, oid, readDer, sequence, setOf, signatureFromDer, signatureToDer, TAG, unsigned } from './der'
import { signedAttributes } from './cms'
import { newCeremony } from './spec-ceremony'
import { readCertificate } from './x509'

const refused = (bytes: string): void => expect(() => readDer(unhex(bytes))).toThrow()

describe('the strict reader', () => {
  it.each([
    ['a length that is not the shortest', '30810100'],
    ['an indefinite length', '30800000'],
    ['bytes left over', '300000'],
    ['an end too early', '3005020101'],
    ['an integer that is not the shortest', '02020001'],
    ['a negative one likewise', '0202ff80'],
    ['an empty integer', '0200'],
    ['a boolean that is neither', '010101'],
    ['a null with content', '050100'],
    ['a tag of more bytes', '1f810100'],
    ['nothing', ''],
  ])('refuses %s', (_, bytes) => refused(bytes))

  it('refuses nesting without end', () => {
    let bytes: Bytes = der(TAG.empty)
    for (let depth = 0; depth < 80; depth += 1) bytes = sequence(bytes)
    expect(() => readDer(bytes)).toThrow('too deep')
  })

  it('reads and writes object identifiers of any size', () => {
    expect(dotted(readDer(unhex('06082a8648ce3d030107')))).toBe('1.2.840.10045.3.1.7')
    for (const text of ['2.25.208847154218346893213.1', '2.999.1', '0.9.2342', '2.25.340282366920938463463374607431768211455']) {
      expect(dotted(readDer(oid(text)))).toBe(text)
    }
    expect(hex(oid('1.2.840.113549.1.9.16.2.47'))).toBe(hex(new Uint8Array(new ObjectIdentifier({ value: '1.2.840.113549.1.9.16.2.47' }).toBER())))
  })
})

describe('the writers agree with asn1js', () => {
  it('on lengths of one, two and three bytes', () => {
    for (const size of [0, 1, 127, 128, 255, 256, 70_000]) {
      const bytes = sequence(der(TAG.octets, new Uint8Array(size)))
      const { result, offset } = fromBER(bytes.buffer)
      expect(offset).toBe(bytes.length)
      expect(result).toBeInstanceOf(Sequence)
      expect(hex(readDer(bytes).raw)).toBe(hex(bytes))
    }
  })

  it('on the attributes that are signed', async () => {
    const { people } = await newCeremony()
    const certificate = people[0]?.certificate
    if (!certificate) throw new Error('fixture')
    const bytes = await signedAttributes(new Uint8Array(32).fill(7), readCertificate(certificate))
    const { result, offset } = fromBER(bytes.buffer)
    expect(offset).toBe(bytes.length)
    expect(result).toBeInstanceOf(SetBlock)
    const oids = (result as SetBlock).valueBlock.value.map((attribute) => ((attribute as Sequence).valueBlock.value[0] as ObjectIdentifier).valueBlock.toString())
    expect(oids).toEqual(['1.2.840.113549.1.9.3', '1.2.840.113549.1.9.4', '1.2.840.113549.1.9.16.2.47'])
    expect(hex(new Uint8Array(result.toBER()))).toBe(hex(bytes))
  })

  it('on sets in order', () => {
    expect(hex(setOf(unhex('0203010000'), unhex('020105'), unhex('020101')))).toBe('310b0201010201050203010000')
  })
})

describe('signature values', () => {
  it.each([
    ['short numbers', '00'.repeat(31) + '01' + '00'.repeat(30) + '0203', '30070201010202' + '0203'],
    ['numbers with the high bit', 'ff'.repeat(32) + '80' + '00'.repeat(31), `3046022100${'ff'.repeat(32)}02210080${'00'.repeat(31)}`],
  ])('%s go from r|s to DER and back', (_, raw, coded) => {
    expect(hex(signatureToDer(unhex(raw)))).toBe(coded)
    expect(hex(signatureFromDer(unhex(coded), 32))).toBe(raw)
  })

  it('refuses negative, too long and padded ones', () => {
    for (const coded of ['3006020180020101', `3026022101${'00'.repeat(32)}020101`, '300702020001020101', '3003020101']) {
      expect(() => signatureFromDer(unhex(coded), 32)).toThrow()
    }
    expect(hex(unsigned(concat(ascii('\0\0'), unhex('7f'))))).toBe('02017f')
  })
})
