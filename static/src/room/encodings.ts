/**
 * What a browser sends of each kind: a camera in as many layers as its picture is worth (the server's offer names them
 * l, m, h), a shared screen in one, sharp rather than fluent.
 */
import type { Kind } from '../protocol'

/** Bit/s for a picture of that height (its shorter side), the next greater one counts. */
const RATES: [number, number][] = [
  [200, 110_000],
  [400, 500_000],
  [Infinity, 1_500_000],
]
const SCREEN_RATE = 1_500_000

/** Layers worth sending. Browsers drop the top ones of smaller pictures by themselves: these would never be seen. */
export function layersFor(shorter: number): number {
  return shorter >= 540 ? 3 : shorter >= 270 ? 2 : 1
}

/** Encodings of a camera of this size, lowest first: the top one whole, each below half of the next. */
export function layered(encodings: RTCRtpEncodingParameters[], width: number, height: number): RTCRtpEncodingParameters[] {
  const shorter = Math.min(width, height)
  const count = Math.min(encodings.length, layersFor(shorter))
  return encodings.map((encoding, at) => {
    const scaleResolutionDownBy = 2 ** Math.max(0, count - 1 - at)
    const maxBitrate = RATES.find(([side]) => shorter / scaleResolutionDownBy <= side)?.[1]
    return { ...encoding, active: at < count, scaleResolutionDownBy, maxBitrate }
  })
}

/** To be called when a sender was given a track. A browser that refuses sends as it likes: a courtesy, not a need. */
export async function limit(sender: RTCRtpSender, kind: Kind): Promise<void> {
  if (kind === 'audio' || !sender.track) return
  const parameters: RTCRtpSendParameters & { degradationPreference?: string } = sender.getParameters()
  if (!parameters.encodings?.length) return
  if (kind === 'screen') {
    parameters.encodings = parameters.encodings.map((encoding) => ({ ...encoding, maxBitrate: SCREEN_RATE, priority: 'high' }))
    parameters.degradationPreference = 'maintain-resolution'
  } else {
    const { width = 640, height = 360 } = sender.track.getSettings()
    parameters.encodings = layered(parameters.encodings, width, height)
  }
  await sender.setParameters(parameters).catch(() => undefined)
}
