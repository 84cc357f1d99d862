/**
 * The browser's own ear (Web Speech API, webaudio.github.io/web-speech-api), used only where it promises that no sound leaves this
 * device. Engines without `processLocally` send what they hear to a company's servers: they are not used at all.
 */
import type { Locale } from '../i18n'

export type Availability = 'available' | 'downloadable' | 'downloading' | 'unavailable'

export interface Ear extends EventTarget {
  lang: string
  continuous: boolean
  interimResults: boolean
  processLocally: boolean
  start: (track: MediaStreamTrack) => void
  stop: () => void
  abort: () => void
}

interface Languages {
  langs: string[]
  processLocally: true
}

export interface EarClass {
  new (): Ear
  readonly prototype: Ear
  available: (languages: Languages) => Promise<Availability>
  install: (languages: Languages) => Promise<boolean>
}

interface Heard extends Event {
  readonly resultIndex: number
  readonly results: ArrayLike<ArrayLike<{ readonly transcript: string }>>
}

/** Tags by which engines know the language of the page, the best first. */
const TAGS: Record<Locale, readonly string[]> = { 'zh-CN': ['zh-CN', 'cmn-Hans-CN'], en: ['en-US'] }
/** After these the ear is opened again; any other trouble ends it, above all `network`, which an ear on the device cannot have. */
const PASSING = new Set(['no-speech', 'aborted'])
const AGAIN_MS = 500

/** The class of this browser; null where it does not promise to listen on the device. */
export function localEar(scope: object = window): EarClass | null {
  const { SpeechRecognition, webkitSpeechRecognition } = scope as Record<string, Partial<EarClass> | undefined>
  const found = SpeechRecognition ?? webkitSpeechRecognition
  if (typeof found?.available !== 'function' || typeof found.install !== 'function') return null
  return found.prototype && 'processLocally' in found.prototype ? (found as EarClass) : null
}

/** The tag this device can write down by itself, and whether it already can. */
export async function findLanguage(ear: EarClass, locale: Locale): Promise<{ tag: string; state: Availability }> {
  for (const tag of TAGS[locale]) {
    const state = await ear.available({ langs: [tag], processLocally: true }).catch(() => 'unavailable' as const)
    if (state !== 'unavailable') return { tag, state }
  }
  return { tag: '', state: 'unavailable' }
}

export interface Listening {
  /** What was said until now may still be written down. */
  finish: () => void
  /** Nothing more comes. */
  abort: () => void
}

/** Listens to the track until told otherwise. `hear` gets each line under a key of its own, again and again while it grows. */
export function listen(
  ears: EarClass,
  tag: string,
  track: MediaStreamTrack,
  hear: (key: string, text: string) => void,
  fail: () => void,
): Listening {
  let state: 'open' | 'finishing' | 'over' = 'open'
  let ear: Ear | null = null
  let timer: ReturnType<typeof setTimeout> | undefined

  function open(): void {
    const mine = new ears()
    mine.lang = tag
    mine.continuous = true
    mine.interimResults = true
    mine.processLocally = true
    const round = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, '0')).join('')
    mine.addEventListener('result', (event) => {
      const { resultIndex, results } = event as Heard
      for (let n = resultIndex; state !== 'over' && n < results.length; n++) {
        const text = results[n]?.[0]?.transcript.trim()
        if (text) hear(`${round}-${n}`, text)
      }
    })
    mine.addEventListener('error', (event) => {
      if (!PASSING.has((event as Event & { error: string }).error)) broken()
    })
    mine.addEventListener('end', () => {
      if (state === 'open') timer = setTimeout(open, AGAIN_MS)
    })
    ear = mine
    try {
      mine.start(track)
    } catch {
      broken()
    }
  }

  function broken(): void {
    if (state === 'open') fail()
    abort()
  }

  function abort(): void {
    state = 'over'
    clearTimeout(timer)
    ear?.abort()
    ear = null
  }

  function finish(): void {
    if (state !== 'open') return
    state = 'finishing'
    clearTimeout(timer)
    ear?.stop()
  }

  open()
  return { finish, abort }
}
