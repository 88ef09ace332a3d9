import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import { problemOf, Tag, type Tone, useCan, useText, useToast, When } from '../../../apps/web/ui/index.ts'
import type { Delivery } from '../contract.ts'
import { text } from './text.ts'
import { webhookApi } from './webhookApi.ts'
import { useWord } from './words.ts'

const ASK_MS = 3000
const tones: Record<Delivery['state'], Tone> = {
  delivered: 'ok',
  waiting: 'brand',
  failed: 'seal',
  skipped: 'plain',
}

export function Deliveries({ webhook_id }: { webhook_id: number }) {
  const say = useText(text)
  const list = useInfiniteQuery({
    ...webhookApi.deliveries.pages({ params: { id: webhook_id }, query: { limit: 20 } }),
    refetchInterval: ASK_MS,
  })
  const rows = list.data?.pages.flatMap((page) => page.items) ?? []
  if (list.isPending) return null
  if (rows.length === 0) return <p className="mut s13">{say('no_log')}</p>
  return (
    <>
      <ul className="adlist">
        {rows.map((row) => (
          <One key={row.delivery_id} webhook_id={webhook_id} row={row} />
        ))}
      </ul>
      {list.hasNextPage && (
        <button type="button" className="lnk s13" onClick={() => list.fetchNextPage()}>
          {say('more')}
        </button>
      )}
    </>
  )
}

function One({ webhook_id, row }: { webhook_id: number; row: Delivery }) {
  const say = useText(text)
  const word = useWord()
  const can = useCan()
  const toast = useToast()
  const queries = useQueryClient()
  const replay = useMutation({
    mutationFn: () => webhookApi.replay({ params: { id: webhook_id, delivery_id: row.delivery_id } }),
    onSuccess: () => toast.ok(say('replayed')),
    onError: (error) => toast.error(problemOf(error)?.detail || error.message),
    onSettled: () => queries.invalidateQueries({ queryKey: ['webhooks'] }),
  })
  const why = row.error ? word('why', row.error) : row.status === null ? '' : String(row.status)
  return (
    <li>
      <div className="row">
        <span className="grow cut">{word('on', row.event)}</span>
        <Tag tone={tones[row.state]}>{say(row.state)}</Tag>
        {can('webhooks:write') && (
          <Button size="small" loading={replay.isPending} onClick={() => replay.mutate()}>
            {say('replay')}
          </Button>
        )}
      </div>
      <div className="l2">
        <When at={row.at} time />
        {why && ` · ${why}`}
        {row.attempts > 1 && ` · ${say('attempt', { n: row.attempts })}`}
        {row.state === 'waiting' && row.attempts > 0 && (
          <>
            {' · '}
            {say('next')} <When at={row.next_at} time />
          </>
        )}
      </div>
    </li>
  )
}
