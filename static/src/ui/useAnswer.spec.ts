import { expect, it } from 'vitest'

import { useAnswer } from './useAnswer'

function later<T>(): { promise: Promise<T>; give: (value: T) => void; fail: () => void } {
  let give: (value: T) => void = () => undefined
  let fail: () => void = () => undefined
  const promise = new Promise<T>((done, broken) => {
    give = done
    fail = () => broken(new TypeError('Failed to fetch'))
  })
  return { promise, give, fail }
}

it('takes the answer of the question asked last, whichever comes first', async () => {
  const { answer, busy, trouble, ask } = useAnswer<string>()
  const old = later<string>()
  const young = later<string>()
  const both = [ask(() => old.promise), ask(() => young.promise)]
  young.give('minutes')
  await both[1]
  expect([answer.value, busy.value]).toEqual(['minutes', false])
  old.fail()
  await both[0]
  expect([answer.value, trouble.value]).toEqual(['minutes', null])
})

it('shows nothing of what was on its way when it was cleared', async () => {
  const { answer, busy, ask, clear } = useAnswer<string>()
  const one = later<string>()
  const asked = ask(() => one.promise)
  expect(busy.value).toBe(true)
  clear()
  one.give('of another agreement')
  await asked
  expect([answer.value, busy.value]).toEqual([null, false])
})
