import { record } from '../../kernel/audit.ts'
import { atomically, type Ctx, planned, unaudited } from '../../kernel/ctx.ts'
import { refuse } from '../../kernel/refuse.ts'
import { cancelRun } from '../../kernel/run.ts'
import { purgeUnits, purgeUsers } from '../access/manage/together.ts'
import { createSetupToken } from '../access/setup.ts'
import { purgeImports } from '../imports/purge.ts'
import { purgeNotes } from '../notes/keeper.ts'
import { purgeOccasions } from '../occasions/keeper.ts'
import { reopenCurrency } from '../orders/money.ts'
import { purgeOrders } from '../orders/purge.ts'
import { forgetCounts } from '../parties/list/count.ts'
import { disown, purgeParties } from '../parties/purge.ts'
import { purgePools } from '../pools/keeper.ts'
import { purgeCategories, purgeProducts } from '../products/purge.ts'
import { purgeQuality } from '../quality/keeper.ts'
import { purgeTies } from '../ties/keeper.ts'
import { purgeValues } from '../value/purge.ts'
import type { Removal, Removed } from './contract.ts'
import { CATEGORY, SOURCE } from './rules.people.ts'
import { mustBeAlone, partiesOf, type Stored, stored } from './store.ts'

/** What `remove` would take away, and what people have done to it since. */
export const removal = (ctx: Ctx): Promise<Removal | null> =>
  unaudited(ctx, 'reads only', async (ctx) => {
    const row = await stored(ctx)
    if (!row) return null
    await planned(ctx, SETTINGS, [])
    const ids = await partiesOf(ctx, row)
    const until = row.loaded_at ?? ctx.now
    // unscoped: who removes the sample reaches everybody
    const [counts] = await planned<Omit<Removal, 'changed' | 'parties' | 'users' | 'units'>>(
      ctx,
      countsText,
      [ids, SOURCE, row.created_at, until, row.user_ids, row.unit_ids],
    )
    const changed = await planned<Removal['changed'][number]>(ctx, changedText, [ids, until])
    return {
      parties: ids.length,
      users: row.user_ids.length,
      units: row.unit_ids.length,
      ...counts!,
      changed,
    }
  })

// A hundred thousand lines may have come a moment ago, and the planner has no idea of them yet: row by row is what it
// would then choose, for a minute instead of a tenth of a second.
const SETTINGS = 'set local enable_nestloop = off'
// What a computation found out under a person's name (an alert of a fit that they asked for) is no change of theirs.
const byPeople = `a.party_id = any($1::bigint[]) and a.at > $2::timestamptz and a.actor_kind in ('user', 'key', 'cli')
  and a.action <> 'value.core_overdue'`
const used = `unit_id = any($6::bigint[])`
const countsText = `
select (select count(*) from orders where party_id = any($1::bigint[])) as orders,
  (select count(*) from orders where party_id = any($1::bigint[]) and source <> $2) as added_orders,
  (select count(*) from product where source = $2 and created_at between $3 and $4) as products,
  (select count(distinct party_id) from audit a where ${byPeople.replace('$2', '$4')}) as changed_parties,
  (select count(*) from party where owner_id = any($5::bigint[]) and party_id <> all($1::bigint[])) as disowned,
  (with recursive kept as (
     select unit_id from party where ${used} and party_id <> all($1::bigint[])
     union select unit_id from app_user where ${used} and user_id <> all($5::bigint[])
   ), above as (
     select unit_id from kept
     union select u.parent_id from above join unit u using (unit_id) where u.parent_id = any($6::bigint[])
   ) select count(*) from above) as kept_units,
  (select count(distinct l.product_id) from order_line l join product p on p.product_id = l.product_id
   where p.source = $2 and p.created_at between $3 and $4 and l.party_id <> all($1::bigint[])) as kept_products`
const changedText = `
select x.party_id as id, p.name, x.by, x.at from (
  select distinct on (a.party_id) a.party_id, a.at, coalesce(u.name, a.actor_kind) as by
  from audit a left join app_user u on a.actor_kind = 'user' and u.user_id = a.actor_id
  where ${byPeople} order by a.party_id, a.at desc
) x join party p on p.party_id = x.party_id order by x.at desc limit 10`

/** All of it in one transaction: whoever is killed has removed nothing. */
export async function remove(ctx: Ctx): Promise<Removed> {
  const gone = await atomically(ctx, async (ctx) => {
    await mustBeAlone(ctx)
    const row = (await stored(ctx, 'for update')) ?? refuse('sample.none', 409)
    await planned(ctx, SETTINGS, [])
    const gone = await removeAll(ctx, row)
    await record(ctx, { action: 'sample.removed', subject: 'sample', subject_id: 1, was: gone })
    return gone
  })
  forgetCounts(ctx.house)
  const token = await createSetupToken(ctx.house)
  return { ...gone, setup_path: token ? `/setup#token=${token}` : null }
}

async function removeAll(ctx: Ctx, row: Stored): Promise<Omit<Removed, 'setup_path'>> {
  if (row.run_id !== null) await cancelRun(ctx, row.run_id)
  const ids = await partiesOf(ctx, row)
  await purgeValues(ctx, ids, row.created_at)
  await purgeQuality(ctx, ids)
  await purgePools(ctx, ids)
  await purgeOccasions(ctx, ids)
  await purgeTies(ctx, ids)
  await purgeNotes(ctx, ids)
  const orders = await purgeOrders(ctx, ids)
  const parties = await purgeParties(ctx, ids)
  const of_source = await productsLeft(ctx)
  const products = await purgeProducts(ctx, SOURCE, row.created_at, row.loaded_at ?? ctx.now)
  await purgeCategories(ctx, CATEGORY)
  await purgeImports(ctx, SOURCE, row.created_at)
  const disowned = await disown(ctx, row.user_ids)
  const users = await purgeUsers(ctx, row.user_ids)
  const units = await purgeUnits(ctx, row.unit_ids, await unitsInUse(ctx, row.unit_ids))
  await restoreSettings(ctx, row)
  await planned(
    ctx,
    `delete from job_run where job = 'sample.load' and state not in ('waiting', 'running')`,
    [],
  )
  await planned(ctx, 'delete from sample', [])
  return {
    parties,
    orders,
    products,
    users,
    units,
    disowned,
    kept_units: row.unit_ids.length - units,
    kept_products: of_source - products,
  }
}

const productsLeft = async (ctx: Ctx): Promise<number> =>
  (await planned<{ n: number }>(ctx, 'select count(*) as n from product where source = $1', [SOURCE]))[0]!.n

async function unitsInUse(ctx: Ctx, unit_ids: readonly number[]): Promise<number[]> {
  // unscoped: whether anything is in a unit, whoever's it is
  const rows = await planned<{ unit_id: number }>(
    ctx,
    `select distinct unit_id from party where unit_id = any($1::bigint[])
     union select unit_id from import where unit_id = any($1::bigint[])`,
    [unit_ids],
  )
  return rows.map((row) => row.unit_id)
}

/** A guess that only the sample's orders had settled is a guess again. */
async function restoreSettings(ctx: Ctx, { was, currency }: Stored): Promise<void> {
  if (was.guessed) await reopenCurrency(ctx, { was: was.guessed, base: currency })
}
