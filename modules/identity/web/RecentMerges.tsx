import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import Button from 'antd/es/button'
import { lazy, Suspense, useState } from 'react'
import { Empty, Fault, Go, useText, When } from '../../../apps/web/ui/index.ts'
import { partyApi } from '../../parties/web/partyApi.ts'
import type { Merged } from '../contract.ts'
import { identityApi } from './identityApi.ts'
import { text } from './text.ts'

const PartDialog = lazy(() => import('./PartDialog.tsx'))

/** Whom one has merged, here or elsewhere, the newest first: each can be parted from where one merged. */
export function RecentMerges() {
  const say = useText(text)
  const [parting, setParting] = useState<Merged>()
  const list = useInfiniteQuery(identityApi.recent.pages({ query: {} }))
  const items = list.data?.pages.flatMap((page) => page.items) ?? []
  if (list.error && items.length === 0) return <Fault error={list.error} onRetry={list.refetch} />
  if (list.data && items.length === 0)
    return <Empty title={say('merged_none_title')} text={say('merged_none_text')} />
  return (
    <div className="idrecent">
      <p className="mut s13">{say('merged_lately_lead')}</p>
      <ul className="idmerges" aria-label={say('merged_lately')}>
        {items.map((merge) => (
          <li key={merge.merge_id}>
            <div>
              <span className="b">{merge.party.name}</span>{' '}
              <span className="mut s12">
                #{merge.party.id} {say('merged_into_line')}
              </span>{' '}
              <Go to={`/customers/${merge.into.id}`} className="lnk">
                {merge.into.name}
              </Go>{' '}
              <span className="mut s12">#{merge.into.id}</span>
              <div className="sec s12">
                {merge.by.name ?? say('system')} · <When at={merge.at} time />
              </div>
            </div>
            <Button
              size="small"
              aria-label={`${say('part')} ${merge.party.name} #${merge.party.id}`}
              onClick={() => setParting(merge)}
            >
              {say('part')}
            </Button>
          </li>
        ))}
      </ul>
      {list.hasNextPage && (
        <Button type="link" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {say('more')}
        </Button>
      )}
      {parting && <Parting merge={parting} onClose={() => setParting(undefined)} />}
    </div>
  )
}

/** At the version that the survivor has now. */
function Parting({ merge, onClose }: { merge: Merged; onClose: () => void }) {
  const { data } = useQuery({ ...partyApi.get.query({ params: { id: merge.into.id } }), staleTime: 0 })
  return data ? (
    <Suspense>
      <PartDialog party={data} merge={merge} onClose={onClose} />
    </Suspense>
  ) : null
}
