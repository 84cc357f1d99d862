/** What both rooms do alike: devices and socket together, acts with words for refusals. */
import { computed, onBeforeUnmount, onMounted, ref, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import { useI18n } from 'vue-i18n'

import { troubleOf, type Trouble } from '../i18n/errors'
import { announce } from '../ui/announce'
import { useChamberWords } from './shared/chamberWords'
import { useAnnouncements } from './useAnnouncements'
import { useDevices, type Devices } from './useDevices'
import { useLevel } from './useLevel'
import { useRoom, type Room, type RoomOptions } from './useRoom'
import { useScreen, type Screen } from './useScreen'
import { useTalking } from './useTalking'

export interface RoomActs {
  room: Room
  devices: Devices
  screen: Screen
  own: ComputedRef<MediaStream | null>
  busy: Ref<boolean>
  trouble: ShallowRef<Trouble | null>
  /** Which device could not be switched on: its own trouble is shown, with what to press. */
  deviceTrouble: Ref<'microphone' | 'camera' | null>
  run: (work: () => Promise<unknown>) => Promise<boolean>
  toggleMicrophone: () => void
  toggleCamera: () => void
  toggleHand: () => void
  toggleShare: () => void
  stopTheirs: (person: string) => void
  /** Call the hosts quietly, or take it back. */
  toggleDistress: () => void
  /** This browser can show a screen, and this person may. */
  shares: ComputedRef<boolean>
  /** Who is speaking, oneself included. */
  speaking: ComputedRef<ReadonlySet<string>>
  /** One speaks into a closed microphone. */
  talking: Ref<boolean>
  /** Wanted: voices, no pictures of people. */
  voices: Ref<boolean>
}

const TROUBLE_MS = 8000

export function useRoomActs(options: Omit<RoomOptions, 'devices' | 'screen'>): RoomActs {
  const { t } = useI18n()
  const { title: chamberTitle } = useChamberWords()
  const devices = useDevices()
  const screen = useScreen()
  const room = useRoom({ ...options, devices, screen })
  const busy = ref(false)
  const trouble = shallowRef<Trouble | null>(null)
  const deviceTrouble = ref<'microphone' | 'camera' | null>(null)
  let timer: ReturnType<typeof setTimeout> | undefined
  const title = document.title

  async function run(work: () => Promise<unknown>): Promise<boolean> {
    busy.value = true
    trouble.value = null
    try {
      await work()
      return true
    } catch (error) {
      trouble.value = troubleOf(error)
      announce(trouble.value.text)
      clearTimeout(timer)
      timer = setTimeout(() => (trouble.value = null), TROUBLE_MS)
      return false
    } finally {
      busy.value = false
    }
  }

  async function toggleMicrophone(): Promise<void> {
    const on = !room.microphoneOn.value
    if (await run(() => room.setMicrophone(on))) announce(on ? t('room.mic_is_on') : t('room.mic_is_off'))
    else blame('microphone')
  }

  async function toggleCamera(): Promise<void> {
    const on = !room.cameraOn.value
    if (await run(() => room.setCamera(on))) announce(on ? t('room.cam_is_on') : t('room.cam_is_off'))
    else blame('camera')
  }

  function blame(device: 'microphone' | 'camera'): void {
    if (trouble.value?.code !== 'device_denied') return
    trouble.value = null
    deviceTrouble.value = device
  }

  function toggleHand(): void {
    const wants = room.view.value?.you.hand !== true
    void run(() => room.act('want_to_speak', { wants }))
  }

  function toggleDistress(): void {
    const on = !room.view.value?.you.distress
    void run(() => room.act('distress', { on }))
  }

  const stopTheirs = (person: string): void => void run(() => room.act('stop_share', { person }))
  let stopping = false

  async function toggleShare(): Promise<void> {
    stopping = room.view.value?.you.sharing === true
    await run(() => (stopping ? room.stopShare() : room.share()))
    stopping = false
  }

  const shares = computed(() => screen.possible && room.view.value?.you.may_share === true)
  const voices = ref(false)
  const { level } = useLevel(devices.microphone.track)
  const { speaks, unheard } = useTalking(level, room.microphoneOn)
  const speaking = computed(() => {
    const you = room.view.value?.you.person
    return you && speaks.value && room.hears.value.length ? new Set([...room.speaking.value, you]) : room.speaking.value
  })
  const talking = computed(() => unheard.value && room.hears.value.length > 0)

  const own = computed(() => (devices.camera.track.value ? new MediaStream([devices.camera.track.value]) : null))

  useAnnouncements(room, () => stopping)
  watch([devices.microphone.state, devices.camera.state], () => {
    if (deviceTrouble.value && devices[deviceTrouble.value].state.value === 'live') deviceTrouble.value = null
  })
  // A private talk turns the title private, too; outside of it the title says nothing of it.
  watch([room.inCaucus, room.waiting, room.present, () => room.view.value?.you.chamber], () => {
    document.title = room.inCaucus.value
      ? `# ${chamberTitle(room.view.value?.you.chamber ?? 'joint')}`
      : room.waiting.value
        ? `${t('room.lobby')} · ${title}`
        : title
  })

  // Who only looks on is not asked for camera and microphone. At once, before anybody is told that there is none.
  watch(room.view, (first) => void (first && room.takesPart.value && devices.startAll()), { once: true, flush: 'sync' })
  onMounted(room.enter)
  onBeforeUnmount(() => {
    clearTimeout(timer)
    document.title = title
    devices.stopAll()
    screen.stop()
  })

  return {
    room,
    devices,
    screen,
    own,
    busy,
    trouble,
    deviceTrouble,
    run,
    toggleMicrophone: () => void toggleMicrophone(),
    toggleCamera: () => void toggleCamera(),
    toggleHand,
    toggleShare: () => void toggleShare(),
    stopTheirs,
    toggleDistress,
    shares,
    speaking,
    talking,
    voices,
  }
}
