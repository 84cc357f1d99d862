/** What happens in the room, said aloud for those who do not see it: both rooms alike. Knows nothing the view does not show. */
import { watch } from 'vue'
import { useI18n } from 'vue-i18n'

import type { PersonView, RoomView } from '../protocol'
import { announce } from '../ui/announce'
import { play } from './tones'
import type { Room } from './useRoom'

/** `stopping`: one ends one's own share oneself just now. */
export function useAnnouncements(room: Room, stopping: () => boolean): void {
  const { t } = useI18n()
  const names = (people: readonly PersonView[]): string => people.map((one) => one.name).join(t('ui.list_separator'))

  watch(room.view, (now, before) => now && before && company(now, before))

  /** Who came and went in one's own chamber, while one stayed there oneself; around a private talk nobody's way is told. */
  function company(now: RoomView, before: RoomView): void {
    const stayed = now.you.state === 'present' && before.you.state === 'present' && now.you.chamber === before.you.chamber
    if (!stayed || now.away || before.away) return
    const [here, were] = [now.chamber?.people ?? [], before.chamber?.people ?? []]
    const joined = here.filter((one) => !were.some((other) => other.person === one.person))
    const left = were.filter((one) => !here.some((other) => other.person === one.person))
    if (joined.length) announce(t('room.joined', { names: names(joined) }))
    if (left.length) announce(t('room.left_us', { names: names(left) }))
    for (const one of here) {
      const was = were.find((other) => other.person === one.person)?.state
      if (one.state === 'interrupted' && was === 'present') announce(t('room.other_lost', { name: one.name }))
      if (one.state === 'present' && was === 'interrupted') announce(t('room.other_back', { name: one.name }))
    }
  }

  // Not after a reload or a lost line: nobody let one in then.
  watch(room.view, (now, before) => {
    if (now?.you.state !== 'present' || before?.you.state !== 'waiting' || now.you.host) return
    play('admitted')
    announce(t('room.admitted'), 'assertive')
  })
  watch(() => room.view.value?.away === true, (away, before) => {
    if (before === undefined || away === before || !room.present.value) return
    play('moved')
    const host = room.view.value?.you.host // whose microphone nobody closes; who looks on has none
    const apart = host ? 'room.joint_silent' : room.takesPart.value ? 'room.private_off' : 'room.private_looks'
    announce(t(away ? apart : host || !room.takesPart.value ? 'room.together_all' : 'room.together_again'), 'assertive')
  })
  watch(() => room.view.value?.state, (state, before) => {
    if (state !== 'open' || before !== 'paused' || !room.present.value) return
    const microphone = room.takesPart.value && !room.view.value?.away ? t(room.microphoneOn.value ? 'room.mic_is_on' : 'room.mic_is_off') : ''
    announce([t('room.goes_on'), microphone].filter(Boolean).join(' '), 'assertive')
  })
  watch(room.card, (card) => {
    if (card) play('moved')
  })
  watch(() => room.view.value?.you.muted.by_host.audio === true, (held) => {
    if (held) announce(t('room.muted_by_host'), 'assertive')
  })
  watch(() => room.view.value?.you.muted.by_host.video === true, (held) => {
    if (held) announce(t('room.camera_by_host'), 'assertive')
  })
  watch(room.returned, (why) => {
    if (why === 'quiet') announce(t('room.quiet'), 'assertive')
  })
  watch(room.sharer, (now, before) => {
    if (now?.person === before?.person) return
    const you = room.view.value?.you.person
    if (now && now.person !== you) announce(t('room.shares', { name: now.name }))
    else if (before?.person === you && !stopping()) announce(t('room.your_share_ended'), 'assertive')
    else if (before) announce(t('room.share_ended'))
  })
  watch(() => room.view.value?.chamber?.spotlight === room.view.value?.you.person, (large, was) => {
    if (large && was === false) announce(t('room.you_large'))
  })
  watch(() => room.saving.value.size > 0, (thin) => {
    if (thin) announce(t('room.saving_told'))
  })

  // --- recording: that it is asked, runs, or stopped and why ---
  watch(room.askedToRecord, (asked) => {
    if (asked) announce(t('room.rec.asked'), 'assertive')
  })
  watch(() => (room.inCaucus.value ? 'off' : room.view.value?.recording.state), (now, before) => {
    const reason = room.view.value?.recording.reason
    if (now === 'on') announce(t('room.rec.started'), 'assertive')
    else if (before === 'on' && now !== 'off' && reason) announce(t(`room.rec.why.${reason}`), 'assertive')
    else if (now === 'stopped' && before === 'asking' && reason) announce(t(`room.rec.why.${reason}`))
  })

  // --- words ---
  watch(() => room.broadcasts.value.at(-1), (last, before) => {
    if (!last || last.key === before?.key || room.broadcasts.value.length === 0) return
    announce(t('room.broadcast_said', { name: last.name, text: last.text }), 'assertive')
  })
  // What stands in it is for its reader's eyes alone.
  watch(room.privateUnread, (now, before) => {
    for (const [person, n] of now) if (n > (before.get(person) ?? 0)) announce(t('room.wrote_to_you', { name: room.nameOf(person) }))
  })

  watch(() => room.view.value?.stage, (stage, before) => {
    if (stage && before !== undefined) announce(t('room.course_now', { stage: t(`room.course.${stage}`) }))
  })
  watch(() => room.view.value?.you.distress, (now, before) => {
    if (now === 'sent' || (now === 'seen' && before === 'sent')) announce(t(`room.distress_${now}`))
    else if (now === '' && before) announce(t('room.distress_over'))
  })
}
