import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import Button from 'antd/es/button'
import { lazy, Suspense, useMemo, useState } from 'react'
import { firstSteps } from '../../../apps/web/first.ts'
import {
  type Column,
  ColumnChoice,
  DataTable,
  Empty,
  ExportMenu,
  Icon,
  Kbd,
  Page,
  type Search,
  useCan,
  useGo,
  useKeys,
  useNarrow,
  useText,
} from '../../../apps/web/ui/index.ts'
import { useListPresence } from '../../presence/web/rows.tsx'
import type { PartyRow } from '../contract.ts'
import { useSelection } from './bulk/useSelection.ts'
import { CustomersHead, Explained, isFilterFault, showsNothing } from './CustomersHead.tsx'
import { NarrowRow, pathOf, useColumns } from './columns.tsx'
import { FIRST_SORT, filterKeys, inTrash, NO_FILTER, noFilters, queryOf } from './filters.ts'
import { useGridColumns, useWrites } from './grid/edits.ts'
import { useCells } from './grid/useCells.ts'
import { partyApi } from './partyApi.ts'
import { text } from './text.ts'
import { useExported } from './useExported.ts'
import { useList } from './useList.ts'
import { VALUE_MAY, valueKeys } from './valueColumns.tsx'

const CustomersBulk = lazy(() => import('./bulk/CustomersBulk.tsx'))
const NewCustomer = lazy(() => import('./NewCustomer.tsx'))
const CustomerPeek = lazy(async () => ({ default: (await import('./CustomerPeek.tsx')).CustomerPeek }))
const keyOf = (row: PartyRow) => row.id
const PAGE = 50
/** The name first, then what is shown in the order that was chosen for it. */
const inOrder = (all: readonly Column<PartyRow>[], shown: readonly string[]) => [
  ...all.filter(({ key }) => key === 'name'),
  ...shown.flatMap((key) => all.filter((column) => column.key === key && key !== 'name')),
]
/** What is chosen does not depend on the order. */
const filterOf = ({ sort: _, order: __, ...filter }: ReturnType<typeof queryOf>) => filter
const narrowRow = (row: PartyRow) => <NarrowRow row={row} />

export function CustomersPage() {
  const say = useText(text)
  const can = useCan()
  const go = useGo()
  const narrow = useNarrow()
  const showing = useList()
  const { search, set: setSearch, columns: shown, density } = showing
  const [adding, setAdding] = useState(false)
  const all = useColumns()
  const trash = inTrash(search)
  const writes = useWrites()
  const columns = useGridColumns(
    useMemo(() => inOrder(all, shown), [all, shown]),
    writes,
    trash,
  )
  const onCells = useCells(writes, Object.fromEntries(columns.map(({ key, title }) => [key, title])))
  const onEditing = useListPresence()
  const asksValue = can(VALUE_MAY) && valueKeys.some((key) => shown.includes(key))
  const filters = queryOf(search)
  const query = { ...filters, limit: PAGE, ...(asksValue ? { with: 'value' as const } : {}) }
  const list = useInfiniteQuery({
    ...partyApi.list.pages({ query }),
    placeholderData: keepPreviousData,
    enabled: can('parties:read') && !showing.waiting && !showsNothing(showing),
  })
  const first = list.data?.pages[0]
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data])
  const count = first && { n: first.count, exact: first.count_exact }
  const selecting = useSelection({ rows, filter: filterOf(filters), count })
  const exported = useExported(columns)
  const peek = Number(search.peek) || undefined
  const mayWrite = can('parties:write')
  useKeys([{ keys: 'n', label: say('new'), run: () => setAdding(true) }], mayWrite && !adding)
  const add = (
    <Button type="primary" icon={<Icon name="plus" />} onClick={() => setAdding(true)}>
      {say('new')} <Kbd>N</Kbd>
    </Button>
  )
  return (
    <Page
      title={trash ? `${say('title')} · ${say('view_trash')}` : say('title')}
      may="parties:read"
      note={list.data && <HowMany page={list.data.pages[0]!} />}
      actions={
        <>
          <ColumnChoice
            all={all.slice(1)}
            shown={shown}
            onChange={showing.setColumns}
            density={density ?? 'default'}
            onDensity={showing.setDensity}
          />
          {!trash && (
            <ExportMenu
              {...exported}
              count={count}
              ask={(asked, signal) => partyApi.exportList({ query: { ...filters, ...asked }, signal })}
            />
          )}
          {mayWrite && !trash && add}
        </>
      }
      head={<CustomersHead list={showing} />}
      peek={
        peek !== undefined && !narrow ? (
          <Suspense>
            <CustomerPeek
              id={peek}
              row={rows.find((row) => row.id === peek)}
              onClose={() => setSearch({ peek: undefined })}
              onOpen={() => go(pathOf(peek))}
            />
          </Suspense>
        ) : undefined
      }
    >
      {showsNothing(showing) || isFilterFault(list.error) ? (
        <Explained list={showing} error={list.error} />
      ) : (
        <DataTable
          name="customers"
          label={say('title')}
          columns={columns}
          rows={rows}
          source={list}
          keyOf={keyOf}
          total={list.data?.pages[0]?.count}
          sort={search.sort ?? FIRST_SORT}
          onSort={(sort) => setSearch({ sort: sort === FIRST_SORT ? undefined : sort })}
          peek={peek}
          onPeek={(key) => setSearch({ peek: key === undefined ? undefined : String(key) })}
          onOpen={(row) => go(pathOf(row.id))}
          empty={<Nothing search={search} setSearch={setSearch} add={mayWrite ? add : undefined} />}
          narrow={narrowRow}
          onCells={onCells}
          onEditing={onEditing}
          selected={selecting.selected}
          onSelect={selecting.select}
          {...(density ? { density } : {})}
        />
      )}
      {selecting.used && (
        <Suspense>
          <CustomersBulk
            selecting={selecting}
            count={count}
            loaded={rows.length}
            trash={trash}
            exported={{ ...exported, query: filters }}
          />
        </Suspense>
      )}
      {adding && (
        <Suspense>
          <NewCustomer
            first={{}}
            onClose={() => setAdding(false)}
            onCreated={(id) => {
              setAdding(false)
              setSearch({ peek: String(id) })
            }}
          />
        </Suspense>
      )}
    </Page>
  )
}

type Counted = { count: number; count_exact: boolean; count_age_ms: number }
function HowMany({ page }: { page: Counted }) {
  const say = useText(text)
  const age_s = Math.round(page.count_age_ms / 1000)
  return (
    <span title={age_s > 2 ? say('counted', { n: age_s }) : undefined}>
      {say(page.count_exact ? 'count' : 'count_about', { n: page.count })}
    </span>
  )
}

type SearchProps = { search: Search; setSearch: (patch: Search) => void }

function Nothing({ search, setSearch, add }: SearchProps & { add: React.ReactNode }) {
  const say = useText(text)
  const go = useGo()
  const can = useCan()
  const set = filterKeys.filter((key) => search[key] && search[key] !== NO_FILTER)
  if (set.length === 0 && inTrash(search))
    return <Empty title={say('trash_empty_title')} text={say('trash_empty_text')} />
  if (set.length === 0) {
    const bring = can('imports:write') && <Button onClick={() => go('/import')}>{say('empty_import')}</Button>
    return (
      <Empty
        title={say('empty_title')}
        text={say('empty_text')}
        action={
          <>
            {bring}
            {add}
            {firstSteps.map(({ may, Step }) => can(may) && <Step key={may} />)}
          </>
        }
      />
    )
  }
  const mine = set.length === 1 && search.owner === 'me'
  return (
    <Empty
      title={say(mine ? 'none_mine_title' : 'none_title')}
      text={say(mine ? 'none_mine_text' : 'none_text')}
      action={
        <Button onClick={() => setSearch({ ...noFilters, ...(search.view ? { filter: NO_FILTER } : {}) })}>
          {say(mine ? 'see_all' : 'clear')}
        </Button>
      }
    />
  )
}
