import { type Ctx, named } from '../../kernel/ctx.ts'
import { type Figures, setFigures } from '../parties/list/figures.ts'
import { exactSum } from './sums.ts'

// Two writers of one party's orders must not each count without the other: the second waits, then counts both.
// One party is locked by its list row; many at once (an import) by one key for all.
const FIGURES = 7_261_120

/**
 * Counts the orders of these parties anew into the list. An order counts, a return or cancellation does not;
 * revenue is what all of them come to in the base currency. In the writer's transaction, after its writes.
 */
export async function refreshFigures(ctx: Ctx, party_ids: readonly number[]): Promise<void> {
  if (party_ids.length === 0) return
  if (!ctx.tx) throw new Error('refreshFigures() outside a transaction')
  if (party_ids.length > 1) await named(ctx, 'orders.lock_all', 'select pg_advisory_xact_lock($1)', [FIGURES])
  else {
    await named(ctx, 'orders.lock_shared', 'select pg_advisory_xact_lock_shared($1)', [FIGURES])
    // unscoped: a lock, shown to nobody
    await named(ctx, 'orders.lock_one', 'select from party_list where party_id = $1 for update', [
      party_ids[0],
    ])
  }
  await setFigures(ctx, await countFigures(ctx, party_ids))
}

/** What they come to now. Of parties that others see already, `refreshFigures` alone may write it. */
export const countFigures = (ctx: Ctx, party_ids: readonly number[]): Promise<Figures[]> =>
  named<Figures>(ctx, 'orders.figures', figuresText, [party_ids])

// unscoped: counts for the list row, whoever wrote
const figuresText = `
select p.party_id, count(o.order_id) filter (where o.kind = 'order') as order_count,
  ${exactSum('sum(o.base_minor)')} as revenue_minor,
  count(o.order_id) filter (where o.base_minor is null) as unrated_count,
  min(o.ordered_at) filter (where o.kind = 'order') as first_order_at,
  max(o.ordered_at) filter (where o.kind = 'order') as last_order_at
from unnest($1::bigint[]) as p (party_id) left join orders o on o.party_id = p.party_id
group by p.party_id`
