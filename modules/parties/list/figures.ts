import { type Ctx, named } from '../../../kernel/ctx.ts'

export type Figures = {
  party_id: number
  order_count: number
  revenue_minor: number
  /** orders that no rate values */
  unrated_count: number
  first_order_at: string | null
  last_order_at: string | null
}

/** Sets the order figures of list rows; called by orders, which counts them. A figure that did not change is not written. */
export async function setFigures(ctx: Ctx, figures: readonly Figures[]): Promise<void> {
  if (figures.length === 0) return
  const column = <K extends keyof Figures>(key: K) => figures.map((row) => row[key])
  await named(ctx, 'parties.figures', figuresText, [
    column('party_id'),
    column('order_count'),
    column('revenue_minor'),
    column('unrated_count'),
    column('first_order_at'),
    column('last_order_at'),
  ])
}

const figuresText = `
with l as (
update party_list l
set order_count = r.order_count, revenue_minor = r.revenue_minor, unrated_count = r.unrated_count,
    first_order_at = coalesce(r.first_order_at, '-infinity'), last_order_at = coalesce(r.last_order_at, '-infinity')
from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::timestamptz[], $6::timestamptz[])
  as r (party_id, order_count, revenue_minor, unrated_count, first_order_at, last_order_at)
where l.party_id = r.party_id
  and (l.order_count, l.revenue_minor, l.unrated_count, l.first_order_at, l.last_order_at) is distinct from
      (r.order_count, r.revenue_minor, r.unrated_count, coalesce(r.first_order_at, '-infinity'), coalesce(r.last_order_at, '-infinity'))
returning l.party_id, l.last_order_at, l.revenue_minor, l.order_count, greatest(l.created_at, l.last_order_at) as fresh
), o as (
update party_own o set fresh = l.fresh, last_order_at = l.last_order_at, revenue_minor = l.revenue_minor, order_count = l.order_count
from l where o.party_id = l.party_id)
update party_find f set fresh = l.fresh from l where f.party_id = l.party_id and f.fresh <> l.fresh`
