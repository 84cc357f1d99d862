/** The chat of each chamber: what was said, what is typed and not sent. Nothing is stored. */
import { computed, ref, shallowRef, type ComputedRef, type Ref } from 'vue'

import { ApiError } from '../api'
import type { ChamberId, Chat, ChatLine } from '../protocol'

export interface ChatLineShown extends Chat {
  mine: boolean
}

export interface ChatOptions {
  chamber: ComputedRef<ChamberId>
  you: () => string
  send: (line: ChatLine) => Promise<void>
}

export interface RoomChat {
  chat: ComputedRef<ChatLineShown[]>
  unread: Ref<number>
  /** Text typed and not sent, by chamber. */
  typed: ComputedRef<string> & { set: (text: string) => void }
  hear: (line: Chat) => void
  say: (text: string) => Promise<void>
  /** Nothing of a private talk stays on the screen after it: another one may be with the other side. */
  forgetCaucus: () => void
}

const KEPT = 200
const CHAMBERS: ChamberId[] = ['joint', 'caucus_applicant', 'caucus_respondent', 'side_applicant', 'side_respondent', 'aside']
const each = <T>(empty: () => T): Record<ChamberId, T> =>
  Object.fromEntries(CHAMBERS.map((chamber) => [chamber, empty()])) as Record<ChamberId, T>

export function useChat(options: ChatOptions): RoomChat {
  const { chamber } = options
  const lines = shallowRef(each<ChatLineShown[]>(() => []))
  const texts = ref(each(() => ''))
  const unread = ref(0)

  function hear(line: Chat): void {
    const shown = { ...line, mine: line.from === options.you() }
    const where = line.chamber ?? chamber.value // a line to one person is read where its reader is
    lines.value = { ...lines.value, [where]: [...lines.value[where].slice(1 - KEPT), shown] }
    if (!shown.mine) unread.value++
  }

  async function say(text: string): Promise<void> {
    const words = text.trim()
    if (!words) return
    const where = chamber.value
    const key = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, '0')).join('')
    try {
      await options.send({ text: words, key })
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'timeout') throw error
      await options.send({ text: words, key }) // sent twice, shown once
    }
    if (texts.value[where] === text) texts.value[where] = ''
  }

  function forgetCaucus(): void {
    lines.value = { ...each<ChatLineShown[]>(() => []), joint: lines.value.joint }
    texts.value = { ...each(() => ''), joint: texts.value.joint }
    unread.value = 0
  }

  const typed = Object.assign(
    computed(() => texts.value[chamber.value]),
    { set: (text: string) => void (texts.value[chamber.value] = text) },
  )

  return { chat: computed(() => lines.value[chamber.value]), unread, typed, hear, say, forgetCaucus }
}
