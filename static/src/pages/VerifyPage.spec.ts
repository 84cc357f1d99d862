/** The open door: what the page says of a packet, and how one gets to the report of a file in it. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { defineComponent, h, type PropType } from 'vue'

import type { PacketFile, PacketReport } from '../court/packet'
import type { Report, Signature } from '../court/report'
import { mounted, until, type Mounted } from '../ui/testing'
import type { PdfMark } from '../signing/PdfPages.vue'
import VerifyPage from './VerifyPage.vue'

const place = vi.hoisted(() => ({ shown: [] as string[] }))
vi.mock('../signing/PdfPages.vue', () => ({
  default: defineComponent({
    props: { source: Uint8Array, marks: Array as PropType<PdfMark[]> },
    emits: ['mark'],
    setup(props, { emit, expose }) {
      expose({ show: (key: string) => place.shown.push(key) })
      return () => props.marks?.map((mark) => h('button', { class: `mark ${mark.kind}`, 'aria-label': mark.label, onClick: () => emit('mark', mark.key) }))
    },
  }),
}))

const valid: Report = {
  form: 'file', verdict: 'valid', reasons: [], sha256: 'ab'.repeat(32), length: 9, pages: 3, number: '(2026)1号', title: '人民调解协议书',
  effective_at: '2026-11-23T01:00:00Z', text_hash: null, root: null, issuer: { kind: 'own', name: '' }, timestamp: null, signatures: [], checks: [], copy: null,
} // prettier-ignore
const file = (over: Partial<PacketFile>): PacketFile => ({
  path: '02_协议书.pdf', slot: '调解协议书', title: '人民调解协议书', length: 9, sha256: 'ab'.repeat(32), sm3: 'cd'.repeat(32), signed: true,
  length_ok: true, sha256_ok: true, sm3_ok: true, report: valid, ...over,
}) // prettier-ignore
const scan = file({ path: '04_身份证明.png', slot: '申请人材料', title: '身份证明', signed: false, report: null })
const PACKET: PacketReport = {
  form: 'packet', verdict: 'valid', reasons: [], sha256: 'ef'.repeat(32), length: 99, repacked: false, list: { ...valid, title: '司法确认材料移送清单' },
  files: [file({}), scan], manifest: { case_no: '102号', court: '嘉南区人民法院', made_at: '2026-11-23T02:00:00Z', agreement: { path: '02_协议书.pdf' } }, known: null,
} // prettier-ignore
const signature: Signature = {
  slot: 'party-1', kind: 'person', name: '林秀珍', role: 'applicant', acts_for: '', assurance: 'seen', at: '2026-11-23T01:00:00Z', intact: true, valid: true, trusted: true,
  indication: 'TOTAL-PASSED', revision: 2, covers: 'revision', changed_after: false, certificate: null, paper: null, reasons: [], place: { page: 2, rect: [1, 2, 3, 4] },
} // prettier-ignore
let answer: object
let sent: { path: string; type: string }[]
let shown: Mounted

class Request extends EventTarget {
  upload = {}
  responseText = ''
  status = 200
  onload = (): void => undefined
  private path = ''
  private type = ''
  open(_method: string, path: string): void {
    this.path = path
  }
  setRequestHeader(name: string, value: string): void {
    if (name === 'Content-Type') this.type = value
  }
  abort(): void {}
  send(): void {
    sent.push({ path: this.path, type: this.type })
    this.responseText = JSON.stringify(answer)
    setTimeout(() => this.onload())
  }
}

beforeEach(() => {
  sent = []
  globalThis.XMLHttpRequest = Request as unknown as typeof XMLHttpRequest
  globalThis.fetch = () => Promise.resolve(Response.json({ csrf: '', centre: { name: '', phone: '', address: '', root_sha256: '' } }))
  File.prototype.arrayBuffer = () => Promise.resolve(new ArrayBuffer(4)) // jsdom has none
  URL.createObjectURL = () => 'blob:report'
  URL.revokeObjectURL = () => undefined
})
afterEach(() => shown.unmount())

const text = (): string => shown.element.textContent ?? ''

async function handIn(name: string, content = 'PK'): Promise<void> {
  shown = await mounted(VerifyPage, {}, {}, ['ui', 'court', 'signing'])
  const input = shown.element.querySelector<HTMLInputElement>('#verify-file')
  Object.defineProperty(input, 'files', { value: [new File([content], name)] })
  input?.dispatchEvent(new Event('change'))
  await until(() => shown.element.querySelector('h1 .word'), 'the verdict')
}

it('takes a zip and lists what the packet holds', async () => {
  answer = PACKET
  await handIn('packet.zip')
  expect(text()).toContain('清单有效，2份材料都和清单一样')
  expect(text()).toContain('嘉南区人民法院')
  const rows = [...shown.element.querySelectorAll('li')].map((row) => row.textContent ?? '')
  expect(rows).toHaveLength(3)
  expect(rows[1]).toMatch(/人民调解协议书.*调解协议书 · 02_协议书\.pdf.*签名有效/)
  expect(rows[2]).toMatch(/身份证明.*申请人材料.*和清单一样/)
})

it('names the changed file by title and path, and marks it', async () => {
  const changed = { ...scan, sha256_ok: false, sm3_ok: false }
  answer = { ...PACKET, verdict: 'invalid', reasons: [{ code: 'member_changed', detail: scan.path }, { code: 'member_extra', detail: '99_别的.txt' }], files: [file({}), changed] }
  await handIn('packet.zip')
  expect(shown.element.querySelector('h1')?.textContent).toContain('无效')
  expect(text()).toContain('《身份证明》（04_身份证明.png）和清单对不上')
  expect(text()).toContain('99_别的.txt：不在清单上')
  expect([...shown.element.querySelectorAll('li')][2]?.textContent).toContain('被改过')
})

it('opens the report of a signed file and comes back to its row', async () => {
  answer = PACKET
  await handIn('packet.zip')
  shown.element.querySelector<HTMLElement>('#packet-file-1')?.click()
  await until(() => text().includes('回到材料清单'), 'the report of the agreement')
  expect(text()).toContain('人民调解协议书 · 02_协议书.pdf')
  expect(shown.element.querySelector('#packet-file-2')).toBeNull()
  const back = [...shown.element.querySelectorAll('button')].find((one) => one.textContent?.trim() === '回到材料清单')
  back?.click()
  await until(() => document.activeElement?.id === 'packet-file-1', 'the focus on its row')
})

it('takes the text of a QR code out of the address', async () => {
  shown = await mounted(VerifyPage, {}, {}, ['ui', 'court', 'signing'])
  const asked: string[] = []
  globalThis.fetch = (_path, init) => {
    if (init?.body) asked.push(String(init.body))
    return Promise.resolve(Response.json({ centre: '', found: null }))
  }
  const { $router } = shown.app.config.globalProperties
  await $router.push(`/verify#t=${'3f9a71c2'.repeat(8)}`)
  await until(() => text().includes('没有查到'), 'the answer')
  expect(asked).toEqual([`{"text":"${'3f9a71c2'.repeat(8)}"}`])
  expect($router.currentRoute.value.hash).toBe('')
})

it('leads from a signature to its place in the document, and back', async () => {
  answer = { ...valid, signatures: [signature, { ...signature, slot: 'seal', kind: 'seal', name: '委员会', role: 'committee', intact: false }, { ...signature, slot: 'x', kind: 'certification', place: null }] }
  await handIn('agreement.pdf', '%PDF')
  await until(() => shown.element.querySelector('.mark'), 'the document')
  const marks = [...shown.element.querySelectorAll<HTMLElement>('.mark')]
  expect(marks.map((mark) => [mark.className, mark.ariaLabel ?? mark.getAttribute('aria-label')])).toEqual([
    ['mark signed', '林秀珍，申请人，对得上'],
    ['mark changed', '委员会，人民调解委员会，签后被改过'],
  ])
  const about = shown.element.querySelector<HTMLDetailsElement>('[data-slot="party-1"]')
  marks[0]?.click()
  await until(() => document.activeElement === about?.querySelector('summary'), 'the focus on the signature')
  expect(about?.open).toBe(true)
  about?.querySelector('button')?.click()
  expect(place.shown).toEqual(['party-1'])
})

it('says first that it is a demonstration, then the rule of effect and the days left for a court', async () => {
  const confirmation = { since: '2026-11-23', days: 30, counted: '2026-12-23', last: '2026-12-23', left: 30, announced: true, article: '民事诉讼法第205条', ways: [] }
  answer = { ...valid, demo: true, effect_needs: ['committee', 'parties'], known: { number: '(2026)1号', centre: '嘉南', confirmation } }
  await handIn('agreement.pdf', '%PDF')
  await until(() => text().includes('还剩 30 天'), 'the days left')
  expect(text()).toContain('调解组织盖章、各方签名')
  expect(text().indexOf('演示文件，没有法律效力')).toBeLessThan(text().indexOf('生效条件'))
  expect(text()).toContain('民事诉讼法第205条')
})

it('sends the file again for the printed report, and never its JSON', async () => {
  answer = valid
  await handIn('agreement.pdf', '%PDF')
  const asked: [string, unknown][] = []
  globalThis.fetch = (path, init) => {
    asked.push([String(path), init?.body])
    return Promise.resolve(new Response('%PDF report'))
  }
  const saved: string[] = []
  HTMLAnchorElement.prototype.click = function () {
    saved.push(this.download)
  }
  ;[...shown.element.querySelectorAll('button')].find((one) => one.textContent?.trim() === '下载报告（PDF）')?.click()
  await until(() => saved.length, 'the download')
  expect(saved).toEqual(['agreement-report.pdf'])
  expect(asked.map(([path]) => path)).toEqual(['/api/verify/report'])
  expect((asked[0]?.[1] as Blob).size).toBe(4)
})
