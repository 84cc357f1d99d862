import { describe, expect, it } from 'vitest'

import { Stream, Track } from './testing'
import { useScreen } from './useScreen'

type Ask = MediaDevices['getDisplayMedia']
class Shown extends Stream {
  getVideoTracks(): Track[] {
    return this.getTracks().filter((track) => track.kind === 'video')
  }
}
const gives = (track = new Track('video')): { getDisplayMedia: Ask } => ({
  getDisplayMedia: () => Promise.resolve(new Shown([track]) as unknown as MediaStream),
})
const fails = (error: Error): { getDisplayMedia: Ask } => ({ getDisplayMedia: () => Promise.reject(error) })

describe('showing a screen', () => {
  it('is not offered where the browser has no way to ask', async () => {
    const screen = useScreen({})
    expect(screen.possible).toBe(false)
    await expect(screen.start()).rejects.toMatchObject({ code: 'screen_denied' })
  })
  it('asks for few pictures, no sound, and tells the encoder that it is text', async () => {
    let asked: DisplayMediaStreamOptions | undefined
    const screen = useScreen({ getDisplayMedia: (options) => ((asked = options), gives().getDisplayMedia()) })
    const track = await screen.start()
    expect(asked).toMatchObject({ audio: false, video: { frameRate: { max: 5 } } })
    expect(track?.contentHint).toBe('text')
    expect(screen.track.value).toBe(track)
  })
  it('takes a closed question for no error', async () => {
    const screen = useScreen(fails(new DOMException('Permission denied', 'NotAllowedError')))
    expect(await screen.start()).toBeNull()
  })
  it.each([
    new DOMException('Permission denied by system', 'NotAllowedError'),
    new DOMException('Could not start', 'NotReadableError'),
  ])('names what the system refused: %s', async (error) => {
    await expect(useScreen(fails(error)).start()).rejects.toMatchObject({ code: 'screen_denied' })
  })
  it('lets the screen go when stopped, also while the question was still open', async () => {
    const track = new Track('video')
    const screen = useScreen(gives(track))
    const asking = screen.start()
    screen.stop()
    expect(await asking).toBeNull()
    expect(track.readyState).toBe('ended')
  })
  it('knows when the browser itself ended it', async () => {
    const track = new Track('video')
    const screen = useScreen(gives(track))
    await screen.start()
    track.dispatchEvent(new Event('ended'))
    expect(screen.track.value).toBeNull()
  })
})
