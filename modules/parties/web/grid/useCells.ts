import { type InfiniteData, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import {
  type CellRefused,
  type CellWrite,
  problemOf,
  useKeys,
  useText,
  useToast,
} from '../../../../apps/web/ui/index.ts'
import type { BlockProblem, BlockRow, PartyPatch, PartyRow } from '../../contract.ts'
import { partyApi } from '../partyApi.ts'
import type { Writes } from './edits.ts'
import { text } from './text.ts'

type Row = BlockRow & { row: PartyRow }
type Page = { items: PartyRow[] }

const merged = (a: PartyPatch, b: PartyPatch): PartyPatch => ({
  ...a,
  ...b,
  ...(a.fields || b.fields ? { fields: { ...a.fields, ...b.fields } } : {}),
})

/** Cells as one request: shown at once, put back where they were if it fails, undone with Ctrl-Z. */
export function useCells(writes: Readonly<Record<string, Writes>>, titles: Readonly<Record<string, string>>) {
  const say = useText(text)
  const toast = useToast()
  const queries = useQueryClient()
  const last = useRef<(() => Promise<void>) | null>(null)

  const show = (changed: ReadonlyMap<number, PartyRow>) =>
    queries.setQueriesData<InfiniteData<Page>>(
      { queryKey: [...partyApi.list.key, 'pages'] },
      (data) =>
        data && {
          ...data,
          pages: data.pages.map((page) => ({
            ...page,
            items: page.items.map((row) => changed.get(row.id) ?? row),
          })),
        },
    )
  const refresh = () => {
    for (const stale of ['get', 'history', 'timeline', 'tags'] as const)
      void queries.invalidateQueries({ queryKey: partyApi[stale].key })
    void queries.invalidateQueries({ queryKey: partyApi.list.key, refetchType: 'none' })
  }

  const gather = (cells: readonly CellWrite<PartyRow>[]): Row[] => {
    const rows = new Map<number, Row>()
    for (const { row, column, text: typed } of cells) {
      const write = writes[column]!
      const before = rows.get(row.id)
      const set = merged(before?.set ?? {}, write.patch(typed, row))
      const seen = merged((before?.seen ?? {}) as PartyPatch, write.seen(row))
      rows.set(row.id, { row, id: row.id, set, seen })
    }
    return [...rows.values()]
  }

  const onCells = async (cells: readonly CellWrite<PartyRow>[]): Promise<readonly CellRefused[] | null> => {
    const rows = gather(cells)
    const after = new Map<number, PartyRow>()
    for (const { row, column } of cells) {
      const { set } = rows.find(({ id }) => id === row.id)!
      after.set(row.id, writes[column]!.shown(after.get(row.id) ?? row, set))
    }
    show(after)
    try {
      await partyApi.block({ body: { rows: rows.map(({ row: _, ...sent }) => sent) } })
    } catch (error) {
      show(new Map(rows.map(({ row }) => [row.id, row])))
      return refusedOf(error, cells)
    }
    refresh()
    const back = async () => {
      last.current = null
      const undo = rows.map(({ id, set, seen }) => ({
        id,
        set: seen as PartyPatch,
        seen: set as Record<string, unknown>,
      }))
      try {
        await partyApi.block({ body: { rows: undo } })
        show(new Map(rows.map(({ row }) => [row.id, row])))
        refresh()
        toast.ok(say('undone'))
      } catch (error) {
        const problem = problemOf(error)
        toast.error(
          say('not_undone', { why: problemsOf(error)[0]?.message ?? problem?.detail ?? String(error) }),
        )
      }
    }
    last.current = back
    const done =
      rows.length === 1
        ? say('saved', { name: after.get(rows[0]!.id)!.name })
        : say('saved_n', { n: rows.length })
    toast.ok(done, { label: say('undo'), run: () => void back() })
    return null
  }

  const refusedOf = (error: unknown, cells: readonly CellWrite<PartyRow>[]): CellRefused[] => {
    const problem = problemOf(error)
    const told = problemsOf(error)
    if (told.length === 0) {
      const why = problem?.status === 0 ? say('offline') : problem?.detail || problem?.title || String(error)
      return cells.slice(0, 1).map(({ row, column, text }) => ({
        row: row.name,
        column: titles[column] ?? column,
        text,
        why: say('not_saved', { why }),
      }))
    }
    return told.map((one) => {
      const cell =
        cells.find(
          ({ row, column }) =>
            row.id === one.id && one.field !== null && one.field in flatSeen(writes[column]!.seen(row)),
        ) ?? cells.find(({ row }) => row.id === one.id)!
      const { row, column, text } = cell
      const about = { row: row.name, column: titles[column] ?? column, text }
      const theirs = one.code === 'parties.block_conflict' && one.field ? theirsOf(one) : undefined
      if (!theirs) return { ...about, why: one.message }
      // What they made of it is what the list now shows: whoever then writes over it has seen it.
      show(new Map([[row.id, writes[column]!.shown(row, theirs)]]))
      const said = writes[column]!.text(writes[column]!.shown(row, theirs))
      return {
        ...about,
        why: say('conflict', { now: said || say('empty') }),
        clash: { theirs: said, by: one.by ?? null, at: one.at ?? null },
      }
    })
  }
  useKeys([{ keys: 'Ctrl z', run: () => void last.current?.() }])
  return onCells
}

/** Of a custom field under its key. */
const theirsOf = ({ field, now = null }: BlockProblem): PartyPatch => {
  const key = /^fields\.(.+)$/.exec(field ?? '')?.[1]
  return (key ? { fields: { [key]: now } } : { [field!]: now }) as PartyPatch
}

const flatSeen = (seen: PartyPatch): Record<string, unknown> => ({
  ...seen,
  ...Object.fromEntries(Object.keys(seen.fields ?? {}).map((key) => [`fields.${key}`, true])),
})

const problemsOf = (error: unknown): BlockProblem[] => {
  const details = problemOf(error)?.details as { problems?: BlockProblem[] } | undefined
  return details?.problems ?? []
}
