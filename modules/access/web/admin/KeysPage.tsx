import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import { lazy, Suspense, useMemo, useState } from 'react'
import {
  type Column,
  DataTable,
  Empty,
  KeyValues,
  Peek,
  Tag,
  useCan,
  useNarrow,
  useSearch,
  useText,
  useToast,
  When,
} from '../../../../apps/web/ui/index.ts'
import type { Key } from '../../contract.ts'
import { accessApi } from '../session.ts'
import { AdminPage } from './AdminPage.tsx'
import { keysText } from './keys.text.ts'
import { Ask, Whole } from './parts.tsx'
import { text } from './text.ts'

const NewKey = lazy(() => import('./NewKey.tsx'))
const keyOf = (row: Key) => row.key_id

function KeyState({ row }: { row: Key }) {
  const say = useText(keysText)
  return row.revoked_at ? <Tag>{say('revoked')}</Tag> : <Tag tone="ok">{say('works')}</Tag>
}

export function KeysPage() {
  const say = useText(keysText)
  const can = useCan()
  const narrow = useNarrow()
  const [search, setSearch] = useSearch()
  const [making, setMaking] = useState(false)
  const list = useInfiniteQuery({
    ...accessApi.keys.pages({ query: { limit: 100 } }),
    enabled: can('keys:read'),
  })
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data])
  const columns = useColumns()
  const peek = Number(search['peek']) || undefined
  const shown = rows.find((row) => row.key_id === peek)
  const close = () => setSearch({ peek: undefined })
  const make = can('keys:write') && (
    <Button type="primary" onClick={() => setMaking(true)}>
      {say('create')}
    </Button>
  )
  return (
    <AdminPage
      at="keys"
      may="keys:read"
      note={say('lead')}
      actions={make}
      peek={
        shown &&
        !narrow && (
          <Peek title={shown.name} note={<KeyState row={shown} />} onClose={close}>
            <KeyFacts row={shown} />
          </Peek>
        )
      }
    >
      {narrow && shown ? (
        <Whole onBack={close}>
          <h2 className="b">{shown.name}</h2>
          <KeyFacts row={shown} />
        </Whole>
      ) : (
        <DataTable
          name="keys"
          label={say('list')}
          columns={columns}
          rows={rows}
          source={list}
          keyOf={keyOf}
          peek={peek}
          onPeek={(key) => setSearch({ peek: key === undefined ? undefined : String(key) })}
          onOpen={(row) => setSearch({ peek: String(row.key_id) }, { push: narrow })}
          narrow={(row) => <NarrowKey row={row} />}
          empty={<Empty title={say('empty_title')} text={say('empty_text')} action={make} />}
        />
      )}
      <Suspense>{making && <NewKey onClose={() => setMaking(false)} />}</Suspense>
    </AdminPage>
  )
}

function KeyFacts({ row }: { row: Key }) {
  const say = useText(text)
  const own = useText(keysText)
  const can = useCan()
  return (
    <>
      {can('keys:write') && !row.revoked_at && <Revoke row={row} />}
      <KeyValues
        items={[
          [own('hint'), <code key="hint">{row.hint}</code>],
          [say('role'), row.role_name],
          [say('unit'), row.unit_name],
          [own('by'), row.created_by_name],
          [own('created'), <When key="created" at={row.created_at} time />],
          [own('used'), row.last_used_at ? <When key="used" at={row.last_used_at} time /> : say('never')],
          ...(row.revoked_at
            ? [[own('revoked_at'), <When key="revoked" at={row.revoked_at} time />] as const]
            : []),
        ]}
      />
    </>
  )
}

function Revoke({ row }: { row: Key }) {
  const say = useText(keysText)
  const toast = useToast()
  const queries = useQueryClient()
  const [asking, setAsking] = useState(false)
  const revoke = useMutation({
    mutationFn: () => accessApi.revokeKey({ params: { id: row.key_id } }),
    onSuccess: () => {
      toast.ok(say('revoke_done', { name: row.name }))
      setAsking(false)
    },
    onSettled: () => queries.invalidateQueries({ queryKey: accessApi.keys.key }),
  })
  return (
    <div className="adacts">
      <Button size="small" danger onClick={() => setAsking(true)}>
        {say('revoke')}
      </Button>
      {asking && (
        <Ask
          title={say('revoke_title', { name: row.name })}
          ok={say('revoke')}
          danger
          busy={revoke.isPending}
          error={revoke.error}
          onOk={() => revoke.mutate()}
          onClose={() => setAsking(false)}
        >
          <p>{say('revoke_text')}</p>
        </Ask>
      )}
    </div>
  )
}

const NarrowKey = ({ row }: { row: Key }) => (
  <>
    <div className="l1">
      <span className="cut">{row.name}</span>
      <span className="r">
        <KeyState row={row} />
      </span>
    </div>
    <div className="l2">
      <span className="cut">{`${row.hint} · ${row.role_name} · ${row.unit_name}`}</span>
    </div>
  </>
)

function useColumns(): readonly Column<Key>[] {
  const say = useText(text)
  const own = useText(keysText)
  return useMemo(
    () => [
      { key: 'name', title: own('key_name'), min: 160, grow: 3, cell: (row) => row.name },
      { key: 'hint', title: own('hint'), width: 110, cell: (row) => <code>{row.hint}</code> },
      { key: 'role', title: say('role'), min: 120, grow: 2, cell: (row) => row.role_name },
      { key: 'unit', title: say('unit'), min: 120, grow: 2, cell: (row) => row.unit_name },
      { key: 'by', title: own('by'), width: 110, cell: (row) => row.created_by_name ?? '—' },
      { key: 'created', title: own('created'), width: 92, cell: (row) => <When at={row.created_at} /> },
      {
        key: 'used',
        title: own('used'),
        width: 116,
        cell: (row) =>
          row.last_used_at ? (
            <When at={row.last_used_at} time />
          ) : (
            <span className="mut">{say('never')}</span>
          ),
      },
      { key: 'state', title: own('state'), width: 92, cell: (row) => <KeyState row={row} /> },
    ],
    [say, own],
  )
}
