import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import Button from 'antd/es/button'
import { useMemo } from 'react'
import {
  type Column,
  DataTable,
  Empty,
  ExportMenu,
  FilterSentence,
  FindBox,
  Page,
  useCan,
  useGo,
  useLocale,
  useSearch,
  useText,
  Withheld,
} from '../../../apps/web/ui/index.ts'
import { formatNumber } from '../../../kernel/text.ts'
import { type Product, productKinds } from '../contract.ts'
import { productHeadings } from '../text.export.ts'
import { productApi } from './productApi.ts'
import { text } from './text.ts'

const listed = ['code', 'name', 'category', 'kind', 'sales_unit', 'source', 'cost', 'currency']
const keyOf = (row: Product) => row.id
const dash = <span className="mut">—</span>
const filters = ['q', 'category', 'kind'] as const
const narrowRow = (row: Product) => (
  <>
    <div className="l1">
      <span className="cut">{row.name || row.code}</span>
      <span className="r">
        <Cost row={row} />
      </span>
    </div>
    <div className="l2">
      <span className="cut">{[row.code, row.category?.path.join(' / ')].filter(Boolean).join(' · ')}</span>
    </div>
  </>
)

export function ProductsPage() {
  const say = useText(text)
  const can = useCan()
  const [search, setSearch] = useSearch()
  const kind = productKinds.find((one) => one === search['kind'])
  const category_id = Number(search['category']) || undefined
  const asked = {
    ...(search['q'] ? { q: search['q'] } : {}),
    ...(kind ? { kind } : {}),
    ...(category_id ? { category_id } : {}),
  }
  const list = useInfiniteQuery({
    ...productApi.list.pages({
      query: { limit: 50, ...asked },
    }),
    placeholderData: keepPreviousData,
    enabled: can('products:read'),
  })
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data])
  const columns = useColumns()
  return (
    <Page
      title={say('title')}
      may="products:read"
      head={<Head />}
      actions={
        <ExportMenu
          headings={productHeadings}
          shown={listed}
          ask={(how, signal) => productApi.exportList({ query: { ...asked, ...how }, signal })}
        />
      }
    >
      <DataTable
        name="products"
        label={say('title')}
        columns={columns}
        rows={rows}
        source={list}
        keyOf={keyOf}
        narrow={narrowRow}
        empty={
          <Nothing
            filtered={filters.some((key) => search[key])}
            onClear={() => setSearch({ q: undefined, category: undefined, kind: undefined })}
          />
        }
      />
    </Page>
  )
}

function Head() {
  const say = useText(text)
  const locale = useLocale()
  const can = useCan()
  const [search, setSearch] = useSearch()
  const categories = useQuery({
    ...productApi.categories.query(),
    staleTime: 60_000,
    enabled: can('products:read'),
  })
  return (
    <FilterSentence
      before={
        <FindBox
          q={search['q'] ?? ''}
          placeholder={say('search')}
          label={say('search_key')}
          onChange={(q) => setSearch({ q: q || undefined })}
        />
      }
      value={search}
      onChange={(key, value) => setSearch({ [key]: value })}
      fields={[
        {
          key: 'category',
          label: say('if_category'),
          options: (categories.data?.items ?? []).map((one) => ({
            value: String(one.id),
            label: one.path.join(' / '),
            note: formatNumber(one.products, locale),
          })),
        },
        {
          key: 'kind',
          label: say('if_kind'),
          options: productKinds.map((value) => ({ value, label: say(value) })),
        },
      ]}
    />
  )
}

function Cost({ row }: { row: Product }) {
  const locale = useLocale()
  if (row.cost_withheld) return <Withheld />
  if (row.unit_cost_micro === null || !row.cost_currency) return dash
  return formatNumber(row.unit_cost_micro / 1e6, locale, {
    style: 'currency',
    currency: row.cost_currency,
    currencyDisplay: 'narrowSymbol',
    maximumFractionDigits: 6,
  })
}

function useColumns(): readonly Column<Product>[] {
  const say = useText(text)
  return useMemo(
    () => [
      { key: 'code', title: say('code'), width: 160, cell: (row) => row.code },
      { key: 'name', title: say('name'), min: 260, grow: 3, cell: (row) => row.name || dash },
      {
        key: 'category',
        title: say('category'),
        min: 160,
        grow: 2,
        cell: (row) => row.category?.path.join(' / ') ?? dash,
      },
      { key: 'kind', title: say('kind'), width: 96, cell: (row) => say(row.kind) },
      { key: 'unit', title: say('sales_unit'), width: 76, cell: (row) => row.sales_unit || dash },
      { key: 'source', title: say('source'), width: 120, cell: (row) => row.source },
      { key: 'cost', title: say('cost'), width: 120, align: 'end', cell: (row) => <Cost row={row} /> },
    ],
    [say],
  )
}

function Nothing({ filtered, onClear }: { filtered: boolean; onClear: () => void }) {
  const say = useText(text)
  const can = useCan()
  const go = useGo()
  if (filtered)
    return (
      <Empty
        title={say('none_title')}
        text={say('none_text')}
        action={<Button onClick={onClear}>{say('clear')}</Button>}
      />
    )
  return (
    <Empty
      title={say('empty_title')}
      text={say('empty_text')}
      action={can('imports:write') && <Button onClick={() => go('/import')}>{say('empty_import')}</Button>}
    />
  )
}
