import { expect, it } from 'vitest'

import { readCode, textOf, typedCode } from './printed'

const TEXT = '3f9a71c2'.repeat(8)

it('reads the fragment of a QR code and nothing else', () => {
  expect(textOf(`#t=${TEXT}`)).toBe(TEXT)
  for (const other of ['', '#file=1', `#t=${TEXT}0`, '#t=3f9a71c2', `#t=${TEXT.toUpperCase()}`]) expect(textOf(other)).toBe('')
})

it('never sends the code of another site to this one', () => {
  expect(readCode(`https://a.example/verify#t=${TEXT}`, 'https://a.example')).toEqual({ text: TEXT })
  expect(readCode(`https://b.example/verify#t=${TEXT}`, 'https://a.example')).toEqual({ host: 'b.example' })
  for (const other of ['hello', 'https://a.example/verify', 'javascript:1#t=']) expect(readCode(other, 'https://a.example')).toBeNull()
})

it('takes the code as people type it', () => {
  expect(typedCode('３F9A 71c2')).toBe('3f9a71c2')
  expect(typedCode(TEXT.match(/.{8}/g)?.join(' ') ?? '')).toBe(TEXT)
  for (const other of ['', '3f9a', '3f9a71cg', '3f9a71c23']) expect(typedCode(other)).toBe('')
})
