/** What a column of a file can mean, per kind of file. Pure data: the page shows it, the reader obeys it. */

import type { CustomField } from '../parties/fields/catalogue.ts'

export const kinds = ['orders', 'parties', 'products'] as const
export type Kind = (typeof kinds)[number]

export const orderTargets = [
  'order_number',
  'ordered_at',
  'line_number',
  'product_code',
  'product_name',
  'line_description',
  'category',
  'quantity',
  'unit_price',
  'line_amount',
  'unit_cost',
  'currency',
  'customer_id',
  'customer_name',
  'customer_email',
  'customer_phone',
  'country',
  'channel',
  'store',
  'status',
] as const
export type OrderTarget = (typeof orderTargets)[number]

export const partyTargets = [
  'external_id',
  'name',
  'kind',
  'email',
  'phone',
  'wechat',
  'address',
  'country',
  'city',
  'market_roles',
  'tags',
  'owner_email',
  'unit',
  'language',
  'channel_preference',
  'organisation',
  'title',
  'since',
  'until',
  'note',
] as const
export type PartyTarget = (typeof partyTargets)[number]

export const productTargets = ['code', 'name', 'category', 'unit_cost', 'currency', 'unit'] as const
export type ProductTarget = (typeof productTargets)[number]

/** A custom field of parties, or the currency of one of money: `fields.credit_limit`, `fields.credit_limit.currency`. */
export type CustomTarget = `fields.${string}`
export const CUSTOM_TARGET = '^fields\\.[a-z][a-z0-9_]{0,39}(\\.currency)?$'
export const customTarget = (key: string): CustomTarget => `fields.${key}`
export const isCustom = (target: Target): target is CustomTarget => target.startsWith('fields.')
/** `fields.credit_limit.currency` → credit_limit */
export const customKeyOf = (target: CustomTarget): string => target.split('.')[1]!

export type Target = OrderTarget | PartyTarget | ProductTarget | CustomTarget

const dated: readonly Target[] = ['ordered_at', 'since', 'until']
/** Of custom fields the cells tell whether they are dates. */
export const mayHoldDates = (target: Target | null): boolean =>
  target !== null && (dated.includes(target) || isCustom(target))

/** What may happen to rows, by whether they are known. */
export const modes = ['upsert', 'create', 'update'] as const
export type Mode = (typeof modes)[number]
/** What is done with a row that would be a new party and probably is a known one. */
export const doubles = ['create', 'skip', 'update', 'hold'] as const
export type Doubles = (typeof doubles)[number]
/** What a party is known by. */
export const matchKeys = ['id', 'contact', 'external_id', 'email', 'phone', 'wechat', 'name'] as const
export type MatchKey = (typeof matchKeys)[number]

export const targetsOf: { readonly [K in Kind]: readonly Target[] } = {
  orders: orderTargets,
  parties: partyTargets,
  products: productTargets,
}

/**
 * Each group needs at least one of its targets, or the file cannot be read as this kind. An amount alone will do: a file
 * with one row per order is read as quantity 1 at that price.
 */
export const requiredOf: { readonly [K in Kind]: readonly (readonly Target[])[] } = {
  orders: [['order_number'], ['ordered_at'], ['quantity', 'line_amount'], ['unit_price', 'line_amount']],
  parties: [['name']],
  products: [['code'], ['name']],
}

export type DateOrder = 'dmy' | 'mdy'
export type DecimalMark = '.' | ','

/** What the columns alone do not say. Kept with the mapping, so that next month's file reads the same way. */
export type MappingOptions = {
  /** IANA zone of the times in the file. */
  zone: string
  date_order: DateOrder
  decimal_mark: DecimalMark
  /** ISO 4217; for lines without a currency of their own. */
  currency: string
  /** ISO 3166 alpha-2; for telephone numbers without a country code. */
  region: string
  /** Before digits only: `C536379` is a cancellation, `CX12` is an order. Empty: never. */
  cancel_prefix: string
  adjust_prefix: string
  /** Regular expression of codes that are products; the others are charges. null: every code is a product. */
  product_pattern: string | null
  /** Codes (upper case; `*` at the end stands for anything) that are not goods, whatever the pattern says. */
  charge_codes: string[]
  discount_codes: string[]
  adjustment_codes: string[]
  /** What day 0 of a bare day count is: workbooks of old Macintoshes count from 1904. */
  date_system: DateSystem
  /** Words of the file → ours, per target; compared without case and blanks around. An empty word of ours: no value. */
  value_maps: ValueMaps
}
export type DateSystem = '1900' | '1904'
export type ValueMaps = { [T in Target]?: Record<string, string> }

/** What a market role is called, by its code. */
export type RoleNames = Readonly<Record<string, { zh: string; en: string }>>

export type Mapping = {
  kind: Kind
  /** One entry per column of the file, in its order; null leaves a column out. */
  columns: (Target | null)[]
  options: MappingOptions
  /** custom fields that the importer may write; absent where nothing is read yet */
  fields?: readonly CustomField[]
  /** market roles in the company's own words, and those of its own */
  roles?: RoleNames
  /** those with what a new party starts with, whoever may see them */
  defaults?: readonly CustomField[]
}

export const defaultOptions: MappingOptions = {
  zone: 'Asia/Shanghai',
  date_order: 'mdy',
  decimal_mark: '.',
  currency: 'CNY',
  region: 'CN',
  cancel_prefix: 'C',
  adjust_prefix: 'A',
  product_pattern: null,
  charge_codes: [
    'POST',
    'POSTAGE',
    'SHIPPING',
    'FREIGHT',
    'FEE',
    '运费',
    '邮费',
    '快递费',
    '配送费',
    '手续费',
    '服务费',
    '安装费',
  ],
  discount_codes: ['DISCOUNT', 'COUPON', '折扣', '优惠', '优惠券', '满减', '抹零'],
  adjustment_codes: ['ADJUST', 'ADJUSTMENT', '调整', '调账', '坏账'],
  date_system: '1900',
  value_maps: {},
}

/**
 * UCI Online Retail: codes that start with five digits are goods. `D` discount; `M` manual, `B` bad debt, `S` samples
 * and `CRUK` (commission) change the account and deliver nothing; what else is no product code is a charge (postage,
 * carriage, bank and marketplace fees, vouchers).
 */
export const retailOptions: MappingOptions = {
  ...defaultOptions,
  zone: 'Europe/London',
  date_order: 'dmy',
  currency: 'GBP',
  region: 'GB',
  product_pattern: '^\\d{5}',
  charge_codes: ['POST', 'DOT', 'C2', 'BANK CHARGES', 'AMAZONFEE', 'GIFT_*'],
  discount_codes: ['D'],
  adjustment_codes: ['M', 'B', 'S', 'CRUK'],
}

/** Required groups that no column serves; empty when the mapping can run. */
export const missingTargets = ({ kind, columns }: Mapping): Target[][] =>
  requiredOf[kind].filter((any) => !any.some((t) => columns.includes(t))).map((any) => [...any])

/** Targets that a mapping names wrongly: unknown for its kind, or given to two columns. */
export function wrongTargets({ kind, columns, fields = [] }: Mapping): Target[] {
  const named = columns.filter((t) => t !== null)
  const known = (t: Target) =>
    isCustom(t)
      ? kind === 'parties' && fields.some(({ key }) => key === customKeyOf(t))
      : targetsOf[kind].includes(t)
  return named.filter((t, i) => !known(t) || named.indexOf(t) !== i)
}
