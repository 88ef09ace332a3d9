import { categoriesOf, createProducts, updateProducts } from '../../products/intake.ts'
import { type Run, Stale } from '../running/run.types.ts'
import { keepProducts } from '../undoing/trail.ts'
import { leaveRows } from './modes.ts'
import { shortened } from './plan.products.ts'
import { recordSet } from './set.audit.ts'

/** A row of the file per product code; a code that comes twice with other content cannot both be true. */
export async function judgeProductFile({ tx, source, options }: Run): Promise<void> {
  await tx.query('analyze stage_row')
  await tx.query('alter table stage_row add first bool not null default true')
  await tx.query(
    `update stage_row s set first = false, reject = case when s.hash <> f.hash then 'twice_in_file' end
     from (select distinct on (code) code, line, hash from stage_row order by code, line) f where f.code = s.code and f.line <> s.line`,
  )
  if (options.mode !== 'upsert') {
    await tx.query('alter table stage_row add known bool not null default false')
    await tx.query(
      'update stage_row s set known = true from product p where p.source = $1 and p.code = s.code',
      [source],
    )
    await leaveRows(tx, options.mode, 'code', 's.known')
  }
  await tx.query(verdicts, [source])
  await tx.query('analyze stage_code')
}

// Only what the file says something about counts as a difference.
const verdicts = `
create temp table stage_code on commit drop as
with recursive tree as (
  select category_id, array[name] as path from category where parent_id is null
  union all
  select c.category_id, t.path || c.name from category c join tree t on c.parent_id = t.category_id
)
select r.code, r.line, left(r.name, 500) as name, coalesce(p.kind, 'product') as kind, r.category, null::bigint as category_id,
  r.unit_cost_micro as cost, r.currency, coalesce(r.unit, '') as sales_unit, p.product_id, p.product_id is null as created, p.version,
  d.was <> '{}' as changed, d.was
from stage_row r
left join product p on p.source = $1 and p.code = r.code
left join tree t on t.category_id = p.category_id
left join lateral (
  select case when left(r.name, 500) <> p.name then jsonb_build_object('name', p.name) else '{}' end
    || case when r.category <> '{}' and r.category is distinct from t.path then jsonb_build_object('category_id', p.category_id) else '{}' end
    || case when r.unit is not null and r.unit <> p.sales_unit then jsonb_build_object('sales_unit', p.sales_unit) else '{}' end
    || case when r.unit_cost_micro is not null and (r.unit_cost_micro, r.currency) is distinct from (p.unit_cost_micro, p.cost_currency)
         then jsonb_build_object('unit_cost_micro', p.unit_cost_micro, 'cost_currency', p.cost_currency) else '{}' end as was
) d on p.product_id is not null
where r.first and r.reject is null`

export async function writeProductFile(run: Run): Promise<void> {
  const { tx, ctx, import_id } = run
  await tx.query('update stage_code set changed = false where changed is null')
  const { rows } = await tx.query<{ category: string[] }>(
    `select distinct category from stage_code where (created or changed) and category <> '{}'`,
  )
  const made: number[] = []
  if (rows.length > 0) {
    const paths = rows.map((row) => row.category)
    const ids = await categoriesOf(tx, paths.map(shortened), made)
    await tx.query(
      `update stage_code s set category_id = (c ->> 'id')::bigint from jsonb_array_elements($1::jsonb) c
       where (s.created or s.changed) and to_jsonb(s.category) = c -> 'path'`,
      [JSON.stringify(paths.map((path, i) => ({ path, id: ids[i] })))],
    )
  }
  await createProducts(tx, run)
  await keepProducts(run, made)
  if (!(await updateProducts(tx, run))) throw new Stale()
  const record = (action: string, where: string) =>
    recordSet(tx, ctx, import_id, {
      action: `products.${action}`,
      subject: 'product',
      event: action === 'created' ? 'products.imported' : 'products.changed',
      from: `select 0::bigint as party_id, product_id as subject_id, ${action === 'created' ? 'null::jsonb' : 'was'} as was from stage_code where ${where} order by product_id`,
    })
  await record('created', 'created')
  await record('updated', 'changed')
}
