/** Reads a text aloud with the phone's own voice, where there is one. */
import { onBeforeUnmount, ref, type Ref } from 'vue'

import { currentLocale } from '../i18n'

export const canSpeak = typeof window !== 'undefined' && 'speechSynthesis' in window && 'SpeechSynthesisUtterance' in window

/** Long texts stop in some browsers after 15 s, so they are spoken sentence by sentence. */
export function sentences(text: string): string[] {
  return (text.match(/[^。！？；.!?;\n]+[。！？；.!?;]?/g) ?? []).map((part) => part.trim()).filter(Boolean)
}

/** Minutes a voice needs, at 240 Chinese characters or 150 words a minute; at least 1. */
export function minutesToRead(text: string): number {
  const chinese = (text.match(/[\u4e00-\u9fff]/g) ?? []).length
  const latin = (text.match(/[A-Za-z]+/g) ?? []).length
  return Math.max(1, Math.round(chinese / 240 + latin / 150))
}

export function useSpeech(): { speaking: Ref<boolean>; say: (text: string) => void; stop: () => void } {
  const speaking = ref(false)
  let round = 0

  function stop(): void {
    round += 1
    speaking.value = false
    if (canSpeak) speechSynthesis.cancel()
  }
  function say(text: string): void {
    stop()
    if (!canSpeak) return
    const mine = round
    const parts = sentences(text)
    speaking.value = parts.length > 0
    parts.forEach((part, index) => {
      const utterance = new SpeechSynthesisUtterance(part)
      utterance.lang = currentLocale()
      utterance.rate = 0.95
      if (index === parts.length - 1) {
        utterance.onend = utterance.onerror = () => {
          if (mine === round) speaking.value = false
        }
      }
      speechSynthesis.speak(utterance)
    })
  }
  onBeforeUnmount(stop)
  return { speaking, say, stop }
}
