import type pg from 'pg'
import type { Ctx } from '../../../kernel/ctx.ts'
import { partyImage } from '../../parties/intake.undo.ts'
import { UNDO_DAYS } from '../rules.undo.ts'
import type { Run } from '../running/run.types.ts'

// What an import does, kept as it does it: ids of what it creates, images of what it changes, before it changes it.
// With the version that each row will stand at, so that a later touch is seen (db/migrations/0003).

type Where = Pick<Run, 'tx' | 'import_id'>

/** Before `stage_party` is written. */
export async function keepParties({ tx, import_id }: Where): Promise<void> {
  await tx.query(
    `insert into import_change (import_id, subject, subject_id, party_id, what, version, image)
     select $1::bigint, 'party', party_id, party_id, 'created', 1, null::jsonb from stage_party where created
     union all
     select $1, 'party', p.party_id, p.party_id, 'updated', p.version + 1, ${partyImage('p')}
     from stage_party s join party p on p.party_id = s.party_id where s.changed`,
    [import_id],
  )
}

/** After new products have ids, before known ones are written. */
export async function keepProducts({ tx, import_id }: Where, categories: readonly number[]): Promise<void> {
  await tx.query(
    `insert into import_change (import_id, subject, subject_id, what, version, image)
     select $1::bigint, 'product', product_id, 'created', 1, null::jsonb from stage_code where created
     union all
     select $1, 'product', p.product_id, 'updated', p.version + 1, to_jsonb(p)
     from stage_code s join product p on p.product_id = s.product_id where s.changed
     union all
     select $1, 'category', c, 'created', null, null from unnest($2::bigint[]) as c`,
    [import_id, categories],
  )
}

export async function keepAnonymous({ tx, import_id }: Where, party_ids: readonly number[]): Promise<void> {
  await tx.query(
    `insert into import_change (import_id, subject, subject_id, party_id, what, version)
     select $1, 'anonymous', p, p, 'created', 1 from unnest($2::bigint[]) as p`,
    [import_id, party_ids],
  )
}

/** After orders are settled, before changed ones are written. */
export async function keepOrders({ tx, import_id }: Where): Promise<void> {
  await tx.query(
    `insert into import_change (import_id, subject, subject_id, party_id, what, version, image)
     select $1::bigint, 'order', order_id, party_id, 'created', 1, null::jsonb from stage_order where status = 'new'
     union all
     select $1, 'order', o.order_id, s.party_id, 'updated', o.version + 1, to_jsonb(o)
     from stage_order s join orders o on o.party_id = s.old_party_id and o.order_id = s.order_id where s.changed`,
    [import_id],
  )
  await tx.query(
    `insert into import_order_line (import_id, ${lineColumns})
     select $1, ${lineColumns.split(', ').map((c) => `l.${c}`)}
     from stage_order s join order_line l on l.party_id = s.old_party_id and l.order_id = s.order_id where s.changed`,
    [import_id],
  )
}

export const lineColumns =
  'party_id, order_id, line_no, product_id, kind, description, quantity, price_micro, amount_minor, hash'

/** The last of it, beside the import's own row. */
export async function closeTrail(
  ctx: Ctx,
  import_id: number,
  settled: { was: string; base: string } | null,
): Promise<void> {
  await ctx.tx!.query(
    `update import set undo_until = $2::timestamptz + make_interval(days => $3), settled = $4 where import_id = $1`,
    [import_id, ctx.house.clock(), UNDO_DAYS, settled === null ? null : JSON.stringify(settled)],
  )
  await countTrail(ctx.tx!, import_id)
}

/** How much there is to undo, and to bring again. What stands for orders without a customer is nothing that a person knows. */
export async function countTrail(tx: pg.ClientBase, import_id: number): Promise<void> {
  await tx.query(
    `update import i set changes_standing = c.standing, changes_undone = c.undone
     from (select count(*) filter (where not undone) as standing, count(*) filter (where undone) as undone
           from import_change where import_id = $1 and subject <> 'anonymous') c
     where i.import_id = $1`,
    [import_id],
  )
}
