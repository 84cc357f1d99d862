import { describe, expect, it, vi } from 'vitest'

import { layered, limit } from './encodings'

const offered = (): RTCRtpEncodingParameters[] => ['l', 'm', 'h'].map((rid) => ({ rid, active: true }))
const shape = (encodings: RTCRtpEncodingParameters[]): unknown[] =>
  encodings.filter(({ active }) => active).map(({ rid, scaleResolutionDownBy, maxBitrate }) => [rid, scaleResolutionDownBy, maxBitrate])

/** A sender of a track of that size, and what was set on it. */
function sender(width: number, height: number, encodings = offered(), refuse = false) {
  const setParameters = vi.fn<(parameters: RTCRtpSendParameters) => Promise<void>>()
  setParameters.mockImplementation(() => (refuse ? Promise.reject(new Error('no')) : Promise.resolve()))
  const made = { track: { getSettings: () => ({ width, height }) }, getParameters: () => ({ encodings }), setParameters }
  return { made: made as unknown as RTCRtpSender, setParameters }
}

describe('layers of a camera', () => {
  it('are three for a large picture', () => {
    expect(shape(layered(offered(), 1280, 720))).toEqual([['l', 4, 110_000], ['m', 2, 500_000], ['h', 1, 1_500_000]])
  })
  it('are two for a middle one, the top one whole', () => {
    expect(shape(layered(offered(), 640, 360))).toEqual([['l', 2, 110_000], ['m', 1, 500_000]])
  })
  it('are one for a small one', () => {
    expect(shape(layered(offered(), 320, 240))).toEqual([['l', 1, 500_000]])
  })
  it('go by the shorter side of an upright phone', () => {
    expect(layered(offered(), 360, 640)).toEqual(layered(offered(), 640, 360))
  })
  it('are one where the browser sends one', () => {
    expect(shape(layered([{ active: true }], 640, 360))).toEqual([[undefined, 1, 500_000]])
  })
})

describe('limits', () => {
  it('keep the names the browser gave', async () => {
    const { made, setParameters } = sender(640, 360)
    await limit(made, 'video')
    expect(setParameters.mock.calls[0]?.[0].encodings.map(({ rid }) => rid)).toEqual(['l', 'm', 'h'])
  })
  it('of a screen keep it sharp', async () => {
    const { made, setParameters } = sender(1920, 1080, [{ active: true }])
    await limit(made, 'screen')
    expect(setParameters.mock.calls[0]?.[0]).toMatchObject({
      degradationPreference: 'maintain-resolution',
      encodings: [{ maxBitrate: 1_500_000, priority: 'high' }],
    })
  })
  it('leave a voice alone', async () => {
    const { made, setParameters } = sender(0, 0)
    await limit(made, 'audio')
    expect(setParameters).not.toHaveBeenCalled()
  })
  it('refused by the browser change nothing', async () => {
    const { made, setParameters } = sender(640, 360, offered(), true)
    await limit(made, 'video')
    expect(setParameters).toHaveBeenCalledOnce()
  })
})
