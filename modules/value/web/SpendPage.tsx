import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import { useMemo, useRef, useState } from 'react'
import {
  type Column,
  DataTable,
  Empty,
  FilterSentence,
  Go,
  Icon,
  Page,
  PlainTable,
  problemOf,
  Tag,
  useCan,
  useLocale,
  useSearch,
  useText,
  useToast,
  When,
} from '../../../apps/web/ui/index.ts'
import { phrase, type Words } from '../../../kernel/text.ts'
import { useSay } from '../../orders/web/say.ts'
import { type Imported, purposes, type Spend } from '../contract.customer.ts'
import { text as served } from '../text.ts'
import { isOneOf } from './filter.ts'
import { useFormats } from './format.ts'
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
  const [report, setReport] = useState<Imported>()
  const purpose = isOneOf(purposes, search.purpose) ? { purpose: search.purpose } : {}
  const list = useInfiniteQuery({
    ...valueApi.spends.pages({ query: { limit: 50, ...purpose } }),
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
            <ImportButton onDone={setReport} />
            {add}
          </>
        )
      }
      head={
        <>
          {report && <Report report={report} />}
          <Summary />
          <FilterSentence
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

function Summary() {
  const say = useSay(text)
  const word = useText(served)
  const as = useFormats()
  const can = useCan()
  const { data } = useQuery({ ...valueApi.spendSummary.query({ query: {} }), enabled: can('spend:read') })
  if (!data || data.items.length === 0) return null
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

function ImportButton({ onDone }: { onDone: (report: Imported) => void }) {
  const say = useSay(text)
  const toast = useToast()
  const queries = useQueryClient()
  const field = useRef<HTMLInputElement>(null)
  const send = useMutation({
    mutationFn: (file: File) => valueApi.importSpend({ stream: file }),
    onSuccess: (report) => {
      void queries.invalidateQueries({ queryKey: ['value'] })
      onDone(report)
    },
    onError: (error) => toast.error(problemOf(error)?.detail ?? String(error)),
  })
  return (
    <>
      <input
        ref={field}
        type="file"
        accept=".csv,text/csv"
        hidden
        aria-label={say('import')}
        onChange={({ target }) => {
          const [file] = target.files ?? []
          if (file) send.mutate(file)
          target.value = ''
        }}
      />
      <Button title={say('import_head')} loading={send.isPending} onClick={() => field.current?.click()}>
        {say('import')}
      </Button>
    </>
  )
}

/** What became of a file, row by row where one was turned back. */
function Report({ report }: { report: Imported }) {
  const say = useSay(text)
  const locale = useLocale()
  const why = (code: string, details: object) => {
    const found = (served as Words)[code]
    return found ? phrase(found, locale, { ...details }) : code
  }
  return (
    <div className="vnotice" role="status">
      <span>
        {say('imported', {
          read: report.read,
          created: report.created,
          unchanged: report.unchanged,
          rejected: report.rejected.length,
        })}
        {report.rejected.slice(0, 5).map(({ line, code, details }) => (
          <span key={line} className="s12 sec vblock">
            {say('rejected_line', { line, why: why(code, details) })}
          </span>
        ))}
      </span>
    </div>
  )
}
