/** What is closed stays closed: by its owner's will, or for want of a device. */
import { reactive, type Ref } from 'vue'

import type { Link } from './client'
import type { ClientEvents, DeviceKind, RoomView } from '../protocol'
import type { Devices } from './useDevices'

export interface MutedOptions {
  view: Ref<RoomView | null>
  link: Ref<Link>
  devices: Devices
  act: <E extends keyof ClientEvents>(event: E, body: ClientEvents[E]) => Promise<void>
}

export interface Mutes {
  /** What the person last left open. A room that has begun anew (the server restarted) knows of nothing that was closed. */
  open: Readonly<Record<DeviceKind, boolean>>
  keep: (seen: RoomView) => void
  set: (kind: DeviceKind, muted: boolean) => Promise<void>
  tellMissing: () => void
}

export function useMuted({ view, link, devices, act }: MutedOptions): Mutes {
  const open = reactive<Record<DeviceKind, boolean>>({ audio: true, video: true })
  const opening = new Set<DeviceKind>()
  const telling = new Set<DeviceKind>()

  /** What was closed is opened by its owner and by nobody else. */
  function keep(seen: RoomView): void {
    for (const kind of ['audio', 'video'] as const) {
      if (opening.has(kind)) continue
      if (seen.you.muted[kind]) open[kind] = false
      else if (!open[kind]) void act('mute', { kind, muted: true }).catch(() => undefined)
    }
  }

  /** Closing counts at once, in reach of the room or not: `keep` tells it later. */
  async function set(kind: DeviceKind, muted: boolean): Promise<void> {
    if (muted) {
      open[kind] = false
      if (link.value !== 'open') return
    }
    opening.add(kind)
    try {
      await act('mute', { kind, muted })
      open[kind] = !muted
    } finally {
      opening.delete(kind)
    }
  }

  /** Who has no microphone does not look as if they were just silent: the room is told. */
  function tellMissing(): void {
    const you = view.value?.you
    if (!you || you.role === 'observer' || devices.starting.value || link.value !== 'open') return
    for (const [kind, device] of [['audio', devices.microphone], ['video', devices.camera]] as const) {
      if (device.state.value === 'live' || device.state.value === 'asking' || you.muted[kind] || telling.has(kind)) continue
      telling.add(kind)
      void act('mute', { kind, muted: true })
        .catch(() => undefined)
        .finally(() => telling.delete(kind))
    }
  }

  return { open, keep, set, tellMissing }
}
