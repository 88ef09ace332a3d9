import { useQuery, useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { Go, useCan, useText } from '../../../apps/web/ui/index.ts'
import { loadSession } from '../../access/web/session.ts'
import type { Sample } from '../contract.ts'
import { sampleApi } from './sampleApi.ts'
import { text } from './text.ts'
import './sample.css'

const RemoveSample = lazy(() => import('./RemoveSample.tsx'))
const ASK_MS = 3000
const STALE_MS = 5 * 60_000

/** The sample has come or gone: whatever was fetched before is of another house, the base currency too. */
function useAnew(state: Sample['state'] | undefined) {
  const queries = useQueryClient()
  const before = useRef(state)
  useEffect(() => {
    const turned = before.current !== undefined && state !== undefined && before.current !== state
    before.current = state
    if (!turned) return
    queries.removeQueries({ type: 'inactive' })
    void queries.invalidateQueries()
    void loadSession().catch(() => undefined)
  }, [state, queries])
}

/** On every page, for everybody, as long as what is shown is a sample. */
export function SampleBanner() {
  const say = useText(text)
  const can = useCan()
  const [removing, setRemoving] = useState(false)
  const { data } = useQuery({
    ...sampleApi.get.query(),
    staleTime: STALE_MS,
    refetchInterval: ({ state }) => (state.data?.state === 'loading' ? ASK_MS : false),
  })
  useAnew(data?.state)
  if (!data || data.state === 'none') return null
  const loaded = data.state === 'loaded'
  return (
    <aside className="samplebar" aria-label={say('title')}>
      <span>{say(loaded ? 'banner' : 'banner_loading')}</span>
      {can('sample:write') && (
        <>
          <Go to="/sample" className="lnk">
            {say(loaded ? 'banner_users' : 'banner_see')}
          </Go>
          {loaded && (
            <button type="button" className="lnk" onClick={() => setRemoving(true)}>
              {say('banner_remove')}
            </button>
          )}
        </>
      )}
      {removing && (
        <Suspense>
          <RemoveSample onClose={() => setRemoving(false)} />
        </Suspense>
      )}
    </aside>
  )
}
