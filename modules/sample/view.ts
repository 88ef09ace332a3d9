import { type Ctx, may, planned } from '../../kernel/ctx.ts'
import type { Sample, SignIn } from './contract.ts'
import { stored } from './store.ts'

/** Everybody sees that what they look at is a sample; who may remove it also sees with whom to try it. */
export async function view(ctx: Ctx): Promise<Sample> {
  const row = await stored(ctx)
  const mine = may(ctx.who, 'sample:write')
  return {
    state: row?.state ?? 'none',
    run_id: row && mine && row.state === 'loading' ? row.run_id : null,
    since: row?.created_at ?? null,
    real_parties: mine && !row ? await realParties(ctx) : 0,
    users: row && mine ? await usersOf(ctx, row.user_ids) : [],
  }
}

/** Told up to ten thousand. */
export async function realParties(ctx: Ctx): Promise<number> {
  // unscoped: how many, for who reaches everybody
  const [all] = await planned<{ n: number }>(
    ctx,
    `select count(*) as n from (select from party where kind <> 'anonymous' limit 10000) x`,
    [],
  )
  return all!.n
}

/** In the order in which they were made: from headquarters down. */
const usersOf = (ctx: Ctx, ids: readonly number[]): Promise<SignIn[]> =>
  planned<SignIn>(
    ctx,
    `select u.user_id, u.email, u.name, r.code as role, case when $2 then r.name_zh else r.name_en end as role_name, n.name as unit_name
     from app_user u join role r on r.role_id = u.role_id join unit n on n.unit_id = u.unit_id
     where u.user_id = any($1::bigint[]) order by u.user_id`,
    [ids, ctx.locale === 'zh-CN'],
  )
