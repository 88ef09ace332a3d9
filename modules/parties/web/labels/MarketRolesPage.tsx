import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import Checkbox from 'antd/es/checkbox'
import Input from 'antd/es/input'
import { useState } from 'react'
import { Count, Go, PlainTable, useCan, useLocale, useText, useToast } from '../../../../apps/web/ui/index.ts'
import type { Output } from '../../../../kernel/route.ts'
import { AdminPage } from '../../../access/web/admin/AdminPage.tsx'
import { Scroll } from '../../../value/web/Scroll.tsx'
import type { labels } from '../../contract.labels.ts'
import { useWhy } from '../usePartyWrite.ts'
import { labelsText as text } from './labels.text.ts'
import { labelsApi } from './labelsApi.ts'
import './labels.css'

type Data = Output<typeof labels.marketRoles>
type Row = Data['items'][number]

/** What the company calls the ten market roles, in which order they are offered, and which not. */
export function MarketRolesPage() {
  const say = useText(text)
  const can = useCan()
  const { data, error, refetch } = useQuery({
    ...labelsApi.marketRoles.query(),
    enabled: can('labels:write'),
  })
  return (
    <AdminPage
      at="market_roles"
      may="labels:write"
      note={say('roles_lead')}
      error={data ? undefined : error}
      onRetry={refetch}
    >
      {data && <Editor key={data.version} data={data} />}
    </AdminPage>
  )
}

function Editor({ data }: { data: Data }) {
  const say = useText(text)
  const toast = useToast()
  const why = useWhy()
  const queries = useQueryClient()
  const english = useLocale() === 'en'
  const [rows, setRows] = useState<readonly Row[]>(data.items)
  const saving = useMutation({
    mutationFn: () =>
      labelsApi.writeMarketRoles({
        body: {
          items: rows.map(({ role, label_zh, label_en, hidden }) => ({ role, label_zh, label_en, hidden })),
        },
        if_match: `"${data.version}"`,
      }),
    onSuccess: (saved) => {
      queries.setQueryData(labelsApi.marketRoles.query().queryKey, saved)
      toast.ok(say('saved'))
    },
    onError: (error) => toast.error(say('not_saved', { why: why(error) })),
  })
  const put = (role: Row['role'], patch: Partial<Row>) =>
    setRows(rows.map((row) => (row.role === role ? { ...row, ...patch } : row)))
  const move = (i: number, by: -1 | 1) => {
    const next = [...rows]
    const [row] = next.splice(i, 1)
    next.splice(i + by, 0, row!)
    setRows(next)
  }
  const name = (row: Row) => (english ? row.en : row.zh)
  const changed = JSON.stringify(rows) !== JSON.stringify(data.items)
  const field = (row: Row, key: 'label_zh' | 'label_en', shown: string) => (
    <Input
      size="small"
      value={row[key]}
      maxLength={40}
      placeholder={shown}
      aria-label={`${say(key)}: ${name(row)}`}
      onChange={({ target }) => put(row.role, { [key]: target.value })}
    />
  )
  return (
    <Scroll className="lbpage" label={say('role')}>
      <PlainTable
        label={say('role')}
        rows={rows}
        keyOf={({ role }) => role}
        columns={[
          {
            key: 'name',
            title: say('role'),
            width: 150,
            cell: (row) => <span className="b">{name(row)}</span>,
          },
          { key: 'zh', title: say('label_zh'), width: 180, cell: (row) => field(row, 'label_zh', row.zh) },
          { key: 'en', title: say('label_en'), width: 180, cell: (row) => field(row, 'label_en', row.en) },
          {
            key: 'offered',
            title: say('offered'),
            width: 80,
            cell: (row) => (
              <Checkbox
                checked={!row.hidden}
                aria-label={`${say('offered')}: ${name(row)}`}
                onChange={({ target }) => put(row.role, { hidden: !target.checked })}
              />
            ),
          },
          {
            key: 'count',
            title: say('customers'),
            width: 100,
            align: 'end',
            cell: (row) => (
              <Go to="/customers" search={{ role: row.role }} className="lnk">
                <Count value={row.count} />
              </Go>
            ),
          },
          {
            key: 'move',
            title: '',
            width: 80,
            cell: (row, i) => (
              <>
                {i > 0 && (
                  <Move sign="↑" title={say('up', { name: name(row) })} onClick={() => move(i, -1)} />
                )}
                {i < rows.length - 1 && (
                  <Move sign="↓" title={say('down', { name: name(row) })} onClick={() => move(i, 1)} />
                )}
              </>
            ),
          },
        ]}
      />
      <p className="lbpolicy">
        <Button type="primary" disabled={!changed} loading={saving.isPending} onClick={() => saving.mutate()}>
          {say('save')}
        </Button>
        <span className="mut s12">{say('hidden_note')}</span>
      </p>
    </Scroll>
  )
}

const Move = ({ sign, title, onClick }: { sign: string; title: string; onClick: () => void }) => (
  <button type="button" className="ib xs" title={title} aria-label={title} onClick={onClick}>
    {sign}
  </button>
)
