import { fail } from './error.ts'

/** Columns of one figure per customer: a typed array, or a plain array of numbers. */
export type Column = ArrayLike<number>

/** Time-invariant covariates: name → one figure per customer. Centre or scale them yourself; 0 means "no effect". */
export type Covariates = { purchase?: Record<string, Column>; dropout?: Record<string, Column> }

/**
 * One row per customer in continuous time, in any one unit (days, weeks, …).
 * `x` repeat purchases (the first is not counted), `t_x` from the first to the last purchase, `T` from the first
 * purchase to the end of observation, `weight` how many customers the row stands for (default 1),
 * `sum_log_itt` Σ ln of the times between purchases (needed for CNBD-k, k > 1).
 */
export type CustomerData = {
  x: Column
  t_x: Column
  T: Column
  weight?: Column
  sum_log_itt?: Column
  covariates?: Covariates
}

/** The distinct (x, t_x, T) of a data set with their total weights. */
export type Pooled = {
  rows: number
  weight_total: number
  x: Float64Array
  t_x: Float64Array
  T: Float64Array
  weight: Float64Array
}

/** Refuses columns of different lengths. */
export function sameLength(columns: Record<string, Column | undefined>): number {
  const present = Object.entries(columns).filter(([, column]) => column !== undefined)
  const length = present[0]?.[1]?.length ?? 0
  for (const [name, column] of present)
    if (column!.length !== length)
      fail('data.length', `column ${name} has ${column!.length} rows, expected ${length}`, {
        name,
        length: column!.length,
      })
  return length
}

function refuseRow(row: number, why: string, values: Record<string, number>): never {
  return fail('data.row', `row ${row}: ${why}`, { row, ...values })
}

/** Refuses what no customer can have: counts that are not whole, recency beyond the end, negative weights. */
export function checkCustomers(data: CustomerData): number {
  const { x, t_x, T, weight } = data
  if (!x || !t_x || !T) fail('data.columns', 'needs the columns x, t_x and T', { given: Object.keys(data) })
  const rows = sameLength({ x, t_x, T, weight, sum_log_itt: data.sum_log_itt })
  for (let i = 0; i < rows; i++) {
    const count = x[i]!
    const last = t_x[i]!
    const end = T[i]!
    if (!(count >= 0) || count !== Math.floor(count) || count === Number.POSITIVE_INFINITY)
      refuseRow(i, 'x must be a whole number of repeat purchases', { x: count })
    // 1e-9: sums of rounded durations may overshoot the end by a few units in the last place
    if (!(last >= 0) || !(last <= end * (1 + 1e-9)) || !(end < Number.POSITIVE_INFINITY))
      refuseRow(i, 'needs 0 ≤ t_x ≤ T, both finite', { t_x: last, T: end })
    if (count === 0 && last !== 0) refuseRow(i, 'without repeat purchases t_x must be 0', { t_x: last })
    if (weight && !(weight[i]! >= 0 && weight[i]! < Number.POSITIVE_INFINITY))
      refuseRow(i, 'weight must be finite and not negative', { weight: weight[i]! })
  }
  return rows
}

const float = new Float64Array(1)
const words = new Int32Array(float.buffer)

function hashOf(x: number, t_x: number, T: number): number {
  float[0] = t_x
  let hash = Math.imul(words[0]! ^ x, 0x9e3779b1) ^ words[1]!
  float[0] = T
  hash = Math.imul(hash ^ (hash >>> 15) ^ words[0]!, 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13) ^ words[1]!, 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}

const TRIAL = 50_000

/**
 * Collapses identical rows, so that fitting costs by the number of different histories, not of customers.
 * Rows of weight 0 are left out; rows of which hardly any repeat are left apart. O(rows) time and memory.
 */
export function pool(data: CustomerData): Pooled {
  const { x, t_x, T, weight } = data
  const total = x.length
  const size = 2 ** Math.ceil(Math.log2(Math.max(16, total * 1.6)))
  const slots = new Int32Array(size).fill(-1)
  const first = new Int32Array(total)
  const sums = new Float64Array(total)
  let rows = 0
  let weight_total = 0
  for (let i = 0; i < total; i++) {
    const w = weight ? weight[i]! : 1
    if (w === 0) continue
    weight_total += w
    // continuous times hardly ever repeat: after a fair trial the rest is taken as it is
    if (i >= TRIAL && rows > 0.98 * i) {
      first[rows] = i
      sums[rows++] = w
      continue
    }
    let slot = hashOf(x[i]!, t_x[i]!, T[i]!) & (size - 1)
    for (;;) {
      const at = slots[slot]!
      if (at < 0) {
        slots[slot] = rows
        first[rows] = i
        sums[rows++] = w
        break
      }
      const j = first[at]!
      if (x[j] === x[i] && t_x[j] === t_x[i] && T[j] === T[i]) {
        sums[at]! += w
        break
      }
      slot = (slot + 1) & (size - 1)
    }
  }
  const take = (column: Column) => Float64Array.from({ length: rows }, (_, i) => column[first[i]!]!)
  return {
    rows,
    weight_total,
    x: take(x),
    t_x: take(t_x),
    T: take(T),
    weight: sums.slice(0, rows),
  }
}

/** Values and, per row, which of them it is; without `index` every row has its own. */
export type Index = { values: Float64Array; index?: Int32Array }

/** More distinct values than this are not worth a table: then `values` is the column itself. */
const TABLE_LIMIT = 20_000

/** The distinct values of a column, so that a function of it is taken once per value. */
export function distinct(column: Column, limit = TABLE_LIMIT): Index {
  const seen = new Map<number, number>()
  const index = new Int32Array(column.length)
  for (let i = 0; i < column.length; i++) {
    const value = column[i]!
    let at = seen.get(value)
    if (at === undefined) {
      at = seen.size
      if (at === limit) return { values: column instanceof Float64Array ? column : Float64Array.from(column) }
      seen.set(value, at)
    }
    index[i] = at
  }
  return { values: Float64Array.from(seen.keys()), index }
}
