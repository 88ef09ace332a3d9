import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import Button from 'antd/es/button'
import { useMemo, useState } from 'react'
import {
  Choice,
  type Column,
  DataTable,
  Empty,
  FilterSentence,
  Go,
  Icon,
  Page,
  PlainTable,
  type Search,
  Tag,
  useCan,
  useSearch,
  useText,
  When,
} from '../../../apps/web/ui/index.ts'
import { useSay } from '../../orders/web/say.ts'
import { purposes, type Spend } from '../contract.customer.ts'
import { dateOf, dayNumber, spanOf as daysOf, spanIndex, spanName } from '../rules.ts'
import { text as served } from '../text.ts'
import { isDay, isOneOf } from './filter.ts'
import { useFormats } from './format.ts'
import { useImporting } from './Importing.tsx'
import { today } from './party/today.ts'
import { SpendForm } from './SpendForm.tsx'
import { text } from './spend.text.ts'
import { valueApi } from './valueApi.ts'
import './value.css'

const keyOf = (row: Spend) => row.id
const dash = <span className="mut">—</span>

/** What was put into customers, on whom and what for; and what winning and keeping one has cost. */
export function SpendPage() {
  const say = useSay(text)
  const word = useText(served)
  const can = useCan()
  const [search, setSearch] = useSearch()
  const [editing, setEditing] = useState<Spend | 'new'>()
  const importing = useImporting(['spend'])
  const purpose = isOneOf(purposes, search.purpose) ? { purpose: search.purpose } : {}
  const list = useInfiniteQuery({
    ...valueApi.spends.pages({ query: { limit: 50, ...purpose, ...spanOf(search) } }),
    enabled: can('spend:read'),
  })
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data])
  const columns = useColumns()
  const may = can('spend:write')
  const add = (
    <Button type="primary" icon={<Icon name="plus" />} onClick={() => setEditing('new')}>
      {say('add')}
    </Button>
  )
  return (
    <Page
      title={say('title')}
      may="spend:read"
      trail={
        <Go to="/value" className="lnk">
          {say('back')}
        </Go>
      }
      note={<span className="hm">{say('note')}</span>}
      actions={
        may && (
          <>
            {importing.button}
            {add}
          </>
        )
      }
      head={
        <>
          {importing.report}
          <Summary span={spanOf(search)} />
          <FilterSentence
            before={<Spans search={search} setSearch={setSearch} />}
            fields={[
              {
                key: 'purpose',
                label: say('purpose'),
                options: purposes.map((value) => ({ value, label: word(`purpose.${value}`) })),
              },
            ]}
            value={search}
            onChange={(key, value) => setSearch({ [key]: value })}
          />
        </>
      }
    >
      <DataTable
        name="spend"
        label={say('title')}
        columns={columns}
        rows={rows}
        source={list}
        keyOf={keyOf}
        onOpen={(row) => may && setEditing(row)}
        narrow={(row) => <NarrowRow row={row} />}
        empty={<Empty title={say('none_title')} text={say('none_text')} action={may && add} />}
      />
      {editing && (
        <SpendForm spend={editing === 'new' ? undefined : editing} onClose={() => setEditing(undefined)} />
      )}
    </Page>
  )
}

type Span = { from?: string; to?: string }
/** What the address asks for, where it makes sense. */
function spanOf({ from, to }: Search): Span {
  const span = { ...(isDay(from) ? { from } : {}), ...(isDay(to) ? { to } : {}) }
  return span.from && span.to && span.from > span.to ? {} : span
}

const LAST_YEAR = ''
type SpansProps = { search: Search; setSearch: (patch: Search) => void }
/** Over which days costs are reckoned: the last twelve months, a calendar year or quarter, or any two days. */
function Spans({ search, setSearch }: SpansProps) {
  const say = useSay(text)
  const [own, setOwn] = useState(false)
  const span = spanOf(search)
  const named = spansUpTo(today())
  const now = named.find(({ from, to }) => from === span.from && to === span.to)
  const options = [
    { value: LAST_YEAR, label: say('last_year') },
    ...named.map(({ name }) => ({ value: name, label: name })),
    { value: 'own', label: say('own_span') },
  ]
  const label =
    now?.name ?? (span.from || span.to ? `${span.from ?? '…'} – ${span.to ?? '…'}` : say('last_year'))
  const pick = (value: string) => {
    setOwn(value === 'own')
    if (value === 'own') return
    const picked = named.find(({ name }) => name === value)
    setSearch({ from: picked?.from, to: picked?.to })
  }
  const day = (key: 'from' | 'to') => (
    <input
      className="inlf"
      type="date"
      aria-label={say(key)}
      defaultValue={span[key] ?? ''}
      onChange={({ target }) => setSearch({ [key]: target.value || undefined })}
    />
  )
  return (
    <span className="cond">
      <span>{say('span')}</span>
      <Choice
        label={say('span')}
        value={now?.name ?? (own || span.from ? 'own' : LAST_YEAR)}
        options={options}
        onPick={pick}
      >
        <button type="button" className="q">
          {label}
        </button>
      </Choice>
      {(own || (!now && (search.from || search.to))) && (
        <>
          {day('from')} {day('to')}
        </>
      )}
    </span>
  )
}

/** This year and the two before, and the last six quarters. */
function spansUpTo(day: string): { name: string; from: string; to: string }[] {
  const year = Number(day.slice(0, 4))
  const quarter = spanIndex('quarter', year, Number(day.slice(5, 7)) - 1)
  const names = [
    ...[0, 1, 2].map((back) => String(year - back)),
    ...[0, 1, 2, 3, 4, 5].map((back) => spanName('quarter', quarter - back)),
  ]
  return names.map((name) => {
    const { from, until } = daysOf(name)
    return { name, from, to: dateOf(dayNumber(until) - 1) }
  })
}

function useColumns(): readonly Column<Spend>[] {
  const say = useSay(text)
  const word = useText(served)
  const as = useFormats()
  return useMemo(
    () => [
      {
        key: 'whom',
        title: say('whom'),
        min: 190,
        grow: 2,
        cell: (row) =>
          row.party ? (
            <Go to={`/customers/${row.party.id}`} className="lnk">
              {row.party.name}
            </Go>
          ) : (
            (row.segment ?? row.campaign ?? row.unit.name)
          ),
      },
      { key: 'on', title: say('on'), width: 104, cell: (row) => <When at={row.on} /> },
      { key: 'purpose', title: say('purpose'), width: 90, cell: (row) => word(`purpose.${row.purpose}`) },
      { key: 'driver', title: say('driver'), width: 100, cell: (row) => word(`driver.${row.driver}`) },
      { key: 'campaign', title: say('campaign'), width: 130, cell: (row) => row.campaign ?? dash },
      {
        key: 'amount',
        title: say('amount'),
        width: 116,
        align: 'end',
        cell: (row) => as.money(row.amount_minor, row.currency),
      },
      { key: 'hours', title: say('hours'), width: 72, align: 'end', cell: (row) => as.number(row.hours, 1) },
      { key: 'note', title: say('note_field'), min: 120, cell: (row) => row.note || dash },
    ],
    [say, word, as],
  )
}

function NarrowRow({ row }: { row: Spend }) {
  const word = useText(served)
  const as = useFormats()
  return (
    <>
      <div className="l1">
        <span className="cut">{row.party?.name ?? row.segment ?? row.campaign ?? row.unit.name}</span>
        <span className="r">{as.money(row.amount_minor, row.currency)}</span>
      </div>
      <div className="l2">
        <span className="cut">
          {word(`purpose.${row.purpose}`)} · {word(`driver.${row.driver}`)}
        </span>
        <span className="r mut">
          <When at={row.on} />
        </span>
      </div>
    </>
  )
}

function Summary({ span }: { span: Span }) {
  const say = useSay(text)
  const word = useText(served)
  const as = useFormats()
  const can = useCan()
  const { data } = useQuery({ ...valueApi.spendSummary.query({ query: span }), enabled: can('spend:read') })
  if (!data || (data.items.length === 0 && !span.from)) return null
  const { currency } = data
  return (
    <div className="vspend">
      <div className="vcounts">
        <div className="fig">
          <div className="l">{say('cost_to_win')}</div>
          <div className="v">{as.money(data.cost_to_win_minor, currency)}</div>
          <div className="x">{say('won', { n: data.customers_won })}</div>
        </div>
        <div className="fig">
          <div className="l">{say('cost_to_keep')}</div>
          <div className="v">{as.money(data.cost_to_keep_minor, currency)}</div>
          <div className="x">{say('kept', { n: data.customers_kept })}</div>
        </div>
      </div>
      <details>
        <summary className="s12 lnk">
          {say('by_purpose')} · {say('total', { from: data.from, to: data.to })}
        </summary>
        <PlainTable
          label={say('by_purpose')}
          columns={[
            { key: 'purpose', title: say('purpose'), cell: (one) => word(`purpose.${one.purpose}`) },
            { key: 'driver', title: say('driver'), cell: (one) => word(`driver.${one.driver}`) },
            {
              key: 'amount',
              title: say('amount'),
              align: 'end',
              cell: (one) => as.money(one.amount_minor, currency),
            },
            { key: 'hours', title: say('hours'), align: 'end', cell: (one) => as.number(one.hours, 1) },
            { key: 'entries', title: say('entries'), align: 'end', cell: (one) => as.count(one.entries) },
          ]}
          rows={data.items}
          keyOf={(one) => `${one.purpose} ${one.driver}`}
          compact
        />
      </details>
      {data.unrated > 0 && <Tag tone="warn">{say('unrated', { n: data.unrated })}</Tag>}
    </div>
  )
}
