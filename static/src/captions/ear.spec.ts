import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { findLanguage, listen, localEar } from './ear'
import { FakeEar } from './testing'

const track = (): MediaStreamTrack => ({ readyState: 'live' }) as MediaStreamTrack

beforeEach(() => {
  FakeEar.reset()
  vi.useFakeTimers()
})
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
})

describe('an ear is used only where it promises to stay on the device', () => {
  it('takes one that knows processLocally, under either name', () => {
    expect(localEar({ SpeechRecognition: FakeEar })).toBe(FakeEar)
    expect(localEar({ webkitSpeechRecognition: FakeEar })).toBe(FakeEar)
  })
  it('refuses one that would send the voice to a company, as browsers had for years', () => {
    class CloudEar extends EventTarget {
      start(): void {}
    }
    expect(localEar({ webkitSpeechRecognition: CloudEar })).toBeNull()
    expect(localEar({ webkitSpeechRecognition: Object.assign(CloudEar, { available: FakeEar.available, install: FakeEar.install }) })).toBeNull()
    expect(localEar({})).toBeNull()
  })
  it('asks for the language of the page on the device, by each name it may have', async () => {
    FakeEar.states = { 'cmn-Hans-CN': 'downloadable' }
    expect(await findLanguage(FakeEar, 'zh-CN')).toEqual({ tag: 'cmn-Hans-CN', state: 'downloadable' })
    expect(await findLanguage(FakeEar, 'en')).toEqual({ tag: '', state: 'unavailable' })
    expect(FakeEar.asked.every((asked) => asked.processLocally)).toBe(true)
  })
  it('takes an answer that is none for a no', async () => {
    class Refusing extends FakeEar {
      static override available(): Promise<never> {
        return Promise.reject(new DOMException('', 'NotAllowedError'))
      }
    }
    expect(await findLanguage(Refusing, 'en')).toEqual({ tag: '', state: 'unavailable' })
  })
})

describe('listening', () => {
  const heard: [string, string][] = []
  const fail = vi.fn()
  const start = (source = track()): ReturnType<typeof listen> => listen(FakeEar, 'zh-CN', source, (key, text) => heard.push([key, text]), fail)
  beforeEach(() => {
    heard.length = 0
    fail.mockReset()
  })

  it('opens the ear on the device, on the track it was given', () => {
    const source = track()
    const listening = start(source)
    const ear = FakeEar.open
    expect([ear?.processLocally, ear?.lang, ear?.continuous, ear?.interimResults]).toEqual([true, 'zh-CN', true, true])
    expect(ear?.track).toBe(source)
    listening.abort()
    expect(ear?.state).toBe('aborted')
  })
  it('names a growing line by one key, and the next by another', () => {
    const listening = start()
    FakeEar.open?.hears('我同意')
    FakeEar.open?.hears('我同意付钱')
    FakeEar.open?.hears('分三次', 1)
    expect(heard.map(([, text]) => text)).toEqual(['我同意', '我同意付钱', '分三次'])
    expect(heard[0]?.[0]).toBe(heard[1]?.[0])
    expect(heard[2]?.[0]).not.toBe(heard[0]?.[0])
    listening.abort()
  })
  it('opens again when the engine stops by itself, with keys of its own', () => {
    const listening = start()
    FakeEar.open?.hears('第一句')
    FakeEar.open?.breaks('no-speech')
    expect(FakeEar.open).toBeUndefined()
    vi.advanceTimersByTime(500)
    FakeEar.open?.hears('第二句')
    expect(new Set(heard.map(([key]) => key)).size).toBe(2)
    expect(fail).not.toHaveBeenCalled()
    listening.abort()
  })
  it.each(['network', 'not-allowed', 'service-not-allowed', 'language-not-supported', 'audio-capture'])('gives up after %s', (error) => {
    start()
    FakeEar.open?.breaks(error)
    vi.advanceTimersByTime(5000)
    expect(fail).toHaveBeenCalledOnce()
    expect(FakeEar.all).toHaveLength(1)
  })
  it('gives up when the track has ended', () => {
    start({ readyState: 'ended' } as MediaStreamTrack)
    expect(fail).toHaveBeenCalledOnce()
  })
  it('lets the last words be finished, and does not open again', () => {
    const listening = start()
    const ear = FakeEar.open
    listening.finish()
    expect(ear?.state).toBe('stopped')
    ear?.hears('最后一句')
    ear?.ends()
    vi.advanceTimersByTime(5000)
    expect(heard.map(([, text]) => text)).toEqual(['最后一句'])
    expect(FakeEar.all).toHaveLength(1)
  })
  it('hears nothing more once it was told to stop', () => {
    const listening = start()
    const ear = FakeEar.open
    listening.abort()
    ear?.hears('太晚了')
    ear?.ends()
    expect(heard).toEqual([])
  })
})
