import { useEffect, useMemo, useRef, useState } from 'react'
import type { RowKey } from '../../../../apps/web/ui/index.ts'
import type { BulkSelection } from '../../contract.ts'
import type { Chosen } from './action.ts'

type Kept = { all: false; ids: ReadonlySet<number> } | { all: true; except: ReadonlySet<number> }
const NONE: Kept = { all: false, ids: new Set() }

type Given = {
  rows: readonly { id: number }[]
  filter: NonNullable<BulkSelection['filter']>
  count: { n: number; exact: boolean } | undefined
}

/** Rows chosen one by one, or all that match without some. Another filter chooses anew; another order does not. */
export function useSelection({ rows, filter, count }: Given) {
  const [kept, setKept] = useState<Kept>(NONE)
  const asked = JSON.stringify(filter)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another question has another answer
  useEffect(() => setKept(NONE), [asked])
  const selected = useMemo<ReadonlySet<RowKey>>(
    () => (kept.all ? new Set(rows.map(({ id }) => id).filter((id) => !kept.except.has(id))) : kept.ids),
    [kept, rows],
  )
  const select = (keys: ReadonlySet<RowKey>) => {
    const ids = new Set([...keys].map(Number))
    if (!kept.all) return setKept({ all: false, ids })
    const except = new Set(kept.except)
    for (const { id } of rows)
      if (ids.has(id)) except.delete(id)
      else except.add(id)
    setKept(ids.size === 0 ? NONE : { all: true, except })
  }
  const n = kept.all ? Math.max(0, (count?.n ?? rows.length) - kept.except.size) : kept.ids.size
  const chosen: Chosen | null =
    n === 0
      ? null
      : kept.all
        ? {
            selection: { filter, ...(kept.except.size > 0 ? { except: [...kept.except] } : {}) },
            ids: null,
            n,
            exact: count?.exact ?? false,
          }
        : { selection: { ids: [...kept.ids] }, ids: [...kept.ids], n, exact: true }
  const used = useRef(false)
  used.current ||= chosen !== null
  return {
    /** something was chosen once: what was begun then may still be under way */
    used: used.current,
    selected,
    select,
    chosen,
    all: kept.all,
    except: kept.all ? kept.except.size : 0,
    chooseAll: () => setKept({ all: true, except: new Set() }),
    clear: () => setKept(NONE),
  }
}
export type Selecting = ReturnType<typeof useSelection>
