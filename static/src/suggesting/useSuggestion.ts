/** Asks what a text is probably about, a moment after it was last typed; the last text asked about counts. */
import { onScopeDispose, shallowRef, watch, type Ref, type ShallowRef } from 'vue'

import { api } from '../api'
import { useAnswer, type Answer } from '../ui/useAnswer'
import type { Kind, Suggestion } from './types'

const PAUSE = 700
const LEAST = 6
const MOST = 4000

export interface Suggesting extends Answer<Suggestion> {
  kinds: ShallowRef<readonly Kind[]>
  again: () => Promise<void>
}

export function useSuggestion(text: Ref<string>): Suggesting {
  const answer = useAnswer<Suggestion>()
  const kinds = shallowRef<readonly Kind[]>([])
  let timer: ReturnType<typeof setTimeout> | undefined

  function again(): Promise<void> {
    return answer.ask(async () => {
      if (!kinds.value.length) kinds.value = (await api.get<{ kinds: Kind[] }>('/api/kinds')).kinds
      return api.post<Suggestion>('/api/suggestions', { text: [...text.value].slice(0, MOST).join('') })
    })
  }
  watch(
    text,
    (now, before) => {
      clearTimeout(timer)
      if (now.trim().length < LEAST) answer.clear()
      else timer = setTimeout(() => void again(), before === undefined ? 0 : PAUSE)
    },
    { immediate: true },
  )
  onScopeDispose(() => clearTimeout(timer))
  return { ...answer, kinds, again }
}
