import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import Checkbox from 'antd/es/checkbox'
import { useEffect, useState } from 'react'
import {
  Choice,
  Empty,
  Go,
  Icon,
  Money,
  Page,
  type PlainColumn,
  PlainTable,
  Tabs,
  useCan,
  useSearch,
  useText,
  useToast,
  When,
} from '../../../apps/web/ui/index.ts'
import { partyApi } from '../../parties/web/partyApi.ts'
import { useWhy } from '../../parties/web/usePartyWrite.ts'
import { Scroll } from '../../value/web/Scroll.tsx'
import type { Pool, PoolRow } from '../contract.ts'
import { PoolDialog } from './PoolDialog.tsx'
import { poolApi } from './poolApi.ts'
import { ReturnDialog } from './ReturnDialog.tsx'
import { text } from './text.ts'
import '../../parties/web/labels/labels.css'

const tabs = ['waiting', 'mine', 'due', 'moves'] as const
type Tab = (typeof tabs)[number]

/** Customers without an owner, for whoever has time; and those who will come back unless somebody cares. */
export function PoolsPage() {
  const say = useText(text)
  const can = useCan()
  const [search, setSearch] = useSearch()
  const { data, error, refetch } = useQuery({ ...poolApi.list.query(), enabled: can('pools:claim') })
  const [editing, setEditing] = useState<Pool | 'new'>()
  const items = data?.items ?? []
  const pool = items.find(({ id }) => String(id) === search['pool']) ?? items[0]
  const tab = tabs.find((one) => one === search['tab']) ?? 'waiting'
  const write = can('pools:write')
  return (
    <Page
      title={say('title')}
      may="pools:claim"
      note={pool ? <Used pool={pool} /> : say('lead')}
      actions={
        write && (
          <>
            {pool && (
              <Button size="small" onClick={() => setEditing(pool)}>
                {say('edit')}
              </Button>
            )}
            <Button size="small" type={pool ? 'default' : 'primary'} onClick={() => setEditing('new')}>
              {say('new')}
            </Button>
          </>
        )
      }
      head={
        pool && (
          <>
            {items.length > 1 && (
              <div className="filter">
                <span>{say('pool')}</span>
                <Choice
                  label={say('pool')}
                  value={String(pool.id)}
                  options={items.map(({ id, name, unit }) => ({
                    value: String(id),
                    label: name,
                    note: unit.name,
                  }))}
                  onPick={(id) => setSearch({ pool: id })}
                >
                  <button type="button" className="q">
                    {pool.name}
                    {!pool.active && ` · ${say('off')}`}
                  </button>
                </Choice>
              </div>
            )}
            <Tabs
              label={say('title')}
              items={tabs.map((key) => ({
                key,
                label: say(key),
                ...(key === 'waiting' ? { count: pool.waiting } : {}),
                ...(key === 'mine' ? { count: pool.mine.holding } : {}),
              }))}
              value={tab}
              onChange={(key) => setSearch({ tab: key === 'waiting' ? undefined : key })}
            />
          </>
        )
      }
      error={data ? undefined : error}
      onRetry={refetch}
    >
      {data && !pool && <Empty title={say('none_title')} text={say('none_text')} />}
      {pool &&
        (tab === 'moves' ? (
          <Moves pool={pool} />
        ) : (
          <Parties key={`${pool.id} ${tab}`} pool={pool} tab={tab} />
        ))}
      {editing && (
        <PoolDialog {...(editing === 'new' ? {} : { pool: editing })} onClose={() => setEditing(undefined)} />
      )}
    </Page>
  )
}

function Used({ pool: { mine, claim_cap, claim_days, holding_cap } }: { pool: Pool }) {
  const say = useText(text)
  const parts = [
    claim_cap !== null && say('used_claims', { n: mine.claimed, cap: claim_cap, days: claim_days }),
    holding_cap !== null && say('used_holding', { n: mine.holding, cap: holding_cap }),
    mine.warned > 0 && say('warned_n', { n: mine.warned }),
  ].filter(Boolean)
  return <>{parts.length > 0 ? parts.join(' · ') : say('lead')}</>
}

function useTold() {
  const queries = useQueryClient()
  return () => {
    for (const key of [
      poolApi.list.key,
      poolApi.parties.key,
      poolApi.moves.key,
      poolApi.ofParty.key,
      partyApi.list.key,
      partyApi.get.key,
    ])
      void queries.invalidateQueries({ queryKey: key })
  }
}

export function useClaim(pool_id: number) {
  const say = useText(text)
  const toast = useToast()
  const why = useWhy()
  const told = useTold()
  return useMutation({
    mutationFn: (party_ids: number[]) => poolApi.claim({ params: { id: pool_id }, body: { party_ids } }),
    onSuccess: ({ claimed, refused }) => {
      told()
      if (claimed.length > 0) toast.ok(say('claimed', { n: claimed.length }))
      const [first] = refused
      if (first) toast.error(say('not_claimed', { n: refused.length, why: first.message }))
    },
    onError: (error) => toast.error(say('not_done', { why: why(error) })),
  })
}

function Parties({ pool, tab }: { pool: Pool; tab: Exclude<Tab, 'moves'> }) {
  const say = useText(text)
  const list = useInfiniteQuery(
    poolApi.parties.pages({ params: { id: pool.id }, query: { which: tab, limit: 50 } }),
  )
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set())
  const [returning, setReturning] = useState<PoolRow>()
  const claim = useClaim(pool.id)
  const told = useTold()
  const rows = list.data?.pages.flatMap(({ items }) => items) ?? []
  const here = rows.filter(({ id }) => chosen.has(id))
  // Whoever was claimed is not chosen any more.
  useEffect(() => {
    if (claim.isSuccess) setChosen(new Set())
  }, [claim.isSuccess])
  const turn = (id: number) => {
    const next = new Set(chosen)
    if (!next.delete(id)) next.add(id)
    setChosen(next)
  }
  const columns = useColumns({ pool, tab, chosen, turn, onReturn: setReturning })
  return (
    <Scroll className="lbpage" label={say(tab)}>
      {tab === 'waiting' && pool.may_claim && rows.length > 0 && (
        <p className="lbpolicy">
          <Button
            type="primary"
            size="small"
            disabled={here.length === 0}
            loading={claim.isPending}
            onClick={() => claim.mutate(here.map(({ id }) => id))}
          >
            {here.length > 0 ? say('claim_n', { n: here.length }) : say('claim')}
          </Button>
        </p>
      )}
      {list.data && rows.length === 0 ? (
        <p className="mut s13">
          {say(({ waiting: 'nobody_waits', mine: 'nobody_mine', due: 'nobody_due' } as const)[tab])}
        </p>
      ) : (
        <PlainTable label={say(tab)} columns={columns} rows={rows} keyOf={({ id }) => id} />
      )}
      {list.hasNextPage && (
        <button type="button" className="lnk" onClick={() => void list.fetchNextPage()}>
          {say('more')}
        </button>
      )}
      {returning && (
        <ReturnDialog
          party={returning}
          onClose={() => setReturning(undefined)}
          onDone={() => {
            setReturning(undefined)
            told()
          }}
        />
      )}
    </Scroll>
  )
}

type ColumnsProps = {
  pool: Pool
  tab: Exclude<Tab, 'moves'>
  chosen: ReadonlySet<number>
  turn: (id: number) => void
  onReturn: (row: PoolRow) => void
}
function useColumns({ pool, tab, chosen, turn, onReturn }: ColumnsProps): PlainColumn<PoolRow>[] {
  const say = useText(text)
  const can = useCan()
  const named: PlainColumn<PoolRow> = {
    key: 'name',
    title: say('customer'),
    width: 220,
    cell: (row) => (
      <span className="row">
        {tab === 'waiting' && pool.may_claim && (
          <Checkbox
            checked={chosen.has(row.id)}
            aria-label={row.name}
            disabled={row.mine_again_on !== null}
            onChange={() => turn(row.id)}
          />
        )}
        {tab === 'waiting' || !can('parties:read') ? (
          <span className="b cut">{row.name}</span>
        ) : (
          <Go to={`/customers/${row.id}`} className="lnk cut">
            {row.name}
          </Go>
        )}
      </span>
    ),
  }
  const common: PlainColumn<PoolRow>[] = [
    { key: 'unit', title: say('unit'), width: 120, cell: ({ unit }) => unit.name },
    {
      key: 'last',
      title: say('last_order'),
      width: 110,
      align: 'end',
      cell: ({ last_order_at }) => <When at={last_order_at} />,
    },
    {
      key: 'revenue',
      title: say('revenue'),
      width: 120,
      align: 'end',
      cell: ({ revenue_minor, currency }) => <Money minor={revenue_minor} currency={currency} whole />,
    },
  ]
  if (tab === 'waiting')
    return [named, ...common, { key: 'came', title: say('came'), cell: (row) => <Came row={row} /> }]
  return [
    named,
    ...(tab === 'due'
      ? [{ key: 'owner', title: say('owner'), width: 110, cell: ({ owner }: PoolRow) => owner?.name }]
      : []),
    ...common,
    { key: 'due', title: say('due'), width: 190, cell: (row) => <Countdown row={row} /> },
    ...(tab === 'mine'
      ? [
          {
            key: 'do',
            title: '',
            width: 80,
            cell: (row: PoolRow) => (
              <button type="button" className="lnk" onClick={() => onReturn(row)}>
                {say('return')}
              </button>
            ),
          },
        ]
      : []),
  ]
}

function Came({ row: { why, reason, before, mine_again_on } }: { row: PoolRow }) {
  const say = useText(text)
  return (
    <span className="sec s13">
      {why === 'returned' && say('why.returned', { before, reason })}
      {why === 'recycled' && say('why.recycled', { before })}
      {mine_again_on && <span className="mut"> · {say('again_on', { day: mine_again_on })}</span>}
    </span>
  )
}

type Due = Pick<PoolRow, 'days_left' | 'because'>
export function Countdown({ row: { days_left, because } }: { row: Due }) {
  const say = useText(text)
  if (days_left === null) return <span className="mut">—</span>
  return (
    <span className={days_left <= 3 ? 'warnc' : ''}>
      <Icon name="clock" /> {days_left === 0 ? say('today') : say('countdown', { n: days_left })}
      {because && <span className="mut s12"> · {say(`because.${because}`)}</span>}
    </span>
  )
}

function Moves({ pool }: { pool: Pool }) {
  const say = useText(text)
  const list = useInfiniteQuery(poolApi.moves.pages({ params: { id: pool.id }, query: { limit: 50 } }))
  const rows = list.data?.pages.flatMap(({ items }) => items) ?? []
  return (
    <Scroll className="lbpage lbchanges" label={say('moves')}>
      {list.data && rows.length === 0 && <p className="mut s13">{say('no_moves')}</p>}
      <ul>
        {rows.map(({ id, kind, user, party, reason, at }) => (
          <li key={id}>
            <span className="grow">
              {say(`move.${kind}`, { user, name: party.name })}
              {kind === 'returned' && reason && <span className="mut"> · {reason}</span>}
            </span>
            <span className="mut s12">
              <When at={at} time />
            </span>
          </li>
        ))}
      </ul>
      {list.hasNextPage && (
        <button type="button" className="lnk" onClick={() => void list.fetchNextPage()}>
          {say('more')}
        </button>
      )}
    </Scroll>
  )
}
