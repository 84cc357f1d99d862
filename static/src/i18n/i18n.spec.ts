/** Both languages have the same words for the same keys, sorted; every key the code names exists; every error code has words. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

import { describe, expect, it } from 'vitest'

import { needMessages, setLocale, words } from '.'
import { ApiError } from '../api'
import { troubleOf } from './errors'

const SOURCE = resolve(import.meta.dirname, '..')
const REPOSITORY = resolve(SOURCE, '../..')

type Words = { [key: string]: string | Words }

function read(locale: string, file: string): Words {
  return JSON.parse(readFileSync(join(SOURCE, 'i18n', locale, file), 'utf8')) as Words
}

/** All levels: an object's keys are in code point order. */
function unsorted(words: Words, path = ''): string[] {
  const keys = Object.keys(words)
  const here = keys.filter((key, index) => index > 0 && key < (keys[index - 1] ?? '')).map((key) => path + key)
  return here.concat(keys.flatMap((key) => (typeof words[key] === 'object' ? unsorted(words[key], `${path}${key}.`) : [])))
}

function flat(words: Words, path = ''): Map<string, string> {
  const all = new Map<string, string>()
  for (const [key, value] of Object.entries(words)) {
    if (typeof value === 'string') all.set(path + key, value)
    else flat(value, `${path}${key}.`).forEach((text, inner) => all.set(inner, text))
  }
  return all
}

const placeholders = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort()

function filesUnder(directory: string, endings: readonly string[]): string[] {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && endings.some((ending) => entry.name.endsWith(ending)))
    .map((entry) => join(entry.parentPath, entry.name))
}

const features = readdirSync(join(SOURCE, 'i18n/zh-CN'))

it('has the same features in both languages', () => {
  expect(readdirSync(join(SOURCE, 'i18n/en'))).toEqual(features)
})

describe.each(features)('%s', (file) => {
  const zh = read('zh-CN', file)
  const en = read('en', file)

  it('has sorted keys', () => {
    expect(unsorted(zh)).toEqual([])
    expect(unsorted(en)).toEqual([])
  })

  it('leaves no plural to the reader', () => {
    expect([...flat(en).values()].filter((text) => /\((?:s|es|ies)\)/.test(text))).toEqual([])
  })

  it('has the same keys in both languages', () => {
    expect([...flat(en).keys()]).toEqual([...flat(zh).keys()])
  })

  it('says something under every key, with the same figures', () => {
    const english = flat(en)
    for (const [key, text] of flat(zh)) {
      expect(text.trim(), key).not.toBe('')
      expect(placeholders(english.get(key) ?? ''), key).toEqual(placeholders(text))
    }
  })

  it('writes Chinese with full-width punctuation', () => {
    const half = [...flat(zh)].filter(([, text]) => /[\u4e00-\u9fff][,;!?:]|[,;!?:](?=[\u4e00-\u9fff])/.test(text))
    expect(half).toEqual([])
  })
})

it('has words for every key the code names', () => {
  const known = new Set(features.flatMap((file) => [...flat(read('zh-CN', file)).keys()].map((key) => `${file.replace('.json', '')}.${key}`)))
  const named = new Set<string>()
  for (const file of filesUnder(SOURCE, ['.vue', '.ts'])) {
    if (file.endsWith('.spec.ts')) continue
    for (const [, key] of readFileSync(file, 'utf8').matchAll(/\bt\(\s*'([a-z]+\.[\w.]+)'/g)) if (key) named.add(key)
  }
  expect([...named].filter((key) => !known.has(key))).toEqual([])
})

it('has words for every error code of the Python packages', () => {
  const known = new Set(flat(read('zh-CN', 'errors.json')).keys())
  const codes = new Set<string>()
  for (const folder of ['server', 'signaling', 'documents']) {
    for (const file of filesUnder(join(REPOSITORY, folder), ['.py'])) {
      const text = readFileSync(file, 'utf8')
      // A class attribute `code` of an error class: `class Stale(Conflict): ... code = "stale"`.
      for (const [, body] of text.matchAll(/^class \w+\([^)]*\):\n((?:(?: {4}.*)?\n)+)/gm)) {
        const code = /^ {4}code(?:: ClassVar\[str\])? = "(\w+)"/m.exec(body ?? '')?.[1]
        const enumeration = /^ {4}[a-z_]+ = "\w+"\n {4}[a-z_]+ = "\w+"/m.test(body ?? '')
        if (code && !enumeration) codes.add(code)
      }
    }
  }
  expect(codes.size).toBeGreaterThan(20)
  expect([...codes].filter((code) => !known.has(code)).sort()).toEqual([])
})

it('says one and many rightly in English', async () => {
  await setLocale('en')
  await needMessages('agreement', 'clauses', 'forms', 'remarks', 'reviews', 'room', 'signing', 'table', 'ui', 'versions')
  const said = (n: number): string[] =>
    [
      'agreement.advice', 'agreement.changed', 'agreement.freeze_not_yet', 'clauses.months_done', 'forms.problems_title', 'remarks.ended', 'reviews.pass_with_remarks', 'reviews.waited_days', 'reviews.waits_days',
      'room.back_after', 'signing.kiosk.idle', 'signing.look.pages', 'table.proof.all_kept', 'table.proof.some_uncounted', 'ui.resend_in', 'versions.count.other', 'versions.same',
    ].map((key) => words.t(key, { n })) // prettier-ignore
  for (const text of said(1)) expect(text).toMatch(/\b1 (?:\w+’s |other |private )?(?:change|clause|day|instalment|page|part|problem|remark|reminder|second|talk)\b/)
  for (const text of said(2)) expect(text).toMatch(/\b2 (?:\w+’s |other |private )?(?:change|clause|day|instalment|page|part|problem|remark|reminder|second|talk)s\b/)
  await setLocale('zh-CN')
  for (const text of said(1)) expect(text).toContain('1')
})

it('says an error that stands on the page in the language switched to', async () => {
  await needMessages('errors')
  const trouble = troubleOf(new ApiError('login_wrong', 401))
  await setLocale('zh-CN')
  const chinese = trouble.text
  await setLocale('en')
  expect(trouble.text).not.toBe(chinese)
  await setLocale('zh-CN')
  expect(trouble.text).toBe(chinese)
})
