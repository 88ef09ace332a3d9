import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { Static } from 'typebox'
import { Kbd, useKeys, useLocale, useSearch, useText } from '../../../apps/web/ui/index.ts'
import { formatNumber } from '../../../kernel/text.ts'
import type { PartyPage } from '../contract.ts'
import { text } from './party.text.ts'
import { partyApi } from './partyApi.ts'

type List = { pages: Static<typeof PartyPage>[] }
/** Where a party stands in the list that one came from. */
export type Place = { name: string; at: number; count: number; before?: number; after?: number }

/** Read from what the list has fetched: nothing is asked for. Undefined when one came by another way. */
export function usePlaceInList(id: number): Place | undefined {
  const queries = useQueryClient()
  const lists = queries.getQueryCache().findAll({ queryKey: partyApi.list.key })
  const latest = lists.toSorted((a, b) => b.state.dataUpdatedAt - a.state.dataUpdatedAt)
  for (const { state } of latest) {
    const pages = (state.data as List | undefined)?.pages ?? []
    const rows = pages.flatMap((page) => page.items)
    const at = rows.findIndex((row) => row.id === id)
    if (at < 0) continue
    const [before, after] = [rows[at - 1]?.id, rows[at + 1]?.id]
    return {
      name: rows[at]!.name,
      at: at + 1,
      count: pages[0]!.count,
      ...(before ? { before } : {}),
      ...(after ? { after } : {}),
    }
  }
  return undefined
}

/** J and K go through the list without going back to it; Esc then still returns to it. */
export function Neighbours({ place: { at, count, before, after } }: { place: Place }) {
  const say = useText(text)
  const locale = useLocale()
  const navigate = useNavigate()
  const [{ kind, tab }] = useSearch()
  const to = (id: number | undefined) => {
    if (id === undefined) return
    const search = Object.fromEntries(Object.entries({ kind, tab }).filter(([, value]) => value))
    void navigate({ to: `/customers/${id}`, search: search as never, replace: true })
  }
  useKeys([
    { keys: 'j', label: say('key_next'), run: () => to(after) },
    { keys: 'k', label: say('key_before'), run: () => to(before) },
  ])
  return (
    <>
      <span>
        {formatNumber(at, locale)} / {formatNumber(count, locale)}
      </span>
      <span className="hm neigh">
        <button
          type="button"
          title={say('key_next')}
          disabled={after === undefined}
          onClick={() => to(after)}
        >
          <Kbd>J</Kbd>
        </button>
        <button
          type="button"
          title={say('key_before')}
          disabled={before === undefined}
          onClick={() => to(before)}
        >
          <Kbd>K</Kbd>
        </button>
        {say('neighbours')}
      </span>
    </>
  )
}
