import { computed, nextTick, ref, shallowRef } from 'vue'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import RoomBanner from './RoomBanner.vue'
import { mount, type Mounted } from './mounting'
import { personView, roomView } from './testing'

let shown: Mounted
const link = ref('open')
const camera = ref(true)
const line = ref<number | null>(4)

beforeEach(() => {
  vi.useFakeTimers()
  link.value = 'open'
  camera.value = true
  line.value = 4
  const room = {
    link,
    view: shallowRef(roomView()),
    people: computed(() => [{ ...personView('lin'), line: line.value }, personView('gu')]),
    cameraOn: camera,
    media: ref('connected'),
    outage: ref(null),
    setCamera: (on: boolean) => ((camera.value = on), Promise.resolve()),
    retry: () => undefined,
  }
  shown = mount(RoomBanner, { room })
})
afterEach(() => {
  shown.unmount()
  vi.useRealTimers()
})

async function pass(seconds: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(seconds * 1000)
  await nextTick()
}
const offered = (): HTMLButtonElement | undefined =>
  [...shown.element.querySelectorAll('button')].find((one) => one.textContent?.includes('只用声音'))

describe('a line that stays bad', () => {
  it('is offered to go on by voice after a minute, and says so', async () => {
    line.value = 1
    await pass(50)
    expect(shown.element.querySelector('[data-banner]')).toBeNull()
    await pass(12)
    expect(shown.element.textContent).toContain('网络一直不好')
    offered()?.click()
    await pass(1)
    expect(camera.value).toBe(false)
    expect(shown.element.querySelector('[data-banner]')).toBeNull()
  })
  it('is forgiven when it was good in between', async () => {
    line.value = 1
    await pass(50)
    line.value = 3
    await pass(5)
    line.value = 0
    await pass(50)
    expect(offered()).toBeUndefined()
  })
  it('is offered beside the banner of a line that is cut, not before a minute', async () => {
    link.value = 'lost'
    await pass(55)
    expect(shown.element.querySelector('[data-state="lost"]')).not.toBeNull()
    expect(offered()).toBeUndefined()
    await pass(7)
    expect(offered()).toBeDefined()
  })
})
