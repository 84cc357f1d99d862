/** Only the device's own voices, each sentence marked while it is said, sums said once. The engine is a small real list. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { nextTick } from 'vue'

import { localVoice, sentences, spoken } from './speech'
import { mounted, until, type Mounted } from './testing'

const voice = (lang: string, localService: boolean): SpeechSynthesisVoice => ({ lang, localService, name: lang, voiceURI: lang, default: false })
const CLAUSE = '甲方支付乙方人民币1,248,500.50元（大写：壹佰贰拾肆万捌仟伍佰元伍角），转入乙方账户（账号6200********0002）。逾期的，照付利息。'

it('takes a voice of the device and none of the network', () => {
  expect(localVoice('zh-CN', [voice('zh-CN', false), voice('en-US', true)])).toBeNull()
  expect(localVoice('zh-CN', [voice('zh-HK', true), voice('zh_CN', true)])?.lang).toBe('zh_CN')
  expect(localVoice('zh-CN', [voice('cmn-Hans-CN', true)])?.lang).toBe('cmn-Hans-CN')
  expect(localVoice('zh-CN', [voice('zh-HK', true)])).toBeNull()
  expect(localVoice('zh-CN', [voice('zh-TW', true)])?.lang).toBe('zh-TW')
})

it('keeps the point of a figure in its sentence and loses no character', () => {
  expect(sentences(CLAUSE)).toHaveLength(2)
  for (const text of [CLAUSE, '好！？走。。。', '。', '3.5元. 4', ' a\n\nb ', '']) expect(sentences(text).join('')).toBe(text)
})

it('says a sum once, and an account digit by digit', () => {
  expect(spoken(CLAUSE)).toBe('甲方支付乙方人民币1248500.50元，转入乙方账户（账号6 2 0 0，0 0 0 2）。逾期的，照付利息。')
  expect(spoken('共10000000元，2026年12月5日前')).toBe('共10000000元，2026年12月5日前')
})

/** Speaks one utterance after the other when told to. */
class Engine extends EventTarget {
  voices: SpeechSynthesisVoice[] = []
  queue: Utterance[] = []
  getVoices = (): SpeechSynthesisVoice[] => this.voices
  speak = (one: Utterance): void => void this.queue.push(one)
  cancel = (): void => void (this.queue = [])
  next(): void {
    this.queue[0]?.onstart?.()
  }
  done(): void {
    this.queue.shift()?.onend?.()
  }
}
class Utterance {
  voice: SpeechSynthesisVoice | null = null
  lang = ''
  rate = 1
  onstart: (() => void) | null = null
  onend: (() => void) | null = null
  onerror: (() => void) | null = null
  constructor(readonly text: string) {}
}

let engine: Engine
let shown: Mounted | null = null
beforeEach(() => {
  engine = new Engine()
  Object.assign(globalThis, { speechSynthesis: engine, SpeechSynthesisUtterance: Utterance })
})
afterEach(() => {
  shown?.unmount()
  shown = null
})

async function aloud(): Promise<{ element: HTMLElement; buttons: () => HTMLButtonElement[] }> {
  const { default: UiAloud } = await import('./UiAloud.vue')
  shown = await mounted(UiAloud, { text: CLAUSE })
  const { element } = shown
  return { element, buttons: () => [...element.querySelectorAll('button')] }
}

it('offers nothing where there is no voice, and the button once a voice is known', async () => {
  engine.voices = [voice('zh-CN', false)]
  const { element, buttons } = await aloud()
  expect(element.textContent).toContain('逾期的')
  expect(buttons()).toEqual([])
  engine.voices = [voice('zh-CN', true)]
  engine.dispatchEvent(new Event('voiceschanged'))
  await nextTick()
  expect(buttons()[0]?.textContent).toContain('听一遍')
})

it('marks the sentence being said, stops, and starts slower', async () => {
  engine.voices = [voice('zh-CN', true)]
  const { element, buttons } = await aloud()
  await nextTick()
  buttons()[0]?.click()
  expect(engine.queue.map(({ voice: one }) => one?.localService)).toEqual([true, true])
  engine.next()
  await nextTick()
  expect(element.querySelector('.said')?.textContent).toContain('甲方支付')
  engine.done()
  engine.next()
  await nextTick()
  expect(element.querySelector('.said')?.textContent).toBe('逾期的，照付利息。')
  const rate = engine.queue[0]?.rate ?? 0
  buttons()[1]?.click()
  expect(engine.queue).toHaveLength(2)
  expect(engine.queue[0]?.rate).toBeLessThan(rate)
  await nextTick()
  buttons()[0]?.click()
  await until(() => engine.queue.length === 0 && !element.querySelector('.said'), 'silence')
})
