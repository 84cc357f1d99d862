/** The page of `make bench-tap`: the app's own ceremony, doors and key store, the room's socket for pushes, no screens and no media. */
import { io, type Socket } from 'socket.io-client'
import { effectScope, watch } from 'vue'

import { api, useSeat } from '../src/api'
import { useCeremony, type Ceremony } from '../src/signing/ceremony'
import { doorsOf, type CeremonyDoors } from '../src/signing/doors'

interface Mark {
  readonly name: string
  readonly from: number
  readonly to: number
}

const marks: Mark[] = []
let flow: Ceremony
let socket: Socket

/** The same doors with a clock before and behind each. */
function clocked(doors: CeremonyDoors): CeremonyDoors {
  const timed = Object.entries(doors).map(([name, door]) => [
    name,
    async (...rest: unknown[]) => {
      const from = performance.now()
      let ending = ''
      try {
        return await (door as (...all: unknown[]) => Promise<unknown>)(...rest)
      } catch (error) {
        ending = ' refused'
        throw error
      } finally {
        marks.push({ name: name + ending, from, to: performance.now() })
      }
    },
  ])
  return Object.fromEntries(timed) as CeremonyDoors
}

function until(holds: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const stop = watch(holds, (found) => found && (queueMicrotask(() => stop()), resolve()), { immediate: true })
  })
}

const bench = {
  /** Into the room, without microphone or camera: pushes come this way. */
  async enter(seat: string | null, session: string): Promise<void> {
    useSeat(seat)
    const ticket = await api.post<{ ticket: string }>(seat === null ? `/api/sessions/${session}/ticket` : '/api/seat/ticket', {})
    socket = io('/room', { transports: ['websocket'], auth: { ticket: ticket.ticket, device: crypto.randomUUID() } })
    socket.on('changed', (event: { what: string }) => {
      if (!event.what.startsWith('ceremony:')) return
      marks.push({ name: 'push', from: performance.now(), to: performance.now() })
      flow?.poke()
    })
    await new Promise((resolve, reject) => socket.on('connect', () => resolve(null)).on('connect_error', reject))
  },
  async admit(person: string): Promise<void> {
    await socket.emitWithAck('admit', { person })
  },
  async open(ceremony: string, me: string): Promise<void> {
    effectScope().run(() => (flow = useCeremony({ ceremony, me, doors: clocked(doorsOf(ceremony)) })))
    await until(() => flow.stage.value === 'look')
  },
  async enrol(drawing: string): Promise<void> {
    await flow.confirmLooked()
    await flow.adopt(Uint8Array.from(atob(drawing), (char) => char.charCodeAt(0)))
    if (flow.failure.value) throw flow.failure.value
  },
  /** The tap, up to the certificate: from here on nobody does anything any more. */
  async tap(code: string): Promise<void> {
    flow.typed(code)
    marks.length = 0
    const from = performance.now()
    marks.push({ name: 'tap', from, to: from })
    void until(() => flow.receipt.value !== null).then(() => marks.push({ name: 'accepted', from, to: performance.now() }))
    const steps = watch(flow.progress, (now) => {
      const step = Object.entries(now).find(([, state]) => state === 'now')?.[0]
      if (step) marks.push({ name: `step ${step}`, from: performance.now(), to: performance.now() })
    }, { flush: 'sync' })
    void until(() => flow.receipt.value !== null).then(steps)
    await flow.decide()
    if (flow.failure.value) throw flow.failure.value
  },
  async accepted(): Promise<readonly Mark[]> {
    await until(() => flow.receipt.value !== null || flow.refusal.value !== null)
    if (flow.refusal.value) throw flow.refusal.value
    await new Promise((resolve) => setTimeout(resolve, 0))
    return marks
  },
}
Object.assign(window, { bench })
