// @vitest-environment node
import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'

import { describe, expect, it } from 'vitest'

/** Every word these screens ask for is there in both languages, and no word is there that nobody asks for. */
const HERE = import.meta.dirname
const wordsOf = (locale: string): Record<string, unknown> =>
  JSON.parse(readFileSync(resolve(HERE, `../i18n/${locale}/signing.json`), 'utf8')) as Record<string, unknown>

function keysOf(node: Record<string, unknown>, prefix = 'signing.'): string[] {
  return Object.entries(node).flatMap(([key, value]) =>
    typeof value === 'string' ? [prefix + key] : keysOf(value as Record<string, unknown>, `${prefix}${key}.`),
  )
}

const sources = [...readdirSync(HERE), '../pages/KioskMeeting.vue', '../pages/KioskPage.vue']
  .filter((name) => /\.(vue|ts)$/.test(name) && !name.includes('spec'))
  .map((name) => readFileSync(resolve(HERE, name), 'utf8'))
  .join('\n')
const exact = new Set([...sources.matchAll(/'(signing\.[a-z_.]+[a-z])'/g)].map(([, key]) => key ?? ''))
/** `signing.state.${...}` and its like, as patterns. */
const patterns = [...sources.matchAll(/`(signing\.[^`]*)`/g)].map(([, text]) => new RegExp(`^${(text ?? '').replace(/\$\{[^`]*?\}(?=\.|_|$)/g, '[a-z_]+').replace(/\./g, '\\.')}$`))

describe('the words of reading and signing', () => {
  it('are the same keys in both languages', () => {
    expect(keysOf(wordsOf('en')).sort()).toEqual(keysOf(wordsOf('zh-CN')).sort())
  })

  it('are all there', () => {
    const known = new Set(keysOf(wordsOf('zh-CN')))
    expect([...exact].filter((key) => !known.has(key))).toEqual([])
  })

  it('are all used', () => {
    const unused = keysOf(wordsOf('zh-CN')).filter((key) => !exact.has(key) && !patterns.some((pattern) => pattern.test(key)))
    expect(unused).toEqual([])
  })

  it('use no words that frighten', () => {
    const chinese = JSON.stringify(wordsOf('zh-CN'))
    for (const word of ['失败', '非法', '异常', '授权', '终端', '您输入错误', '！']) expect(chinese).not.toContain(word)
  })
})
