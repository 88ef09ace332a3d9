import type { MappingOptions } from './targets.ts'

/**
 * What an order file's odd lines mean. Nothing here loses a line: every line of the retail export is kept and counted
 * under the name of the decision that was taken for it.
 *
 * | in the file                                   | decision                                                | counted as            |
 * |-----------------------------------------------|---------------------------------------------------------|-----------------------|
 * | number = cancel prefix + digits (`C536379`)   | an order of its own, kind `cancellation`                | cancellation          |
 * | number = adjust prefix + digits (`A563185`)   | an order of its own, kind `adjustment`                  | adjustment            |
 * | status says returned / cancelled              | kind `return` / `cancellation`                          | returned, cancellation|
 * | negative quantity, all lines of the order     | kind `return` (`settleOrderKind`, once lines are known) | negative_quantity     |
 * | negative quantity, other lines positive       | the line stays, the order stays `order`                 | negative_quantity     |
 * | quantity 0                                    | kept, adds nothing                                      | zero_quantity         |
 * | price 0                                       | kept as a free line                                     | zero_price            |
 * | price below 0 (`Adjust bad debt`)             | kept, line kind `adjustment`                            | negative_price        |
 * | no customer                                   | kept, under an anonymous party of the source            | missing_customer      |
 * | no description                                | kept                                                    | missing_description   |
 * | code that is no product (`POST`, `D`, `M` …)  | kept, line kind charge / discount / adjustment          | non_product           |
 * | id written `17850.0`                          | `17850`                                                 | id_decimal_zero       |
 * | the same line twice                           | two lines: identity is the ordinal in the order         | (counted set-wise)    |
 * | codes that differ only by case                | different products                                      | (counted set-wise)    |
 * | more digits than we keep (4 / 6)              | rounded half-even                                       | rounded               |
 * | country that is no single ISO country         | kept, without a country code                            | country_unnamed       |
 * | e-mail or phone unusable, customer known by id | kept without it                                          | contact_unusable      |
 */
export const policies = [
  'cancellation',
  'adjustment',
  'returned',
  'negative_quantity',
  'zero_quantity',
  'zero_price',
  'negative_price',
  'missing_customer',
  'missing_description',
  'non_product',
  'id_decimal_zero',
  'rounded',
  'country_unnamed',
  'contact_unusable',
] as const
export type Policy = (typeof policies)[number]

/** Bit of a policy in a row's `flags`; the order of `policies` is therefore part of what is stored. */
export const bitOf = Object.fromEntries(policies.map((name, i) => [name, 2 ** i])) as {
  readonly [P in Policy]: number
}

export const orderKinds = ['order', 'return', 'cancellation', 'adjustment'] as const
export type OrderKind = (typeof orderKinds)[number]

export const lineKinds = ['product', 'charge', 'discount', 'adjustment'] as const
export type LineKind = (typeof lineKinds)[number]

const RETURNED = /退[货貨]|退款|已退|\breturn(?:ed)?\b|\brefund(?:ed)?\b/iu
// 未退款, 可退货, 部分退款, “not returned”: nothing, or not all of it, went back.
const NOT_DONE =
  /(?:[未无無不可待]|部分|申[请請]).{0,2}(?:退|取消|作[废廢]|[关關][闭閉])|\b(?:not|non|un|partly|partially|partial)[\s-]?(?:return|refund|cancel|void)/iu
const CANCELLED = /取消|作[废廢]|[关關][闭閉]|\bcancell?(?:ed|ation)\b|\bvoid(?:ed)?\b/iu

// As our own exports say it.
const ADJUSTED = /^(?:[调調]整[单單]?|adjustment)$/iu

/** From the number and, where the file has one, the status. */
export function orderKindOf(
  order_number: string,
  status: string | null,
  options: Pick<MappingOptions, 'cancel_prefix' | 'adjust_prefix'>,
): OrderKind {
  if (hasPrefix(order_number, options.cancel_prefix)) return 'cancellation'
  if (hasPrefix(order_number, options.adjust_prefix)) return 'adjustment'
  if (status === null || status === '') return 'order'
  if (NOT_DONE.test(status)) return 'order'
  if (RETURNED.test(status)) return 'return'
  if (CANCELLED.test(status)) return 'cancellation'
  return ADJUSTED.test(status) ? 'adjustment' : 'order'
}

function hasPrefix(order_number: string, prefix: string): boolean {
  if (prefix === '' || order_number.length <= prefix.length || !order_number.startsWith(prefix)) return false
  for (let i = prefix.length; i < order_number.length; i++) {
    const c = order_number.charCodeAt(i)
    if (c < 48 || c > 57) return false
  }
  return true
}

/** The kind of a whole order: an `order` whose lines all go back is a return. Mirrors what staging does in SQL. */
export function settleOrderKind(kind: OrderKind, lines: readonly { quantity_e4: number }[]): OrderKind {
  return kind === 'order' && lines.length > 0 && lines.every((l) => l.quantity_e4 < 0) ? 'return' : kind
}

/** Compiles the code lists of a mapping; the answer per code is remembered, as files repeat their codes. */
export function lineKindReader(
  options: Pick<MappingOptions, 'product_pattern' | 'charge_codes' | 'discount_codes' | 'adjustment_codes'>,
): (code: string) => LineKind {
  const product = options.product_pattern === null ? null : new RegExp(options.product_pattern, 'u')
  const lists: [LineKind, (code: string) => boolean][] = [
    ['discount', listed(options.discount_codes)],
    ['adjustment', listed(options.adjustment_codes)],
    ['charge', listed(options.charge_codes)],
  ]
  const decide = (code: string): LineKind => {
    if (code === '') return 'product'
    for (const [kind, has] of lists) if (has(code)) return kind
    return product === null || product.test(code) ? 'product' : 'charge'
  }
  let known = new Map<string, LineKind>()
  return (code) => {
    let kind = known.get(code)
    if (kind === undefined) {
      if (known.size >= 20_000) known = new Map()
      kind = decide(code)
      known.set(own(code), kind)
    }
    return kind
  }
}

/** A copy: a slice would keep the whole chunk of the file it was cut from alive. */
const own = (text: string) => ` ${text}`.slice(1)

/** A repeated group, or many open repeats, is where a pattern can run for ever; no list of codes needs them. */
export function isSafePattern(pattern: string): boolean {
  if (pattern.length > 200 || /\)\s*[*+{?]/.test(pattern) || /\\[1-9k]/.test(pattern)) return false
  if ((pattern.match(/[*+]|,\}/g)?.length ?? 0) > 2) return false
  try {
    new RegExp(pattern, 'u')
    return true
  } catch {
    return false
  }
}

function listed(codes: readonly string[]): (code: string) => boolean {
  const exact = new Set(codes.filter((c) => !c.endsWith('*')).map((c) => c.toUpperCase()))
  const starts = codes.filter((c) => c.endsWith('*')).map((c) => c.slice(0, -1).toUpperCase())
  return (code) => {
    const upper = code.toUpperCase()
    return exact.has(upper) || starts.some((s) => upper.startsWith(s))
  }
}
