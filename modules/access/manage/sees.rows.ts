import { type Ctx, planned, type Reach } from '../../../kernel/ctx.ts'
import { scopeSql } from '../../../kernel/scope.ts'
import type { Sight } from '../contract.ts'

type Thing = NonNullable<Sight['rows_of']>

// Each with the unit and the owner by which it is cut; orders by those of their party. Of whole-company things all.
const from: Record<Thing, string> = {
  parties: 'party_listed x where x.live',
  orders: 'orders o join party_listed x on x.party_id = o.party_id where x.live',
  users: '(select unit_id, user_id as owner_id from app_user) x where true',
  imports: '(select unit_id, created_by as owner_id from import) x where true',
  jobs: '(select unit_id, started_by as owner_id from job_run) x where true',
  keys: '(select unit_id, created_by as owner_id from api_key) x where true',
  units: '(select unit_id, null::bigint as owner_id from unit) x where true',
  products: '(select null::bigint as unit_id, null::bigint as owner_id from product where live) x where true',
  roles: '(select null::bigint as unit_id, null::bigint as owner_id from role) x where true',
}
// Figures and money about customers are cut as the customers are.
const about: Record<string, Thing> = { value: 'parties', spend: 'parties' }

/** What the rows of a permission are; null where it is not about rows. */
export function rowsOf(permission: string): Thing | null {
  const concept = permission.split(':')[0]!
  if (Object.hasOwn(from, concept)) return concept as Thing
  return about[concept] ?? null
}

/** In the reach of both: nobody learns how much there is that they do not reach. */
export async function countRows(ctx: Ctx, thing: Thing, theirs: Reach, own: Reach): Promise<number> {
  const a = scopeSql(theirs, 'x', 1)
  const b = scopeSql(own, 'x', 2)
  const [row] = await planned<{ n: number }>(
    ctx,
    `select count(*) as n from ${from[thing]} and ${a.text} and ${b.text}`,
    [a.value, b.value],
  )
  return row!.n
}
