import { createHash } from 'node:crypto'
import { record } from '../../kernel/audit.ts'
import { atomically, type Ctx, expectVersion, named, planned } from '../../kernel/ctx.ts'
import { refuse } from '../../kernel/refuse.ts'
import { scopeSql } from '../../kernel/scope.ts'
import { exponentOf } from '../../kernel/text.ts'
import { companyOf } from '../access/company.ts'
import { forgetCounts } from '../parties/list/count.ts'
import { survivorOf } from '../parties/merging/survivor.ts'
import type { LineWrite, Order, OrderPut, OrderWrite } from './contract.ts'
import { refreshFigures } from './figures.ts'
import { checkCurrency, inBase, isOpen, settleByOrders } from './money.ts'
import { loadOrder, type OrderRow, presentOrder } from './read.ts'
import { lineAmount, quantityE4 } from './rules.ts'

/** Where orders that a program or a person records belong, unless they name another system. */
export const OWN_SOURCE = 'guanxi'

type Line = {
  line_no: number
  product_id: number | null
  kind: string
  description: string
  quantity: number
  price_micro: number
  amount_minor: number
  hash: number
}
type Head = { kind: string; ordered_at: string; currency: string; channel: string; store: string }
type Content = Head & { lines: Line[]; amount_minor: number; digest: number }

export async function createOrder(ctx: Ctx, { body }: { body: OrderWrite }): Promise<Order> {
  const source = body.source ?? OWN_SOURCE
  const order = await atomically(ctx, async (ctx) => {
    const party_id = await partyOf(ctx, body)
    if (await isOpen(ctx)) await settleByOrders(ctx, body.currency ? checkCurrency(body.currency) : null)
    const content = await contentOf(ctx, body)
    const order_id = await ctx.house.ids.next()
    const claimed = await named(
      ctx,
      'orders.claim',
      'insert into order_key (source, number, order_id, party_id) values ($1, $2, $3, $4) on conflict do nothing returning order_id',
      [source, body.number, order_id, party_id],
    )
    if (claimed.length === 0) throw new Taken(await same(ctx, source, body.number, party_id, content))
    await named(ctx, 'orders.create', createText, [
      party_id,
      order_id,
      source,
      body.number,
      content.kind,
      content.ordered_at,
      content.currency,
      content.channel,
      content.store,
      content.lines.length,
      content.amount_minor,
      await priceOf(ctx, content),
      content.digest,
      ctx.now,
    ])
    await putLines(ctx, party_id, order_id, content.lines)
    await record(ctx, { action: 'orders.created', subject: 'order', subject_id: order_id, party_id })
    await refreshFigures(ctx, [party_id])
    return loadOrder(ctx, order_id)
  }).catch((error: unknown) => (error instanceof Taken ? resent(ctx, error.order) : Promise.reject(error)))
  forgetCounts(ctx.house)
  return presentOrder(ctx, order)
}

/** Sent again as it is: nothing to write. Leaves the transaction that claimed the number. */
class Taken extends Error {
  readonly order: OrderRow
  constructor(order: OrderRow) {
    super('sent again')
    this.order = order
  }
}

/** Under an Idempotency-Key the caller's transaction stays open and has to say what it did. */
async function resent(ctx: Ctx, order: OrderRow): Promise<OrderRow> {
  const { order_id, party_id } = order
  if (ctx.recorded)
    await record(ctx, {
      action: 'orders.resent',
      subject: 'order',
      subject_id: order_id,
      party_id,
      event: false,
    })
  return order
}

const createText = `
insert into orders (party_id, order_id, home_party_id, source, number, kind, ordered_at, currency, channel, store, line_count,
  amount_minor, base_minor, digest, created_at, updated_at)
values ($1, $2, $1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14)`

const putLines = (ctx: Ctx, party_id: number, order_id: number, lines: readonly Line[]) =>
  named(
    ctx,
    'orders.lines',
    `insert into order_line (party_id, order_id, line_no, product_id, kind, description, quantity, price_micro, amount_minor, hash)
     select $1, $2, line_no, product_id, kind, description, quantity, price_micro, amount_minor, hash
     from json_to_recordset($3::json) as x (line_no integer, product_id bigint, kind text, description text, quantity numeric,
       price_micro bigint, amount_minor bigint, hash bigint)
     on conflict (party_id, order_id, line_no) do update set product_id = excluded.product_id, kind = excluded.kind,
       description = excluded.description, quantity = excluded.quantity, price_micro = excluded.price_micro,
       amount_minor = excluded.amount_minor, hash = excluded.hash`,
    [party_id, order_id, JSON.stringify(lines)],
  )

// The lock keeps an undo of the import that brought the party from taking it away under its new order.
async function partyOf(
  ctx: Ctx,
  { party_id, party }: Pick<OrderWrite, 'party_id' | 'party'>,
): Promise<number> {
  const scope = scopeSql(ctx.reach, 'p', 4)
  const [found] = await planned<{ party_id: number; live: boolean; merged_into: number | null }>(
    ctx,
    `select p.party_id, p.live, p.merged_into from party p
     where p.party_id = coalesce($1, (select e.party_id from external_id e where e.source = $2 and e.value = $3))
       and p.kind <> 'anonymous' and (p.merged_into is not null or ${scope.text})
     for key share of p`,
    [party_id ?? null, party?.source ?? null, party?.value ?? null, scope.value],
  )
  if (!found) return refuse('orders.party_unknown', 422)
  if (found.merged_into !== null) {
    const survivor = await survivorOf(ctx, found.party_id)
    return survivor === null ? refuse('orders.party_unknown', 422) : partyOf(ctx, { party_id: survivor })
  }
  return found.live ? found.party_id : refuse('parties.in_trash', 409)
}

async function contentOf(ctx: Ctx, body: OrderPut): Promise<Content> {
  const currency = checkCurrency(body.currency ?? (await companyOf(ctx)).base_currency)
  const ids = await productsOf(ctx, body.lines)
  const lines = body.lines.map((line, i) => lineOf(line, i + 1, ids[i]!, currency))
  const amount_minor = lines.reduce((sum, line) => sum + line.amount_minor, 0)
  if (!Number.isSafeInteger(amount_minor)) refuse('orders.too_large', 422)
  // A leap second passes the format and is no time that JavaScript knows.
  if (Number.isNaN(Date.parse(body.ordered_at)))
    refuse('orders.bad_time', 422, { ordered_at: body.ordered_at })
  const ordered_at = new Date(body.ordered_at).toISOString()
  return {
    kind: body.kind ?? 'order',
    ordered_at,
    currency,
    channel: body.channel?.trim() ?? '',
    store: body.store?.trim() ?? '',
    lines,
    amount_minor,
    digest: lines.reduce((sum, line) => (sum + line.hash) % 2 ** 52, 0),
  }
}

const priceOf = (ctx: Ctx, { amount_minor, currency, ordered_at }: Content) =>
  inBase(ctx, amount_minor, currency, ordered_at)

function lineOf(line: LineWrite, line_no: number, product_id: number | null, currency: string): Line {
  const quantity_e4 = quantityE4(line.quantity)
  if (quantity_e4 === null) return refuse('orders.bad_quantity', 422, { line_no })
  const amount_minor = line.amount_minor ?? lineAmount(quantity_e4, line.price_micro, exponentOf(currency))
  if (!Number.isSafeInteger(amount_minor)) refuse('orders.too_large', 422)
  const { quantity, price_micro, kind = 'product', description = '' } = line
  const row = { line_no, product_id, kind, description, quantity, price_micro, amount_minor }
  return { ...row, hash: createHash('sha256').update(JSON.stringify(row)).digest().readUIntBE(0, 6) }
}

/** The product of each line, by id or by code; a line may also stand without one. */
async function productsOf(ctx: Ctx, lines: readonly LineWrite[]): Promise<(number | null)[]> {
  const asked = lines.map(({ product_id, product }) => ({
    id: product_id ?? null,
    source: product?.source ?? null,
    code: product?.code ?? null,
  }))
  const rows = await planned<{ product_id: number | null }>(
    ctx,
    `select coalesce(i.product_id, (
       select c.product_id from product c where c.code = a.code and (a.source is null or c.source = a.source) order by c.source limit 1
     )) as product_id
     from unnest($1::bigint[], $2::text[], $3::text[]) with ordinality as a (id, source, code, n)
     left join product i on i.product_id = a.id order by a.n`,
    [asked.map((one) => one.id), asked.map((one) => one.source), asked.map((one) => one.code)],
  )
  return rows.map(({ product_id }, i) => {
    const named = asked[i]!.id !== null || asked[i]!.code !== null
    return named && product_id === null
      ? refuse('orders.product_unknown', 422, { line_no: i + 1 })
      : product_id
  })
}

const headFields = ['kind', 'ordered_at', 'currency', 'channel', 'store', 'amount_minor'] as const

/** The order that has the number already, if it says the same; else a refusal. */
async function same(
  ctx: Ctx,
  source: string,
  number: string,
  party_id: number,
  content: Content,
): Promise<OrderRow> {
  const [key] = await planned<{ order_id: number }>(
    ctx,
    'select order_id from order_key where source = $1 and number = $2',
    [source, number],
  )
  const order = await loadOrder(ctx, key!.order_id).catch(() =>
    refuse('orders.number_elsewhere', 409, { source, number }),
  )
  const equal =
    order.party_id === party_id &&
    headFields.every((field) => order[field] === content[field]) &&
    JSON.stringify(order.lines.map(bare)) === JSON.stringify(content.lines.map(bare))
  return equal
    ? order
    : refuse('orders.number_taken', 409, { source, number, order_id: order.order_id, version: order.version })
}

type AnyLine = Line | OrderRow['lines'][number]
const bare = (line: AnyLine) => ({
  line_no: line.line_no,
  product_id: 'product' in line ? (line.product?.id ?? null) : line.product_id,
  kind: line.kind,
  description: line.description,
  quantity: line.quantity,
  price_micro: line.price_micro,
  amount_minor: line.amount_minor,
})

export async function replaceOrder(
  ctx: Ctx,
  { params, body }: { params: { id: number }; body: OrderPut },
): Promise<Order> {
  const seen = await loadOrder(ctx, params.id)
  expectVersion(ctx, seen.version)
  const content = await contentOf(ctx, body)
  if (Object.keys(differences(seen, content)).length === 0) return presentOrder(ctx, seen)
  const after = await atomically(ctx, async (ctx) => {
    const lock = 'select from orders where party_id = $1 and order_id = $2 for update'
    await named(ctx, 'orders.lock', lock, [seen.party_id, seen.order_id])
    const before = await loadOrder(ctx, params.id)
    expectVersion(ctx, before.version)
    const { party_id, order_id } = before
    await named(ctx, 'orders.replace', replaceText, [
      party_id,
      order_id,
      content.kind,
      content.ordered_at,
      content.currency,
      content.channel,
      content.store,
      content.lines.length,
      content.amount_minor,
      await priceOf(ctx, content),
      content.digest,
      ctx.now,
    ])
    const shorter = 'delete from order_line where party_id = $1 and order_id = $2 and line_no > $3'
    await named(ctx, 'orders.shorten', shorter, [party_id, order_id, content.lines.length])
    await putLines(ctx, party_id, order_id, content.lines)
    const was = differences(before, content)
    await record(ctx, { action: 'orders.updated', subject: 'order', subject_id: order_id, party_id, was })
    await refreshFigures(ctx, [party_id])
    return loadOrder(ctx, order_id)
  })
  return presentOrder(ctx, after)
}

const replaceText = `
update orders set kind = $3, ordered_at = $4, currency = $5, channel = $6, store = $7, line_count = $8, amount_minor = $9,
  base_minor = $10, digest = $11, version = version + 1, updated_at = $12 where party_id = $1 and order_id = $2`

/** What the order was, where it changes: header fields, lines that change or go, numbers of lines that are new. */
function differences(before: OrderRow, content: Content): Record<string, unknown> {
  const was: Record<string, unknown> = {}
  for (const field of headFields) if (before[field] !== content[field]) was[field] = before[field]
  if (before.line_count !== content.lines.length) was['line_count'] = before.line_count
  const next = new Map(content.lines.map((line) => [line.line_no, JSON.stringify(bare(line))]))
  const lines = before.lines.map(bare).filter((line) => next.get(line.line_no) !== JSON.stringify(line))
  const had = new Set(before.lines.map((line) => line.line_no))
  const added = content.lines.map((line) => line.line_no).filter((line_no) => !had.has(line_no))
  if (lines.length > 0) was['lines'] = lines
  if (added.length > 0) was['added'] = added
  return was
}
