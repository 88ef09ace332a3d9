import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import Modal from 'antd/es/modal'
import { useState } from 'react'
import { Fault, problemOf, useText, useToast, When } from '../../../apps/web/ui/index.ts'
import type { Party } from '../../parties/contract.ts'
import type { CameItem, Merged } from '../contract.ts'
import { identityApi } from './identityApi.ts'
import { text } from './text.ts'
import './identity.css'

type Side = 'survivor' | 'merged'
type PartProps = { party: Party; merge: Merged; onClose: () => void }

/** What came since the merge, each with whose it shall be; then both are what they were. */
export default function PartDialog({ party, merge, onClose }: PartProps) {
  const say = useText(text)
  const toast = useToast()
  const queries = useQueryClient()
  const [assign, setAssign] = useState<Record<string, Side>>({})
  const params = { id: party.id, merge_id: merge.merge_id }
  const after = useQuery({ ...identityApi.after.query({ params }), staleTime: 0, gcTime: 0 })
  const work = useMutation({
    mutationFn: () =>
      identityApi.unmerge({
        params: { id: party.id },
        body: { merge_id: merge.merge_id, assign },
        if_match: `"${party.version}"`,
      }),
    onSuccess: ({ restored }) => {
      toast.ok(say('part_done', { name: restored.name }))
      void queries.invalidateQueries()
      onClose()
    },
  })
  const problem = problemOf(work.error)
  const items = after.data?.items ?? []
  const all = (side: Side) => setAssign(Object.fromEntries(items.map(({ item }) => [item, side])))
  const names = { survivor: party.name, merged: merge.party.name }
  return (
    <Modal
      open
      title={say('part_title', { name: merge.party.name })}
      onCancel={onClose}
      mask={{ closable: false }}
      width={640}
      footer={[
        <Button key="no" onClick={onClose}>
          {say('cancel')}
        </Button>,
        <Button
          key="yes"
          type="primary"
          disabled={!after.data}
          loading={work.isPending}
          onClick={() => work.mutate()}
        >
          {say('part_do')}
        </Button>,
      ]}
    >
      {work.error && (
        <div className="said" role="alert">
          {say('part_failed', { why: problem?.detail || problem?.title || work.error.message })}
        </div>
      )}
      {after.error ? (
        <Fault error={after.error} onRetry={after.refetch} />
      ) : (
        <p>{say(after.data && items.length === 0 ? 'part_nothing' : 'part_lead')}</p>
      )}
      {items.length > 1 && (
        <p className="idall">
          {(['survivor', 'merged'] as const).map((side) => (
            <Button key={side} size="small" onClick={() => all(side)}>
              {say('all_to', {
                name:
                  side === 'survivor'
                    ? `${names.survivor} #${party.id}`
                    : `${names.merged} #${merge.party.id}`,
              })}
            </Button>
          ))}
        </p>
      )}
      {items.length > 0 && (
        <div className="idscroll">
          <table className="idtab">
            <thead>
              <tr>
                <th scope="col">{say('fact')}</th>
                <th scope="col">
                  {names.survivor} <span className="mut s12">#{party.id}</span>
                </th>
                <th scope="col">
                  {names.merged} <span className="mut s12">#{merge.party.id}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {items.map((item) => (
                <ItemRow
                  key={item.item}
                  item={item}
                  names={names}
                  goes={assign[item.item] ?? item.goes}
                  onGoes={(side) => setAssign((now) => ({ ...now, [item.item]: side }))}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Modal>
  )
}

type RowProps = { item: CameItem; names: Record<Side, string>; goes: Side; onGoes: (side: Side) => void }
function ItemRow({ item, names, goes, onGoes }: RowProps) {
  return (
    <tr>
      <th scope="row">
        {item.label}: {item.shows}
        {item.at && (
          <span className="mut s12">
            {' '}
            <When at={item.at} time />
          </span>
        )}
      </th>
      {(['survivor', 'merged'] as const).map((side) => (
        <td key={side} className="c">
          <input
            type="radio"
            name={item.item}
            checked={goes === side}
            onChange={() => onGoes(side)}
            aria-label={`${item.label} ${item.shows}: ${names[side]}`}
          />
        </td>
      ))}
    </tr>
  )
}
