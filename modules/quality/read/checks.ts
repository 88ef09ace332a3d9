import { type Ctx, planned } from '../../../kernel/ctx.ts'
import type { CheckShape } from '../contract.ts'

// unscoped: the party was reached by the caller

type Row = Omit<CheckShape, 'by'> & { by: string | null; actor_kind: string }
/** Newest first; the party was reached by the caller. */
export async function checksOf(ctx: Ctx, party_id: number): Promise<CheckShape[]> {
  const rows = await planned<Row>(
    ctx,
    `select k.check_id as id, k.contact_point_id, k.outcome, k.how, k.source, k.checked_on::text as checked_on,
       coalesce(u.name, a.name) as by, k.actor_kind, k.at,
       c.value_key is not null and k.value_key = c.value_key
         and row_number() over (partition by k.contact_point_id order by k.check_id desc) = 1 as current
     from contact_check k
     left join contact_point c on c.party_id = k.party_id and c.contact_point_id = k.contact_point_id
     left join app_user u on k.actor_kind = 'user' and u.user_id = k.actor_id
     left join api_key a on k.actor_kind = 'key' and a.key_id = k.actor_id
     where k.party_id = $1 order by k.check_id desc limit 200`,
    [party_id],
  )
  return rows.map(({ actor_kind, by, ...row }) => ({ ...row, by: by ?? actor_kind }))
}
