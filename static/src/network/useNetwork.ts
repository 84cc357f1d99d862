/** The network test of this page: both ways at once, then the speed, so that one does not disturb the other. */
import { computed, onBeforeUnmount, ref, shallowRef, type ComputedRef, type Ref } from 'vue'

import { measureSpeed, type Speed } from './speed'
import { tryWay, type Outcome } from './trial'
import { verdictOf, type Verdict } from './verdict'

export interface Network {
  /** Null while it is being found out. */
  direct: Ref<Outcome | null>
  relay: Ref<Outcome | null>
  speed: Ref<Speed | null>
  measured: Ref<boolean>
  verdict: ComputedRef<Verdict | null>
  measure: () => Promise<void>
}

export function useNetwork(ways = tryWay, speeds = measureSpeed): Network {
  const direct = ref<Outcome | null>(null)
  const relay = ref<Outcome | null>(null)
  const speed = shallowRef<Speed | null>(null)
  const measured = ref(false)
  let round = 0

  async function measure(): Promise<void> {
    const mine = ++round
    direct.value = relay.value = speed.value = null
    measured.value = false
    const store = (into: Ref<Outcome | null>) => (outcome: Outcome) => {
      if (mine === round) into.value = outcome
    }
    await Promise.all([ways('direct').then(store(direct)), ways('relay').then(store(relay))])
    if (mine !== round) return
    const found = await speeds()
    if (mine !== round) return
    speed.value = found
    measured.value = true
  }

  const verdict = computed(() =>
    measured.value && direct.value && relay.value ? verdictOf({ direct: direct.value, relay: relay.value, speed: speed.value }) : null,
  )
  onBeforeUnmount(() => round++)
  return { direct, relay, speed, measured, verdict, measure }
}
