import { type Ctx, planned } from '../../../kernel/ctx.ts'
import { written } from '../filter/piece.ts'
import { estimate } from './estimate.ts'
import { Params, type Where } from './where.ts'

// unscoped: a condition beside those of where.ts, which cut the question to the caller's reach, and how many it leaves

// So many are looked up one by one in less time than all are read.
const LOOKED_UP = 60_000
/** So many are counted, to know whether they are fewer. */
export const FEW = 5000
// A look at a row takes as long as so many entries of the index of its unit.
const ENTRIES = 20

const found = ({ roughly }: Where, params: Params): string =>
  `select k.party_id from party_bucket k where ${written(roughly!, 'k', params)}`

/** How many the buckets of custom fields leave, up to `FEW`; null: a good part of everybody, or there is nothing to ask them. */
export async function roughlyMany(ctx: Ctx, where: Where): Promise<number | null> {
  return (await isAskable(ctx, where)) ? countUpTo(ctx, where) : null
}

/** Buckets that many share the planner knows: they are not read. */
async function isAskable(ctx: Ctx, where: Where): Promise<boolean> {
  if (!where.roughly) return false
  const guess = new Params()
  return (await estimate(ctx, `from (${found(where, guess)}) k`, guess.values)) <= LOOKED_UP
}

async function countUpTo(ctx: Ctx, where: Where): Promise<number> {
  const params = new Params()
  const [row] = await planned<{ n: number }>(
    ctx,
    `select count(*) as n from (${found(where, params)} limit ${FEW}) x`,
    params.values,
  )
  return row!.n
}

/** Only rows `r` whose buckets say that they may meet the filter. */
export async function roughlyMet(ctx: Ctx, where: Where, params: Params): Promise<string[]> {
  const { part, live } = where
  if (part.kind === 'owner' || !(await isAskable(ctx, where))) return []
  const ids = found(where, params)
  const direct = [`r.party_id = any(array(${ids}))`]
  if (part.kind !== 'units') return direct
  const there = ({ $ }: Params) =>
    `select u.party_id from party_list u where ${live ? '' : 'not '}u.live and u.unit_id = any(${$(part.unit_ids, 'bigint[]')})`
  const guess = new Params()
  const others = await estimate(ctx, `from (${there(guess)}) u`, guess.values)
  const many = await countUpTo(ctx, where)
  if (many < FEW && many * ENTRIES < others) return direct
  // By what the units' index knows of who is in them: the others' rows are not looked at. offset: first the buckets, else each
  // of the units' is asked for its own.
  return [
    `r.party_id = any(array(select x.party_id from (${ids} offset 0) x where x.party_id in (${there(params)})))`,
  ]
}
