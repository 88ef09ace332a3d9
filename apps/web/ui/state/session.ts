import type { SessionView } from '../../../../modules/access/contract.ts'
import { setCsrf } from './api.ts'
import { setLocale, setZone } from './locale.ts'
import { store, useStore } from './store.ts'

export type Session = SessionView
/** Undefined until asked, null when nobody is signed in. */
const current = store<Session | null | undefined>(undefined)

export const useSession = (): Session | null | undefined => useStore(current)
export const session = () => current.get()

export function setSession(next: Session | null): void {
  setCsrf(next?.csrf ?? '')
  if (next) {
    setLocale(next.user.locale)
    setZone(next.user.time_zone)
  }
  current.set(next)
}

/** The signed-in user; only for pages inside the shell. */
export function useMe(): Session['user'] {
  const now = useSession()
  if (!now) throw new Error('no session outside the shell')
  return now.user
}

/** Sums across currencies are in this one. */
export const useCompany = (): Session['company'] => {
  const now = useSession()
  if (!now) throw new Error('no session outside the shell')
  return now.company
}

/** `can('parties:write')`: what to show. What is allowed, the server decides. */
export function useCan(): (may: string) => boolean {
  const now = useSession()
  return (may) => may === 'signed_in' || may === 'anyone' || (now ? may in now.permissions : false)
}
