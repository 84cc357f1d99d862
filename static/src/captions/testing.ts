/** An ear shaped like the browser's, for specs only: it hears what the spec says, and tells what was asked of it. */
import type { Availability, Ear } from './ear'

export class FakeEar extends EventTarget implements Ear {
  static all: FakeEar[] = []
  static states: Record<string, Availability> = {}
  static asked: { langs: string[]; processLocally: true }[] = []
  static installed: string[] = []

  lang = ''
  continuous = false
  interimResults = false
  track: MediaStreamTrack | null = null
  state: 'new' | 'open' | 'stopped' | 'aborted' = 'new'
  private readonly texts: string[] = []
  #local = false
  get processLocally(): boolean {
    return this.#local
  }
  set processLocally(only: boolean) {
    this.#local = only
  }

  constructor() {
    super()
    FakeEar.all.push(this)
  }

  static reset(): void {
    FakeEar.all = []
    FakeEar.asked = []
    FakeEar.installed = []
    FakeEar.states = { 'zh-CN': 'available', 'en-US': 'available' }
  }

  static available(languages: { langs: string[]; processLocally: true }): Promise<Availability> {
    FakeEar.asked.push(languages)
    return Promise.resolve(FakeEar.states[languages.langs[0] ?? ''] ?? 'unavailable')
  }

  static install(languages: { langs: string[]; processLocally: true }): Promise<boolean> {
    for (const tag of languages.langs) {
      FakeEar.installed.push(tag)
      FakeEar.states[tag] = 'available'
    }
    return Promise.resolve(true)
  }

  /** The one that listens now. */
  static get open(): FakeEar | undefined {
    return FakeEar.all.filter((ear) => ear.state === 'open').at(-1)
  }

  start(track: MediaStreamTrack): void {
    if (track.readyState !== 'live') throw new DOMException('the track has ended', 'InvalidStateError')
    this.track = track
    this.state = 'open'
  }

  stop(): void {
    this.state = 'stopped'
  }

  abort(): void {
    this.state = 'aborted'
  }

  /** Words are recognised: the line of that number is what it is now, as engines repeat it while it grows. */
  hears(text: string, line = 0): void {
    this.texts[line] = text
    const results = this.texts.map((transcript) => [{ transcript }])
    this.dispatchEvent(Object.assign(new Event('result'), { resultIndex: line, results }))
  }

  breaks(error: string): void {
    this.dispatchEvent(Object.assign(new Event('error'), { error }))
    this.ends()
  }

  ends(): void {
    if (this.state === 'open') this.state = 'stopped'
    this.dispatchEvent(new Event('end'))
  }
}
