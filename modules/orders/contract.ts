import { type Static, Type as T } from 'typebox'
import {
  Body,
  ById,
  ExportAsked,
  exporting,
  Id,
  Instant,
  Nullable,
  oneOf,
  Page,
  pageOf,
  route,
  routes,
} from '../../kernel/route.ts'

export const orderKinds = ['order', 'return', 'cancellation', 'adjustment'] as const
export const lineKinds = ['product', 'charge', 'discount', 'adjustment'] as const
const Kind = oneOf(...orderKinds)
const Currency = T.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217' })
const Source = T.String({
  minLength: 1,
  maxLength: 100,
  pattern: '^[^\\s\\x00-\\x1f]([^\\x00-\\x1f]*[^\\s\\x00-\\x1f])?$',
})
const Key = T.String({
  minLength: 1,
  maxLength: 200,
  pattern: '^[^\\s\\x00-\\x1f]([^\\x00-\\x1f]*[^\\s\\x00-\\x1f])?$',
})
const Minor = T.Integer({ description: 'minor units of the currency' })
const Micro = T.Integer({ minimum: -1e15, maximum: 1e15, description: 'millionths of a currency unit' })
const Quantity = T.Number({
  minimum: -1e10,
  maximum: 1e10,
  description: 'four decimals at most; negative for goods that come back',
})

export const OrderLine = T.Object({
  line_no: T.Integer(),
  kind: oneOf(...lineKinds),
  product: Nullable(T.Object({ id: Id, code: T.String(), name: T.String() })),
  description: T.String(),
  quantity: T.Number(),
  price_micro: T.Integer(),
  amount_minor: Minor,
})
export type OrderLine = Static<typeof OrderLine>

const head = {
  id: Id,
  source: T.String(),
  number: T.String(),
  kind: Kind,
  ordered_at: Instant,
  currency: T.String(),
  channel: T.String(),
  store: T.String(),
  line_count: T.Integer(),
  amount_minor: Minor,
  base_minor: Nullable(
    T.Integer({ description: 'in the base currency at the order’s date; null when no rate is known' }),
  ),
  base_currency: T.String(),
}
export const OrderHead = T.Object(head)
export type OrderHead = Static<typeof OrderHead>
export const Order = T.Object({
  ...head,
  party: Nullable(T.Object({ id: Id, name: T.String() })),
  lines: T.Array(OrderLine),
  version: T.Integer(),
  created_at: Instant,
  updated_at: Instant,
})
export type Order = Static<typeof Order>

export const LineWrite = Body({
  product_id: T.Optional(Id),
  product: T.Optional(Body({ source: T.Optional(Source), code: Key })),
  kind: T.Optional(oneOf(...lineKinds)),
  description: T.Optional(T.String({ maxLength: 500 })),
  quantity: Quantity,
  price_micro: Micro,
  amount_minor: T.Optional(
    T.Integer({
      minimum: -1e15,
      maximum: 1e15,
      description: 'quantity × price, rounded half to even, unless given',
    }),
  ),
})
export type LineWrite = Static<typeof LineWrite>
const orderWrite = {
  kind: T.Optional(Kind),
  ordered_at: Instant,
  currency: T.Optional(Currency),
  channel: T.Optional(T.String({ maxLength: 100 })),
  store: T.Optional(T.String({ maxLength: 100 })),
  lines: T.Array(LineWrite, { minItems: 1, maxItems: 5000 }),
}
export const OrderPut = Body(orderWrite)
export type OrderPut = Static<typeof OrderPut>
export const OrderWrite = Body({
  source: T.Optional(Source),
  number: Key,
  party_id: T.Optional(Id),
  party: T.Optional(Body({ source: Source, value: Key })),
  ...orderWrite,
})
export type OrderWrite = Static<typeof OrderWrite>

export const Purchases = T.Object({
  currency: T.String({
    description: 'the base currency; where a rate is missing and all orders are in one other, that one',
  }),
  unrated_count: T.Integer({ description: 'orders that no rate values: sums lack them' }),
  orders: T.Array(T.Object({ id: Id, at: Instant, amount_minor: Nullable(T.Integer()), kind: Kind }), {
    description: 'the last 400, oldest first, in `currency`; null where no rate is known',
  }),
  order_count: T.Integer(),
  revenue_minor: T.Integer(),
  last_12_months: T.Object({ order_count: T.Integer(), revenue_minor: T.Integer() }),
  rhythm: Nullable(
    T.Object({
      median_days: T.Number(),
      p25_days: T.Number(),
      p75_days: T.Number(),
      gaps: T.Integer(),
      expected_from: T.String({ format: 'date' }),
      expected_to: T.String({ format: 'date' }),
    }),
  ),
  silent_days: Nullable(T.Integer({ description: 'since the last order' })),
  months: T.Array(T.Object({ month: T.String(), order_count: T.Integer(), revenue_minor: T.Integer() }), {
    description: 'every month from the first to the last of them, UTC',
  }),
})
export type Purchases = Static<typeof Purchases>

export const OrderHistory = T.Object({
  audit_id: Id,
  at: Instant,
  actor: T.Object({ kind: T.String(), id: T.Integer(), name: Nullable(T.String()) }),
  action: T.String(),
  was: T.Object(
    {},
    {
      additionalProperties: true,
      description: 'header fields; `lines` that changed or went; `added` line numbers',
    },
  ),
})

/** `data` of a timeline entry of kind `orders`. */
export const OrderEntry = T.Omit(OrderHead, ['id', 'ordered_at'])
export type OrderEntry = Static<typeof OrderEntry>

const Rate = T.Object({ currency: Currency, day: T.String({ format: 'date' }), rate: T.Number() })

const Filter = {
  number: T.Optional(Key),
  source: T.Optional(Source),
  kind: T.Optional(Kind),
  since: T.Optional(Instant),
  until: T.Optional(Instant),
  party_id: T.Optional(Id),
}

export const orders = routes({
  ofParty: route('GET /parties/:id/orders', {
    may: 'orders:read',
    does: 'A party’s orders, newest first',
    params: ById,
    query: T.Object({ ...Page, kind: T.Optional(Kind) }),
    gives: pageOf(OrderHead),
    refuses: ['kernel.bad_cursor'],
  }),
  exportOfParty: route('GET /parties/:id/orders/export', {
    ...exporting('party_orders'),
    may: 'orders:read',
    does: 'A party’s orders as a CSV or XLSX file, newest first',
    params: ById,
    query: T.Object({ kind: T.Optional(Kind), ...ExportAsked }),
  }),
  exportList: route('GET /orders/export', {
    ...exporting('orders'),
    may: 'orders:read',
    does: 'All orders in the caller’s scope as filtered, as a CSV or XLSX file, newest first',
    query: T.Object({ ...Filter, ...ExportAsked }),
  }),
  exportLines: route('GET /orders/lines/export', {
    ...exporting('order_lines'),
    may: 'orders:read',
    does: 'The lines of all orders as filtered, as a CSV or XLSX file: what can be imported again',
    query: T.Object({ ...Filter, ...ExportAsked }),
  }),
  purchases: route('GET /parties/:id/purchases', {
    may: 'orders:read',
    does: 'A party’s purchase picture: its orders, own rhythm, silence, months',
    params: ById,
    gives: Purchases,
  }),
  find: route('GET /orders', {
    may: 'orders:read',
    does: 'Orders with this number',
    query: T.Object({ number: Key, source: T.Optional(Source) }),
    gives: T.Object({ items: T.Array(OrderHead) }),
  }),
  create: route('POST /orders', {
    may: 'orders:write',
    does: 'Record an order with its lines; sent again unchanged, it changes nothing',
    body: OrderWrite,
    gives: Order,
    creates: true,
    refuses: [
      'orders.number_taken',
      'orders.party_unknown',
      'orders.product_unknown',
      'orders.bad_quantity',
      'orders.bad_time',
      'orders.bad_currency',
      'orders.too_large',
    ],
  }),
  get: route('GET /orders/:id', {
    may: 'orders:read',
    does: 'An order with its lines',
    params: ById,
    gives: Order,
  }),
  replace: route('PUT /orders/:id', {
    may: 'orders:write',
    does: 'Replace an order’s header and lines; what it was is kept',
    params: ById,
    body: OrderPut,
    gives: Order,
    versioned: true,
    refuses: [
      'orders.product_unknown',
      'orders.bad_quantity',
      'orders.bad_time',
      'orders.bad_currency',
      'orders.too_large',
    ],
  }),
  history: route('GET /orders/:id/history', {
    may: 'orders:read',
    does: 'Who changed an order and what it was before, newest first',
    params: ById,
    gives: T.Object({ items: T.Array(OrderHistory) }),
  }),
  rates: route('GET /rates', {
    may: 'orders:read',
    does: 'Dated rates of other currencies in the base currency, newest first',
    query: T.Object({ currency: T.Optional(Currency), limit: Page.limit }),
    gives: T.Object({ base_currency: T.String(), items: T.Array(Rate) }),
  }),
  setRate: route('PUT /rates', {
    may: 'settings:write',
    does: 'Set the rate of a currency from a day on; orders from then on are valued anew: follow `run_id`',
    body: Body({
      currency: Currency,
      day: T.String({ format: 'date' }),
      rate: T.Number({ exclusiveMinimum: 0, maximum: 1e9 }),
    }),
    gives: T.Object({
      ...Rate.properties,
      orders: T.Integer({ description: 'orders that it values anew' }),
      run_id: Nullable(Id),
    }),
    refuses: ['orders.bad_currency'],
  }),
})

export const orderEvents = ['orders.created', 'orders.updated', 'orders.rate_set'] as const
