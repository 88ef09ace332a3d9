import { type Ctx, planned } from '../../kernel/ctx.ts'
import type { Keeper, Kept, Part, Person } from '../../kernel/personal.ts'

// Orders are accounting records: tax law keeps them for years, and they name nobody once their party is a shell.
// unscoped: the erasure has reached the party (modules/erasure)

async function parts(ctx: Ctx, { party_id }: Person): Promise<Part[]> {
  const [row] = await planned<{ orders: number }>(
    ctx,
    'select count(*)::int as orders from orders where party_id = $1',
    [party_id],
  )
  return [
    {
      what: 'order',
      says: { zh: '订单', en: 'Orders' },
      fate: 'kept',
      count: row!.orders,
      because: {
        zh: '账务和税务法规要求保存交易记录；抹除后订单上不再有姓名',
        en: 'Accounting and tax law requires sales records to be kept; they no longer name anybody',
      },
    },
  ]
}

async function everything(ctx: Ctx, { party_id }: Person): Promise<Kept[]> {
  const orders = await planned<Record<string, unknown>>(
    ctx,
    `select o.order_id, o.source, o.number, o.kind, o.ordered_at, o.currency, o.channel, o.store, o.amount_minor
     from orders o where o.party_id = $1 order by o.ordered_at, o.order_id`,
    [party_id],
  )
  const lines = await planned<Record<string, unknown>>(
    ctx,
    `select l.order_id, l.line_no, r.code, r.name, l.kind, l.description, l.quantity, l.price_micro, l.amount_minor
     from order_line l left join product r using (product_id) where l.party_id = $1 order by l.order_id, l.line_no`,
    [party_id],
  )
  return [
    { what: 'orders', says: { zh: '订单', en: 'Orders' }, rows: orders },
    { what: 'order_lines', says: { zh: '订单明细', en: 'Order lines' }, rows: lines },
  ]
}

/** A line may carry words of its own (“a gift for …”): those that name the person go, the figures stay. */
async function erase(ctx: Ctx, { party_id, mentions }: Person): Promise<void> {
  const said = await planned<{ description: string }>(
    ctx,
    "select distinct l.description from order_line l where l.party_id = $1 and l.description <> ''",
    [party_id],
  )
  const telling = said.map(({ description }) => description).filter(mentions)
  if (telling.length === 0) return
  await planned(
    ctx,
    "update order_line set description = '' where party_id = $1 and description = any($2::text[])",
    [party_id, telling],
  )
}

export const orderKeeper: Keeper = { parts, erase, everything }
