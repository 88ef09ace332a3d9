import { record } from '../../kernel/audit.ts'
import { atomically, type Ctx, named, planned } from '../../kernel/ctx.ts'
import { refuse } from '../../kernel/refuse.ts'
import type { Category } from './contract.ts'

// The tree is small and shared by everybody (a reference table): it is read whole.

export const paths = `
with recursive tree as (
  select category_id, parent_id, name, array[name] as path from category where parent_id is null
  union all
  select c.category_id, c.parent_id, c.name, t.path || c.name from category c join tree t on c.parent_id = t.category_id
)`

export const listCategories = async (ctx: Ctx): Promise<{ items: Category[] }> => ({
  items: await planned<Category>(
    ctx,
    `${paths} select t.category_id as id, t.parent_id, t.name, t.path,
       (select count(*) from product p where p.category_id = t.category_id and p.live) as products
     from tree t order by t.path collate "C"`,
    [],
  ),
})

const clean = (name: string) => name.normalize('NFC').trim().replace(/\s+/g, ' ')

/** The category at the end of a path; what is missing of it is made, once, whoever else makes it at the same time. */
export async function ensurePath(
  ctx: Ctx,
  path: readonly string[],
): Promise<{ category_id: number; made: number[] }> {
  let parent_id: number | null = null
  const made: number[] = []
  for (const level of path) {
    const name = clean(level)
    const category_id = await ctx.house.ids.next()
    const inserted: { category_id: number }[] = await named(
      ctx,
      'products.category_make',
      `insert into category (category_id, parent_id, name) values ($1, $2, $3)
       on conflict (coalesce(parent_id, 0), name) do nothing returning category_id`,
      [category_id, parent_id, name],
    )
    if (inserted.length > 0) {
      await record(ctx, { action: 'products.category_created', subject: 'category', subject_id: category_id })
      made.push(category_id)
      parent_id = category_id
    } else parent_id = await childOf(ctx, parent_id, name)
  }
  return { category_id: parent_id!, made }
}

async function childOf(ctx: Ctx, parent_id: number | null, name: string): Promise<number> {
  const [row] = await named<{ category_id: number }>(
    ctx,
    'products.category_find',
    'select category_id from category where coalesce(parent_id, 0) = coalesce($1::bigint, 0) and name = $2',
    [parent_id, name],
  )
  return row!.category_id
}

export async function createCategory(ctx: Ctx, { body }: { body: { path: string[] } }): Promise<Category> {
  const id = await atomically(ctx, async (ctx) => {
    const { category_id, made } = await ensurePath(ctx, body.path)
    return made.length > 0 ? category_id : refuse('products.category_taken', 409)
  })
  const { items } = await listCategories(ctx)
  return items.find((category) => category.id === id)!
}

/** A category and all below it. */
export const belowText = `
with recursive down as (
  select category_id from category where category_id = $1
  union select c.category_id from category c join down d on c.parent_id = d.category_id
) select category_id from down`
