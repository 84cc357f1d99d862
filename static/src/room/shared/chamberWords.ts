/** Where one is, in a few words, and what that means for who hears. */
import { useI18n } from 'vue-i18n'

import type { ChamberId } from '../../protocol'

type Kind = 'joint' | 'caucus' | 'side' | 'aside'

export function useChamberWords(): { title: (chamber: ChamberId) => string; note: (chamber: ChamberId) => string } {
  const { t } = useI18n()
  const kind = (chamber: ChamberId): Kind => chamber.split('_')[0] as Kind
  return {
    title: (chamber) => t(`room.chamber_${kind(chamber)}`),
    /** Empty where the names of those who hear say all. */
    note: (chamber) => (kind(chamber) === 'side' || kind(chamber) === 'aside' ? t(`room.note_${kind(chamber)}`) : ''),
  }
}
