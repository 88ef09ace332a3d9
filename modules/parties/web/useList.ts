import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import {
  columnsKept,
  type FilterGroup,
  keepColumns,
  type Search,
  useCan,
  useSearch,
  writtenFilter,
} from '../../../apps/web/ui/index.ts'
import type { View, ViewState } from '../contract.ts'
import { FIRST_SORT, groupOf, knownSort, NO_FILTER, noFilters, noView, viewKeys } from './filters.ts'
import { partyApi } from './partyApi.ts'

const NAME = 'customers'
/** Chosen by those who have not chosen yet; what else is known is a tick away. */
const usual = ['roles', 'owner', 'unit', 'country', 'revenue', 'orders', 'last', 'value', 'tags']
export const densities = ['compact', 'default', 'touch'] as const
export type Density = (typeof densities)[number]
const DENSITY = `${NAME}.density`

export type List = {
  /** what is asked now: of the view, with what the address says otherwise */
  search: Search
  group: FilterGroup | null
  view: View | undefined
  views: readonly View[]
  /** the address names a view that is not there for this reader */
  gone: boolean
  /** which view it is, is not known yet */
  waiting: boolean
  modified: boolean
  columns: readonly string[]
  density: Density | undefined
  state: ViewState
  set: (patch: Search) => void
  setGroup: (group: FilterGroup) => void
  setColumns: (keys: readonly string[]) => void
  setDensity: (density: Density) => void
  /** a view, or one of the house's tabs: everything else afresh */
  open: (view: View | undefined, asked?: Search) => void
  reset: () => void
}

/** The list as the address and the view in it say: the address wins, and is all that differs. */
export function useList(): List {
  const [address, setSearch] = useSearch()
  const can = useCan()
  const asked = useQuery({ ...partyApi.views.query(), staleTime: 60_000, enabled: can('parties:read') })
  const views = asked.data?.items ?? []
  const view = views.find(({ id }) => String(id) === address.view)
  useFirstView(address, asked.data?.items, setSearch)
  const [kept, setKept] = useState(() => columnsKept(NAME, usual))
  const [keptDensity, setKeptDensity] = useState(() => columnsKept(DENSITY, [])[0])
  const of = view?.state ?? {}
  const search = effective(address, of)
  const group = groupOf(search)
  const filter = group ? writtenFilter(group) : search.filter
  const columns = address.cols?.split(',') ?? of.columns ?? kept
  const density = densityOf(address.density ?? of.density ?? keptDensity)
  const state: ViewState = {
    ...(filter === undefined || filter === NO_FILTER ? {} : { filter }),
    ...(knownSort(search.sort) ? { sort: search.sort! } : {}),
    columns: [...columns],
    ...(density ? { density } : {}),
  }
  return {
    ...{ search, group, view, views, columns, density, state },
    gone: address.view !== undefined && asked.isSuccess && !view,
    waiting: address.view !== undefined && asked.isPending,
    modified: view !== undefined && viewKeys.some((key) => address[key] !== undefined),
    set: setSearch,
    setGroup: (next) => {
      const text = writtenFilter(next)
      const same = text === of.filter
      const none = of.filter === undefined ? undefined : NO_FILTER
      setSearch({ ...noFilters, q: address.q, filter: same ? undefined : (text ?? none) })
    },
    setColumns: (keys) => {
      if (view)
        return setSearch({ cols: keys.join(',') === of.columns?.join(',') ? undefined : keys.join(',') })
      setKept([...keys])
      keepColumns(NAME, keys)
      if (address.cols !== undefined) setSearch({ cols: undefined })
    },
    setDensity: (next) => {
      if (view) return setSearch({ density: next === of.density ? undefined : next })
      setKeptDensity(next)
      keepColumns(DENSITY, [next])
    },
    open: (next, asked = {}) =>
      setSearch({ ...noView, ...noFilters, peek: undefined, view: next && String(next.id), ...asked }),
    reset: () => setSearch(Object.fromEntries(viewKeys.map((key) => [key, undefined]))),
  }
}

const densityOf = (value: string | undefined): Density | undefined =>
  densities.find((density) => density === value)

function effective(address: Search, { filter, sort }: ViewState): Search {
  const says = viewKeys.some(
    (key) => key !== 'sort' && key !== 'cols' && key !== 'density' && address[key] !== undefined,
  )
  const chosen = address.sort ?? sort
  return {
    ...address,
    ...(says || filter === undefined ? {} : { filter }),
    ...(chosen && chosen !== FIRST_SORT ? { sort: chosen } : {}),
  }
}

/** Who comes to the bare list sees what they chose to see first; whoever clicks "All" then sees all. */
function useFirstView(
  address: Search,
  views: readonly View[] | undefined,
  setSearch: (patch: Search) => void,
): void {
  const [came] = useState(() => Object.keys(address).length === 0)
  const [done, setDone] = useState(!came)
  useEffect(() => {
    if (done || !views) return
    setDone(true)
    const first = views.find((view) => view.first)
    if (first) setSearch({ view: String(first.id) })
  }, [done, views, setSearch])
}
