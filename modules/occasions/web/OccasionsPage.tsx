import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import {
  type Column,
  DataTable,
  Empty,
  FilterSentence,
  Go,
  Page,
  Tag,
  useCan,
  useGo,
  useSearch,
} from '../../../apps/web/ui/index.ts'
import { partyApi } from '../../parties/web/partyApi.ts'
import type { Upcoming } from '../contract.ts'
import { occasionApi } from './occasionApi.ts'
import { useDates } from './words.ts'
import '../../../apps/web/ui/inplace/inplace.css'

const DAYS = ['7', '30', '90']
const keyOf = (row: Upcoming) => row.id

/** Whose birthday or anniversary comes, in the reader's own days. */
export function OccasionsPage() {
  const { say } = useDates()
  const can = useCan()
  const go = useGo()
  const [search, setSearch] = useSearch()
  const days = DAYS.find((n) => n === search['days']) ?? '30'
  const owner = Number(search['owner']) || undefined
  const owners = useQuery({ ...partyApi.owners.query(), staleTime: 60_000, enabled: can('parties:read') })
  const query = {
    days: Number(days),
    limit: 100,
    ...(owner ? { owner_id: owner } : {}),
    ...(search['due'] ? { due: true } : {}),
  }
  const list = useInfiniteQuery({ ...occasionApi.upcoming.pages({ query }), enabled: can('occasions:read') })
  const rows = list.data?.pages.flatMap((page) => page.items) ?? []
  const columns = useColumns(list.data?.pages[0]?.today ?? new Date().toISOString().slice(0, 10))
  return (
    <Page
      title={say('title')}
      may="occasions:read"
      note={say('lead', { days: Number(days) })}
      head={
        <FilterSentence
          fields={[
            {
              key: 'days',
              label: say('within'),
              options: DAYS.map((n) => ({ value: n, label: say(`days_${n}` as 'days_7') })),
            },
            {
              key: 'owner',
              label: say('owner'),
              options: (owners.data?.items ?? []).map(({ id, name, unit }) => ({
                value: String(id),
                label: name,
                note: unit.name,
              })),
            },
            { key: 'due', label: say('due'), options: [{ value: '1', label: say('due_only') }] },
          ]}
          value={{ days, owner: owner ? String(owner) : undefined, due: search['due'] }}
          onChange={(key, value) => setSearch({ [key]: value })}
        />
      }
    >
      <DataTable
        name="occasions"
        label={say('list')}
        columns={columns}
        rows={rows}
        source={list}
        keyOf={keyOf}
        onOpen={(row) => go(`/customers/${row.party.id}`)}
        narrow={(row) => <NarrowRow row={row} />}
        empty={<Empty title={say('empty')} text={say('empty_text')} />}
      />
    </Page>
  )
}

function useColumns(today: string): readonly Column<Upcoming>[] {
  const { say, day, lunar, name, left, years, moved } = useDates()
  return [
    {
      key: 'who',
      title: say('who'),
      width: 220,
      cell: (row) => (
        <Go to={`/customers/${row.party.id}`} className="b cut">
          {row.party.name}
        </Go>
      ),
    },
    { key: 'what', title: say('what'), width: 160, cell: (row) => name(row) },
    {
      key: 'when',
      title: say('when'),
      width: 220,
      cell: (row) => (
        <span className="nw">
          {day(row.next.on, row.next.on.slice(0, 4) !== today.slice(0, 4))}{' '}
          {row.due ? (
            <Tag tone="warn">{left(row.next)}</Tag>
          ) : (
            <span className="mut s12">{left(row.next)}</span>
          )}
        </span>
      ),
    },
    {
      key: 'both',
      title: say('both'),
      width: 240,
      cell: (row) => (
        <span className="sec" title={moved(row)}>
          {lunar(row.next.lunar)}
        </span>
      ),
    },
    { key: 'years', title: say('years'), width: 120, cell: (row) => years(row) },
    { key: 'owner', title: say('owner'), width: 140, cell: (row) => row.owner?.name ?? '' },
  ]
}

function NarrowRow({ row }: { row: Upcoming }) {
  const { day, lunar, name, left, years } = useDates()
  return (
    <>
      <div className="l1">
        <span className="cut">{row.party.name}</span>
        <span className="r">{row.due ? <Tag tone="warn">{left(row.next)}</Tag> : left(row.next)}</span>
      </div>
      <div className="l2">
        <span className="cut">
          {[name(row), years(row), day(row.next.on), lunar(row.next.lunar)].filter(Boolean).join(' · ')}
        </span>
      </div>
    </>
  )
}
