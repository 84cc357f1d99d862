// @vitest-environment node
import 'fake-indexeddb/auto'
import { describe, expect, it } from 'vitest'
import { hostApp, hostSystem, testBrowser } from './supported'

const WECHAT =
  'Mozilla/5.0 (Linux; Android 13; M2012K11AC) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/126.0 XWEB/1260059 MMWEBSDK/20240404 MicroMessenger/8.0.49 NetType/WIFI Language/zh_CN'

describe('what this browser can do', () => {
  it('names the app a link was opened in', () => {
    expect(hostApp(WECHAT)).toBe('wechat')
    expect(hostApp('Mozilla/5.0 (iPhone) MicroMessenger/7.0.1 wxwork/4.1.6')).toBe('wecom')
    expect(hostApp('Mozilla/5.0 (iPhone) AliApp(DingTalk/7.5.5)')).toBe('dingtalk')
    expect(hostApp('Mozilla/5.0 (iPhone) AliApp(AP/10.5.88) AlipayClient/10.5.88')).toBe('alipay')
    expect(hostApp('Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36')).toBeNull()
  })

  it('names the system, and an iPad that calls itself a Mac', () => {
    expect(hostSystem(WECHAT, 5)).toBe('android')
    expect(hostSystem('Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/605.1.15', 5)).toBe('ios')
    expect(hostSystem('Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/605.1.15', 0)).toBe('desktop')
    expect(hostSystem('Mozilla/5.0 (Phone; OpenHarmony 5.0) ArkWeb/4.1', 5)).toBe('harmony')
  })

  it('finds what works here and says what is missing', async () => {
    const report = await testBrowser()
    expect(report.parts).toMatchObject({ p256: true, stored_key: true, compression: true, media: false, vp8: false })
    expect(report.canMeet).toBe(false)
    expect(report.missing).toContain('vp8')
    expect((await indexedDB.databases()).filter(({ name }) => name?.startsWith('hejie-try'))).toEqual([])
  })

  it('does not throw in a browser that has nothing', async () => {
    const report = await testBrowser({} as typeof globalThis)
    expect(report).toMatchObject({ canMeet: false, canSign: false, app: null, system: 'desktop' })
    expect(report.missing).toHaveLength(7)
  })
})
