/** A print is compared, never judged: what is shown of it, how its code gets here, and that the camera stops. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { mounted, type, until, type Mounted } from '../ui/testing'
import type { PrintedAnswer } from './printed'
import PrintedCheck from './PrintedCheck.vue'

const TEXT = '3f9a71c2'.repeat(8)
const FOUND: PrintedAnswer = {
  centre: '嘉南调解中心',
  found: {
    number: '(2026)嘉南人调字第0102号', code: '3f9a71c2', title: '人民调解协议书', state: 'released', effective_at: '2026-11-23T01:00:00Z',
    signers: [{ role: 'applicant', name: '周**' }], sha256: 'ab'.repeat(32),
  },
} // prettier-ignore
let asked: unknown[]
let answer: PrintedAnswer
let shown: Mounted

beforeEach(() => {
  asked = []
  answer = FOUND
  globalThis.fetch = (path, init) => {
    asked.push([String(path), JSON.parse(String(init?.body))])
    return Promise.resolve(Response.json(answer))
  }
})
afterEach(() => {
  shown.unmount()
  delete window.BarcodeDetector
})

const words = (): string => shown.element.textContent ?? ''
const press = (name: string): void => [...shown.element.querySelectorAll('button')].find((one) => one.textContent?.trim() === name)?.click()
const open = async (text = ''): Promise<void> => void (shown = await mounted(PrintedCheck, { text }, {}, ['ui', 'court']))

it('shows what a QR code leads to, and what it does not prove', async () => {
  await open(TEXT)
  await until(() => words().includes('请把打印件和下面逐项对一对'), 'what was issued')
  expect(asked).toEqual([['/api/verify/printed', { text: TEXT }]])
  for (const part of ['(2026)嘉南人调字第0102号', '3f9a 71c2', '周** 申请人', '2026年11月23日', '不能说明您手里这张纸上的每个字都和它一样']) expect(words()).toContain(part)
  expect(words()).not.toContain('有效')
  expect(document.activeElement?.tagName).toBe('H2')
})

it('asks for number and code, and says plainly that nothing was found', async () => {
  answer = { centre: '嘉南调解中心', found: null }
  await open()
  type(shown.element.querySelector('#printed-code'), '3f9a')
  press('查询')
  await until(() => words().includes('请输入8位文本码'), 'the slip')
  expect(asked).toEqual([])
  type(shown.element.querySelector('#printed-code'), '3F9A 71c2')
  type(shown.element.querySelector('#printed-number'), '（2026）嘉南人调字第0102号')
  press('查询')
  await until(() => words().includes('嘉南调解中心 没有出具过'), 'the plain answer')
  expect(asked).toEqual([['/api/verify/printed', { text: '3f9a71c2', number: '（2026）嘉南人调字第0102号' }]])
})

it('reads a code by camera, sends none of another site here, and stops the camera', async () => {
  const stop = vi.fn()
  let seen = `https://other.example/verify#t=${TEXT}`
  window.BarcodeDetector = class {
    detect = () => Promise.resolve([{ rawValue: seen }])
  }
  Object.defineProperty(navigator, 'mediaDevices', { configurable: true, value: { getUserMedia: () => Promise.resolve({ getTracks: () => [{ stop }] }) } })
  Object.defineProperty(HTMLMediaElement.prototype, 'srcObject', { configurable: true, set: () => undefined })
  Object.defineProperty(HTMLMediaElement.prototype, 'readyState', { configurable: true, get: () => 4 })
  HTMLMediaElement.prototype.play = () => Promise.resolve()
  await open()
  press('扫二维码')
  await until(() => words().includes('指向别的网站：other.example'), 'the warning')
  expect(asked).toEqual([])
  expect(stop).not.toHaveBeenCalled()
  seen = `${location.origin}/verify#t=${TEXT}`
  await until(() => words().includes('周**'), 'what was issued')
  expect(stop).toHaveBeenCalledOnce()
  expect(asked).toHaveLength(1)
})
