/** Keys of rows that have no id: what is half typed into a row stays with it when another goes. */
import { toRaw } from 'vue'

const keys = new WeakMap<object, number>()
let last = 0

export function rowKey(row: object): number {
  const raw = toRaw(row)
  const key = keys.get(raw) ?? ++last
  keys.set(raw, key)
  return key
}
