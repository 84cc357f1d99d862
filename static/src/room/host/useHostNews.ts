/** Says what happened while the host looks elsewhere: politely, a tone for a knock, quietly for who asks for help; who leads now stands on the page too. */
import { watch, type ShallowRef } from 'vue'
import { useI18n } from 'vue-i18n'

import type { RoomView } from '../../protocol'
import { announce } from '../../ui/announce'
import { play } from '../tones'
import { newsOf } from './news'

export function useHostNews(view: ShallowRef<RoomView | null>, tell: (text: string) => void): void {
  const { t } = useI18n()
  watch(view, (now, before) => {
    if (!now || !before) return
    for (const { what, names, place } of newsOf(before, now)) {
      const said = { names: names.join(t('ui.list_separator')), place: place ? t(`host.place.${place}`) : '' }
      if (what === 'knocked') play('called')
      const words = t(`host.news.${what}`, said)
      if (what === 'lead' || what === 'lead_you') tell(words)
      else announce(words, what === 'recording_failed' ? 'assertive' : 'polite')
    }
  })
}
