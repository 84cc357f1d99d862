import { describe, expect, it, vi } from 'vitest'

import { doorOf, watchReach } from './reach'

const OFFER = [
  'v=0',
  'a=fingerprint:sha-256 AA:BB',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111',
  'a=ice-ufrag:ours',
  'a=ice-pwd:secret',
  'a=candidate:1 1 udp 2130706431 192.0.2.1 9000 typ host',
  'a=candidate:2 1 udp 2130706430 2001:db8::1 9000 typ host',
  'm=video 9 UDP/TLS/RTP/SAVPF 96',
  'a=ice-ufrag:ours',
].join('\r\n')

class Asking {
  iceConnectionState = 'new'
  oniceconnectionstatechange: (() => void) | null = null
  closed = false
  remote = ''
  createDataChannel = vi.fn()
  setLocalDescription = (): Promise<void> => Promise.resolve()
  setRemoteDescription = ({ sdp }: { sdp: string }): Promise<void> => Promise.resolve(void (this.remote = sdp))
  close = (): void => void (this.closed = true)
  becomes(state: string): void {
    this.iceConnectionState = state
    this.oniceconnectionstatechange?.()
  }
}

function start(): { made: Asking[]; found: ReturnType<typeof vi.fn>; end: () => void } {
  const made: Asking[] = []
  const found = vi.fn()
  const end = watchReach(OFFER, found, () => (made.push(new Asking()), made[made.length - 1] as unknown as RTCPeerConnection))
  return { made, found, end }
}

describe('asking whether the door can be reached', () => {
  it('goes to the addresses of the offer, by its password, and carries no media', () => {
    const door = doorOf(OFFER)
    for (const line of ['a=ice-ufrag:ours', 'a=ice-pwd:secret', '192.0.2.1 9000', '2001:db8::1 9000']) expect(door).toContain(line)
    expect(door.match(/^m=/gm)).toHaveLength(1)
    expect(door).toContain('a=setup:active')
  })
  it('says once that it was answered, and ends', async () => {
    const { made, found } = start()
    await vi.waitFor(() => expect(made[0]?.remote).not.toBe(''))
    made[0]?.becomes('checking')
    expect(found).not.toHaveBeenCalled()
    made[0]?.becomes('connected')
    made[0]?.becomes('completed')
    expect(found).toHaveBeenCalledTimes(1)
    expect(made[0]?.closed).toBe(true)
  })
  it('begins anew when the browser asks no more', () => {
    const { made, found } = start()
    made[0]?.becomes('disconnected')
    expect(made).toHaveLength(2)
    expect(made[0]?.closed).toBe(true)
    made[1]?.becomes('connected')
    expect(found).toHaveBeenCalledTimes(1)
  })
  it('says nothing after its end', () => {
    const { made, found, end } = start()
    end()
    expect(made[0]?.closed).toBe(true)
    made[0]?.becomes('connected')
    expect(found).not.toHaveBeenCalled()
  })
})
