import { type Ctx, type House, planned } from '../../../kernel/ctx.ts'
import type { Test } from '../filter/check.ts'
import type { Where } from './where.ts'

// What a custom field holds, of some thousand rows, kept in this process: each new condition on that field alone is tried on
// them, which asks nothing of the database. unscoped: a guess within the caller's part; rows are found by conditions of where.ts

/** A filter that is one condition on a custom field, as plain data. */
export type Alone = { key: string; test: Test; currency: string; negated: boolean }

const ROWS = 8000
const AGE_MS = 60_000
const FIELDS_MAX = 20
const PARTS_MAX = 30
type Sample = {
  /** of the table, and of those read */
  rows: number
  taken: number
  units: readonly number[]
  owners: readonly (number | null)[]
  values: readonly unknown[]
  /** those of a part, as they were asked for */
  parts: Map<string, readonly unknown[]>
}
type Held = { at: number; sample: Promise<Sample> }
const kept = new WeakMap<House, Map<string, Held>>()

/** So many are found of so many in the caller's part, and so many there are in all. */
export type About = { found: number; of: number; all: number }

/** About how many of how many in the caller's part meet it; none of none where there are too few to ask. null: it is not one condition alone. */
export async function aboutAlone(ctx: Ctx, where: Where): Promise<About | null> {
  const { alone } = where
  if (!alone || !where.live || where.roles.length + where.tags.length > 0) return null
  if (where.kind || where.country || where.unowned || where.q) return null
  const sample = await sampleOf(ctx, alone.key)
  if (sample.taken === 0) return { found: 0, of: 0, all: 0 }
  const values = valuesIn(sample, where)
  const meets = testOf(alone)
  let found = 0
  for (const value of values) if (meets(value)) found++
  const times = sample.rows / sample.taken
  return { found: Math.round(found * times), of: Math.round(values.length * times), all: sample.rows }
}

function valuesIn({ parts, units, owners, values }: Sample, { part, unit_ids }: Where): readonly unknown[] {
  if (part.kind === 'all' && !unit_ids) return values
  const key = JSON.stringify([part, unit_ids])
  let known = parts.get(key)
  if (known) return known
  const reached = part.kind === 'units' ? part.unit_ids : unit_ids
  const inUnits = reached && new Set(reached)
  known = values.filter(
    (_, i) => (!inUnits || inUnits.has(units[i]!)) && (part.kind !== 'owner' || owners[i] === part.owner_id),
  )
  if (parts.size >= PARTS_MAX) parts.clear()
  parts.set(key, known)
  return known
}

/** An older one serves until the next is read. */
function sampleOf(ctx: Ctx, key: string): Promise<Sample> {
  let memory = kept.get(ctx.house)
  if (!memory) kept.set(ctx.house, (memory = new Map()))
  const earlier = memory.get(key)
  if (earlier && Date.now() - earlier.at < AGE_MS) return earlier.sample
  if (memory.size >= FIELDS_MAX) memory.clear()
  // Outside of any transaction: it may be over before this is.
  const sample = take({ ...ctx, tx: null }, key)
  const held: Held = { at: Date.now(), sample: earlier ? earlier.sample : sample }
  memory.set(key, held)
  sample.then(
    () => {
      held.sample = sample
    },
    () => memory.get(key) === held && memory.delete(key),
  )
  return held.sample
}

const NONE: Sample = { rows: 0, taken: 0, units: [], owners: [], values: [], parts: new Map() }

async function take(ctx: Ctx, key: string): Promise<Sample> {
  const [size] = await planned<{ rows: number }>(
    ctx,
    `select reltuples::bigint as rows from pg_class where oid = 'party_list'::regclass`,
    [],
  )
  const { rows } = size!
  if (rows < 10 * ROWS) return NONE
  const [row] = await planned<Omit<Sample, 'rows' | 'parts'>>(
    ctx,
    `select count(*) as taken, coalesce(json_agg(s.unit_id) filter (where s.live), '[]') as units,
       coalesce(json_agg(o.owner_id) filter (where s.live), '[]') as owners,
       coalesce(json_agg(s.fields -> $1) filter (where s.live), '[]') as values
     from party_list s tablesample system ($2) repeatable (1) left join party_own o on o.party_id = s.party_id`,
    [key, (100 * ROWS) / rows],
  )
  // Texts are tried in one case.
  return { ...row!, rows, values: row!.values.map(folded), parts: new Map() }
}

const lower = (value: string): string => value.toLowerCase()
export const folded = (value: unknown): unknown =>
  typeof value === 'string' ? lower(value) : Array.isArray(value) ? value.map(folded) : value

/** As filter/sql.ts asks it of a row, roughly. */
export function testOf({ test, currency, negated }: Alone): (value: unknown) => boolean {
  const meets = positive(test, currency)
  return (value) => (value !== null && meets(value)) !== negated
}

function positive(test: Test, currency: string): (value: unknown) => boolean {
  switch (test.is) {
    case 'filled':
      return () => true
    case 'text': {
      const words = test.values.map(lower)
      if (test.how === 'contains') return (value) => words.some((word) => String(value).includes(word))
      if (test.how === 'starts_with') return (value) => words.some((word) => String(value).startsWith(word))
      return (value) => words.includes(String(value))
    }
    case 'options': {
      const values = test.values.map(lower)
      const { all } = test
      return (value) => {
        const held: unknown[] = Array.isArray(value) ? value : [value]
        return all ? values.every((one) => held.includes(one)) : values.some((one) => held.includes(one))
      }
    }
    case 'ids':
      return (value) => test.values.includes(value as number)
    case 'flag':
      return (value) => value === test.value
    case 'span': {
      const { from, to } = test.span
      return (value) => (from === null || String(value) >= from) && (to === null || String(value) < to)
    }
    case 'number':
      return (value) => isWithin(test, currency, value)
  }
}

type Money = { minor: number; currency: string }
function isWithin(test: Extract<Test, { is: 'number' }>, currency: string, value: unknown): boolean {
  const money = typeof value === 'object' ? (value as Money) : null
  if (money && money.currency !== (test.currency ?? currency)) return false
  const amount = money ? money.minor : Number(value)
  const { from, to, from_in, to_in } = test
  const above = from === null || (from_in ? amount >= from : amount > from)
  return above && (to === null || (to_in ? amount <= to : amount < to))
}
