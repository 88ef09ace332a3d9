import { lazy, type ReactNode, Suspense, useCallback, useEffect, useState } from 'react'
import { Fault, useSession } from '../../../apps/web/ui/index.ts'
import { loadSession } from './session.ts'

const EnrolPage = lazy(() => import('./account/EnrolPage.tsx'))
const SignInPage = lazy(() => import('./SignInPage.tsx'))

/** Shows what is inside to who is signed in; others sign in here and then are where they wanted to be. */
export function AccessGate({ children }: { children: ReactNode }) {
  const now = useSession()
  const [error, setError] = useState<unknown>()
  const ask = useCallback(() => {
    setError(undefined)
    loadSession().catch(setError)
  }, [])
  useEffect(() => {
    if (now === undefined) ask()
  }, [now, ask])
  if (error) return <Fault error={error} onRetry={ask} />
  if (now === undefined) return null
  if (now && !now.must_enrol) return children
  return <Suspense>{now ? <EnrolPage /> : <SignInPage />}</Suspense>
}
