/**
 * A connection whose sockets follow the system's route. Where a camera is allowed, Chromium binds sockets to the networks it
 * knows, and learns of another one only after a second and a half; for a frame that may use neither camera nor microphone it
 * binds them to none, so that the system picks the way of every packet, and tells nobody the addresses at home.
 */
let frame: HTMLIFrameElement | null = null

function realm(): typeof globalThis | null {
  if (!('userAgentData' in navigator)) return null // measured in Chromium only: every other engine keeps its own way
  if (!frame?.isConnected) {
    frame = document.createElement('iframe')
    frame.allow = "camera 'none'; microphone 'none'"
    frame.hidden = true
    document.body.append(frame)
  }
  return frame.contentWindow as typeof globalThis | null
}

export function roaming(config: RTCConfiguration): RTCPeerConnection {
  return new (realm()?.RTCPeerConnection ?? RTCPeerConnection)(config)
}
