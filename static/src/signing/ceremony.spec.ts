// @vitest-environment node
import 'fake-indexeddb/auto'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { effectScope, type EffectScope } from 'vue'

import { ApiError } from '../api'
import { base64, type Bytes, hex, sha256, utf8 } from '../pdf/bytes'
import { checkSignedTail } from '../pdf/revisions'
import { type Ceremony as Fixture, drawingOf, newCeremony, smallFiles } from '../pdf/spec-ceremony'
import { type Ceremony, useCeremony } from './ceremony'
import { databaseName } from './keys'
import { CODE, SpecServer } from './spec-server'

let fixture: Fixture
let drawing: Bytes
const scopes: EffectScope[] = []
const PEOPLE = { 'party-1': 'pty_1', 'party-2': 'pty_2', mediator: 'acc_1' } as const
type Slot = keyof typeof PEOPLE

beforeAll(async () => {
  fixture = await newCeremony()
  drawing = await drawingOf(0)
})
afterEach(async () => {
  scopes.splice(0).forEach((scope) => scope.stop())
  for (const name of await databases()) await deleted(name)
})

const databases = async (): Promise<string[]> => (await indexedDB.databases()).map(({ name }) => name ?? '')
const deleted = (name: string): Promise<unknown> =>
  new Promise((done) => {
    const request = indexedDB.deleteDatabase(name)
    request.onsuccess = request.onerror = request.onblocked = done
  })

/** One person's page; it ends with the test, or by the returned function (a reload). */
function open(server: SpecServer, slot: Slot, extra: { me?: string; pageBuild?: string } = {}): Ceremony & { close: () => void } {
  const scope = effectScope()
  scopes.push(scope)
  const ceremony = scope.run(() =>
    useCeremony({ ceremony: 'cer_spec', me: PEOPLE[slot], doors: server.doors(slot), pageBuild: '', everyMs: 20, ...extra }),
  )
  if (!ceremony) throw new Error('scope')
  return { ...ceremony, close: () => scope.stop() }
}

const reaches = (ceremony: Ceremony, stage: string): Promise<void> =>
  vi.waitFor(() => expect(ceremony.stage.value, String(ceremony.failure.value ?? ceremony.refusal.value ?? '')).toBe(stage), { timeout: 5000, interval: 5 })

async function upToCode(ceremony: Ceremony): Promise<void> {
  await reaches(ceremony, 'look')
  await ceremony.confirmLooked()
  expect(ceremony.stage.value).toBe('name')
  await ceremony.adopt(drawing)
  expect(ceremony.stage.value).toBe('code')
}

async function decide(ceremony: Ceremony): Promise<void> {
  await upToCode(ceremony)
  ceremony.typed(CODE)
  expect(ceremony.stage.value).toBe('confirm')
  await ceremony.decide()
}

describe('a ceremony in the browser', () => {
  it('goes from looking to signed for all, and every file checks out', async () => {
    const server = new SpecServer(fixture)
    const pages = (Object.keys(PEOPLE) as Slot[]).map((slot) => open(server, slot))
    for (const page of pages) await decide(page)
    for (const page of pages) await reaches(page, 'signed')
    for (const file of ['agreement', 'minutes']) {
      const frozen = fixture.frozen.get(file) ?? new Uint8Array()
      expect(await checkSignedTail(fixture.trusted, file, frozen, server.tail(file))).toEqual(['party-1', 'party-2', 'mediator'])
    }
    expect(server.state).toBe('sealing')
    const receipt = pages[0]?.receipt.value
    expect(receipt?.manifest).toBe(hex(fixture.trusted.hash))
    expect(receipt?.files.map(({ file }) => file)).toEqual(['agreement', 'minutes'])
    expect(pages[2]?.receipt.value?.files[0]?.sha256).toBe(hex(await sha256(server.whole.get('agreement') ?? new Uint8Array())))
  })

  it('asks for, shows and signs the files of one’s own slots, and no other', async () => {
    const apart = await smallFiles([['service-1', '送达地址确认书', ['party-1']], ['service-2', '送达地址确认书', ['party-2']], ['proof', '证明', ['mediator']]])
    const server = new SpecServer(await newCeremony(apart))
    const pages = (Object.keys(PEOPLE) as Slot[]).map((slot) => open(server, slot))
    for (const page of pages) await decide(page)
    for (const page of pages) await reaches(page, 'signed')
    const signed = pages.map(({ receipt }) => receipt.value?.files.map(({ file }) => file))
    expect(signed).toEqual(['service-1', 'service-2', 'proof'].map((own) => ['agreement', 'minutes', own]))
    expect(pages.map(({ frozen }) => [...frozen.value.keys()])).toEqual(signed)
    expect(server.state).toBe('sealing')
  })

  it('signs nothing when a lease leaves out a file of its slot', async () => {
    const apart = await smallFiles([['service-1', '送达地址确认书', ['party-1']]])
    const server = new SpecServer(await newCeremony(apart))
    server.omitted = 'service-1'
    const lin = open(server, 'party-1')
    for (const page of [lin, open(server, 'party-2'), open(server, 'mediator')]) await decide(page)
    await vi.waitFor(() => expect(lin.refusal.value?.reason).toBe('file_missing'))
    expect(server.posts).not.toContain('party-1 sign')
  })

  it('signs nothing before all have decided, and takes no lease', async () => {
    const server = new SpecServer(fixture)
    const lin = open(server, 'party-1')
    await decide(lin)
    await reaches(lin, 'turn')
    await vi.waitFor(() => expect(server.posts.length).toBeGreaterThan(4))
    expect(server.posts).not.toContain('party-1 turn')
    expect(lin.progress.value).toEqual({ key: 'done', check: 'todo', sign: 'todo', store: 'todo' })
  })

  it('goes on after a reload at every step', async () => {
    const server = new SpecServer(fixture)
    const first = open(server, 'party-1')
    await upToCode(first)
    const spki = first.record.value?.spki
    first.close()
    const second = open(server, 'party-1')
    await reaches(second, 'code')
    expect(second.record.value?.spki).toEqual(spki)
    second.typed(CODE)
    await second.decide()
    await reaches(second, 'turn')
    second.close()
    const third = open(server, 'party-1')
    await reaches(third, 'turn')
    await decide(open(server, 'party-2'))
    await decide(open(server, 'mediator'))
    await reaches(third, 'signed')
  })

  it('wipes key, drawing and database when the signature is accepted', async () => {
    const server = new SpecServer(fixture)
    const pages = (Object.keys(PEOPLE) as Slot[]).map((slot) => open(server, slot))
    for (const page of pages) await decide(page)
    expect(await databases()).toContain(databaseName('acc_1', 'cer_spec'))
    for (const page of pages) await reaches(page, 'signed')
    await vi.waitFor(async () => expect(await databases()).toEqual([]))
    expect(pages.map(({ record }) => record.value)).toEqual([null, null, null])
  })

  it('keeps the key from being read, and lets it sign only', async () => {
    const server = new SpecServer(fixture)
    const lin = open(server, 'party-1')
    await upToCode(lin)
    const key = lin.record.value?.key
    if (!key) throw new Error('no key')
    expect(key.extractable).toBe(false)
    expect(key.usages).toEqual(['sign'])
    for (const format of ['jwk', 'pkcs8'] as const) {
      const error = await crypto.subtle.exportKey(format as 'jwk', key).then(() => null, (reason: DOMException) => reason)
      expect(error?.name).toMatch(/^InvalidAccess/) // node 20 spells the rest otherwise
    }
  })

  it('returns to the code when it was wrong, and takes a new one', async () => {
    const server = new SpecServer(fixture)
    const lin = open(server, 'party-1')
    await upToCode(lin)
    lin.typed('000000')
    await lin.decide()
    expect(lin.stage.value).toBe('code')
    expect(lin.codeFailure.value?.data['tries_left']).toBe(4)
    await lin.resend()
    expect(lin.record.value?.enrolment?.id).toBe('enr_1')
    lin.typed(CODE)
    await lin.decide()
    await reaches(lin, 'turn')
  })

  it('lets a person write the name again, with the same key', async () => {
    const lin = open(new SpecServer(fixture), 'party-1')
    await upToCode(lin)
    const spki = lin.record.value?.spki
    await lin.back()
    expect(lin.stage.value).toBe('name')
    await lin.adopt(await drawingOf(90))
    expect(lin.stage.value).toBe('code')
    expect(lin.record.value?.spki).toEqual(spki)
  })
})

describe('a browser stops', () => {
  it('before anything is confirmed when F is another file', async () => {
    const server = new SpecServer(fixture)
    const doors = { ...server.doors('party-1'), frozen: () => Promise.resolve(new Uint8Array(3)) }
    const scope = effectScope()
    scopes.push(scope)
    const page = scope.run(() => useCeremony({ ceremony: 'cer_spec', me: 'pty_1', doors, pageBuild: '', everyMs: 20 }))
    await vi.waitFor(() => expect(page?.refusal.value?.reason).toBe('base_changed'))
    expect(page?.stage.value).toBe('stopped')
  })

  it('when another manifest comes after a confirmation', async () => {
    const server = new SpecServer(fixture)
    const lin = open(server, 'party-1')
    await upToCode(lin)
    lin.close()
    server.manifestBytes = (await newCeremony()).manifestBytes
    const again = open(server, 'party-1')
    await reaches(again, 'stopped')
    expect(again.refusal.value?.reason).toBe('manifest_changed')
    again.retry()
    await reaches(again, 'stopped')
  })

  it('when the manifest changes under an open page', async () => {
    const server = new SpecServer(fixture)
    const lin = open(server, 'party-1')
    await reaches(lin, 'look')
    server.manifestBytes = (await newCeremony()).manifestBytes
    await reaches(lin, 'stopped')
    expect(lin.refusal.value?.reason).toBe('manifest_changed')
  })

  it('when one file of the turn has other bytes, and then signs none of them', async () => {
    const server = new SpecServer(fixture)
    const pages = (Object.keys(PEOPLE) as Slot[]).map((slot) => open(server, slot))
    server.tamper = (file, tail) => (file === 'minutes' ? tail.map((byte, index) => (index === 60 ? byte ^ 1 : byte)) : tail)
    for (const page of pages) await decide(page)
    const [lin] = pages
    if (!lin) throw new Error('fixture')
    await reaches(lin, 'stopped')
    expect(lin.refusal.value?.reason).toBe('widget')
    expect(server.posts).not.toContain('party-1 sign')
    server.tamper = (_, tail) => tail
    lin.retry()
    await reaches(lin, 'signed')
  })

  it('when this slot was begun in another browser, and can begin again here', async () => {
    const server = new SpecServer(fixture)
    const phone = open(server, 'party-1')
    await decide(phone)
    phone.close()
    await deleted(databaseName('pty_1', 'cer_spec'))
    const other = open(server, 'party-1')
    await reaches(other, 'elsewhere')
    await other.restart()
    await decide(other)
    await decide(open(server, 'party-2'))
    await decide(open(server, 'mediator'))
    await reaches(other, 'signed')
  })

  it('in the first browser when the second one enrolled', async () => {
    const server = new SpecServer(fixture)
    const first = open(server, 'party-1')
    await decide(first)
    const doors = server.doors('party-1')
    const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
    const spki = new Uint8Array(await crypto.subtle.exportKey('spki', keys.publicKey))
    const manifest = hex(fixture.trusted.hash)
    const enrolled = await doors.enrol({ manifest, spki: base64(spki), drawing: base64(await drawingOf(77)), consent: true, beside: [] })
    const said = utf8(`hejie-enrol-v1|${enrolled.nonce}|party-1|${manifest}|${hex(await sha256(spki))}`)
    const proof = new Uint8Array(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, keys.privateKey, said))
    await doors.check(enrolled.enrolment, { code: CODE, proof: base64(proof), beside: [] })
    await decide(open(server, 'party-2'))
    await decide(open(server, 'mediator'))
    await reaches(first, 'stopped')
    expect(first.refusal.value?.reason).toBe('other_drawing')
  })

  it('for whoever is not the person of the slot', async () => {
    const page = open(new SpecServer(fixture), 'party-1', { me: 'pty_9' })
    await reaches(page, 'stopped')
    expect(page.refusal.value?.reason).toBe('manifest_malformed')
  })
})

describe('trouble on the way', () => {
  it('a lost answer: the same lease is sent again and answered again', async () => {
    const server = new SpecServer(fixture)
    const pages = (Object.keys(PEOPLE) as Slot[]).map((slot) => open(server, slot))
    server.failing.sign = [new ApiError('network', 0), new ApiError('timeout', 0)]
    for (const page of pages) await decide(page)
    for (const page of pages) await reaches(page, 'signed')
  })

  it('a lease that was lost is taken again', async () => {
    const server = new SpecServer(fixture)
    const pages = (Object.keys(PEOPLE) as Slot[]).map((slot) => open(server, slot))
    server.failing.sign = [new ApiError('stale_lease', 409)]
    for (const page of pages) await decide(page)
    for (const page of pages) await reaches(page, 'signed')
    expect(server.posts.filter((post) => post === 'party-1 turn')).toHaveLength(2)
  })

  it('a rejected signature halts and is not repeated until asked', async () => {
    const server = new SpecServer(fixture)
    const pages = (Object.keys(PEOPLE) as Slot[]).map((slot) => open(server, slot))
    server.failing.sign = [new ApiError('signature_rejected', 409)]
    for (const page of pages) await decide(page)
    const [lin] = pages
    if (!lin) throw new Error('fixture')
    await vi.waitFor(() => expect((lin.failure.value as ApiError | null)?.code).toBe('signature_rejected'))
    expect(lin.stage.value).toBe('turn')
    lin.retry()
    await reaches(lin, 'signed')
  })

  it('no network: says so and goes on when it is back', async () => {
    const server = new SpecServer(fixture)
    server.failing.view = Array.from({ length: 10 }, () => new ApiError('network', 0))
    const lin = open(server, 'party-1')
    await vi.waitFor(() => expect(lin.offline.value).toBe(true), { interval: 5 })
    await reaches(lin, 'look')
    expect(lin.offline.value).toBe(false)
  })

  it('refusing voids it for all and forgets the key', async () => {
    const server = new SpecServer(fixture)
    const [lin, chen] = [open(server, 'party-1'), open(server, 'party-2')]
    await upToCode(lin)
    await upToCode(chen)
    await lin.refuse('金额不对')
    await reaches(lin, 'void')
    await reaches(chen, 'void')
    expect(server.refused).toEqual(['金额不对'])
    await vi.waitFor(async () => expect(await databases()).toEqual([]))
  })

  it('another build of the page is noticed, the same one and an unknown one are not', async () => {
    const [named, other] = ['ab'.repeat(32), 'cd'.repeat(32)]
    const server = new SpecServer(await newCeremony(undefined, named))
    for (const [pageBuild, noticed] of [[other, true], [named, false], ['', false]] as const) {
      const lin = open(server, 'party-1', { pageBuild })
      await reaches(lin, 'look')
      expect(lin.otherBuild.value).toBe(noticed)
      lin.close()
    }
  })
})
