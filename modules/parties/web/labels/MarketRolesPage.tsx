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

/** What the company calls market roles, in which order they are offered and which not, and those of its own. */
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
  const show = (saved: Data) => queries.setQueryData(labelsApi.marketRoles.query().queryKey, saved)
  const removing = useMutation({
    mutationFn: ({ role }: Row) => labelsApi.removeMarketRole({ params: { role } }),
    onSuccess: (saved, { role, label_zh, label_en, hidden, zh, en }) => {
      show(saved)
      const position = data.items.findIndex((one) => one.role === role)
      toast.ok(say('role_removed', { name: english ? en : zh }), {
        label: say('undo'),
        run: () =>
          void labelsApi
            .addMarketRole({ body: { role, label_zh, label_en, hidden, position } })
            .then(show, (error: unknown) => toast.error(say('not_saved', { why: why(error) }))),
      })
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
            cell: (row) => (
              <>
                <span className="b">{name(row)}</span>
                {row.own && <span className="mut s12"> {say('own_role')}</span>}
              </>
            ),
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
            width: 110,
            cell: (row, i) => (
              <>
                {row.own && row.count === 0 && (
                  <Move
                    sign="×"
                    title={changed ? say('unsaved_first') : say('remove_role', { name: name(row) })}
                    disabled={changed || removing.isPending}
                    onClick={() => removing.mutate(row)}
                  />
                )}
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
      <NewRole disabled={changed} onAdded={show} />
    </Scroll>
  )
}

type NewRoleProps = { disabled: boolean; onAdded: (saved: Data) => void }
/** One name is enough; the other language then shows it too. */
function NewRole({ disabled, onAdded }: NewRoleProps) {
  const say = useText(text)
  const toast = useToast()
  const why = useWhy()
  const english = useLocale() === 'en'
  const [zh, setZh] = useState('')
  const [en, setEn] = useState('')
  const adding = useMutation({
    mutationFn: () => labelsApi.addMarketRole({ body: { label_zh: zh.trim(), label_en: en.trim() } }),
    onSuccess: (saved) => {
      const known = new Set([zh.trim(), en.trim()])
      const role = saved.items.find((one) => one.own && (known.has(one.label_zh) || known.has(one.label_en)))
      onAdded(saved)
      setZh('')
      setEn('')
      toast.ok(
        say('role_added', { name: (english && en.trim()) || zh.trim() || en.trim() }),
        role && {
          label: say('undo'),
          run: () =>
            void labelsApi
              .removeMarketRole({ params: { role: role.role } })
              .then(onAdded, (error: unknown) => toast.error(say('not_saved', { why: why(error) }))),
        },
      )
    },
    onError: (error) => toast.error(say('not_saved', { why: why(error) })),
  })
  const field = (label: string, value: string, set: (value: string) => void) => (
    <Input
      size="small"
      value={value}
      maxLength={40}
      placeholder={label}
      aria-label={`${say('new_role')}: ${label}`}
      onChange={({ target }) => set(target.value)}
    />
  )
  return (
    <form
      className="lbnew"
      aria-label={say('new_role')}
      onSubmit={(event) => {
        event.preventDefault()
        if ((zh.trim() || en.trim()) && !disabled) adding.mutate()
      }}
    >
      <span className="b">{say('new_role')}</span>
      {field(say('label_zh'), zh, setZh)}
      {field(say('label_en'), en, setEn)}
      <Button
        size="small"
        htmlType="submit"
        loading={adding.isPending}
        disabled={disabled || (!zh.trim() && !en.trim())}
        title={disabled ? say('unsaved_first') : undefined}
      >
        {say('add_role')}
      </Button>
    </form>
  )
}

type MoveProps = { sign: string; title: string; disabled?: boolean; onClick: () => void }
const Move = ({ sign, title, disabled = false, onClick }: MoveProps) => (
  <button
    type="button"
    className="ib xs"
    title={title}
    aria-label={title}
    disabled={disabled}
    onClick={onClick}
  >
    {sign}
  </button>
)
