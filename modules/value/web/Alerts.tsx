import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import Modal from 'antd/es/modal'
import {
  Fault,
  Go,
  Peek,
  problemOf,
  useCan,
  useCompany,
  useKeys,
  useNarrow,
  useToast,
  When,
} from '../../../apps/web/ui/index.ts'
import { useSay } from '../../orders/web/say.ts'
import { useFormats } from './format.ts'
import { text } from './text.ts'
import { valueApi } from './valueApi.ts'

/** Core customers who became overdue: whose turn it is, and that somebody took it. */
export function Alerts({ onClose }: { onClose: () => void }) {
  const say = useSay(text)
  const narrow = useNarrow()
  // The peek's foot promises it.
  useKeys([{ keys: 'Space', run: onClose }], !narrow)
  if (!narrow)
    return (
      <Peek title={say('alerts_title')} onClose={onClose}>
        <List />
      </Peek>
    )
  return (
    <Modal open title={say('alerts_title')} footer={null} onCancel={onClose}>
      <List />
    </Modal>
  )
}

function List() {
  const say = useSay(text)
  const as = useFormats()
  const can = useCan()
  const toast = useToast()
  const queries = useQueryClient()
  const list = useInfiniteQuery(valueApi.alerts.pages({ query: { state: 'open', limit: 30 } }))
  const { base_currency: currency } = useCompany()
  const end = useMutation({
    mutationFn: (id: number) => valueApi.endAlert({ params: { id } }),
    onSuccess: () => {
      toast.ok(say('alert_marked'))
      for (const key of [valueApi.alerts.key, valueApi.state.key])
        void queries.invalidateQueries({ queryKey: key })
    },
    onError: (error) => toast.error(problemOf(error)?.detail ?? String(error)),
  })
  const items = list.data?.pages.flatMap((page) => page.items) ?? []
  if (list.error && items.length === 0) return <Fault error={list.error} onRetry={list.refetch} />
  if (list.data && items.length === 0) return <p className="mut s13 vline">{say('alerts_none')}</p>
  return (
    <ul className="valerts">
      {items.map((one) => (
        <li key={one.id}>
          <div className="row">
            <Go to={`/customers/${one.party.id}`} search={{ see: 'value' }} className="lnk cut">
              {one.party.name}
            </Go>
            <span className="sp mut s12 nw">
              <When at={one.at} />
            </span>
          </div>
          <p className="s12 sec">
            {say('alert_text', {
              silent: one.silent_days,
              usual: as.number(one.usual_days, 0),
              value: as.brief(one.value_minor, currency),
            })}
          </p>
          <div className="row s12">
            <span className="mut">{one.owner?.name ?? say('ownerless')}</span>
            {can('value:write') && (
              <button
                type="button"
                className="lnk sp"
                disabled={end.isPending}
                aria-label={`${say('alert_done')}: ${one.party.name}`}
                onClick={() => end.mutate(one.id)}
              >
                {say('alert_done')}
              </button>
            )}
          </div>
        </li>
      ))}
      {list.hasNextPage && (
        <li>
          <button type="button" className="lnk s13" onClick={() => list.fetchNextPage()}>
            {say('older')}
          </button>
        </li>
      )}
    </ul>
  )
}
