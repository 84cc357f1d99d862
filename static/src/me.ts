/** Who this browser is for the server (staff, a seat, nobody) and the centre whose name stands in the header. */
import { ref, shallowRef } from 'vue'

import { api } from './api'

// A type and not an interface: it is handed to messages as a record of figures.
export type Centre = {
  name: string
  phone: string
  address: string
  root_sha256: string
}

export interface Me {
  /** enrolling: staff who must set up a second factor before anything else */
  kind: 'staff' | 'enrolling' | 'seat' | 'nobody'
  id: string
  name: string
  role: string
  csrf: string
  centre: Centre
  demo: boolean
  build: string
}

export const me = shallowRef<Me | null>(null)
/** Also set by a seat's view, which carries the centre itself. */
export const centre = ref<Centre | null>(null)

/** Asks as staff or nobody; throws ApiError when the server cannot be reached. */
export async function lookUpMe(): Promise<Me> {
  const answer = await api.get<Me>('/api/me', { seat: null })
  takeMe(answer)
  return answer
}

export function takeMe(answer: Me): void {
  me.value = answer
  centre.value = answer.centre
}
