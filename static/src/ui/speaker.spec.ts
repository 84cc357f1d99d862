/** A loudspeaker is offered only where it can be chosen, and one that is gone is forgotten. */
import { afterEach, beforeEach, expect, it } from 'vitest'

import { listSpeakers, speaker, speakers, useSpeaker } from './speaker'

const device = (kind: string, deviceId: string, label: string): MediaDeviceInfo => ({ kind, deviceId, label, groupId: '', toJSON: () => ({}) }) as MediaDeviceInfo
const ALL = [device('audiooutput', 'a', '耳机'), device('audiooutput', 'b', ''), device('audioinput', 'c', '麦克风'), device('audiooutput', '', '')]
const media = (all: MediaDeviceInfo[]) => ({ enumerateDevices: () => Promise.resolve(all) })
const prototype = HTMLMediaElement.prototype as { setSinkId?: unknown }

beforeEach(() => (prototype.setSinkId = () => Promise.resolve()))
afterEach(() => {
  delete prototype.setSinkId
  speaker.value = ''
})

it('lists named loudspeakers', async () => {
  await listSpeakers(media(ALL))
  expect(speakers.value).toEqual([{ id: 'a', name: '耳机' }])
})

it('lists none where the browser cannot choose, or will not tell', async () => {
  await listSpeakers({ enumerateDevices: () => Promise.reject(new Error('no')) })
  expect(speakers.value).toEqual([])
  delete prototype.setSinkId
  await listSpeakers(media(ALL))
  expect(speakers.value).toEqual([])
})

it('sends sound to the chosen one, and forgets one that is gone', async () => {
  const sent: string[] = []
  const sink = { setSinkId: (id: string) => (sent.push(id), Promise.resolve()) }
  await useSpeaker(sink)
  speaker.value = 'a'
  await useSpeaker(sink)
  expect(sent).toEqual(['a'])
  await useSpeaker({ setSinkId: () => Promise.reject(new Error('gone')) })
  await useSpeaker({})
  await listSpeakers(media([]))
  expect(speaker.value).toBe('')
})
