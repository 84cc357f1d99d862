import { expect, it } from 'vitest'

import { tryWay, type Doors } from './trial'

class FakeConnection extends EventTarget {
  connectionState = 'new'
  closed = false
  line = { direction: 'inactive' }
  localDescription = { sdp: 'an answer' }
  constructor(
    readonly config: RTCConfiguration,
    readonly becomes: string | null,
  ) {
    super()
  }
  getTransceivers = () => [this.line]
  setRemoteDescription = async () => undefined
  createAnswer = async () => ({ sdp: 'an answer' })
  async setLocalDescription(): Promise<void> {
    if (this.becomes === null) return
    this.connectionState = this.becomes
    this.dispatchEvent(new Event('connectionstatechange'))
  }
  close(): void {
    this.closed = true
  }
}

function stage(becomes: string | null, offered = true, fails = false) {
  const made: FakeConnection[] = []
  const posted: unknown[] = []
  const doors: Doors = {
    post: async <T>(path: string, body: unknown): Promise<T> => {
      if (fails) throw new Error('network')
      posted.push([path, body])
      return { offered, n: 3, sdp: 'an offer', ice_servers: [{ urls: 'turn:x.example' }] } as T
    },
    make: (config) => {
      const pc = new FakeConnection(config, becomes)
      made.push(pc)
      return pc as unknown as RTCPeerConnection
    },
  }
  return { doors, made, posted }
}

it('reaches the media plane, answers with a line that may send, and hangs up', async () => {
  const { doors, made, posted } = stage('connected')
  expect(await tryWay('direct', doors)).toBe('reached')
  expect(posted).toEqual([
    ['/api/network/try', { way: 'direct' }],
    ['/api/network/answer', { way: 'direct', n: 3, sdp: 'an answer' }],
  ])
  expect(made[0]?.config.iceTransportPolicy).toBe('all')
  expect(made[0]?.line.direction).toBe('sendonly')
  expect(made[0]?.closed).toBe(true)
})

it('tries the spare way by TURN servers only', async () => {
  const { doors, made } = stage('failed')
  expect(await tryWay('relay', doors)).toBe('blocked')
  expect(made[0]?.config).toMatchObject({ iceTransportPolicy: 'relay', iceServers: [{ urls: 'turn:x.example' }] })
})

it('does not wait for ever', async () => {
  const { doors, made } = stage(null)
  expect(await tryWay('direct', doors, 10)).toBe('blocked')
  expect(made[0]?.closed).toBe(true)
})

it('knows a way that is not there from one it could not try', async () => {
  expect(await tryWay('relay', stage(null, false).doors)).toBe('absent')
  expect(await tryWay('direct', stage(null, true, true).doors)).toBe('unknown')
})
