import { record } from '../../kernel/audit.ts'
import { atomically, type Ctx, expectVersion, named, planned } from '../../kernel/ctx.ts'
import { decodeCursor, encodeCursor } from '../../kernel/cursor.ts'
import { notFound, refuse } from '../../kernel/refuse.ts'
import type { Input } from '../../kernel/route.ts'
import { masked } from '../../kernel/scope.ts'
import { belowText, ensurePath } from './categories.ts'
import type { Product, ProductPatch, ProductWrite, products } from './contract.ts'

type Row = Omit<Product, 'id' | 'category' | 'cost_withheld'> & {
  product_id: number
  category_id: number | null
  path: string[] | null
}

// Products belong to the company, not to a unit: every row scope reaches all of them.
const columns = `p.product_id, p.source, p.code, p.name, p.kind, p.category_id, p.sales_unit, p.unit_cost_micro, p.cost_currency,
  p.live, p.version, p.created_at, p.updated_at,
  (with recursive up as (
     select c.parent_id, c.name, 1 as depth from category c where c.category_id = p.category_id
     union all select c.parent_id, c.name, u.depth + 1 from category c join up u on c.category_id = u.parent_id
   ) select array_agg(name order by depth desc) from up) as path`

function present(ctx: Ctx, { product_id, category_id, path, ...row }: Row): Product {
  const cost_withheld = masked(ctx, 'cost')
  return {
    ...row,
    id: product_id,
    category: category_id === null ? null : { id: category_id, path: path ?? [] },
    unit_cost_micro: cost_withheld ? null : row.unit_cost_micro,
    cost_currency: cost_withheld ? null : row.cost_currency,
    cost_withheld,
  }
}

const load = async (ctx: Ctx, id: number, lock = false): Promise<Row> => {
  const text = `select ${columns} from product p where p.product_id = $1${lock ? ' for update' : ''}`
  const [row] = await named<Row>(ctx, `products.load.${lock ? 'lock' : 'look'}`, text, [id])
  return row ?? notFound()
}

export const getProduct = async (ctx: Ctx, { params }: { params: { id: number } }): Promise<Product> =>
  present(ctx, await load(ctx, params.id))

type Query = Input<typeof products.list>['query']

type Filter = Pick<Query, 'q' | 'category_id' | 'kind' | 'source' | 'trash'>

/** What a list of products asks of `p`. */
export async function conditionsOf(
  ctx: Ctx,
  query: Filter,
  $: (value: unknown, type: string) => string,
): Promise<string[]> {
  const conditions = [query.trash ? 'not p.live' : 'p.live']
  if (query.q?.trim()) {
    const escaped = query.q
      .normalize('NFKC')
      .trim()
      .replace(/[\\%_]/g, '\\$&')
    const like = $(`%${escaped}%`, 'text')
    conditions.push(`(p.code ilike ${like} or p.name ilike ${like})`)
  }
  if (query.category_id !== undefined) {
    const below = await named<{ category_id: number }>(ctx, 'products.below', belowText, [query.category_id])
    const ids = below.map((row) => row.category_id)
    conditions.push(`p.category_id = any(${$(ids, 'bigint[]')})`)
  }
  if (query.kind) conditions.push(`p.kind = ${$(query.kind, 'text')}`)
  if (query.source) conditions.push(`p.source = ${$(query.source, 'text')}`)
  return conditions
}

export async function listProducts(ctx: Ctx, { query }: { query: Query }) {
  const limit = query.limit ?? 50
  const values: unknown[] = []
  const $ = (value: unknown, type: string) => `$${values.push(value)}::${type}`
  const conditions = await conditionsOf(ctx, query, $)
  if (query.cursor !== undefined) {
    const [code, id] = decodeCursor(query.cursor, ['string', 'number'])
    conditions.push(`(p.code, p.product_id) > (${$(code, 'text')}, ${$(id, 'bigint')})`)
  }
  const text = `select ${columns} from product p where ${conditions.join(' and ')} order by p.code, p.product_id limit ${limit + 1}`
  const rows = await planned<Row>(ctx, text, values)
  const page = rows.slice(0, limit)
  const last = rows.length > limit ? page.at(-1)! : null
  return {
    items: page.map((row) => present(ctx, row)),
    next: last && encodeCursor([last.code, last.product_id]),
  }
}

/** Where a person enters products, unless they name another system. */
export const OWN_SOURCE = 'guanxi'

export const createProduct = (ctx: Ctx, { body }: { body: ProductWrite }): Promise<Product> =>
  atomically(ctx, async (ctx) => {
    checkCost(ctx, body, { unit_cost_micro: null, cost_currency: null })
    const product_id = await ctx.house.ids.next()
    const source = body.source ?? OWN_SOURCE
    const category_id = body.category?.length ? (await ensurePath(ctx, body.category)).category_id : null
    const rows = await named(
      ctx,
      'products.create',
      `insert into product (product_id, source, code, name, kind, category_id, sales_unit, unit_cost_micro, cost_currency, created_at, updated_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10) on conflict (source, code) do nothing returning product_id`,
      [
        product_id,
        source,
        body.code,
        body.name ?? '',
        body.kind ?? 'product',
        category_id,
        body.sales_unit ?? '',
        body.unit_cost_micro ?? null,
        body.cost_currency ?? null,
        ctx.now,
      ],
    )
    if (rows.length === 0) refuse('products.code_taken', 409, { source, code: body.code })
    await record(ctx, { action: 'products.created', subject: 'product', subject_id: product_id })
    return present(ctx, await load(ctx, product_id))
  })

type Cost = Pick<Row, 'unit_cost_micro' | 'cost_currency'>

/** A cost has a currency; who does not see costs does not set them. */
function checkCost(ctx: Ctx, body: ProductPatch, before: Cost): Cost {
  const touches = body.unit_cost_micro !== undefined || body.cost_currency !== undefined
  if (touches && masked(ctx, 'cost')) refuse('products.cost_withheld', 403)
  const unit_cost_micro = body.unit_cost_micro === undefined ? before.unit_cost_micro : body.unit_cost_micro
  const gone = body.unit_cost_micro === null && body.cost_currency === undefined
  const cost_currency = gone
    ? null
    : body.cost_currency === undefined
      ? before.cost_currency
      : body.cost_currency
  if ((unit_cost_micro === null) !== (cost_currency === null)) refuse('products.cost_currency', 422)
  return { unit_cost_micro, cost_currency }
}

type Changed = Partial<Row>

/** Locks, compares, writes what differs, records what it was; a save that changes nothing writes nothing. */
async function change(
  ctx: Ctx,
  id: number,
  action: string,
  next: (ctx: Ctx, before: Row) => Promise<Changed>,
): Promise<Product> {
  const seen = await load(ctx, id)
  const wanted = await differs(ctx, seen, next)
  expectVersion(ctx, seen.version)
  if (!wanted) return present(ctx, seen)
  return atomically(ctx, async (ctx) => {
    const before = await load(ctx, id, true)
    expectVersion(ctx, before.version)
    const after = { ...before, ...(await next(ctx, before)) }
    const was = differences(before, after)
    await named(
      ctx,
      'products.update',
      `update product set name = $2, kind = $3, category_id = $4, sales_unit = $5, unit_cost_micro = $6, cost_currency = $7, live = $8,
         version = version + 1, updated_at = $9 where product_id = $1`,
      [
        id,
        after.name,
        after.kind,
        after.category_id,
        after.sales_unit,
        after.unit_cost_micro,
        after.cost_currency,
        after.live,
        ctx.now,
      ],
    )
    await record(ctx, { action, subject: 'product', subject_id: id, was })
    return present(ctx, await load(ctx, id))
  })
}

const fields = [
  'name',
  'kind',
  'category_id',
  'sales_unit',
  'unit_cost_micro',
  'cost_currency',
  'live',
] as const
const differences = (before: Row, after: Row) =>
  Object.fromEntries(
    fields.filter((field) => before[field] !== after[field]).map((field) => [field, before[field]]),
  )

// A category path may name what does not exist yet: that is a change, and is made inside the transaction only.
async function differs(
  ctx: Ctx,
  before: Row,
  next: (ctx: Ctx, before: Row) => Promise<Changed>,
): Promise<boolean> {
  const look = { ...ctx, tx: null, recorded: null }
  const after = { ...before, ...(await next(look, before)) }
  return Object.keys(differences(before, after)).length > 0
}

const UNKNOWN_CATEGORY = -1

async function categoryOf(ctx: Ctx, before: Row, path: readonly string[] | null): Promise<number | null> {
  if (!path?.length) return null
  if (JSON.stringify(path) === JSON.stringify(before.path)) return before.category_id
  return ctx.recorded ? (await ensurePath(ctx, path)).category_id : UNKNOWN_CATEGORY
}

export const updateProduct = (
  ctx: Ctx,
  { params, body }: { params: { id: number }; body: ProductPatch },
): Promise<Product> =>
  change(ctx, params.id, 'products.updated', async (ctx, before) => {
    const { category, unit_cost_micro: _, cost_currency: __, ...plain } = body
    return {
      ...plain,
      ...checkCost(ctx, body, before),
      ...(category === undefined ? {} : { category_id: await categoryOf(ctx, before, category) }),
    }
  })

export const removeProduct = (ctx: Ctx, { params }: { params: { id: number } }): Promise<Product> =>
  change(ctx, params.id, 'products.removed', async () => ({ live: false }))
export const restoreProduct = (ctx: Ctx, { params }: { params: { id: number } }): Promise<Product> =>
  change(ctx, params.id, 'products.restored', async () => ({ live: true }))
