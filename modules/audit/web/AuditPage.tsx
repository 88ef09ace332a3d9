import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import Button from 'antd/es/button'
import { useEffect, useMemo } from 'react'
import {
  Choice,
  DataTable,
  Empty,
  FilterSentence,
  Icon,
  Page,
  type Search,
  Tabs,
  useCan,
  useNarrow,
  useSearch,
  useText,
  useToast,
  useZone,
  When,
} from '../../../apps/web/ui/index.ts'
import { urlOf } from '../../../kernel/client.ts'
import { type AuditRow, audit, exportFormats } from '../contract.ts'
import { auditApi } from './auditApi.ts'
import { ChainNote, ChainPeek } from './ChainPeek.tsx'
import { NarrowRow, useColumns } from './columns.tsx'
import { Detail, DetailPeek } from './Detail.tsx'
import { filterKeys, noFilters, queryOf, type Range, ranges, useFilterFields } from './filters.ts'
import { text } from './text.ts'
import './audit.css'

const keyOf = (row: AuditRow) => row.audit_id
const narrowRow = (row: AuditRow) => <NarrowRow row={row} />

/** Who did what and when, with its proof. Everything it shows is in its address. */
export function AuditPage() {
  const say = useText(text)
  const can = useCan()
  const narrow = useNarrow()
  const [search, setSearch] = useSearch()
  const zone = useZone()
  const query = queryOf(search, zone)
  const { list, rows, searched } = useRows(query)
  const columns = useColumns()
  const chain = search['peek'] === 'chain'
  const peek = Number(search['peek']) || undefined
  const close = () => setSearch({ peek: undefined })
  const filtered = filterKeys.some((key) => search[key])
  const whole = narrow && (chain || peek !== undefined)
  return (
    <Page
      title={say('title')}
      may="audit:read"
      note={<ChainNote onOpen={() => setSearch({ peek: 'chain' })} />}
      actions={can('audit:export') && <ExportButton query={query} />}
      head={!whole && <Head search={search} setSearch={setSearch} />}
      peek={
        narrow ? undefined : chain ? (
          <ChainPeek onClose={close} />
        ) : (
          peek !== undefined && <DetailPeek key={peek} id={peek} onClose={close} />
        )
      }
    >
      {whole ? (
        <Whole onBack={close}>{chain ? <ChainPeek onClose={close} bare /> : <Detail id={peek!} />}</Whole>
      ) : (
        <DataTable
          name="audit"
          label={say('title')}
          columns={columns}
          rows={rows}
          source={list}
          keyOf={keyOf}
          peek={peek}
          onPeek={(key) => setSearch({ peek: key === undefined ? undefined : String(key) })}
          onOpen={(row) => setSearch({ peek: String(row.audit_id) }, { push: true })}
          narrow={narrowRow}
          empty={searched ?? <Nothing filtered={filtered} onClear={() => setSearch(noFilters)} />}
        />
      )}
    </Page>
  )
}

/** A rare thing may be far back: as long as nothing is found, the search goes on from where it stopped. */
function useRows(query: ReturnType<typeof queryOf>) {
  const say = useText(text)
  const can = useCan()
  const list = useInfiniteQuery({
    ...auditApi.list.pages({ query: { ...query, limit: 50 } }),
    placeholderData: keepPreviousData,
    enabled: can('audit:read'),
  })
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data])
  const last = list.data?.pages.at(-1)
  const far = last?.searched_to && list.hasNextPage ? last.searched_to : null
  const { isFetching, fetchNextPage, isFetchNextPageError } = list
  useEffect(() => {
    if (far && rows.length < 25 && !isFetching && !isFetchNextPageError) void fetchNextPage()
  }, [far, rows.length, isFetching, isFetchNextPageError, fetchNextPage])
  const searched = far && (
    <div className="state" role="status">
      <p className="mut">
        {say('searched')} <When at={far} time />
      </p>
    </div>
  )
  return { list, rows, searched }
}

function Whole({ onBack, children }: { onBack: () => void; children: React.ReactNode }) {
  const say = useText(text)
  return (
    <div className="auwhole">
      <button type="button" className="lnk auback" onClick={onBack}>
        <Icon name="left" /> {say('back')}
      </button>
      {children}
    </div>
  )
}

type HeadProps = { search: Search; setSearch: (patch: Search) => void }

function Head({ search, setSearch }: HeadProps) {
  const say = useText(text)
  const fields = useFilterFields(search)
  const range = (ranges.find((one) => one === search['range']) ?? 'all') satisfies Range
  const day = (key: 'from' | 'to') => (
    <label className="auday">
      {say(key)}
      <input
        type="date"
        value={search[key] ?? ''}
        onChange={(event) => setSearch({ [key]: event.target.value || undefined })}
      />
    </label>
  )
  return (
    <>
      <Tabs
        label={say('ranges')}
        items={ranges.map((key) => ({ key, label: say(`range_${key}`) }))}
        value={range}
        onChange={(key) =>
          setSearch({
            range: key === 'all' ? undefined : key,
            ...(key === 'custom' ? {} : { from: undefined, to: undefined }),
          })
        }
      />
      <FilterSentence
        fields={fields}
        value={search}
        onChange={(key, value) => setSearch({ [key]: value })}
        before={
          range === 'custom' ? (
            <>
              {day('from')}
              {day('to')}
            </>
          ) : undefined
        }
      />
    </>
  )
}

function Nothing({ filtered, onClear }: { filtered: boolean; onClear: () => void }) {
  const say = useText(text)
  if (!filtered) return <Empty title={say('empty_title')} text={say('empty_text')} />
  return (
    <Empty
      title={say('none_title')}
      text={say('none_text')}
      action={<Button onClick={onClear}>{say('clear')}</Button>}
    />
  )
}

function ExportButton({ query }: { query: ReturnType<typeof queryOf> }) {
  const say = useText(text)
  const toast = useToast()
  const save = (format: string) => {
    const link = document.createElement('a')
    link.href = urlOf(audit.export, { query: { ...query, format } })
    link.download = ''
    link.click()
    toast.ok(say('exported'))
  }
  return (
    <Choice
      label={say('export')}
      options={exportFormats.map((value) => ({ value, label: say(`export_${value}`) }))}
      onPick={save}
    >
      <Button icon={<Icon name="export" />}>{say('export')}</Button>
    </Choice>
  )
}
