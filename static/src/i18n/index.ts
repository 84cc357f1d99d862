/**
 * Words of the app. One JSON per language and feature (`<locale>/<feature>.json`, keys sorted, no feature prefix inside);
 * the key of a message is `feature.key`. Messages are compiled at build and loaded with the route that needs them.
 */
import { createI18n, type Composer } from 'vue-i18n'
import { defineAsyncComponent, type Component } from 'vue'

export const LOCALES = ['zh-CN', 'en'] as const
export type Locale = (typeof LOCALES)[number]
export const FEATURES = ['accounts', 'agreement', 'agreements', 'captions', 'case', 'channels', 'checking', 'clauses', 'companions', 'confirm', 'confirmation', 'court', 'docket', 'errors', 'filing', 'forms', 'host', 'intake', 'keeping', 'limits', 'messages', 'network', 'offline', 'oral', 'packet', 'performance', 'remarks', 'reviews', 'room', 'seat', 'signing', 'suggesting', 'summary', 'table', 'ui', 'versions'] as const
export type Feature = (typeof FEATURES)[number]

type Messages = Record<string, unknown>
const files = import.meta.glob<{ default: Messages }>('./*/*.json')
const needed = new Set<Feature>()
const loaded = new Set<string>()
const STORED = 'hejie-lang'

function firstLocale(): Locale {
  const asked = new URLSearchParams(location.search).get('lang') ?? stored(STORED) ?? navigator.language
  return asked.toLowerCase().startsWith('en') ? 'en' : 'zh-CN'
}

function stored(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null // private windows of some browsers refuse storage
  }
}

export const i18n = createI18n({
  legacy: false,
  locale: firstLocale(),
  fallbackLocale: false,
})

/** The composer outside of components: `words.t('ui.help')`. */
export const words = i18n.global as unknown as Composer

export function currentLocale(): Locale {
  return words.locale.value as Locale
}

async function load(locale: Locale, feature: Feature): Promise<void> {
  const name = `${locale}/${feature}`
  if (loaded.has(name)) return
  const file = files[`./${name}.json`]
  if (!file) return
  words.mergeLocaleMessage(locale, { [feature]: (await file()).default })
  loaded.add(name)
}

/** Resolves when these features' words are there in the current language; a later change of language brings them too. */
export async function needMessages(...features: Feature[]): Promise<void> {
  features.forEach((feature) => needed.add(feature))
  await Promise.all(features.map((feature) => load(currentLocale(), feature)))
}

/** Switches the language without losing anything typed; remembered on this device. */
export async function setLocale(locale: Locale): Promise<void> {
  await Promise.all([...needed].map((feature) => load(locale, feature)))
  words.locale.value = locale
  document.documentElement.lang = locale
  try {
    localStorage.setItem(STORED, locale)
  } catch {
    // not remembered, still switched
  }
}

// Two tabs of one person speak one language.
window.addEventListener('storage', ({ key, newValue }) => {
  const asked = LOCALES.find((locale) => locale === newValue)
  if (key === STORED && asked) void setLocale(asked)
})

/** A component that comes with the words of its features: `withMessages(['room'], () => import('../room/PartyRoom.vue'))`. */
export function withMessages<T extends Component>(features: Feature[], loader: () => Promise<{ default: T }>): T {
  return defineAsyncComponent(async () => {
    const [component] = await Promise.all([loader(), needMessages(...features)])
    return component.default
  }) as T
}
