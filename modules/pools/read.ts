import { type Ctx, planned } from '../../kernel/ctx.ts'
import { decodeCursor, encodeCursor } from '../../kernel/cursor.ts'
import { refuse } from '../../kernel/refuse.ts'
import type { Input, Output } from '../../kernel/route.ts'
import { reachOf, scopeSql } from '../../kernel/scope.ts'
import { companyOf } from '../access/company.ts'
import { Params } from '../parties/list/where.ts'
import { todayIn } from '../value/rules.ts'
import type { PoolRow, pools } from './contract.ts'
import { seenPool } from './pools.ts'
import { within } from './territory.ts'

type Row = Omit<PoolRow, 'unit' | 'owner' | 'currency'> & {
  unit_id: number
  unit_name: string
  owner_id: number | null
  owner_name: string | null
}

/** Who waits in the pool, by what they brought; or who will come back, the soonest first. */
export async function poolParties(
  ctx: Ctx,
  { params: { id }, query }: Input<typeof pools.parties>,
): Promise<Output<typeof pools.parties>> {
  const { pool, pools: others } = await seenPool(ctx, id)
  const { base_currency: currency, time_zone } = await companyOf(ctx)
  const which = query.which ?? 'waiting'
  const params = new Params()
  const { $ } = params
  const conditions = within(pool, others, params)
  const day = $(todayIn(time_zone, ctx.now), 'date')
  const me = $(ctx.who.kind === 'user' ? ctx.who.id : 0, 'bigint')
  const cool = $(pool.cooldown_days, 'int')
  // What others own is seen by whoever may see it in the lists; what is in the pool by whoever may claim.
  const reach = which === 'waiting' ? ctx.reach : (reachOf(ctx.who, 'parties:read') ?? ctx.reach)
  const scope = scopeSql(reach, 'l', params.values.length + 1)
  params.values.push(scope.value)
  conditions.push(scope.text)
  if (which === 'waiting') conditions.push('l.owner_id is null')
  if (which === 'mine') conditions.push(`l.owner_id = ${me}`)
  const slot = which === 'waiting' ? '-l.revenue_minor' : `coalesce(w.due_on - date '2000-01-01', 1000000)`
  const warned = which === 'due' ? 'join' : 'left join'
  if (query.cursor !== undefined) {
    const [at, last] = decodeCursor(query.cursor, ['number', 'number'])
    if (!Number.isSafeInteger(at)) return refuse('kernel.bad_cursor', 400)
    conditions.push(`(${slot}, l.party_id) > (${$(at, 'bigint')}, ${$(last, 'bigint')})`)
  }
  const limit = query.limit ?? 50
  const rows = await planned<Row & { slot: number }>(
    ctx,
    `select k.*, u.name as unit_name, o.name as owner_name, m.at as since, coalesce(m.kind, '') as why, coalesce(m.reason, '') as reason, b.name as before,
       (select (max(c.at) + ${cool} * interval '1 day')::date::text from pool_move c where c.party_id = k.id and c.user_id = ${me}
          and c.kind <> 'claimed' having max(c.at) + ${cool} * interval '1 day' > ${$(ctx.now, 'timestamptz')}) as mine_again_on
     from (
       select l.party_id as id, l.name, l.unit_id, l.owner_id, l.last_order_at, l.revenue_minor, w.due_on::text as due_on,
         greatest(0, w.due_on - ${day}) as days_left, w.because, ${slot}::bigint as slot
       from party_listed l ${warned} pool_warning w on w.party_id = l.party_id and w.owner_id = l.owner_id
       where ${conditions.join(' and ')} order by slot, l.party_id limit ${limit + 1}
     ) k join unit u on u.unit_id = k.unit_id left join app_user o on o.user_id = k.owner_id
     left join lateral (select * from pool_move m where m.party_id = k.id and m.kind <> 'claimed' order by m.move_id desc limit 1) m on k.owner_id is null
     left join app_user b on b.user_id = m.user_id order by k.slot, k.id`,
    params.values,
  )
  const page = rows.slice(0, limit)
  const last = rows.length > limit ? page.at(-1)! : null
  return {
    items: page.map(({ unit_id, unit_name, owner_id, owner_name, slot: _, ...row }) => ({
      ...row,
      unit: { id: unit_id, name: unit_name },
      owner: owner_id === null ? null : { id: owner_id, name: owner_name ?? '' },
      currency,
    })),
    next: last && encodeCursor([last.slot, last.id]),
  }
}

type Move = Omit<Output<typeof pools.moves>['items'][number], 'party'> & { party_id: number; name: string }
export async function poolMoves(
  ctx: Ctx,
  { params: { id }, query }: Input<typeof pools.moves>,
): Promise<Output<typeof pools.moves>> {
  await seenPool(ctx, id)
  const before = query.cursor === undefined ? null : Number(decodeCursor(query.cursor, ['number'])[0])
  const limit = query.limit ?? 50
  const scope = scopeSql(ctx.reach, 'l', 2)
  const rows = await planned<Move>(
    ctx,
    `select m.move_id as id, m.party_id, l.name, m.kind, coalesce(u.name, '') as user, m.reason, m.at
     from pool_move m join party_listed l on l.party_id = m.party_id left join app_user u on u.user_id = m.user_id
     where m.pool_id = $1 and l.live and ${scope.text} and ($3::bigint is null or m.move_id < $3) order by m.move_id desc limit $4`,
    [id, scope.value, before, limit + 1],
  )
  const page = rows.slice(0, limit)
  const last = rows.length > limit ? page.at(-1)! : null
  return {
    items: page.map(({ party_id, name, ...row }) => ({ ...row, party: { id: party_id, name } })),
    next: last && encodeCursor([last.id]),
  }
}
