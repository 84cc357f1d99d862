import 'fake-indexeddb/auto'

import { createApp } from 'vue'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import type { CeremonyView, SlotView } from './doors'
import { openStore, type SigningRecord } from './keys'
import { type Kiosk, peopleOf, type Sat, useKiosk, WARN_AFTER, WIPE_AFTER } from './useKiosk'

const slot = (name: string, part: Partial<SlotView>): SlotView => ({
  slot: name, person: `pty_${name}`, name, role: 'applicant', rank: 1, state: 'waiting', signed_at: null, ...part,
})
const seat = (id: string): Sat => ({ slug: '0'.repeat(16), me: { id, name: id }, step: 'room', assurance: 'desk' })
let kiosk: Kiosk
let app: ReturnType<typeof createApp>

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] })
  vi.stubGlobal('fetch', () => Promise.resolve(new Response('{"ok":true,"csrf":"x"}', { status: 200 })))
  app = createApp({
    setup() {
      kiosk = useKiosk(() => 'cer_1')
      return () => null
    },
  })
  app.mount(document.createElement('div'))
})
afterEach(() => {
  app.unmount()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('who may sit down', () => {
  it('is everybody but staff and those whose paper a clerk signs for, each once and as far as their least slot', () => {
    const slots = [
      slot('party-1', { name: '林秀珍' }),
      slot('party-2-rep', { person: 'pty_zhou', name: '周立', state: 'signed' }),
      slot('party-2-seal', { person: 'pty_zhou', name: '青禾物业', role: 'organisation', state: 'ready' }),
      slot('witness-1', { clerk: '沈嘉', paper: '00' }),
      slot('mediator', { role: 'mediator' }),
    ]
    expect(peopleOf({ slots } as unknown as CeremonyView)).toEqual([
      { person: 'pty_party-1', name: '林秀珍', state: 'waiting' },
      { person: 'pty_zhou', name: '周立', state: 'ready' },
    ])
  })
})

describe('a device nobody touches', () => {
  const pass = (seconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(seconds * 1000)
  const kept = (person: string): Promise<SigningRecord | null> => openStore(person, 'cer_1').read()

  it('counts down, and is stopped by any touch', async () => {
    kiosk.sit(seat('lin'))
    await pass(WARN_AFTER - 1)
    expect(kiosk.countdown.value).toBeNull()
    await pass(11)
    expect(kiosk.countdown.value).toBe(WIPE_AFTER - WARN_AFTER - 10)
    window.dispatchEvent(new Event('pointerdown'))
    expect(kiosk.countdown.value).toBeNull()
    await pass(WARN_AFTER - 2)
    expect(kiosk.here.value).toHaveLength(1)
  })

  it('forgets everybody who sat there, keys and all', async () => {
    for (const person of ['lin', 'chen']) {
      kiosk.sit(seat(person))
      await openStore(person, 'cer_1').write({ ceremony: 'cer_1', slot: person } as SigningRecord)
    }
    await pass(WIPE_AFTER + 1)
    await vi.waitFor(() => expect(kiosk.here.value).toEqual([]))
    await vi.waitFor(async () => expect([await kept('lin'), await kept('chen')]).toEqual([null, null]))
    expect([kiosk.sitting.value, kiosk.wiped.value]).toEqual([null, true])
  })

  it('has nothing to wipe while nobody sits', async () => {
    await pass(WIPE_AFTER + 60)
    expect([kiosk.countdown.value, kiosk.wiped.value]).toEqual([null, false])
  })
})
