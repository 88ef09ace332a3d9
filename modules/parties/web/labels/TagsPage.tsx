import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import Checkbox from 'antd/es/checkbox'
import { useEffect, useState } from 'react'
import {
  Choice,
  Count,
  Go,
  Icon,
  Panel,
  PlainTable,
  useCan,
  useJoin,
  useText,
  useToast,
  When,
} from '../../../../apps/web/ui/index.ts'
import { AdminPage } from '../../../access/web/admin/AdminPage.tsx'
import { Scroll } from '../../../value/web/Scroll.tsx'
import type { TagChange, TagRow } from '../../contract.labels.ts'
import { partyApi } from '../partyApi.ts'
import { useWhy } from '../usePartyWrite.ts'
import { labelsText as text } from './labels.text.ts'
import { labelsApi } from './labelsApi.ts'
import { TagDialog, type TagDoing } from './TagDialog.tsx'
import './labels.css'

/** Tags as the company means them: how many carry each, and what becomes of them. */
export function TagsPage() {
  const say = useText(text)
  const can = useCan()
  const { data, error, refetch } = useQuery({ ...labelsApi.tagList.query(), enabled: can('labels:write') })
  const [doing, setDoing] = useState<TagDoing>()
  return (
    <AdminPage
      at="tags"
      may="labels:write"
      note={data && say('tags_lead', { n: data.items.length })}
      actions={
        <Button type="primary" onClick={() => setDoing({ what: 'define' })}>
          {say('add')}
        </Button>
      }
      error={data ? undefined : error}
      onRetry={refetch}
    >
      {data && (
        <Scroll className="lbpage" label={say('tag')}>
          <Policy on={data.policy.defined_only} />
          {data.items.length === 0 ? (
            <p className="mut">{say('none')}</p>
          ) : (
            <Tags rows={data.items} closed={data.policy.defined_only} onDo={setDoing} />
          )}
          <Changes />
        </Scroll>
      )}
      {doing && data && <TagDialog doing={doing} tags={data.items} onClose={() => setDoing(undefined)} />}
    </AdminPage>
  )
}

function Policy({ on }: { on: boolean }) {
  const say = useText(text)
  const toast = useToast()
  const why = useWhy()
  const queries = useQueryClient()
  const set = useMutation({
    mutationFn: (defined_only: boolean) => labelsApi.tagPolicy({ body: { defined_only } }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: labelsApi.tagList.key })
      toast.ok(say('saved'))
    },
    onError: (error) => toast.error(say('not_saved', { why: why(error) })),
  })
  return (
    <p className="lbpolicy">
      <Checkbox checked={on} disabled={set.isPending} onChange={({ target }) => set.mutate(target.checked)}>
        {say('defined_only')}
      </Checkbox>
      <span className="mut s12">{say('defined_only_note')}</span>
    </p>
  )
}

type TagsProps = { rows: readonly TagRow[]; closed: boolean; onDo: (doing: TagDoing) => void }
function Tags({ rows, closed, onDo }: TagsProps) {
  const say = useText(text)
  const options = [
    { value: 'define', label: say('edit') },
    { value: 'rename', label: say('rename') },
    { value: 'merge', label: say('merge') },
    { value: 'remove', label: say('remove') },
  ]
  return (
    <PlainTable
      label={say('tag')}
      rows={rows}
      keyOf={({ tag }) => tag}
      columns={[
        {
          key: 'tag',
          title: say('tag'),
          width: 220,
          cell: ({ tag, colour, defined }) => (
            <>
              <span className="tag">
                {colour && <b className={`lbdot ${colour}`} aria-hidden="true" />}
                {tag}
              </span>
              {closed && !defined && <span className="mut s12"> {say('not_defined')}</span>}
            </>
          ),
        },
        {
          key: 'count',
          title: say('customers'),
          width: 100,
          align: 'end',
          cell: ({ tag, count }) =>
            count > 0 ? (
              <Go to="/customers" search={{ tag }} className="lnk">
                <Count value={count} />
              </Go>
            ) : (
              <Count value={0} />
            ),
        },
        {
          key: 'group',
          title: say('group'),
          width: 140,
          cell: ({ group }) => group || <span className="mut">—</span>,
        },
        { key: 'note', title: say('note'), cell: ({ note }) => <span className="sec">{note}</span> },
        {
          key: 'do',
          title: '',
          width: 48,
          cell: (row) => (
            <Choice
              label={say('actions_for', { name: row.tag })}
              options={options}
              onPick={(what) => onDo({ what: what as TagDoing['what'], row })}
            >
              <button type="button" className="ib xs" aria-label={say('actions_for', { name: row.tag })}>
                <Icon name="more" />
              </button>
            </Choice>
          ),
        },
      ]}
    />
  )
}

const isOpen = ({ state }: TagChange) => state === 'waiting' || state === 'running'

/** What was done to tags lately, how far it is, and its way back. */
function Changes() {
  const say = useText(text)
  const join = useJoin()
  const toast = useToast()
  const why = useWhy()
  const queries = useQueryClient()
  const { data } = useQuery({
    ...labelsApi.tagChanges.query(),
    refetchInterval: ({ state }) => (state.data?.items.some(isOpen) ? 1000 : false),
  })
  const open = data?.items.some(isOpen) ?? false
  // What a change came to shows in the list as soon as it is over.
  useEffect(() => {
    if (!open)
      for (const key of [labelsApi.tagList.key, partyApi.tags.key])
        void queries.invalidateQueries({ queryKey: key })
  }, [open, queries])
  const undo = useMutation({
    mutationFn: (change_id: number) => labelsApi.undoTagChange({ params: { change_id } }),
    onSuccess: () => {
      toast.ok(say('undoing'))
      for (const key of [labelsApi.tagChanges.key, labelsApi.tagList.key, partyApi.tags.key])
        void queries.invalidateQueries({ queryKey: key })
    },
    onError: (error) => toast.error(say('not_saved', { why: why(error) })),
  })
  if (!data || data.items.length === 0) return null
  return (
    <Panel title={say('latest')} className="lbchanges">
      <ul>
        {data.items.map((one) => (
          <li key={one.id}>
            <span className="grow">
              {say(`did.${one.verb}`, { tags: join(one.tags), become: one.become })}
            </span>
            <span className="mut s12">
              {isOpen(one) ? say('running') : say('changed', { n: one.changed })} · {one.by} ·{' '}
              <When at={one.at} time />
            </span>
            {one.undone_at ? (
              <span className="mut s12">{say('undone')}</span>
            ) : (
              <button
                type="button"
                className="lnk s12"
                disabled={isOpen(one) || undo.isPending}
                onClick={() => undo.mutate(one.id)}
              >
                {say('undo')}
              </button>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  )
}
