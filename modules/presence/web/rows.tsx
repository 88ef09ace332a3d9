import { type InfiniteData, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { Avatar, useCan } from '../../../apps/web/ui/index.ts'
import type { Party, PartyRow } from '../../parties/contract.ts'
import { partyApi } from '../../parties/web/partyApi.ts'
import type { Present, Somewhere } from '../contract.ts'
import { LOOK_MS } from '../rules.ts'
import { useEditing } from './here.ts'
import { useDoing } from './Others.tsx'
import { presenceApi } from './presenceApi.ts'
import './presence.css'

const NOBODY: readonly Present[] = []
let people: ReadonlyMap<number, readonly Present[]> = new Map()
const shown = new Set<() => void>()

/** A row is drawn anew only when its own people change. */
function put(items: readonly Somewhere[]): void {
  people = new Map(
    items.map((one) => {
      const had = people.get(one.party_id)
      return [one.party_id, JSON.stringify(had) === JSON.stringify(one.people) ? had! : one.people]
    }),
  )
  for (const show of shown) show()
}
const watch = (show: () => void) => {
  shown.add(show)
  return () => shown.delete(show)
}

/** Beside a name in the list: who else has this customer open, and who is writing there. */
export function InRow({ id }: { id: number }) {
  const doing = useDoing()
  const here = useSyncExternalStore(watch, () => people.get(id) ?? NOBODY)
  if (here.length === 0) return null
  return (
    <span className="inrow">
      {here.slice(0, 3).map((who) => (
        <span
          key={who.user_id}
          className={who.editing ? 'ed' : ''}
          role="img"
          aria-label={doing(who)}
          title={doing(who)}
        >
          <Avatar name={who.name} small />
        </span>
      ))}
    </span>
  )
}

type Page = { items: PartyRow[] }
const rowOf = (row: PartyRow, party: Party): PartyRow => {
  const { name, name_romanised, kind, owner, unit, tags, country, fields } = party
  const roles = [...new Set(party.roles.filter(({ active }) => active).map(({ role }) => role))]
  return { ...row, name, name_romanised, kind, owner, unit, tags, country, fields, roles }
}

/**
 * One question for the whole list, while it is looked at. Where a colleague has saved something meanwhile the row
 * shows it, unless it is being written here.
 */
export function useListPresence(): (cell: { key: number | string; column: string } | null) => void {
  const can = useCan()
  const queries = useQueryClient()
  const [cell, setCell] = useState<{ id: number; field: string } | null>(null)
  const [versions] = useState(() => new Map<number, number>())
  useEditing(cell?.id ?? 0, cell?.field ?? 'name', cell !== null)
  const { data } = useQuery({
    ...presenceApi.list.query(),
    refetchInterval: LOOK_MS,
    enabled: can('parties:read'),
    retry: false,
  })
  useEffect(() => {
    put(data?.items ?? [])
    for (const { party_id, version } of data?.items ?? []) {
      const before = versions.get(party_id)
      versions.set(party_id, version)
      if (before === undefined || before === version || party_id === cell?.id) continue
      void partyApi
        .get({ params: { id: party_id } })
        .then((party) =>
          queries.setQueriesData<InfiniteData<Page>>(
            { queryKey: [...partyApi.list.key, 'pages'] },
            (list) =>
              list && {
                ...list,
                pages: list.pages.map((page) => ({
                  ...page,
                  items: page.items.map((row) => (row.id === party_id ? rowOf(row, party) : row)),
                })),
              },
          ),
        )
        .catch(() => undefined)
    }
  }, [data, cell?.id, queries, versions])
  useEffect(() => () => put([]), [])
  return (next) => setCell(next && { id: Number(next.key), field: fieldOf(next.column) })
}

const fieldOf = (column: string): string =>
  column === 'owner' ? 'owner_id' : column === 'unit' ? 'unit_id' : column
