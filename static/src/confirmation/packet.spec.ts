/** The packet's step: what is missing and who can give it, papers one by one, making it, and what came of it. */
import { nextTick } from 'vue'
import { afterEach, expect, it, vi } from 'vitest'

import { mounted, until, type Mounted } from '../ui/testing'
import CourtPacket from './CourtPacket.vue'
import { size, slotOf, type Packet, type PacketDesk } from './packet'

const packet = (more: Partial<Packet> = {}): Packet => ({
  id: 'pkt_1', number: '(2026)嘉南人调字第0102号移1', state: 'made', step: 5, steps: 5, court: '嘉南市嘉南区人民法院', asked_at: '2026-11-26T08:00:00Z', made_at: '2026-11-26T08:00:05Z',
  cause: '', detail: '', sha256: 'ab'.repeat(32), length: 3_500_000, current: true,
  members: [{ path: '02_调解协议书.pdf', slot: '调解协议书', title: '人民调解协议书', length: 400_000, signed: true }], ...more,
}) // prettier-ignore
const DESK: PacketDesk = {
  court: '', signed_for: '', people: [{ id: 'pty_1', label: '甲方林秀珍', side: 'applicant' }, { id: 'pty_2', label: '乙方陈国栋', side: 'respondent' }],
  items: [
    { code: 'agreement', count: 1, missing: false, by: 'signers', people: [] }, { code: 'identity', count: 1, missing: true, by: 'people', people: ['乙方陈国栋'] },
    { code: 'property', count: 0, missing: false, by: 'staff', people: [] }, { code: 'verifier', count: 0, missing: true, by: 'operator', people: [] },
  ],
  slots: ['申请人材料', '被申请人材料', '其他材料'], room: 90_000_000, packets: [],
  attachments: [{ id: 'att_1', kind: 'identity', slot: '申请人材料', title: '甲方身份证', person: '甲方林秀珍', media_type: 'image/jpeg', length: 2048 }],
} // prettier-ignore

let page: Mounted
let sent: { method: string; path: string; body: unknown }[] = []
const kept = new Map<string, unknown>()
const keep = (of: string) => ({ read: () => kept.get(of) ?? null, write: (typed: unknown) => void kept.set(of, typed), clear: () => void kept.delete(of) })

async function open(desks: PacketDesk[], locale: 'zh-CN' | 'en' = 'zh-CN'): Promise<void> {
  vi.stubGlobal('fetch', (path: string, options: RequestInit = {}) => {
    if (path === '/api/me') return Promise.resolve(Response.json({ csrf: 'x' }))
    sent.push({ method: options.method ?? 'GET', path, body: options.body ? JSON.parse(String(options.body)) : null })
    return Promise.resolve(Response.json(desks.length > 1 ? desks.shift() : desks[0]))
  })
  const props = { agreement: 'agr_1', courts: ['嘉南市嘉南区人民法院'], keep: keep('attachment'), keepCourt: keep('court') }
  page = await mounted(CourtPacket, props, {}, ['ui', 'confirmation', 'packet', 'errors'], locale)
  await until(() => page.element.querySelector('#packet-title'), 'the desk')
}
const at = (selector: string): HTMLElement | null => page.element.querySelector<HTMLElement>(selector)
async function submit(selector: string): Promise<void> {
  at(selector)?.dispatchEvent(new Event('submit', { cancelable: true }))
  await nextTick()
}

afterEach(() => {
  page.unmount()
  vi.unstubAllGlobals()
  kept.clear()
  sent = []
})

it.each([['zh-CN', '还缺', '请乙方陈国栋交来'], ['en', 'Missing', 'Please ask 乙方陈国栋 for a copy']] as const)('says what is there, what is missing and who can give it (%s)', async (locale, missing, ask) => {
  await open([DESK], locale)
  expect(at('[data-packet-item=identity]')?.textContent).toContain(missing)
  expect(at('[data-packet-item=identity]')?.textContent).toContain(ask)
  expect(at('[data-packet-item=agreement]')?.hasAttribute('data-missing')).toBe(false)
  expect(at('[data-attachment] a')?.getAttribute('href')).toBe('/api/agreements/agr_1/attachments/att_1')
})

it('asks for the court that fits, shows how far it is, then the packet with its files', async () => {
  await open([DESK, { ...DESK, packets: [packet({ state: 'building', step: 2 })] }, { ...DESK, packets: [packet()] }])
  await submit('form:last-of-type')
  await until(() => at('[data-packet]'), 'the packet')
  expect(sent.filter((one) => one.method === 'POST')).toEqual([{ method: 'POST', path: '/api/agreements/agr_1/packet', body: { court: '嘉南市嘉南区人民法院' } }])
  expect(at('[data-packet]')?.textContent).toMatch(/移1.*已经核验.*3\.3 MB.*02_调解协议书\.pdf/s)
  expect(at('[data-packet] a')?.getAttribute('href')).toBe('/api/agreements/agr_1/packets/pkt_1')
})

it('says why it was not made, and where', async () => {
  await open([{ ...DESK, packets: [packet({ state: 'failed', cause: 'packet_file_gone', detail: '04_身份证明/01_甲方身份证.jpg' })] }])
  expect(page.element.textContent).toMatch(/没有做成.*找不到了.*04_身份证明/s)
  expect(at('[data-packet]')).toBeNull()
})

it('takes a paper out, and asks for all it needs before one goes in', async () => {
  await open([DESK, { ...DESK, attachments: [] }])
  ;[...page.element.querySelectorAll('button')].find((one) => one.textContent?.includes('拿出来'))?.click()
  await until(() => sent.some((one) => one.method === 'DELETE'), 'the request')
  await until(() => !at('[data-attachment]'), 'it is out')
  const kind = at('#attachment-kind') as HTMLSelectElement
  kind.value = 'identity'
  kind.dispatchEvent(new Event('change'))
  await nextTick()
  await submit('form:first-of-type')
  await until(() => at('[role=alert]'), 'what is missing')
  expect(at('[role=alert]')?.querySelectorAll('a')).toHaveLength(3)
  expect(kept.get('attachment')).toMatchObject({ kind: 'identity' })
})

it('reckons the slot and the size', () => {
  expect(slotOf('identity', 'pty_2', DESK.people)).toBe('被申请人材料')
  expect(slotOf('property', 'pty_2', DESK.people)).toBe('其他材料')
  expect([size(10), size(2048), size(3_500_000)]).toEqual(['1 KB', '2 KB', '3.3 MB'])
})
