/** What the reader chose for their eyes: size of type and theme, kept on this device and set as attributes of <html>. */
import { ref } from 'vue'

export const SIZES = ['standard', 'large', 'xlarge'] as const
export type Size = (typeof SIZES)[number]
const STORED = 'hejie-size'

function stored(): Size {
  try {
    const value = localStorage.getItem(STORED)
    return SIZES.find((size) => size === value) ?? 'standard'
  } catch {
    return 'standard'
  }
}

export const size = ref<Size>(stored())

export function setSize(next: Size): void {
  size.value = next
  if (next === 'standard') delete document.documentElement.dataset['size']
  else document.documentElement.dataset['size'] = next
  try {
    localStorage.setItem(STORED, next)
  } catch {
    // not remembered, still switched
  }
}

/** Before the first picture: the size chosen earlier, the theme of ?theme= (else the system's). */
export function applyReading(): void {
  setSize(size.value)
  const theme = new URLSearchParams(location.search).get('theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset['theme'] = theme
}
