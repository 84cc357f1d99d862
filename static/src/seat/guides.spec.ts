/** The right words for the phone at hand: every program on every system has a guide for each level, in both languages. */
import { expect, it } from 'vitest'

import english from '../i18n/en/seat.json'
import chinese from '../i18n/zh-CN/seat.json'
import { guidesFor, levelOf, permissionOf, programOf, systemOf } from './guides'

const AGENTS = {
  wechatAndroid: 'Mozilla/5.0 (Linux; Android 13; V2166A) AppleWebKit/537.36 Version/4.0 Chrome/116.0 Mobile Safari/537.36 MicroMessenger/8.0.47',
  wechatIos: 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 MicroMessenger/8.0.47',
  dingtalk: 'Mozilla/5.0 (Linux; Android 12) AppleWebKit/537.36 Chrome/91.0 Mobile Safari/537.36 DingTalk/7.0',
  huawei: 'Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36 Chrome/114.0 Safari/537.36 ArkWeb/4.1 Mobile HuaweiBrowser/5.0',
  chromeAndroid: 'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/124.0 Mobile Safari/537.36',
  chromeWindows: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/124.0 Safari/537.36',
  edgeWindows: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/124.0 Safari/537.36 Edg/124.0',
  chromeIos: 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 CriOS/124.0 Mobile/15E148 Safari/604.1',
  safariIos: 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 Version/17.4 Mobile/15E148 Safari/604.1',
  safariMac: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17.4 Safari/605.1.15',
  firefox: 'Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0',
  nothing: '',
} as const

it.each([
  ['wechatAndroid', 'wechat', 'android', ['page_wechat', 'program_app_android', 'system_android']],
  ['wechatIos', 'wechat', 'ios', ['page_wechat', 'program_app_ios', 'system_ios']],
  ['dingtalk', 'app', 'android', ['page_app', 'program_app_android', 'system_android']],
  ['huawei', 'huawei', 'harmony', ['page_huawei', 'program_harmony', 'system_harmony']],
  ['chromeAndroid', 'chrome', 'android', ['page_chrome_phone', 'program_android', 'system_android']],
  ['chromeWindows', 'chrome', 'windows', ['page_chrome_desktop', 'program_windows', 'system_windows']],
  ['edgeWindows', 'edge', 'windows', ['page_chrome_desktop', 'program_windows', 'system_windows']],
  ['chromeIos', 'chrome', 'ios', ['page_other', 'program_ios', 'system_ios']],
  ['safariIos', 'safari', 'ios', ['page_safari_ios', 'program_ios', 'system_ios']],
  ['safariMac', 'safari', 'mac', ['page_safari_mac', 'program_mac', 'system_mac']],
  ['firefox', 'firefox', 'desktop', ['page_firefox', 'program_desktop', 'system_desktop']],
  ['nothing', 'other', 'desktop', ['page_other', 'program_desktop', 'system_desktop']],
] as const)('knows %s', (agent, program, system, words) => {
  expect(programOf(AGENTS[agent])).toBe(program)
  expect(systemOf(AGENTS[agent], 0)).toBe(system)
  expect(guidesFor(AGENTS[agent], 0).map((guide) => guide.words)).toEqual(words)
})

it('tells an iPad that calls itself a Mac', () => {
  expect(systemOf(AGENTS.safariMac, 5)).toBe('ios')
  expect(guidesFor(AGENTS.safariMac, 5)[0]?.words).toBe('page_safari_ios')
})

it('has words for every guide it can name', () => {
  for (const words of [chinese.guide, english.guide] as Record<string, string>[]) {
    for (const agent of Object.values(AGENTS)) {
      for (const touch of [0, 5]) for (const guide of guidesFor(agent, touch)) expect(words[guide.words], guide.words).toBeTruthy()
    }
    for (const level of ['page', 'program', 'system']) expect(words[`level_${level}`], level).toBeTruthy()
  }
})

it('names the level only where the browser says', async () => {
  expect(levelOf('denied')).toBe('page')
  expect(levelOf('prompt')).toBe('page')
  expect(levelOf('granted')).toBe('system')
  expect(levelOf(null)).toBeNull()
  const asked: string[] = []
  const told = { query: ({ name }: { name: string }) => (asked.push(name), Promise.resolve({ state: 'denied' })) } as unknown as Permissions
  expect(await permissionOf('camera', told)).toBe('denied')
  expect(asked).toEqual(['camera'])
  const silent = { query: () => Promise.reject(new TypeError('no such name')) } as unknown as Permissions
  expect(await permissionOf('microphone', silent)).toBeNull()
  expect(await permissionOf('microphone', undefined)).toBeNull()
})
