/**
 * The words of the page without a server: both languages in it, nothing loaded. vite.offline.ts puts this module in the
 * place of ../i18n, so that the components of the verification page say the same here as there.
 */
import { createI18n, type Composer } from 'vue-i18n'

import enCourt from '../i18n/en/court.json'
import enOffline from '../i18n/en/offline.json'
import enUi from '../i18n/en/ui.json'
import zhCourt from '../i18n/zh-CN/court.json'
import zhOffline from '../i18n/zh-CN/offline.json'
import zhUi from '../i18n/zh-CN/ui.json'

export type Locale = 'zh-CN' | 'en'

export const i18n = createI18n({
  legacy: false,
  locale: navigator.language.toLowerCase().startsWith('en') ? 'en' : 'zh-CN',
  fallbackLocale: false,
  messages: { 'zh-CN': { court: zhCourt, offline: zhOffline, ui: zhUi }, en: { court: enCourt, offline: enOffline, ui: enUi } },
})

export const words = i18n.global as unknown as Composer

export function currentLocale(): Locale {
  return words.locale.value as Locale
}

export async function setLocale(locale: Locale): Promise<void> {
  words.locale.value = locale
  document.documentElement.lang = locale
  document.title = words.t('offline.title')
}
