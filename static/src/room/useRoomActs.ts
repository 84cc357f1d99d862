/** What both rooms do alike: devices and socket together, acts with words for refusals, sounds and announcements. */
import { computed, onBeforeUnmount, onMounted, ref, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import { useI18n } from 'vue-i18n'

import { troubleOf, type Trouble } from '../i18n/errors'
import { announce } from '../ui/announce'
import { play } from './tones'
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

  watch(room.people, (now, before) => {
    for (const one of now) {
      const was = before.find((other) => other.person === one.person)?.state
      if (one.state === 'interrupted' && was === 'present') announce(t('room.other_lost', { name: one.name }))
      if (one.state === 'present' && was === 'interrupted') announce(t('room.other_back', { name: one.name }))
    }
  })
  watch(room.present, (now, before) => {
    if (!now || before !== false || !room.view.value || room.view.value.you.host) return
    play('admitted')
    announce(t('room.admitted'), 'assertive')
  })
  watch(() => room.view.value?.away === true, (away, before) => {
    if (before === undefined || away === before || !room.present.value) return
    play('moved')
    announce(away ? t('room.private_off') : t('room.together_again'), 'assertive')
  })
  watch(room.card, (card) => {
    if (card) play('moved')
  })
  watch(() => room.view.value?.you.muted.by_host.audio === true, (held) => {
    if (held) announce(t('room.muted_by_host'), 'assertive')
  })
  watch(room.sharer, (now, before) => {
    if (now?.person === before?.person) return
    const you = room.view.value?.you.person
    if (now && now.person !== you) announce(t('room.shares', { name: now.name }))
    else if (before?.person === you && !stopping) announce(t('room.your_share_ended'), 'assertive')
    else if (before) announce(t('room.share_ended'))
  })
  watch(() => room.saving.value.size > 0, (thin) => {
    if (thin) announce(t('room.saving_told'))
  })
  watch([devices.microphone.state, devices.camera.state], () => {
    if (deviceTrouble.value && devices[deviceTrouble.value].state.value === 'live') deviceTrouble.value = null
  })
  // A private talk turns the title private, too; outside of it the title says nothing of it.
  watch([room.inCaucus, room.waiting, room.present], () => {
    document.title = room.inCaucus.value
      ? `# ${t('room.chamber_caucus')}`
      : room.waiting.value
        ? `${t('room.lobby')} · ${title}`
        : title
  })

  onMounted(() => {
    void devices.startAll()
    room.enter()
  })
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
    shares,
    speaking,
    talking,
    voices,
  }
}
