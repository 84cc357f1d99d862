/** Ids that tie labels, hints and errors to their control. */
import { useId } from 'vue'

export interface FieldIds {
  control: string
  hint: string
  error: string
}

export function fieldIds(given: string | undefined): FieldIds {
  const control = given ?? `f-${useId()}`
  return { control, hint: `${control}-hint`, error: `${control}-error` }
}

/** Value for aria-describedby: the ids whose text is there, or undefined. */
export function describedBy(ids: FieldIds, hint: unknown, error: unknown): string | undefined {
  return [error ? ids.error : '', hint ? ids.hint : ''].filter(Boolean).join(' ') || undefined
}
