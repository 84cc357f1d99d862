import { afterEach, beforeEach, expect, it, vi } from 'vitest'

class Peer {
  constructor(readonly config: RTCConfiguration) {}
}

beforeEach(() => {
  vi.resetModules()
  vi.stubGlobal('RTCPeerConnection', Peer)
})
afterEach(() => {
  vi.unstubAllGlobals()
  for (const frame of document.querySelectorAll('iframe')) frame.remove()
})

async function made(chromium: boolean): Promise<unknown> {
  vi.stubGlobal('navigator', chromium ? { userAgentData: {} } : {})
  const { roaming } = await import('./roaming')
  return roaming({ bundlePolicy: 'max-bundle' })
}

it('is of a hidden frame that may use neither camera nor microphone', async () => {
  await made(true)
  const frame = document.querySelector('iframe')
  expect([frame?.hidden, frame?.allow ?? frame?.getAttribute('allow')]).toEqual([true, "camera 'none'; microphone 'none'"])
})

it('is the page’s own where the engine is another one', async () => {
  expect(await made(false)).toEqual({ config: { bundlePolicy: 'max-bundle' } })
  expect(document.querySelector('iframe')).toBeNull()
})
