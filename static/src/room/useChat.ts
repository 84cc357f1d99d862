/**
 * Written words: of each chamber, between a host and one other, from a host to all. Nothing is stored. Each place keeps its own lines
 * and what was typed there and not sent; a line to one person is never among those of a chamber.
 */
import { computed, shallowRef, type ComputedRef, type ShallowRef } from 'vue'

import { ApiError } from '../api'
import type { Broadcast, ChamberId, Chat, ChatLine, Write } from '../protocol'

export interface ChatLineShown extends Chat {
  mine: boolean
}

export interface ChatOptions {
  chamber: ComputedRef<ChamberId>
  you: () => string
  /** One's chamber can be written to and read now */
  gathered: () => boolean
  send: (line: ChatLine) => Promise<void>
  write: (line: Write) => Promise<void>
}

/** What is written in one place: one's chamber (''), or with the person of that id. */
export interface Written {
  lines: ChatLineShown[]
  typed: string
  unread: number
}

export interface RoomChat {
  written: (to: string) => Written
  /** Lines nobody looked at yet, of one's own chamber and of everybody: those that can be read now. */
  unread: ComputedRef<number>
  /** Persons with whom words were exchanged, and how many of theirs were not looked at. */
  privateUnread: ComputedRef<ReadonlyMap<string, number>>
  /** What hosts said to all and was not put away yet, oldest first. */
  broadcasts: ShallowRef<readonly Broadcast[]>
  type: (to: string, text: string) => void
  read: (to: string) => void
  hear: (line: Chat) => void
  hearAll: (line: Broadcast) => void
  dismissBroadcast: (key: string) => void
  /** To one's chamber; the text typed there is cleared once it was sent. */
  say: (text: string) => Promise<void>
  /** To one person, likewise. */
  write: (to: string, text: string) => Promise<void>
  /** Nothing of a private talk stays on the screen after it: another one may be with the other side. */
  forgetCaucus: () => void
}

const KEPT = 200
const PRIVATE: readonly string[] = ['caucus_applicant', 'caucus_respondent', 'side_applicant', 'side_respondent', 'aside'] satisfies ChamberId[]
const NOTHING: Written = { lines: [], typed: '', unread: 0 }
const isChamber = (key: string): boolean => key === 'joint' || PRIVATE.includes(key)
const makeKey = (): string => Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, '0')).join('')

export function useChat(options: ChatOptions): RoomChat {
  /** By chamber or person; their ids never meet. */
  const places = shallowRef<ReadonlyMap<string, Written>>(new Map())
  const broadcasts = shallowRef<readonly Broadcast[]>([])

  const place = (to: string): string => to || options.chamber.value
  const at = (key: string): Written => places.value.get(key) ?? NOTHING

  function put(key: string, part: Partial<Written>): void {
    places.value = new Map(places.value).set(key, { ...at(key), ...part })
  }

  function hear(line: Chat): void {
    const mine = line.from === options.you()
    const key = line.chamber ?? (mine ? (line.to ?? '') : line.from)
    const { lines, unread } = at(key)
    put(key, { lines: [...lines.slice(1 - KEPT), { ...line, mine }], unread: mine ? unread : unread + 1 })
  }

  function hearAll(line: Broadcast): void {
    broadcasts.value = [...broadcasts.value, line]
  }

  /** Sent twice when no answer came, shown once: the key is the same. */
  async function send(to: string, text: string, once: (words: { text: string; key: string }) => Promise<void>): Promise<void> {
    const words = { text: text.trim(), key: makeKey() }
    if (!words.text) return
    const key = place(to)
    try {
      await once(words)
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'timeout') throw error
      await once(words)
    }
    if (at(key).typed === text) put(key, { typed: '' })
  }

  return {
    written: (to) => at(place(to)),
    unread: computed(() => [...places.value].reduce((sum, [key, one]) => (isChamber(key) && !(options.gathered() && key === options.chamber.value) ? sum : sum + one.unread), 0)),
    privateUnread: computed(() => new Map([...places.value].flatMap(([key, one]) => (isChamber(key) || !one.lines.length ? [] : [[key, one.unread]])))),
    broadcasts,
    type: (to, typed) => put(place(to), { typed }),
    read: (to) => put(place(to), { unread: 0 }),
    hear,
    hearAll,
    dismissBroadcast: (key) => void (broadcasts.value = broadcasts.value.filter((one) => one.key !== key)),
    say: (text) => send('', text, options.send),
    write: (to, text) => send(to, text, (words) => options.write({ to, ...words })),
    forgetCaucus: () => void (places.value = new Map([...places.value].filter(([key]) => !PRIVATE.includes(key)))),
  }
}
