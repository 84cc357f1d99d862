/** Reads a text aloud with a voice that lives on this device. A voice of the network is never used: it would be sent the text. */
import { computed, onBeforeUnmount, onMounted, ref, shallowRef, type ComputedRef, type Ref } from 'vue'

import { currentLocale } from '../i18n'

const canSpeak = (): boolean => typeof window !== 'undefined' && 'speechSynthesis' in window && 'SpeechSynthesisUtterance' in window
const RATE = 0.95
const SLOW = 0.7

/** Long texts stop in some browsers after 15 s, so they are spoken sentence by sentence. The point of a figure ends none; together they are the text. */
export function sentences(text: string): string[] {
  return (text.match(/(?:[^。！？；.!?;\n]|\.(?=\d))*(?:[。！？；.!?;\n]+|$)/g) ?? []).filter(Boolean)
}

/** What is said for what is written: a sum once and not twice (大写), figures without commas, long numbers digit by digit. */
export function spoken(sentence: string): string {
  return sentence
    .replace(/（大写[：:][^（）]*）/g, '')
    .replace(/(\d),(?=\d{3}(?!\d))/g, '$1')
    .replace(/[\d*]{7,}(?![\d*]*(?:\.\d+)?元)/g, (long) => long.replace(/\*+/g, '，').replace(/\d(?=\d)/g, '$& '))
}

/** Minutes a voice needs, at 240 Chinese characters or 150 words a minute; at least 1. */
export function minutesToRead(text: string): number {
  const chinese = (text.match(/[\u4e00-\u9fff]/g) ?? []).length
  const latin = (text.match(/[A-Za-z]+/g) ?? []).length
  return Math.max(1, Math.round(chinese / 240 + latin / 150))
}

/** The device's own voice for a language: of the same country if there is one, never Cantonese for Mandarin. */
export function localVoice(lang: string, voices: readonly SpeechSynthesisVoice[]): SpeechSynthesisVoice | null {
  const plain = (one: SpeechSynthesisVoice): string => one.lang.replace('_', '-').toLowerCase()
  const own = voices.filter((one) => one.localService)
  const base = lang.toLowerCase().split('-')[0] ?? ''
  const same = own.find((one) => plain(one) === lang.toLowerCase() || (base === 'zh' && plain(one).startsWith('cmn')))
  return same ?? own.find((one) => plain(one).startsWith(base) && !/-(hk|yue)/.test(plain(one))) ?? null
}

export interface Speech {
  /** Whether this device has a voice of its own for the language. */
  able: ComputedRef<boolean>
  speaking: Ref<boolean>
  /** Index of the sentence being said; -1: none. */
  at: Ref<number>
  slow: Ref<boolean>
  say: (text: string) => void
  stop: () => void
}

/** One voice at a time on the whole page. */
let silence: (() => void) | null = null
const slow = ref(false)

export function useSpeech(lang: () => string = currentLocale): Speech {
  const voices = shallowRef<readonly SpeechSynthesisVoice[]>([])
  const speaking = ref(false)
  const at = ref(-1)
  let round = 0

  // Browsers know their voices only some time after the page has opened.
  const look = (): void => void (voices.value = speechSynthesis.getVoices())

  function stop(): void {
    round += 1
    if (speaking.value) speechSynthesis.cancel()
    speaking.value = false
    at.value = -1
    if (silence === stop) silence = null
  }

  function say(text: string): void {
    silence?.()
    stop()
    const voice = canSpeak() ? localVoice(lang(), voices.value) : null
    if (!voice) return
    const mine = round
    const parts = sentences(text)
    speaking.value = parts.length > 0
    silence = stop
    parts.forEach((part, index) => {
      const utterance = new SpeechSynthesisUtterance(spoken(part).trim())
      utterance.voice = voice
      utterance.lang = voice.lang
      utterance.rate = slow.value ? SLOW : RATE
      utterance.onstart = () => {
        if (mine === round) at.value = index
      }
      utterance.onerror = () => mine === round && stop()
      if (index === parts.length - 1) utterance.onend = () => mine === round && stop()
      speechSynthesis.speak(utterance)
    })
  }

  onMounted(() => {
    if (!canSpeak()) return
    look()
    speechSynthesis.addEventListener('voiceschanged', look)
  })
  onBeforeUnmount(() => {
    stop()
    if (canSpeak()) speechSynthesis.removeEventListener('voiceschanged', look)
  })
  return { able: computed(() => localVoice(lang(), voices.value) !== null), speaking, at, slow, say, stop }
}
