import { type Ctx, planned } from '../../kernel/ctx.ts'
import type { Merge } from './moving.ts'

// What becomes of suspicions when somebody merges or parts.

/** Merged: this pair is settled; pairs of the merged party are looked for again under the survivor. */
export async function closePairs(ctx: Ctx, { party_id, survivor_id }: Merge): Promise<void> {
  await planned(
    ctx,
    `update identity_pair set state = 'merged', decided_at = $3, decided_by = $4
     where party_id = least($1::bigint, $2::bigint) and other_id = greatest($1::bigint, $2::bigint)`,
    [party_id, survivor_id, ctx.now, ctx.who.kind === 'user' ? ctx.who.id : null],
  )
  await planned(ctx, 'delete from identity_key where party_id = $1', [party_id])
}

/** Parted by a person: these two are not the same, and nobody asks again unless much more speaks for it. */
export const keepApart = (ctx: Ctx, { party_id, survivor_id }: Merge) =>
  planned(
    ctx,
    `insert into identity_pair as p (party_id, other_id, score, band, reasons, state, found_at, seen_at, decided_at, decided_by, said_at_score)
     values (least($1::bigint, $2::bigint), greatest($1::bigint, $2::bigint), 0, 'possible', '[]', 'not_same', $3, $3, $3, $4, 1)
     on conflict (party_id, other_id) do update set state = 'not_same', decided_at = excluded.decided_at, decided_by = excluded.decided_by,
       said_at_score = 1`,
    [party_id, survivor_id, ctx.now, ctx.who.kind === 'user' ? ctx.who.id : null],
  )
