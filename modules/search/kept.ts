import type { Ctx } from '../../kernel/ctx.ts'
import { keeping } from '../parties/list/kept.ts'
import { prepared } from '../parties/list/prepared.ts'
import { Params } from '../parties/list/where.ts'
import { type Asked, conditionsOf, type Row, shown } from './asked.ts'

// Whom a caller found a moment ago by the same words is kept (parties/list/kept.ts): ids, nothing of what their rows say. Each
// answer reads them as they are then, and checks them against the words and the caller's reach.
// unscoped: conditionsOf cuts every question to the caller's reach

const MOST = 2500

/** `exact`: how many of the first were found by their whole name or number */
type Found = { ids: readonly number[]; exact: number }
const kept = keeping<Found | null>(MOST)

/** What `find` answers in its order, or answered a moment ago. `keeps`: whether all of it meets the question itself. */
export async function keptFor(
  ctx: Ctx,
  asked: Asked,
  find: () => Promise<{ rows: Row[]; keeps: boolean }>,
): Promise<Row[]> {
  if (ctx.tx) return (await find()).rows
  const now: { rows?: Row[] } = {}
  const { value } = await kept.of(ctx, JSON.stringify([asked, ctx.reach]), async () => {
    const { rows, keeps } = await find()
    now.rows = rows
    if (!keeps) return null
    return { ids: rows.map((row) => row.party_id), exact: rows.filter((row) => row.exact).length }
  })
  return now.rows ?? (value && (await again(ctx, asked, value))) ?? (await find()).rows
}

/** null: one of them is not found any more, and another stands in their place. */
async function again(ctx: Ctx, asked: Asked, { ids, exact }: Found): Promise<Row[] | null> {
  if (ids.length === 0) return []
  const params = new Params()
  const conditions = conditionsOf(ctx, asked, params)
  const rows = await prepared<Row>(
    ctx,
    `select ${shown}, r.party_id = any(${params.$(ids.slice(0, exact), 'bigint[]')}) as exact
     from party_listed r where r.party_id = any(${params.$(ids, 'bigint[]')}) and ${conditions}`,
    params.values,
  )
  return rows.length === ids.length ? rows : null
}
