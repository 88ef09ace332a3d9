import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import { lazy, Suspense, useMemo, useState } from 'react'
import {
  type Column,
  Count,
  DataTable,
  Empty,
  KeyValues,
  Peek,
  problemOf,
  Section,
  Tag,
  useCan,
  useJoin,
  useNarrow,
  useSearch,
  useText,
  useToast,
  When,
  whole,
} from '../../../apps/web/ui/index.ts'
import { AdminPage } from '../../access/web/admin/AdminPage.tsx'
import { Whole } from '../../access/web/admin/parts.tsx'
import type { Webhook } from '../contract.ts'
import { Deliveries } from './Deliveries.tsx'
import { text } from './text.ts'
import { webhookApi } from './webhookApi.ts'
import { useWord } from './words.ts'

const WebhookDialog = lazy(() => import('./WebhookDialog.tsx'))
const Sure = lazy(() => import('./Sure.tsx'))
const keyOf = (row: Webhook) => row.webhook_id
const ASK_MS = 5000

function StateTag({ row }: { row: Webhook }) {
  const say = useText(text)
  return <Tag tone={row.active ? 'ok' : 'plain'}>{say(row.active ? 'active' : 'paused')}</Tag>
}

export function WebhooksPage() {
  const say = useText(text)
  const can = useCan()
  const narrow = useNarrow()
  const [search, setSearch] = useSearch()
  const [making, setMaking] = useState(false)
  const list = useQuery({
    ...webhookApi.list.query(),
    enabled: can('webhooks:read'),
    refetchInterval: ASK_MS,
  })
  const rows = list.data?.items ?? []
  const columns = useColumns()
  const peek = Number(search['peek']) || undefined
  const shown = rows.find((row) => row.webhook_id === peek)
  const close = () => setSearch({ peek: undefined })
  const make = can('webhooks:write') && (
    <Button type="primary" onClick={() => setMaking(true)}>
      {say('create')}
    </Button>
  )
  return (
    <AdminPage
      at="webhooks"
      may="webhooks:read"
      note={say('lead')}
      actions={make}
      peek={
        shown &&
        !narrow && (
          <Peek title={shown.name} note={<StateTag row={shown} />} onClose={close}>
            <Facts row={shown} onGone={close} />
          </Peek>
        )
      }
    >
      {narrow && shown ? (
        <Whole onBack={close}>
          <h2 className="b">{shown.name}</h2>
          <Facts row={shown} onGone={close} />
        </Whole>
      ) : (
        <DataTable
          name="webhooks"
          label={say('list')}
          columns={columns}
          rows={rows}
          source={whole(list)}
          keyOf={keyOf}
          peek={peek}
          onPeek={(key) => setSearch({ peek: key === undefined ? undefined : String(key) })}
          onOpen={(row) => setSearch({ peek: String(row.webhook_id) }, { push: narrow })}
          narrow={(row) => <NarrowRow row={row} />}
          empty={<Empty title={say('empty_title')} text={say('empty_text')} action={make} />}
        />
      )}
      <Suspense>{making && <WebhookDialog onClose={() => setMaking(false)} />}</Suspense>
    </AdminPage>
  )
}

function Facts({ row, onGone }: { row: Webhook; onGone: () => void }) {
  const say = useText(text)
  const word = useWord()
  const join = useJoin()
  const can = useCan()
  return (
    <>
      {can('webhooks:write') && <Acts row={row} onGone={onGone} />}
      <KeyValues
        items={[
          [say('url'), row.url],
          [say('events'), join(row.events.map((event) => word('on', event)))],
          [say('role'), row.role_name],
          [say('unit'), row.unit_name],
          ...(row.old_secret_until
            ? [[say('both_until'), <When key="old" at={row.old_secret_until} time />] as const]
            : []),
        ]}
      />
      <Section title={say('log')}>
        <Deliveries webhook_id={row.webhook_id} />
      </Section>
    </>
  )
}

function Acts({ row, onGone }: { row: Webhook; onGone: () => void }) {
  const say = useText(text)
  const toast = useToast()
  const queries = useQueryClient()
  const [doing, setDoing] = useState<'edit' | 'rotate' | 'remove'>()
  const close = () => setDoing(undefined)
  const turn = useMutation({
    mutationFn: () => webhookApi.patch({ params: { id: row.webhook_id }, body: { active: !row.active } }),
    onError: (error) => toast.error(problemOf(error)?.detail || error.message),
    onSettled: () => queries.invalidateQueries({ queryKey: webhookApi.list.key }),
  })
  return (
    <div className="adacts">
      <Button size="small" onClick={() => setDoing('edit')}>
        {say('edit')}
      </Button>
      <Button size="small" loading={turn.isPending} onClick={() => turn.mutate()}>
        {say(row.active ? 'pause' : 'resume')}
      </Button>
      <Button size="small" onClick={() => setDoing('rotate')}>
        {say('rotate')}
      </Button>
      <Button size="small" danger onClick={() => setDoing('remove')}>
        {say('remove')}
      </Button>
      <Suspense>
        {doing === 'edit' && <WebhookDialog row={row} onClose={close} />}
        {(doing === 'rotate' || doing === 'remove') && (
          <Sure what={doing} row={row} onClose={close} onGone={onGone} />
        )}
      </Suspense>
    </div>
  )
}

function NarrowRow({ row }: { row: Webhook }) {
  return (
    <>
      <div className="l1">
        <span className="cut">{row.name}</span>
        <span className="r">
          <StateTag row={row} />
        </span>
      </div>
      <div className="l2">
        <span className="cut">{row.url}</span>
      </div>
    </>
  )
}

function useColumns(): readonly Column<Webhook>[] {
  const say = useText(text)
  return useMemo(() => {
    const count = (key: 'delivered' | 'waiting' | 'failed'): Column<Webhook> => ({
      key,
      title: say(key),
      width: 76,
      align: 'end',
      cell: (row) => <Count value={row[key]} />,
    })
    return [
      { key: 'name', title: say('name'), min: 120, grow: 2, cell: (row) => row.name },
      { key: 'url', title: say('url'), min: 150, grow: 4, cell: (row) => row.url },
      { key: 'role', title: say('role'), min: 90, grow: 2, cell: (row) => row.role_name },
      count('delivered'),
      count('waiting'),
      count('failed'),
      { key: 'last', title: say('last'), width: 108, cell: (row) => <When at={row.last_at} time /> },
      { key: 'state', title: say('state'), width: 80, cell: (row) => <StateTag row={row} /> },
    ]
  }, [say])
}
