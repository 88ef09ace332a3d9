import { type Ctx, planned } from '../../kernel/ctx.ts'

// unscoped: whoever calls has decided whose orders go (modules/sample).

/** All orders of these parties with their lines, for good, in the caller's transaction. Answers how many. */
export async function purgeOrders(ctx: Ctx, party_ids: readonly number[]): Promise<number> {
  await planned(ctx, 'delete from order_line where party_id = any($1::bigint[])', [party_ids])
  const [row] = await planned<{ n: number }>(
    ctx,
    `with gone as (delete from orders where party_id = any($1::bigint[]) returning source, number),
     keys as (delete from order_key k using gone g where k.source = g.source and k.number = g.number)
     select count(*) as n from gone`,
    [party_ids],
  )
  return row!.n
}
