import { type Ctx, planned } from '../../kernel/ctx.ts'

/** The products of a source that came in between two times, for good, unless an order still names them. */
export async function purgeProducts(
  ctx: Ctx,
  source: string,
  from: Date | string,
  to: Date | string,
): Promise<number> {
  // unscoped: whether any order names a product, whoever's it is
  const [row] = await planned<{ n: number }>(
    ctx,
    `with gone as (
       delete from product p where p.source = $1 and p.created_at between $2 and $3
         and not exists (select from order_line l where l.product_id = p.product_id) returning 1
     ) select count(*) as n from gone`,
    [source, from, to],
  )
  return row!.n
}

/** A root category with those below it that hold no product any more. */
export async function purgeCategories(ctx: Ctx, root: string): Promise<void> {
  const bare =
    'not exists (select from product p where p.category_id = c.category_id) and not exists (select from category x where x.parent_id = c.category_id)'
  const tree = `with recursive tree as (
    select category_id from category where parent_id is null and name = $1
    union all select c.category_id from category c join tree t on c.parent_id = t.category_id)`
  for (;;) {
    const gone = await planned(
      ctx,
      `${tree} delete from category c using tree t where c.category_id = t.category_id and ${bare} returning 1`,
      [root],
    )
    if (gone.length === 0) return
  }
}
