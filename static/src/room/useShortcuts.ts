/** Single keys of the room by `event.code`; inactive while typing or in a dialog; one switch turns all off (WCAG 2.1.4). */
import { onBeforeUnmount, onMounted, ref, type Ref } from 'vue'

export type Shortcuts = Record<string, (event: KeyboardEvent) => void>

/** A line of the list at `?`. */
export interface KeyLine {
  key: string
  words: string
}

const STORED = 'hejie-shortcuts'
export const shortcutsOn: Ref<boolean> = ref(read())

function read(): boolean {
  try {
    return localStorage.getItem(STORED) !== 'off'
  } catch {
    return true
  }
}

export function setShortcuts(on: boolean): void {
  shortcutsOn.value = on
  try {
    localStorage.setItem(STORED, on ? 'on' : 'off')
  } catch {
    // not remembered, still switched
  }
}

/** `Shift+KeyM` for a key with shift; the plain code otherwise. */
export function nameOf(event: KeyboardEvent): string {
  return `${event.shiftKey && event.code !== 'Slash' ? 'Shift+' : ''}${event.code}`
}

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.closest('dialog[open]')) return true
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)
}

/** `held` is pressed while a key is down and released with it: talk while Space is held. */
export function useShortcuts(keys: Shortcuts, held?: { code: string; down: () => void; up: () => void }): void {
  let holding = false

  function down(event: KeyboardEvent): void {
    if (!shortcutsOn.value || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
    if (held && event.code === held.code) {
      // Space on a button presses that button.
      if (event.target instanceof HTMLElement && event.target.closest('button, a, summary, [tabindex="0"]')) return
      event.preventDefault()
      if (!event.repeat && !holding) {
        holding = true
        held.down()
      }
      return
    }
    const act = keys[nameOf(event)]
    if (!act || event.repeat) return
    event.preventDefault()
    act(event)
  }

  function release(): void {
    if (!held || !holding) return
    holding = false
    held.up()
  }

  function up(event: KeyboardEvent): void {
    if (event.code === held?.code) release()
  }

  onMounted(() => {
    addEventListener('keydown', down)
    addEventListener('keyup', up)
    addEventListener('blur', release) // the key is let go in another window
  })
  onBeforeUnmount(() => {
    removeEventListener('keydown', down)
    removeEventListener('keyup', up)
    removeEventListener('blur', release)
    release()
  })
}

/** Focus to the next (or former) part of the screen: elements marked data-region that are shown. */
export function nextRegion(root: HTMLElement | null, step: 1 | -1): void {
  const regions = [...(root?.querySelectorAll<HTMLElement>('[data-region]') ?? [])].filter((one) => one.offsetParent !== null)
  if (regions.length === 0) return
  const at = regions.findIndex((one) => one.contains(document.activeElement))
  const next = regions[(at + step + regions.length) % regions.length] ?? regions[0]
  if (next && !next.hasAttribute('tabindex')) next.tabIndex = -1
  next?.focus()
}
