/** Small real-enough stand-ins for what jsdom lacks: tracks, streams, transceivers. Used by specs only. */
import type { ChamberView, PersonView, RoomView } from '../protocol'

export class Track extends EventTarget {
  readonly id = `track-${++Track.count}`
  readyState = 'live'
  static count = 0
  constructor(readonly kind: string) {
    super()
  }
  stop(): void {
    this.readyState = 'ended'
  }
  getSettings(): MediaTrackSettings {
    return { deviceId: `${this.kind}-1` }
  }
}

export class Stream {
  constructor(private tracks: Track[] = []) {}
  getTracks(): Track[] {
    return [...this.tracks]
  }
  addTrack(track: Track): void {
    this.tracks.push(track)
  }
  removeTrack(track: Track): void {
    this.tracks = this.tracks.filter((one) => one !== track)
  }
}

export class Sender {
  track: unknown = null
  readonly history: unknown[] = []
  replaceTrack(track: unknown): Promise<void> {
    this.track = track
    this.history.push(track)
    return Promise.resolve()
  }
  getParameters(): { encodings: { maxBitrate?: number }[] } {
    return { encodings: [{}] }
  }
  setParameters(): Promise<void> {
    return Promise.resolve()
  }
}

export class Transceiver {
  direction = 'recvonly'
  readonly sender = new Sender()
  readonly receiver: { track: Track; getSynchronizationSources: () => { audioLevel: number; timestamp: number }[] }
  level = 0
  constructor(readonly mid: string, kind: string) {
    this.receiver = {
      track: new Track(kind),
      getSynchronizationSources: () => [{ audioLevel: this.level, timestamp: Date.now() }],
    }
  }
}

/** Offers are written `mid:kind mid:kind ...`; a line is kept when an offer names it again. */
export class Connection extends EventTarget {
  readonly lines: Transceiver[] = []
  readonly log: string[] = []
  connectionState = 'new'
  localDescription: { sdp: string } | null = null
  reports = new Map<string, Record<string, unknown>>()
  setRemoteDescription(offer: { sdp: string }): Promise<void> {
    this.log.push(`remote ${offer.sdp}`)
    for (const line of offer.sdp.split(' ').filter(Boolean)) {
      const [mid, kind] = line.split(':') as [string, string]
      if (!this.lines.some((one) => one.mid === mid)) this.lines.push(new Transceiver(mid, kind))
    }
    return Promise.resolve()
  }
  createAnswer(): Promise<{ sdp: string }> {
    return Promise.resolve({ sdp: this.lines.map((line) => `${line.mid}:${line.direction}`).join(' ') })
  }
  setLocalDescription(answer: { sdp: string }): Promise<void> {
    this.localDescription = answer
    return Promise.resolve()
  }
  getTransceivers(): Transceiver[] {
    return this.lines
  }
  getStats(): Promise<Map<string, Record<string, unknown>>> {
    return Promise.resolve(this.reports)
  }
  change(state: string): void {
    this.connectionState = state
    this.dispatchEvent(new Event('connectionstatechange'))
  }
  close(): void {
    this.connectionState = 'closed'
  }
}

type Handler = (...args: unknown[]) => void

/** What connectRoom uses of a socket; the spec is the server at its other end. */
export class Socket {
  connected = false
  handlers = new Map<string, Handler>()
  sent: [string, unknown][] = []
  answer: unknown = { ok: true }
  readonly engine = new Map<string, Handler>()
  readonly io = { engine: { on: (event: string, handler: Handler) => this.engine.set(event, handler) } }
  constructor(readonly url: string, readonly options: { auth: { ticket: string; device: string; peer: string }; transports: string[] }) {}
  on(event: string, handler: Handler): void {
    this.handlers.set(event, handler)
  }
  removeAllListeners(): void {
    this.handlers.clear()
  }
  disconnect(): void {
    this.connected = false
  }
  timeout(): { emitWithAck: (event: string, body: unknown) => Promise<unknown> } {
    return {
      emitWithAck: (event, body) => {
        this.sent.push([event, body])
        return this.answer instanceof Error ? Promise.reject(this.answer) : Promise.resolve(this.answer)
      },
    }
  }
  hear(event: string, ...args: unknown[]): void {
    if (event === 'connect') this.connected = true
    if (event === 'disconnect') this.connected = false
    this.handlers.get(event)?.(...args)
  }
}

const MUTED = { audio: false, video: false, by_host: { audio: false, video: false } }

export function personView(person: string, more: Partial<PersonView> = {}): PersonView {
  return {
    person,
    name: person,
    role: 'applicant',
    side: 'applicant',
    acts: false,
    speaks: '',
    whose: '',
    state: 'present',
    muted: MUTED,
    sharing: false,
    hand: false,
    line: 4,
    lost_at: null,
    phone: false,
    device_people: [],
    silent: false,
    health: null,
    distress: '',
    case_name: '',
    tied_to: '',
    unwanted: false,
    ...more,
  }
}

export function chamberView(more: Partial<ChamberView> = {}): ChamberView {
  return { id: 'joint', talk: '', epoch: 0, people: [], hears: ['顾明华'], hands: [], spotlight: '', floor: null, document: null, ...more }
}

/** A view of `lin`, present in the joint chamber with the mediator, changed as told. */
export function roomView(more: Partial<Omit<RoomView, 'you'>> & { you?: Partial<RoomView['you']> } = {}): RoomView {
  const { you, ...rest } = more
  return {
    room: 'ses_1',
    state: 'open',
    you: {
      person: 'lin',
      name: '林秀珍',
      role: 'applicant',
      side: 'applicant',
      state: 'present',
      chamber: 'joint',
      set: 'A',
      muted: MUTED,
      sharing: false,
      may_share: true,
      hand: false,
      host: false,
      distress: '',
      unheard_by: [],
      ...you,
    },
    chamber: chamberView({ people: [personView('lin'), personView('gu', { role: 'mediator', side: '' })] }),
    host: 'here',
    away: false,
    since: null,
    lead: 'gu',
    locked: false,
    stage: '',
    break_until: null,
    recording: { state: 'off', what: 'all', since: null, reason: '', agreed: null, heard: false, answers_for: [], missing: [], refused: [], wards: [], unwilling: [] },
    lobby: [],
    expected: [],
    chambers: [],
    moving: null,
    at: new Date().toISOString(),
    ...rest,
  }
}
