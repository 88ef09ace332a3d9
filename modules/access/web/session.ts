import { type Api, api } from '../../../apps/web/ui/state/api.ts'
import { setLocale } from '../../../apps/web/ui/state/locale.ts'
import { session, setSession } from '../../../apps/web/ui/state/session.ts'
import type { Locale } from '../../../kernel/text.ts'
import { access } from '../contract.ts'

export const accessApi: Api<typeof access> = api('access', access)

/** Asks once who is signed in. A lost connection is thrown; nobody signed in is an answer. */
export async function loadSession(): Promise<void> {
  try {
    setSession(await accessApi.session())
  } catch (error) {
    if (statusOf(error) !== 401) throw error
    setSession(null)
  }
}

export const statusOf = (error: unknown): number | undefined =>
  (error as { problem?: { status?: number } }).problem?.status

/** The page changes at once; the account remembers it for other devices. */
export function saveLocale(next: Locale): void {
  setLocale(next)
  if (!session()) return
  // The answer carries names in the new language; if it fails, this browser still remembers.
  accessApi.changeProfile({ body: { locale: next } }).then(setSession, () => undefined)
}

export async function signOut(everywhere: boolean): Promise<void> {
  await (everywhere ? accessApi.signOutEverywhere() : accessApi.signOut()).catch(() => undefined)
  // A fresh page: nothing fetched under the old session stays in memory.
  location.assign('/')
}
