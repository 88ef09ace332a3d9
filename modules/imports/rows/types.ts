import type { channels, MarketRole, PartyKind } from '../../parties/contract.ts'
import type { ReasonCode } from '../reasons.text.ts'
import type { LineKind, OrderKind } from '../rules.ts'
import type { Target } from '../targets.ts'
import type { ProductWords } from './orders.product.ts'
import type { CustomCells } from './parties.fields.ts'

/** Why a record was turned back. `field` is null when the whole record is at fault. */
export type Reason = { field: Target | null; code: ReasonCode; value: string }

/** One line of an order file. Scaled integers: `_e4` ×10⁻⁴, `_micro` ×10⁻⁶. */
export type OrderRow = {
  order_number: string
  /** UTC, ISO 8601 with milliseconds. */
  ordered_at: string
  /** From number and status; that all lines go back (`return`) shows only once the order is whole. */
  order_kind: OrderKind
  status: string | null
  customer_id: string | null
  customer_name: string | null
  customer_email: string | null
  customer_phone: string | null
  country: string | null
  /** The file's words where they name no single ISO country. */
  country_text: string | null
  currency: string
  channel: string | null
  store: string | null
  line_number: number | null
  line_kind: LineKind
  product: ProductWords
  product_code: string | null
  product_name: string | null
  line_description: string | null
  category: string | null
  quantity_e4: number
  unit_price_micro: number
  /** Minor units of `currency`: the file's own line amount, else quantity × price, half-even. */
  amount_minor: number
  unit_cost_micro: number | null
  /** Bits of `policies` in rules.ts: which decisions were taken for this line. */
  flags: number
  /** 53 bits of the normalised content; equal content gives an equal hash in every run and file. */
  hash: number
}

export type PartyRow = {
  external_id: string | null
  name: string
  kind: PartyKind | null
  emails: string[]
  phones: string[]
  wechat: string | null
  address: string | null
  country: string | null
  country_text: string | null
  city: string | null
  market_roles: MarketRole[]
  tags: string[]
  owner_email: string | null
  unit: string | null
  language: 'zh-CN' | 'en' | null
  channel_preference: (typeof channels)[number] | null
  organisation: string | null
  title: string | null
  /** days, as many as there are organisations, by semicolons */
  since: string | null
  until: string | null
  note: string | null
  flags: number
  hash: number
} & CustomCells

export type ProductRow = {
  code: string
  name: string
  /** From the root down: `['工具', '电动', '钻']`. */
  category: string[]
  unit_cost_micro: number | null
  currency: string
  unit: string | null
  flags: number
  hash: number
}

export type Reading<R> = {
  /** A row, or (an array) every reason why the record cannot be taken. */
  read(fields: readonly string[]): R | Reason[]
}

/** Parties and products are staged row by row; order lines are taken apart first (stage.orders.ts). */
export type RowReader<R> = Reading<R> & {
  /** Columns of the text COPY format that `toCopyLine` writes, in order; `line` first. */
  copyColumns: readonly string[]
  /** One line of PostgreSQL's text COPY format, newline included. */
  toCopyLine(row: R, line: number): string
}
