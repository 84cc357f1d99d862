/** One's own screen, window or page as a track. The browser asks what to show; closing that question is no error. */
import { shallowRef, type ShallowRef } from 'vue'

import { ApiError } from '../api'

export interface Screen {
  /** False on phones and in web views: there is no way to ask. */
  possible: boolean
  track: ShallowRef<MediaStreamTrack | null>
  /** Ask; null when the person closed the question. Throws ApiError `screen_denied` when the system refuses. */
  start: () => Promise<MediaStreamTrack | null>
  stop: () => void
}

/** Text stands still: few pictures a second, each of them sharp. */
const SHOWN: DisplayMediaStreamOptions & { selfBrowserSurface: string; surfaceSwitching: string } = {
  video: { frameRate: { ideal: 5, max: 5 }, width: { max: 1920 }, height: { max: 1200 } },
  audio: false,
  selfBrowserSurface: 'exclude', // a room inside a room has no end
  surfaceSwitching: 'include',
}

type Media = Partial<Pick<MediaDevices, 'getDisplayMedia'>>

export function useScreen(media: Media | undefined = globalThis.navigator?.mediaDevices): Screen {
  const track = shallowRef<MediaStreamTrack | null>(null)
  let asked = 0

  async function start(): Promise<MediaStreamTrack | null> {
    if (!media?.getDisplayMedia) throw new ApiError('screen_denied', 0)
    const turn = ++asked
    try {
      const stream = await media.getDisplayMedia(SHOWN)
      const [got] = stream.getVideoTracks()
      if (!got || turn !== asked) {
        stream.getTracks().forEach((one) => one.stop())
        return null
      }
      drop()
      got.contentHint = 'text'
      got.addEventListener('ended', () => {
        if (track.value === got) track.value = null
      })
      track.value = got
      return got
    } catch (error) {
      // Closing the question and a rule of the browser have the same name; only the words tell them apart.
      if (error instanceof DOMException && error.name === 'NotAllowedError' && !/system|policy/i.test(error.message)) return null
      throw new ApiError('screen_denied', 0)
    }
  }

  function drop(): void {
    const old = track.value
    track.value = null
    old?.stop()
  }

  function stop(): void {
    asked++
    drop()
  }

  return { possible: typeof media?.getDisplayMedia === 'function', track, start, stop }
}
