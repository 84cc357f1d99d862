/** Where a camera or microphone is held back, and what to press there: this page, the program, the system. Pure. */

export type Level = 'page' | 'program' | 'system'
export type System = 'ios' | 'android' | 'harmony' | 'windows' | 'mac' | 'desktop'
export type Program = 'wechat' | 'app' | 'chrome' | 'edge' | 'safari' | 'firefox' | 'huawei' | 'other'

export interface Guide {
  level: Level
  /** Under `seat.guide`. */
  words: string
}

/** What a user agent says it is, most particular first: nearly all claim to be Chrome and Safari. */
const PROGRAMS: readonly (readonly [RegExp, Program])[] = [
  [/MicroMessenger/i, 'wechat'],
  [/DingTalk|AlipayClient|Weibo|\bQQ\//i, 'app'],
  [/HuaweiBrowser|ArkWeb/i, 'huawei'],
  [/FxiOS|Firefox/i, 'firefox'],
  [/Edg(A|iOS)?\//i, 'edge'],
  [/CriOS|Chrome/i, 'chrome'],
  [/Safari/i, 'safari'],
]

export const programOf = (userAgent: string): Program => PROGRAMS.find(([pattern]) => pattern.test(userAgent))?.[1] ?? 'other'

/** An iPad that calls itself a Mac is told by its touch points. */
export function systemOf(userAgent: string, touchPoints: number): System {
  if (/HarmonyOS|OpenHarmony/i.test(userAgent)) return 'harmony'
  if (/iPhone|iPad|iPod/.test(userAgent)) return 'ios'
  if (/Macintosh/.test(userAgent)) return touchPoints > 1 ? 'ios' : 'mac'
  if (/Android/i.test(userAgent)) return 'android'
  return /Windows/.test(userAgent) ? 'windows' : 'desktop'
}

/** One guide for each level, from the nearest to the furthest. */
export function guidesFor(userAgent: string, touchPoints: number): Guide[] {
  const program = programOf(userAgent)
  const system = systemOf(userAgent, touchPoints)
  const phone = system === 'ios' || system === 'android' || system === 'harmony'
  return [
    { level: 'page', words: `page_${pageWords(program, system, phone)}` },
    { level: 'program', words: `program_${phone && (program === 'wechat' || program === 'app') ? `app_${system}` : system}` },
    { level: 'system', words: `system_${system}` },
  ]
}

function pageWords(program: Program, system: System, phone: boolean): string {
  if (program === 'wechat' || program === 'app' || program === 'huawei' || program === 'firefox') return program
  if (program === 'safari') return system === 'ios' ? 'safari_ios' : 'safari_mac'
  // On iOS every browser is asked by the page itself and has no lock to press.
  if (system === 'ios') return 'other'
  if (program === 'chrome' || program === 'edge') return phone ? 'chrome_phone' : 'chrome_desktop'
  return 'other'
}

/**
 * The level that blocks, as far as the browser says. A page that is allowed and still gets nothing is stopped by the
 * system; one that may still ask was only not answered; where the browser does not tell, nothing is claimed.
 */
export function levelOf(state: PermissionState | null): Level | null {
  if (state === 'denied' || state === 'prompt') return 'page'
  return state === 'granted' ? 'system' : null
}

/** Whether this page may use the device; null where the browser does not say (Safari before 16, Firefox before 131). */
export async function permissionOf(device: 'camera' | 'microphone', permissions: Permissions | undefined = globalThis.navigator?.permissions): Promise<PermissionState | null> {
  try {
    return (await permissions?.query({ name: device as PermissionName }))?.state ?? null
  } catch {
    return null
  }
}
