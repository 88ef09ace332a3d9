import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import Button from 'antd/es/button'
import { useMemo, useState } from 'react'
import {
  ColumnChoice,
  columnsKept,
  DataTable,
  Empty,
  type FilterField,
  FilterSentence,
  Go,
  Icon,
  keepColumns,
  Page,
  problemOf,
  type Search,
  useCan,
  useCompany,
  useGo,
  useSearch,
} from '../../../apps/web/ui/index.ts'
import { useSay } from '../../orders/web/say.ts'
import { abcClasses, purchaseClasses, rfmSegments, type ValueRow } from '../contract.shapes.ts'
import { text } from './behind.text.ts'
import { NarrowRow, useColumns } from './behindColumns.tsx'
import { isDay, lookingKeys, lookingOf, useLookingFields } from './filter.ts'
import { useFormats } from './format.ts'
import { useImporting } from './Importing.tsx'
import { FIRST_SORT, fileOf, queryOf, sliceKeys } from './slice.ts'
import { text as pageText } from './text.ts'
import { valueApi } from './valueApi.ts'
import './value.css'

const keyOf = (row: ValueRow) => row.party.id
const narrowRow = (row: ValueRow) => <NarrowRow row={row} />
const NAME = 'value-customers'
const first = [
  'name',
  'value',
  'p_alive',
  'at_risk',
  'overdue',
  'next',
  'class',
  'core',
  'revenue',
  'last',
  'owner',
]

/** Customers with all that is known of their value: the whole list, or those behind a picture. */
export function BehindPage() {
  const say = useSay(text)
  const as = useFormats()
  const can = useCan()
  const go = useGo()
  const [search, setSearch] = useSearch()
  const { base_currency } = useCompany()
  const list = useInfiniteQuery({
    ...valueApi.customers.pages({ query: queryOf(search) }),
    placeholderData: keepPreviousData,
    enabled: can('value:read'),
  })
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data])
  const [shown, setShown] = useState(() => columnsKept(NAME, first))
  const all = useColumns(base_currency)
  const columns = all.filter(({ key }) => key === 'name' || shown.includes(key))
  const page = list.data?.pages[0]
  const importing = useImporting(['needs', 'subscriptions'])
  const none = problemOf(list.error)?.code === 'value.no_figures'
  const clear = () =>
    setSearch(Object.fromEntries([...sliceKeys, ...lookingKeys].map((key) => [key, undefined])))
  return (
    <Page
      title={say('title')}
      may="value:read"
      trail={
        <Go to="/value" search={lookingOf(search)} className="lnk">
          {say('back')}
        </Go>
      }
      note={
        page && (
          <span data-figure="behind">
            {page.value_minor === null
              ? say('note_few', { n: page.count })
              : say('note', { n: page.count, value: as.brief(page.value_minor, page.currency) })}{' '}
            · {say('as_of', { day: page.as_of })}
            {isDay(search.as_of) && !search.compare && <Since search={search} day={page.as_of} />}
          </span>
        )
      }
      actions={
        <>
          {can('value:write') && importing.button}
          <ColumnChoice
            all={all.slice(1).map(({ key, title }) => ({ key, title }))}
            shown={shown}
            onChange={(keys) => {
              setShown(keys)
              keepColumns(NAME, keys)
            }}
          />
          <a className="btn s" href={fileOf(search)} download>
            <Icon name="export" />
            {say('csv')}
          </a>
        </>
      }
      head={
        <>
          {importing.report}
          <Head search={search} setSearch={setSearch} />
        </>
      }
    >
      <DataTable
        name={NAME}
        label={say('title')}
        columns={columns}
        rows={rows}
        source={none ? { ...list, error: null, isPending: false } : list}
        keyOf={keyOf}
        total={page?.count}
        sort={search.sort ?? FIRST_SORT}
        onSort={(sort) => setSearch({ sort: sort === FIRST_SORT ? undefined : sort })}
        onOpen={(row) => go(`/customers/${row.party.id}`)}
        narrow={narrowRow}
        empty={
          <Empty
            title={say(none ? 'no_figures' : 'none_title')}
            text={say(none ? 'no_figures_text' : 'none_text')}
            action={!none && <Button onClick={clear}>{say('clear')}</Button>}
          />
        }
      />
    </Page>
  )
}

/** From a day in the past to what became of these customers. */
function Since({ search, day }: { search: Search; day: string }) {
  const say = useSay(text)
  return (
    <>
      {' · '}
      <Go
        to="/value/customers"
        search={{ ...search, as_of: undefined, compare: day, sort: '-change_minor' }}
        className="lnk"
      >
        {say('since')}
      </Go>
    </>
  )
}

type HeadProps = { search: Search; setSearch: (patch: Search) => void }
function Head({ search, setSearch }: HeadProps) {
  const fields = [...useSliceFields(), ...useLookingFields()]
  const chips = useChips(search)
  return (
    <FilterSentence
      fields={fields}
      value={search}
      onChange={(key, value) => setSearch({ [key]: value })}
      before={chips.map(({ label, keys }) => (
        <Chip
          key={label}
          label={label}
          onRemove={() => setSearch(Object.fromEntries(keys.map((key) => [key, undefined])))}
        />
      ))}
    />
  )
}

function Chip({ label, onRemove }: { label: string; onRemove: () => void }) {
  const say = useSay(text)
  return (
    <span className="cond">
      <span className="q vchip">{label}</span>
      <button
        type="button"
        className="ib xs"
        aria-label={say('remove', { name: label })}
        title={say('remove', { name: label })}
        onClick={onRemove}
      >
        <Icon name="close" />
      </button>
    </span>
  )
}

function useSliceFields(): readonly FilterField[] {
  const say = useSay(text)
  const word = useSay(pageText)
  const yesNo = [
    { value: 'true', label: say('yes') },
    { value: 'false', label: say('no') },
  ]
  return [
    {
      key: 'class',
      label: say('if_class'),
      options: purchaseClasses.map((value) => ({ value, label: word(`class.${value}`) })),
    },
    { key: 'core', label: say('if_core'), options: yesNo },
    { key: 'overdue', label: say('if_overdue'), options: yesNo },
    {
      key: 'alive',
      label: say('if_alive'),
      options: (['high', 'mid', 'low'] as const).map((value) => ({ value, label: say(`alive_${value}`) })),
    },
    {
      key: 'segment',
      label: say('if_segment'),
      options: rfmSegments.map((value) => ({ value, label: word(`rfm.${value}`) })),
    },
    { key: 'abc', label: say('if_abc'), options: abcClasses.map((value) => ({ value, label: value })) },
  ]
}

type Chips = { label: string; keys: readonly string[] }[]
/** What a picture asked for, said so that one can read it back and take it away. */
function useChips(search: Search): Chips {
  const say = useSay(text)
  const word = useSay(pageText)
  const as = useFormats()
  const { base_currency } = useCompany()
  const money = (minor: string | undefined) => as.brief(Number(minor), base_currency)
  const chips: Chips = []
  const { value_from, value_to, recency, frequency, move, compare, cohort, active_in, best } = search
  if (value_from ?? value_to)
    chips.push({
      label: say(value_from ? (value_to ? 'slice.value' : 'slice.value_from') : 'slice.value_to', {
        from: money(value_from),
        to: money(value_to),
      }),
      keys: ['value_from', 'value_to'],
    })
  if (recency || frequency)
    chips.push({
      label: say('slice.cell', { recency: recency ?? '–', frequency: frequency ?? '–' }),
      keys: ['recency', 'frequency'],
    })
  if (move && `move.${move}` in pageText)
    chips.push({
      label: say('slice.move', {
        day: isDay(compare) ? compare : '–',
        move: word(`move.${move}` as keyof typeof pageText),
      }),
      keys: ['move', 'compare'],
    })
  if (cohort) chips.push({ label: say('slice.cohort', { period: cohort }), keys: ['cohort'] })
  if (active_in) chips.push({ label: say('slice.active_in', { period: active_in }), keys: ['active_in'] })
  if (search.not_active_in)
    chips.push({
      label: say('slice.not_active_in', { period: search.not_active_in }),
      keys: ['not_active_in'],
    })
  if (search.bucket && `bucket.${search.bucket}` in pageText)
    chips.push({
      label: say('slice.bucket', {
        period: search.bucket_in ?? '–',
        bucket: word(`bucket.${search.bucket}` as keyof typeof pageText),
      }),
      keys: ['bucket', 'bucket_in'],
    })
  if (search.sales && `sales.${search.sales}` in text)
    chips.push({
      label: say(`sales.${search.sales}` as keyof typeof text, {
        from: search.from ?? '–',
        to: search.to ?? '–',
        before_from: search.before_from ?? '–',
        before_to: search.before_to ?? '–',
      }),
      keys: ['sales', 'from', 'to', 'before_from', 'before_to'],
    })
  if (search.without && `without.${search.without}` in text)
    chips.push({ label: say(`without.${search.without}` as keyof typeof text), keys: ['without'] })
  if (best) chips.push({ label: say('slice.best', { share: as.share(Number(best)) }), keys: ['best'] })
  return chips
}
