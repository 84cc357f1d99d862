/** One try of a way to the media plane: a connection in no room, straight or through a TURN server only. */
import { api } from '../api'

export type Way = 'direct' | 'relay'
/** `absent`: there is no such way to try; `unknown`: it could not be tried. */
export type Outcome = 'reached' | 'blocked' | 'absent' | 'unknown'

interface Trial {
  offered: boolean
  n: number
  sdp: string
  ice_servers: RTCIceServer[]
}

/** Longer than any way takes that is worth going; a blocked one says nothing for much longer. */
const PATIENCE_MS = 7000

export interface Doors {
  post: <T>(path: string, body: unknown) => Promise<T>
  make: (config: RTCConfiguration) => RTCPeerConnection
}
const DOORS: Doors = { post: api.post, make: (config) => new RTCPeerConnection(config) }

function connected(pc: RTCPeerConnection, patience: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), patience)
    pc.addEventListener('connectionstatechange', () => {
      if (pc.connectionState !== 'connected' && pc.connectionState !== 'failed') return
      clearTimeout(timer)
      resolve(pc.connectionState === 'connected')
    })
  })
}

export async function tryWay(way: Way, doors: Doors = DOORS, patience = PATIENCE_MS): Promise<Outcome> {
  let pc: RTCPeerConnection | null = null
  try {
    const trial = await doors.post<Trial>('/api/network/try', { way })
    if (!trial.offered) return 'absent'
    pc = doors.make({
      iceServers: trial.ice_servers,
      iceTransportPolicy: way === 'relay' ? 'relay' : 'all',
      bundlePolicy: 'max-bundle',
    })
    const outcome = connected(pc, patience)
    await pc.setRemoteDescription({ type: 'offer', sdp: trial.sdp })
    const [first] = pc.getTransceivers()
    if (first) first.direction = 'sendonly' // nothing is sent, but lines that are all off connect to nothing
    const answer = await pc.createAnswer()
    await pc.setLocalDescription(answer)
    await doors.post('/api/network/answer', { way, n: trial.n, sdp: pc.localDescription?.sdp ?? answer.sdp ?? '' })
    return (await outcome) ? 'reached' : 'blocked'
  } catch {
    return 'unknown'
  } finally {
    pc?.close()
  }
}
