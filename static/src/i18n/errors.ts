/** From an error to the words a person reads: what happened, what is safe, what to do. The code chooses; nothing else does. */
import { ApiError } from '../api'
import { words } from '.'
import { time } from './format'

export interface Trouble {
  /** In the language of the moment it is read: switching it while an error stands switches the error. */
  readonly text: string
  code: string
  /** For the small copyable line below; empty when the server was never reached. */
  requestId: string
}

function figures(data: Readonly<Record<string, unknown>>): Record<string, string | number> {
  const named: Record<string, string | number> = {}
  for (const [key, value] of Object.entries(data)) {
    if (typeof value === 'string' || typeof value === 'number') named[key] = value
    else if (Array.isArray(value)) named[key] = value.join(words.t('ui.list_separator'))
  }
  if (typeof named['tries_left'] === 'number') named['n'] = named['tries_left']
  for (const key of ['until', 'locked_until']) {
    if (typeof named[key] === 'string') named['time'] = time(named[key])
  }
  if (named['waiting_for']) named['names'] = named['waiting_for']
  return named
}

/** The words for a code of `errors.json`; an unknown code gets the general sentence. */
export function errorText(code: string, data: Readonly<Record<string, unknown>> = {}): string {
  const key = `errors.${code}`
  return words.te(key) ? words.t(key, figures(data)) : words.t('errors.internal')
}

function spoken(code: string, data: Readonly<Record<string, unknown>>, requestId: string): Trouble {
  return {
    get text() {
      return errorText(code, data)
    },
    code,
    requestId,
  }
}

export function troubleOf(error: unknown): Trouble {
  if (!(error instanceof ApiError)) {
    console.error(error)
    return spoken('internal', {}, '')
  }
  return spoken(error.code, error.data, error.requestId)
}
