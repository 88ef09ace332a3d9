import { type Ctx, named, planned } from '../../../kernel/ctx.ts'
import { listColumnsOf } from './project.ts'
import { remembering } from './remembered.ts'
import { keyOf, Params, plainly, type Where } from './where.ts'

// unscoped: a guess within the caller's reach (conditions come from where.ts), and the size of the table

// The planner has no statistics of custom fields, of other tables behind a condition, or of conditions together. So many
// rows tell a share of 4 % to half a per cent, in 5 to 10 ms.
const ROWS = 6000
const tasted = remembering<number>(2000)

/** About how many parties meet these conditions; 0 where the table is so small that nobody need ask. */
export const aboutHowMany = (ctx: Ctx, where: Where): Promise<number> =>
  tasted(ctx.house, keyOf(where), () => taste(ctx, where))

/** As the planner knows it. */
export async function inAll(ctx: Ctx): Promise<number> {
  const [size] = await named<{ rows: number }>(
    ctx,
    'parties.size',
    `select reltuples::bigint as rows from pg_class where oid = 'party_list'::regclass`,
    [],
  )
  return size!.rows
}

async function taste(ctx: Ctx, where: Where): Promise<number> {
  const rows = await inAll(ctx)
  if (rows < 10 * ROWS) return 0
  const params = new Params()
  const percent = params.$((100 * ROWS) / rows, 'real')
  const conditions = plainly(where, 'r', params)
  const [found] = await planned<{ n: number }>(
    ctx,
    `select count(*) as n from (
       select ${listColumnsOf('s')}, s.order_count, s.revenue_minor, s.unrated_count, s.first_order_at, s.last_order_at, o.owner_id
       from party_list s tablesample system (${percent}) repeatable (1) left join party_own o on o.party_id = s.party_id
     ) r where ${conditions.join(' and ')}`,
    params.values,
  )
  return Math.round((found!.n * rows) / ROWS)
}
