/** The host's single keys (design.md 5) and the list of them at `?`: one table, so that the list says what the keys do. */
import { computed, type ComputedRef, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'

import { announce } from '../../ui/announce'
import { inOrder } from '../gridLayout'
import type { RoomActs } from '../useRoomActs'
import { nextRegion, useShortcuts, type KeyLine } from '../useShortcuts'
import { talks } from './places'
import type { Host } from './useHost'

export interface HostKeys {
  root: Ref<HTMLElement | null>
  /** Who hears one now, as a sentence */
  hears: () => string
  toggleChat: () => void
  /** Show the people, the panel; close what lies over the stage */
  show: (part: 'rail' | 'panel') => void
  shut: () => void
  help: () => void
}

const MORE_SECONDS = 60

export function useHostKeys(acts: RoomActs, host: Host, page: HostKeys): ComputedRef<KeyLine[]> {
  const { t } = useI18n()
  const { room, run } = acts
  const view = host.view
  const floor = (): boolean => view.value?.chamber?.floor != null
  const find = (what: string): HTMLElement | null => page.root.value?.querySelector<HTMLElement>(what) ?? null

  function focus(what: string, part: 'rail' | 'panel'): void {
    page.show(part)
    requestAnimationFrame(() => {
      const found = find(what)
      if (!found) return
      const panel = found.closest('[role=tabpanel]')
      if (panel && found.offsetParent === null) document.getElementById(panel.getAttribute('aria-labelledby') ?? '')?.click()
      requestAnimationFrame(() => {
        if (found.tabIndex < 0) found.tabIndex = -1
        found.focus()
      })
    })
  }

  function spotlight(nth: number): void {
    const here = view.value?.chamber?.people.map(({ person, role, side }) => ({ id: person, role, side, self: false })) ?? []
    const person = nth === 0 ? '' : inOrder(here)[nth - 1]?.id
    if (person !== undefined) void host.act('spotlight', { person })
  }

  function fullScreen(): void {
    if (document.fullscreenElement) void document.exitFullscreen()
    else void page.root.value?.requestFullscreen().catch(() => undefined)
  }

  useShortcuts(
    {
      KeyM: acts.toggleMicrophone,
      KeyV: acts.toggleCamera,
      KeyC: page.toggleChat,
      KeyP: () => focus('[data-region=rail] button', 'rail'),
      KeyD: () => focus('[data-region=panel] [role=tab][aria-selected=true]', 'panel'),
      KeyF: fullScreen,
      KeyW: () => announce(page.hears(), 'assertive'),
      KeyS: () => void (acts.shares.value && acts.toggleShare()),
      KeyA: () => focus('[data-admit]', 'rail'),
      KeyR: () => focus('[data-clauses] li[aria-current=step]', 'panel'),
      KeyK: () => host.ask({ kind: 'move', place: null, people: null }),
      KeyJ: () => void (view.value && talks(view.value).length && host.ask({ kind: 'recall' })),
      KeyN: () => void (floor() && host.act('floor_next', {})),
      KeyT: () => void (floor() && host.act('floor_more', { seconds: MORE_SECONDS })),
      ...Object.fromEntries(Array.from({ length: 10 }, (_, nth) => [`Digit${nth}`, () => spotlight(nth)])),
      'Shift+KeyM': () => host.ask({ kind: 'mute_all' }),
      'Shift+KeyP': () => void (host.paused.value || host.ask({ kind: 'pause' })),
      F6: () => nextRegion(page.root.value, 1),
      'Shift+F6': () => nextRegion(page.root.value, -1),
      Slash: page.help,
      Escape: page.shut,
    },
    { code: 'Space', down: () => void run(() => room.setMicrophone(true)), up: () => void run(() => room.setMicrophone(false)) },
  )

  return computed(() => [
    ...(['M', 'V', 'Space', 'C', 'P', 'D', 'F'] as const).map((key) => ({ key, words: t(`host.key.${key}`) })),
    ...(acts.shares.value ? [{ key: 'S', words: t('host.key.S') }] : []),
    ...(['W', 'A'] as const).map((key) => ({ key, words: t(`host.key.${key}`) })),
    ...(view.value?.stage === 'reading' ? [{ key: 'R', words: t('host.key.R') }] : []),
    { key: 'K', words: t('host.key.K') },
    { key: 'J', words: t('host.key.J') },
    { key: 'N', words: t('host.key.N') },
    { key: 'T', words: t('host.key.T') },
    { key: '1–9, 0', words: t('host.key.digits') },
    { key: 'Shift+M', words: t('host.key.Shift_M') },
    { key: 'Shift+P', words: t('host.key.Shift_P') },
    { key: 'F6, Shift+F6', words: t('host.key.F6') },
    { key: 'Esc', words: t('host.key.Esc') },
    { key: '?', words: t('host.key.help') },
  ])
}
