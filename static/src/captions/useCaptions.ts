/**
 * Words as text: one's own, written down by this device while one's sound really goes out, and those others choose to show. Off by
 * default. Of a private chamber nothing stays: its lines and its choice are gone when it is left.
 */
import { computed, onScopeDispose, ref, shallowRef, watch, type ComputedRef, type Ref } from 'vue'

import { currentLocale, type Locale } from '../i18n'
import type { Caption, CaptionLine, ChamberId, Kind, RoomView } from '../protocol'
import { findLanguage, listen, localEar, type Availability, type EarClass, type Listening } from './ear'

/** What captions need of a room. */
export interface CaptionRoom {
  view: Readonly<Ref<RoomView | null>>
  link: Readonly<Ref<string>>
  /** The newest words somebody shows. */
  caption: Readonly<Ref<Caption | null>>
  sending: (kind: Kind) => boolean
  act: (event: 'caption', body: CaptionLine) => Promise<void>
}

export interface CaptionOptions {
  room: CaptionRoom
  microphone: Readonly<Ref<MediaStreamTrack | null>>
  /** Replaced in specs. */
  ears?: EarClass | null
  locale?: () => Locale
}

/** Whether one's own words are written down, and for whom. */
export type Wish = 'off' | 'self' | 'shown'

export interface Line {
  key: string
  name: string
  text: string
  at: Date
  mine: boolean
}

export interface Captions {
  wish: ComputedRef<Wish>
  choose: (wish: Wish) => void
  /** Of the language of the page, on this device. */
  state: Ref<Availability | 'asking'>
  /** Looks again what this device can do. */
  ask: () => Promise<void>
  install: () => Promise<void>
  /** The engine gave up, or its language did not come; the person may try again. */
  failed: Ref<boolean>
  lines: ComputedRef<readonly Line[]>
  /** Lines may be copied into the minutes: by a host or recorder, of the joint chamber alone. */
  takes: ComputedRef<boolean>
}

const SHOW_MS = 1000
const LONGEST = 1000
const KEPT = 12
const KEPT_FOR_MINUTES = 400
type Kept = 'joint' | 'private'

export function useCaptions(options: CaptionOptions): Captions {
  const { room, microphone } = options
  const ears = options.ears === undefined ? localEar() : options.ears
  const locale = options.locale ?? currentLocale
  const state = ref<Availability | 'asking'>('asking')
  const tag = ref('')
  const failed = ref(false)
  const wishes = ref<Record<Kept, Wish>>({ joint: 'off', private: 'off' })
  const kept = shallowRef<Record<Kept, readonly Line[]>>({ joint: [], private: [] })

  const you = computed(() => room.view.value?.you)
  const chamber = computed<ChamberId | null>(() => (you.value?.state === 'present' ? you.value.chamber : null))
  const where = computed<Kept>(() => (chamber.value === null || chamber.value === 'joint' ? 'joint' : 'private'))
  const wish = computed(() => wishes.value[where.value])
  const takes = computed(() => where.value === 'joint' && (you.value?.host === true || you.value?.role === 'recorder'))
  /** The epoch in which somebody hears one; null where nobody does. */
  const epoch = computed(() => (room.link.value === 'open' && !room.view.value?.away ? (room.view.value?.chamber?.epoch ?? null) : null))
  const place = computed(() => (chamber.value === null || epoch.value === null ? null : `${chamber.value} ${epoch.value}`))
  const track = computed(() => (room.sending('audio') ? microphone.value : null))

  // --- lines ------------------------------------------------------------------------------------------------------

  function put(key: string, name: string, text: string, mine: boolean): void {
    const lines = kept.value[where.value]
    const known = lines.find((line) => line.key === key)
    const line = { key, name, text, mine, at: known?.at ?? new Date() }
    const next = known ? lines.map((one) => (one === known ? line : one)) : [...lines, line]
    kept.value = { ...kept.value, [where.value]: next.slice(takes.value ? -KEPT_FOR_MINUTES : -KEPT) }
  }

  watch(
    room.caption,
    (line) => {
      if (line && line.chamber === chamber.value) put(`${line.from} ${line.key}`, line.name, line.text, false)
    },
    { flush: 'sync' },
  )

  // --- one's own words --------------------------------------------------------------------------------------------

  let listening: Listening | null = null
  let round = 0
  const pending = new Map<string, CaptionLine>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let shownAt = 0

  function begin(): void {
    const source = track.value
    const spoken = epoch.value
    if (!ears || !source || spoken === null || wish.value === 'off' || state.value !== 'available') return
    const mine = round
    const hear = (key: string, text: string): void => {
      if (mine === round) say(key, text.slice(-LONGEST), spoken)
    }
    listening = listen(ears, tag.value, source, hear, () => {
      failed.value = true
      wishes.value[where.value] = 'off'
    })
  }

  function say(key: string, text: string, spoken: number): void {
    const me = you.value
    if (!me) return
    put(`${me.person} ${key}`, me.name, text, true)
    if (wish.value !== 'shown') return
    pending.set(key, { epoch: spoken, key, text })
    timer ??= setTimeout(show, Math.max(0, shownAt + SHOW_MS - Date.now()))
  }

  function show(): void {
    timer = undefined
    shownAt = Date.now()
    // Refused where nobody hears any more: then there is nothing to show.
    for (const line of pending.values()) void room.act('caption', line).catch(() => undefined)
    pending.clear()
  }

  /** What is not written down yet never will be. */
  function stop(): void {
    round += 1
    listening?.abort()
    listening = null
    clearTimeout(timer)
    timer = undefined
    pending.clear()
  }

  watch(
    chamber,
    (_, before) => {
      if (before === null || before === 'joint') return
      wishes.value.private = 'off'
      kept.value = { ...kept.value, private: [] }
    },
    { flush: 'sync' },
  )
  watch(
    [place, wish],
    () => {
      stop()
      begin()
    },
    { flush: 'sync' },
  )
  watch(
    [track, state],
    () => {
      listening?.finish() // the last words before the microphone was closed still belong to this place
      listening = null
      begin()
    },
    { flush: 'sync' },
  )

  // --- what this device can do ------------------------------------------------------------------------------------

  async function ask(): Promise<void> {
    const asked = locale()
    state.value = 'asking'
    const found = ears ? await findLanguage(ears, asked) : { tag: '', state: 'unavailable' as const }
    if (asked !== locale()) return
    tag.value = found.tag
    state.value = found.state
  }

  async function install(): Promise<void> {
    if (!ears || state.value !== 'downloadable') return
    state.value = 'downloading'
    failed.value = !(await ears.install({ langs: [tag.value], processLocally: true }).catch(() => false))
    await ask()
  }

  function choose(next: Wish): void {
    failed.value = false
    wishes.value[where.value] = next
  }

  watch(locale, () => void ask(), { immediate: true })
  onScopeDispose(stop)

  return { wish, choose, state, ask, install, failed, lines: computed(() => kept.value[where.value]), takes }
}
