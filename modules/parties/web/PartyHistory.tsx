import { useInfiniteQuery, useMutation } from '@tanstack/react-query'
import { Fault, Go, Icon, useCan, useText, useToast, When } from '../../../apps/web/ui/index.ts'
import type { HistoryItem, Party } from '../contract.ts'
import { Changes, useActionName } from './PartyChange.tsx'
import { text } from './party.text.ts'
import { partyApi } from './partyApi.ts'
import { useActor } from './useActor.ts'
import { useMayChange, usePartyWrite, useWhy } from './usePartyWrite.ts'

/** The right column: who changed what and when, what it was and became; and the way back. */
export function PartyHistory({ party }: { party: Party }) {
  const say = useText(text)
  const can = useCan()
  const list = useInfiniteQuery(partyApi.history.pages({ params: { id: party.id }, query: { limit: 20 } }))
  const items = list.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <section className="blk" aria-label={say('history')}>
      <h2>{say('history')}</h2>
      {can('audit:read') && (
        <Go to="/audit" search={{ party: String(party.id) }} className="lnk s12">
          {say('all_records')}
        </Go>
      )}
      {list.error && items.length === 0 && <Fault error={list.error} onRetry={list.refetch} />}
      {list.isPending && (
        <div className="lines" aria-hidden="true">
          <b className="bone" />
          <b className="bone w50" />
        </div>
      )}
      {list.data && items.length === 0 && <p className="mut s13">{say('no_history')}</p>}
      <ol className="hist">
        {items.map((item) => (
          <Item key={item.audit_id} item={item} party={party} />
        ))}
      </ol>
      {list.hasNextPage && (
        <button type="button" className="lnk s13" onClick={() => list.fetchNextPage()}>
          {say('older')}
        </button>
      )}
    </section>
  )
}

function Item({ item, party }: { item: HistoryItem; party: Party }) {
  const say = useText(text)
  const may = useMayChange(party, 'parties:write')
  const why = useWhy()
  const toast = useToast()
  const action = useActionName()
  const actor = useActor()
  const { took } = usePartyWrite(party)
  const undo = useMutation({
    mutationFn: () => partyApi.undo({ params: { id: party.id, audit_id: item.audit_id } }),
    onSuccess: (next) => {
      took(next)
      toast.ok(say('undone'))
    },
    onError: (error) => toast.error(say('not_undone', { why: why(error) })),
  })
  return (
    <li>
      <div className="who">
        <span className="b">{actor(item.actor)}</span>
        <span>{action(item.action)}</span>
        <span className="sp mut nw">
          <When at={item.at} time />
        </span>
      </div>
      <Changes changes={item.changes} party_id={party.id} />
      {item.undoable && may && (
        <button
          type="button"
          className="lnk s12 undo1"
          disabled={undo.isPending}
          aria-label={`${say('undo_change')}: ${action(item.action)}`}
          onClick={() => undo.mutate()}
        >
          <Icon name="undo" />
          {say('undo')}
        </button>
      )}
    </li>
  )
}
