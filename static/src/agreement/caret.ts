/** Others' words flow into the field one is typing in: the cursor stays before the same character. */
import { nextTick, onScopeDispose, ref, type Ref } from 'vue'

/** Where in `after` stands what stood at `at` in `before`; both begin and end alike around what changed. */
export function shifted(before: string, after: string, at: number): number {
  const most = Math.min(before.length, after.length)
  let head = 0
  while (head < most && before[head] === after[head]) head += 1
  let tail = 0
  while (tail < most - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1
  if (at <= head) return at
  return at >= before.length - tail ? after.length - (before.length - at) : Math.min(at, after.length - tail)
}

export async function keepingCaret(apply: () => void): Promise<void> {
  const field = document.activeElement
  const typing = field instanceof HTMLTextAreaElement || (field instanceof HTMLInputElement && field.type === 'text')
  if (!typing) return apply()
  const { value, selectionStart, selectionEnd, scrollTop } = field
  apply()
  await nextTick()
  if (!field.isConnected) return
  if (document.activeElement !== field) field.focus({ preventScroll: true })
  if (field.value === value) return
  field.setSelectionRange(shifted(value, field.value, selectionStart ?? 0), shifted(value, field.value, selectionEnd ?? 0))
  field.scrollTop = scrollTop
}

/** Whether an input method is composing a word: nothing is saved or taken over in the middle of one. */
export function useComposing(done: () => void): Ref<boolean> {
  const composing = ref(false)
  const begin = (): void => void (composing.value = true)
  const end = (): void => {
    composing.value = false
    done()
  }
  document.addEventListener('compositionstart', begin)
  document.addEventListener('compositionend', end)
  onScopeDispose(() => {
    document.removeEventListener('compositionstart', begin)
    document.removeEventListener('compositionend', end)
  })
  return composing
}
