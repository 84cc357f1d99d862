/** Who sits at the centre's device: each with a seat of their own, kept until they have signed, left, or nobody has touched the device for two minutes. */
import { computed, type ComputedRef, onBeforeUnmount, onMounted, ref, type Ref, shallowRef, type ShallowRef, watch } from 'vue'

import { api } from '../api'
import type { CeremonyView, SlotView } from './doors'
import { openStore } from './keys'

/** What a seat's doors answer, as far as the kiosk needs it. */
export interface Sat {
  readonly slug: string
  readonly me: { readonly id: string; readonly name: string }
  readonly step: 'identify' | 'telephone' | 'consent' | 'code' | 'devices' | 'room'
  readonly assurance: string
}

/** Somebody who may sit down, with the least far of their slots. */
export interface KioskPerson {
  readonly person: string
  readonly name: string
  readonly state: SlotView['state']
}

/** Seconds without a touch: then the count-down, then everything of this device is wiped. */
export const WARN_AFTER = 90
export const WIPE_AFTER = 120

export interface Kiosk {
  readonly here: Readonly<ShallowRef<readonly Sat[]>>
  readonly sitting: Ref<string | null>
  /** Seconds left while the count-down runs, else null. */
  readonly countdown: ComputedRef<number | null>
  readonly wiped: Ref<boolean>
  sit(seat: Sat): void
  update(seat: Sat): void
  leave(person: string): Promise<void>
  touch(): void
}

const ORDER: readonly SlotView['state'][] = ['waiting', 'confirmed', 'enrolled', 'ready', 'turn', 'signed']

/** One entry for each person: their name is that of their own slot, not of an organisation they sign for. */
export function peopleOf({ slots }: CeremonyView): KioskPerson[] {
  const found = new Map<string, KioskPerson>()
  for (const { person, name, role, state, clerk } of slots) {
    if (clerk || role === 'mediator' || role === 'recorder') continue // staff have a page of their own
    const former = found.get(person)
    const least = former && ORDER.indexOf(former.state) < ORDER.indexOf(state) ? former.state : state
    found.set(person, { person, name: role === 'organisation' && former ? former.name : name, state: least })
  }
  return [...found.values()]
}

/** What a reload of this page leaves behind of who sits here: by what their logins are found again. */
interface Kept {
  readonly seats: readonly { readonly slug: string; readonly person: string }[]
  readonly ceremony: string
  readonly touched: number
}

export function useKiosk(ceremony: () => string, session = ''): Kiosk {
  const place = `hejie.kiosk.${session}`
  const here = shallowRef<readonly Sat[]>([])
  const sitting = ref<string | null>(null)
  const wiped = ref(false)
  const idle = ref(0)
  let last = Date.now()
  let timer = 0
  const countdown = computed(() => (here.value.length > 0 && idle.value >= WARN_AFTER ? Math.max(0, WIPE_AFTER - idle.value) : null))

  function touch(): void {
    last = Date.now()
    idle.value = 0
  }
  function sit(seat: Sat): void {
    touch()
    wiped.value = false
    here.value = [...here.value.filter(({ me }) => me.id !== seat.me.id), seat]
    sitting.value = seat.me.id
  }
  function update(seat: Sat): void {
    here.value = here.value.map((one) => (one.me.id === seat.me.id ? seat : one))
  }
  /** Key and record first: they are gone even when the server cannot be told. */
  async function leave(person: string): Promise<void> {
    const seat = here.value.find(({ me }) => me.id === person)
    here.value = here.value.filter(({ me }) => me.id !== person)
    if (sitting.value === person) sitting.value = null
    const store = openStore(person, ceremony())
    await store.wipe()
    if (seat) await api.post('/api/logout', {}, { seat: seat.slug }).catch(() => undefined) // its time is short anyway
    await store.wipe() // whatever the screens that are gone by now still wrote
  }
  function keep(): void {
    const seats = here.value.map(({ slug, me }) => ({ slug, person: me.id }))
    if (seats.length) sessionStorage.setItem(place, JSON.stringify({ seats, ceremony: ceremony(), touched: last } satisfies Kept))
    else sessionStorage.removeItem(place)
  }
  /** After a reload: their logins still live, unless the two minutes are over; then they leave as they would have. */
  async function restore(): Promise<void> {
    const kept = JSON.parse(sessionStorage.getItem(place) ?? 'null') as Kept | null
    if (!kept) return
    wiped.value = Date.now() - kept.touched >= WIPE_AFTER * 1000
    for (const { slug, person } of kept.seats) {
      const seat = wiped.value ? null : await api.get<Sat>('/api/seat', { seat: slug }).catch(() => null)
      if (seat) here.value = [...here.value.filter(({ me }) => me.id !== person), seat]
      else {
        await openStore(person, kept.ceremony).wipe()
        await api.post('/api/logout', {}, { seat: slug }).catch(() => undefined)
      }
    }
    keep()
  }
  watch(here, keep, { flush: 'sync' })

  async function tick(): Promise<void> {
    if (here.value.length > 0) keep()
    idle.value = Math.floor((Date.now() - last) / 1000)
    if (here.value.length === 0 || idle.value < WIPE_AFTER) return
    wiped.value = true
    await Promise.all(here.value.map(({ me }) => leave(me.id)))
  }

  const EVENTS = ['pointerdown', 'keydown', 'touchstart', 'wheel'] as const
  onMounted(() => {
    void restore()
    timer = window.setInterval(() => void tick(), 1000)
    for (const name of EVENTS) window.addEventListener(name, touch, { passive: true })
  })
  onBeforeUnmount(() => {
    clearInterval(timer)
    for (const name of EVENTS) window.removeEventListener(name, touch)
    for (const { me } of here.value) void leave(me.id)
  })
  return { here, sitting, countdown, wiped, sit, update, leave, touch }
}
