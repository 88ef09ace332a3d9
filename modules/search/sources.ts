import { type Ctx, type House, named } from '../../kernel/ctx.ts'
import type { Params } from '../parties/list/where.ts'

// Order numbers and external ids are keyed by their source first: with the few sources known, a number alone is a look
// into the key. A new source is known within this time.
const AGE_MS = 5000
const tables = ['order_key', 'external_id'] as const
type Table = (typeof tables)[number]
const kept = new WeakMap<House, Map<Table, { at: number; sources: Promise<string[]> }>>()

// unscoped: names of systems, of nobody's rows
const text = (table: Table) => `
with recursive s as (
  (select source from ${table} order by source limit 1)
  union all
  select (select k.source from ${table} k where k.source > s.source order by k.source limit 1) from s where s.source is not null
) select source from s where source is not null limit 200`

export function sourcesOf(ctx: Ctx, table: Table): Promise<string[]> {
  let memory = kept.get(ctx.house)
  if (!memory) kept.set(ctx.house, (memory = new Map()))
  const earlier = memory.get(table)
  if (earlier && Date.now() - earlier.at < AGE_MS) return earlier.sources
  const sources = named<{ source: string }>(ctx, `search.sources.${table}`, text(table), []).then((rows) =>
    rows.map(({ source }) => source),
  )
  memory.set(table, { at: Date.now(), sources })
  sources.catch(() => memory.delete(table))
  return sources
}

/**
 * One by one, for of an array that it does not see PostgreSQL expects ten: it would think a plan for these values dear enough to be
 * made anew each time (1 ms, more than all the rest of a search).
 */
export function oneByOne(
  values: readonly (string | number)[],
  type: 'text' | 'bigint',
  { $ }: Params,
): string {
  if (values.length === 0) return `'{}'::${type}[]`
  const some = [...values]
  // Ids are of any number: so that there are few shapes, up to a power of two.
  while (type === 'bigint' && some.length & (some.length - 1)) some.push(values[0]!)
  return `array[${some.map((value) => $(value, type)).join(', ')}]`
}

/** As typed, in capitals, in small letters: numbers are kept as their source writes them. */
export const writings = (text: string): string[] => [
  ...new Set([text, text.toUpperCase(), text.toLowerCase()]),
]
