/** The loudspeaker chosen at the check holds in the room, too. Where a browser cannot choose (phones, Safari), there is no list. */
import { ref, shallowRef } from 'vue'

/** Its device id; empty for the system's own. */
export const speaker = ref('')
export const speakers = shallowRef<{ id: string; name: string }[]>([])

interface Sink {
  setSinkId?: (id: string) => Promise<void>
}

/** Fills `speakers`. Names are given once a microphone was allowed; unnamed ones are no choice. */
export async function listSpeakers(media: Pick<MediaDevices, 'enumerateDevices'> | undefined = globalThis.navigator?.mediaDevices): Promise<void> {
  const able = typeof (globalThis.HTMLMediaElement?.prototype as Sink | undefined)?.setSinkId === 'function'
  const all = able && media ? await media.enumerateDevices().catch(() => []) : []
  speakers.value = all.filter((one) => one.kind === 'audiooutput' && one.deviceId && one.label).map((one) => ({ id: one.deviceId, name: one.label }))
  if (!speakers.value.some(({ id }) => id === speaker.value)) speaker.value = ''
}

/** Sends the sound of an element or context there. One that is gone leaves the sound where it was. */
export async function useSpeaker(sink: object): Promise<void> {
  const { setSinkId } = sink as Sink
  if (speaker.value && setSinkId) await setSinkId.call(sink, speaker.value).catch(() => undefined)
}
