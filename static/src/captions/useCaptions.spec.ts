import { effectScope, nextTick, ref, shallowRef } from 'vue'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import type { Caption, CaptionLine, ChamberId, RoomView } from '../protocol'
import { FakeEar } from './testing'
import { useCaptions, type Captions } from './useCaptions'

const track = { readyState: 'live' } as MediaStreamTrack
let scope: ReturnType<typeof effectScope>
let captions: Captions
let shown: CaptionLine[]
const view = shallowRef<RoomView | null>(null)
const link = ref('open')
const caption = shallowRef<Caption | null>(null)
const sending = ref(true)
const microphone = shallowRef<MediaStreamTrack | null>(track)
const locale = ref<'zh-CN' | 'en'>('zh-CN')

/** The person's own view: where they are, in which epoch, as what. */
function goes(chamber: ChamberId | null, epoch: number, more: { away?: boolean; role?: string; host?: boolean } = {}): void {
  view.value = {
    you: { person: 'lin', name: '林秀珍', role: more.role ?? 'applicant', host: more.host ?? false, state: chamber ? 'present' : 'waiting', chamber },
    chamber: chamber ? { id: chamber, epoch } : null,
    away: more.away ?? false,
  } as RoomView
}

async function begin(): Promise<void> {
  scope = effectScope()
  captions = scope.run(() =>
    useCaptions({
      room: {
        view,
        link,
        caption,
        sending: () => sending.value,
        act: (_, line) => {
          shown.push(line)
          return Promise.resolve()
        },
      },
      microphone,
      ears: FakeEar,
      locale: () => locale.value,
    }),
  ) as Captions
  await vi.advanceTimersByTimeAsync(0)
}

beforeEach(async () => {
  vi.useFakeTimers()
  FakeEar.reset()
  shown = []
  link.value = 'open'
  caption.value = null
  sending.value = true
  microphone.value = track
  locale.value = 'zh-CN'
  goes('joint', 1)
  await begin()
})
afterEach(() => {
  scope.stop()
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
})
const texts = (): string[] => captions.lines.value.map((line) => line.text)
const other = (text: string, chamber: ChamberId = 'joint', key = 'k'): Caption => ({ from: 'chen', name: '陈国栋', key, text, chamber })

describe('off by default', () => {
  it('opens no ear and shows nothing before it is chosen', async () => {
    await vi.advanceTimersByTimeAsync(5000)
    expect([captions.wish.value, captions.state.value]).toEqual(['off', 'available'])
    expect(FakeEar.all).toEqual([])
  })
  it('keeps one’s words on the device until one chooses to show them', async () => {
    captions.choose('self')
    FakeEar.open?.hears('我先想一想')
    await vi.advanceTimersByTimeAsync(5000)
    expect(texts()).toEqual(['我先想一想'])
    expect(shown).toEqual([])
  })
  it('shows from then on, a growing line about once a second and whole at the end', async () => {
    captions.choose('shown')
    FakeEar.open?.hears('我')
    await vi.advanceTimersByTimeAsync(0)
    for (const text of ['我同', '我同意', '我同意了']) FakeEar.open?.hears(text)
    expect(shown.map((line) => line.text)).toEqual(['我'])
    await vi.advanceTimersByTimeAsync(1000)
    expect(shown.map((line) => line.text)).toEqual(['我', '我同意了'])
    expect(shown[0]?.key).toBe(shown[1]?.key)
    expect(shown[1]?.epoch).toBe(1)
  })
  it('stops at once when it is switched off', () => {
    captions.choose('self')
    const ear = FakeEar.open
    captions.choose('off')
    ear?.hears('不该写下')
    expect([ear?.state, texts()]).toEqual(['aborted', []])
  })
})

describe('only what is really said to the room', () => {
  it('listens while one’s sound goes out, and lets the last words be finished', () => {
    captions.choose('self')
    const ear = FakeEar.open
    sending.value = false
    expect(ear?.state).toBe('stopped')
    ear?.hears('最后一句')
    expect(texts()).toEqual(['最后一句'])
    sending.value = true
    expect(FakeEar.open).toBeDefined()
  })
  it.each([
    ['on the way', () => goes('joint', 2)],
    ['left outside a private talk', () => goes('joint', 1, { away: true })],
    ['a lost line', () => (link.value = 'lost')],
    ['sent to the lobby', () => goes(null, 0)],
  ])('drops what was not written down yet: %s', async (_, happens) => {
    captions.choose('shown')
    const ear = FakeEar.open
    ear?.hears('这句话')
    await vi.advanceTimersByTimeAsync(0)
    shown.length = 0
    ear?.hears('这句话还没说完')
    happens()
    ear?.hears('这句话还没说完呢')
    await vi.advanceTimersByTimeAsync(5000)
    expect(ear?.state).toBe('aborted')
    expect(shown).toEqual([])
  })
  it('follows another microphone', async () => {
    captions.choose('self')
    const second = { readyState: 'live' } as MediaStreamTrack
    microphone.value = second
    await nextTick()
    expect(FakeEar.open?.track).toBe(second)
  })
})

describe('a private chamber', () => {
  beforeEach(() => {
    captions.choose('shown')
    FakeEar.open?.hears('大家都听得到')
    goes('caucus_applicant', 2)
  })
  it('begins with it off, whatever was chosen outside', async () => {
    await vi.advanceTimersByTimeAsync(2000)
    expect([captions.wish.value, FakeEar.open, texts()]).toEqual(['off', undefined, []])
  })
  it('leaves nothing behind, and gives back what was chosen outside', async () => {
    captions.choose('self')
    FakeEar.open?.hears('底线是八千')
    caption.value = other('我也这么想', 'caucus_applicant')
    expect(texts()).toEqual(['底线是八千', '我也这么想'])
    goes('joint', 3)
    expect([captions.wish.value, texts()]).toEqual(['shown', ['大家都听得到']])
    goes('caucus_applicant', 4)
    expect([captions.wish.value, texts()]).toEqual(['off', []])
    await vi.advanceTimersByTimeAsync(2000)
    expect(shown.map((line) => line.text)).not.toContain('底线是八千')
  })
  it('is another one for the other side', () => {
    captions.choose('self')
    FakeEar.open?.hears('只对这一方说')
    goes('caucus_respondent', 3)
    expect([captions.wish.value, texts(), FakeEar.open]).toEqual(['off', [], undefined])
  })
  it('is never copied into the minutes', () => {
    goes('joint', 3, { role: 'mediator', host: true })
    expect(captions.takes.value).toBe(true)
    goes('caucus_applicant', 4, { role: 'mediator', host: true })
    expect(captions.takes.value).toBe(false)
    goes('joint', 5, { role: 'recorder' })
    expect(captions.takes.value).toBe(true)
    goes('joint', 5, { role: 'respondent' })
    expect(captions.takes.value).toBe(false)
  })
})

describe('words of others', () => {
  it('come without a choice of one’s own, and a line that grows stays one line', () => {
    caption.value = other('我不')
    caption.value = other('我不同意')
    caption.value = other('为什么', 'joint', 'k2')
    expect(captions.lines.value.map((line) => [line.name, line.text, line.mine])).toEqual([
      ['陈国栋', '我不同意', false],
      ['陈国栋', '为什么', false],
    ])
  })
  it('are not taken for a chamber one is not in', () => {
    caption.value = other('私下的话', 'caucus_respondent')
    expect(texts()).toEqual([])
  })
  it('stay few with a party, and many with who keeps the minutes', () => {
    for (let n = 0; n < 30; n++) caption.value = other(`第${n}句`, 'joint', `k${n}`)
    expect(captions.lines.value).toHaveLength(12)
    goes('joint', 1, { role: 'recorder' })
    for (let n = 30; n < 60; n++) caption.value = other(`第${n}句`, 'joint', `k${n}`)
    expect(captions.lines.value).toHaveLength(42)
  })
})

describe('what the device can do', () => {
  it('downloads a language only when told', async () => {
    FakeEar.states = { 'zh-CN': 'downloadable' }
    await captions.ask()
    captions.choose('self')
    expect([captions.state.value, FakeEar.all, FakeEar.installed]).toEqual(['downloadable', [], []])
    await captions.install()
    expect([captions.state.value, FakeEar.installed, FakeEar.open?.lang]).toEqual(['available', ['zh-CN'], 'zh-CN'])
  })
  it('says that the language did not come, and offers it again', async () => {
    FakeEar.states = { 'zh-CN': 'downloadable' }
    const arrives = vi.spyOn(FakeEar, 'install').mockResolvedValueOnce(false)
    await captions.ask()
    await captions.install()
    expect([captions.state.value, captions.failed.value]).toEqual(['downloadable', true])
    await captions.install()
    expect([captions.state.value, captions.failed.value]).toEqual(['available', false])
    arrives.mockRestore()
  })
  it('asks again for another language of the page', async () => {
    captions.choose('self')
    locale.value = 'en'
    await vi.advanceTimersByTimeAsync(0)
    expect(FakeEar.open?.lang).toBe('en-US')
  })
  it('says that the engine gave up, and tries again when chosen again', () => {
    captions.choose('shown')
    FakeEar.open?.breaks('network')
    expect([captions.failed.value, captions.wish.value, FakeEar.open]).toEqual([true, 'off', undefined])
    captions.choose('shown')
    expect([captions.failed.value, FakeEar.open?.processLocally]).toEqual([false, true])
  })
})

it('stops with the page', () => {
  captions.choose('self')
  const ear = FakeEar.open
  scope.stop()
  expect(ear?.state).toBe('aborted')
})
