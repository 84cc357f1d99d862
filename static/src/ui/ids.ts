/** Ids that tie labels, hints and errors to their control. */
import { useId } from 'vue'

export interface FieldIds {
  control: string
  hint: string
  error: string
}

/** Follow `given`: a row that moves up takes the ids of its new place. */
export function fieldIds(given: () => string | undefined = () => undefined): FieldIds {
  const own = `f-${useId()}`
  const control = (): string => given() ?? own
  return {
    get control() {
      return control()
    },
    get hint() {
      return `${control()}-hint`
    },
    get error() {
      return `${control()}-error`
    },
  }
}

/** Value for aria-describedby: the ids whose text is there, or undefined. */
export function describedBy(ids: FieldIds, hint: unknown, error: unknown): string | undefined {
  return [error ? ids.error : '', hint ? ids.hint : ''].filter(Boolean).join(' ') || undefined
}
