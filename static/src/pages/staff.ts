/** Staff pages: whoever is not logged in goes to the login page and comes back. */
import { useRouter } from 'vue-router'

import { api, ApiError, useSeat } from '../api'
import { forgetDrafts } from '../agreement/stash'
import { lookUpMe, me as known, type Me } from '../me'
import { useTry, type Attempt } from '../ui/useTry'

/** Resolves to the member of staff, or null after having sent the visitor to the login page; throws when unreachable. */
export function useStaff(): () => Promise<Me | null> {
  const router = useRouter()
  useSeat(null)
  return async () => {
    const me = await lookUpMe()
    if (me.kind === 'staff') return me
    if (me.kind === 'enrolling') await router.replace('/account')
    else await router.replace({ path: '/login', query: { to: router.currentRoute.value.fullPath } })
    return null
  }
}

/** Leaves nothing typed on the device; when the server was not reached, says so: one is still logged in. */
export function useLogout(): Omit<Attempt, 'run'> & { logout: () => Promise<void> } {
  const router = useRouter()
  const { run, ...attempt } = useTry()
  return {
    ...attempt,
    async logout() {
      if (!(await run(() => api.post('/api/logout', {}, { seat: null })))) return
      forgetDrafts()
      known.value = null
      await router.push('/login')
    },
  }
}

const FIRST: Readonly<Record<string, string>> = { administrator: '/administration', intake: '/intake', reviewer: '/reviews', supervisor: '/supervision' }
/** Where a role's day begins. */
export const firstPage = (role: string | undefined): string => FIRST[role ?? ''] ?? '/day'

export const isLoggedOut = (error: unknown): boolean => error instanceof ApiError && (error.code === 'unauthenticated' || error.code === 'enrolment_needed')
