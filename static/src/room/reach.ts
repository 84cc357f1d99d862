/**
 * Whether the media door can be reached again, asked without a socket: browsers hold a new WebSocket back for up to 5 s after
 * some fifteen that failed, and repeat the SYN of one under way ever more rarely. This is a media connection that carries
 * nothing: it sends a check sixteen times a second, and the door answers who knows the password of the last offer.
 */

/** The door's side of a connection without media, with the credentials and addresses of `offer`. */
export function doorOf(offer: string): string {
  const lines = offer.split(/\r?\n/)
  const first = (start: string): string => lines.find((line) => line.startsWith(start)) ?? ''
  return [
    'v=0',
    'o=- 0 0 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=ice-lite',
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    'c=IN IP4 0.0.0.0',
    'a=mid:0',
    first('a=ice-ufrag:'),
    first('a=ice-pwd:'),
    first('a=fingerprint:'),
    'a=setup:active', // so that the browser sends no handshake of its own
    'a=sctp-port:5000',
    ...lines.filter((line) => line.startsWith('a=candidate:')),
    'a=end-of-candidates',
    '',
  ].join('\r\n')
}

/** Calls `onReached` once when the door answers; the returned function ends the asking. */
export function watchReach(offer: string, onReached: () => void, make = (): RTCPeerConnection => new RTCPeerConnection()): () => void {
  let asking: RTCPeerConnection | null = null

  function end(): void {
    const ended = asking
    asking = null
    ended?.close()
  }

  async function ask(): Promise<void> {
    end()
    const mine = (asking = make())
    mine.oniceconnectionstatechange = () => {
      if (mine !== asking) return
      const state = mine.iceConnectionState
      if (state === 'connected' || state === 'completed') {
        end()
        onReached()
      } else if (state === 'disconnected' || state === 'failed') void ask() // after 15 s a browser asks no more
    }
    mine.createDataChannel('')
    try {
      await mine.setLocalDescription()
      await mine.setRemoteDescription({ type: 'answer', sdp: doorOf(offer) })
    } catch (error) {
      if (mine === asking) console.error(error) // one that was closed meanwhile refuses both
    }
  }

  void ask()
  return end
}
