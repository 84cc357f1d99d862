/** Whether the window is below 1024 px, where a pane lies over the stage instead of beside it. */
import { onBeforeUnmount, ref, type Ref } from 'vue'

export function useNarrow(): Ref<boolean> {
  const query = matchMedia('(max-width: 63.99rem)')
  const narrow = ref(query.matches)
  const changed = (): void => void (narrow.value = query.matches)
  query.addEventListener('change', changed)
  onBeforeUnmount(() => query.removeEventListener('change', changed))
  return narrow
}
