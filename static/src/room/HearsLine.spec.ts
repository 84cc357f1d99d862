import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterEach, describe, expect, it } from 'vitest'

import HearsLine from './HearsLine.vue'
import { mount, type Mounted } from './mounting'

let mounted: Mounted
afterEach(() => mounted?.unmount())

function said(more: Record<string, unknown>): string {
  mounted = mount(HearsLine, {
    hears: ['顾明华', '陈国栋'], microphoneOn: true, caucus: false, lost: false, paused: false, unheardBy: [], ...more,
  })
  return mounted.element.textContent?.replace(/\s+/g, ' ').trim() ?? ''
}

describe('the line "who hears me"', () => {
  it('names those who hear', () => expect(said({})).toBe('● 能听到您的有：顾明华、陈国栋'))
  it('says "only" in a private talk', () => expect(said({ caucus: true, hears: ['顾明华'] })).toBe('# 只有 顾明华 能听到您'))
  it('says that nobody does', () => expect(said({ hears: [] })).toBe('‖ 现在没有人能听到您'))
  it('tells of a closed microphone', () => expect(said({ microphoneOn: false })).toContain('您的麦克风关着'))
  it('never names anybody while the line is cut or the meeting paused', () => {
    for (const state of ['lost', 'paused']) expect(said({ [state]: true })).not.toContain('顾明华')
  })
  it('tells who only looks on that nobody hears them', () => expect(said({ silent: true })).toBe('‖ 您在旁听。您听得到，别人听不到您。'))
  it('tells them in a pause that it is one: then they hear nothing either', () => expect(said({ silent: true, paused: true, hears: [] })).toContain('会议暂停'))
  it('names those who do not receive one', () => expect(said({ unheardBy: ['陈国栋'] })).toContain('▲ 陈国栋 收不到您的声音'))
})

describe('the words of the room', () => {
  const words = (locale: string): Record<string, unknown> =>
    JSON.parse(readFileSync(join(import.meta.dirname, `../i18n/${locale}/room.json`), 'utf8')) as Record<string, unknown>
  const has = (node: unknown, path: string[]): boolean =>
    path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], node) !== undefined
  it('exist in both languages for every key the components name', () => {
    const missing: string[] = []
    for (const file of readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(vue|ts)$/.test(name) && !name.includes('.spec.'))) {
      const text = readFileSync(join(import.meta.dirname, file), 'utf8')
      for (const [, key] of text.matchAll(/'room\.([a-z_.0-9]+)'/g)) {
        for (const locale of ['zh-CN', 'en']) {
          if (key && !has(words(locale), key.split('.'))) missing.push(`${file}: ${locale} ${key}`)
        }
      }
    }
    expect(missing).toEqual([])
  })
})
