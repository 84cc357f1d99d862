/** Staff pages: whoever is not logged in goes to the login page and comes back. */
import { useRouter } from 'vue-router'

import { ApiError, useSeat } from '../api'
import { lookUpMe, type Me } from '../me'

/** Resolves to the member of staff, or null after having sent the visitor to the login page; throws when unreachable. */
export function useStaff(): () => Promise<Me | null> {
  const router = useRouter()
  useSeat(null)
  return async () => {
    const me = await lookUpMe()
    if (me.kind === 'staff') return me
    await router.replace({ path: '/login', query: { to: router.currentRoute.value.fullPath } })
    return null
  }
}

export const isLoggedOut = (error: unknown): boolean => error instanceof ApiError && error.code === 'unauthenticated'
