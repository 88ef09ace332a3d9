/** Order lines as text COPY. Only what the mapping can fill: every column costs the database for each line. */
import type { OrderTarget, Target } from '../targets.ts'
import { copyText, copyValue, integerText } from './cells.ts'
import type { OrderRow, RowReader } from './types.ts'

type Column = keyof OrderRow & string

const HEAD: readonly [OrderTarget | null, readonly Column[]][] = [
  [null, ['order_number', 'ordered_at', 'order_kind', 'currency']],
  ['status', ['status']],
  ['customer_id', ['customer_id']],
  ['customer_name', ['customer_name']],
  ['customer_email', ['customer_email']],
  ['customer_phone', ['customer_phone']],
  ['country', ['country', 'country_text']],
  ['channel', ['channel']],
  ['store', ['store']],
]
const LINE: readonly [OrderTarget | null, Column][] = [
  [null, 'line_kind'],
  [null, 'quantity_e4'],
  [null, 'unit_price_micro'],
  [null, 'amount_minor'],
  [null, 'flags'],
  [null, 'hash'],
  ['product_code', 'product_code'],
  ['product_name', 'product_name'],
  ['line_description', 'line_description'],
  ['category', 'category'],
  ['line_number', 'line_number'],
  ['unit_cost', 'unit_cost_micro'],
]

export function orderCopy(
  mapped: readonly (Target | null)[],
): Pick<RowReader<OrderRow>, 'copyColumns' | 'toCopyLine'> {
  const filled = (target: OrderTarget | null) => target === null || mapped.includes(target)
  const head = HEAD.filter(([target]) => filled(target)).flatMap(([, columns]) => columns)
  const line = LINE.filter(([target]) => filled(target)).map(([, column]) => column)
  const has = (column: Column) => line.includes(column)
  const [code, name, description] = [has('product_code'), has('product_name'), has('line_description')]
  const [category, numbered, cost] = [has('category'), has('line_number'), has('unit_cost_micro')]
  let last: OrderRow | undefined
  let headText = ''

  return {
    copyColumns: ['line', ...head, ...line],
    toCopyLine(row, at) {
      if (last === undefined || !sameHead(row, last)) {
        headText = head.map((column) => `\t${copyValue(row[column])}`).join('')
      }
      last = row
      let text = `${at}${headText}\t${row.line_kind}\t${row.quantity_e4}\t${row.unit_price_micro}\t${row.amount_minor}\t${row.flags}\t${integerText(row.hash)}`
      if (code) text += `\t${copyText(row.product_code)}`
      if (name) text += `\t${copyText(row.product_name)}`
      if (description) text += `\t${copyText(row.line_description)}`
      if (category) text += `\t${copyText(row.category)}`
      if (numbered) text += `\t${copyValue(row.line_number)}`
      if (cost) text += `\t${copyValue(row.unit_cost_micro)}`
      return `${text}\n`
    },
  }
}

/** Lines of an order follow one another and share the very strings: compared by pointer, written once. */
const sameHead = (a: OrderRow, b: OrderRow): boolean =>
  a.order_number === b.order_number &&
  a.ordered_at === b.ordered_at &&
  a.customer_id === b.customer_id &&
  a.order_kind === b.order_kind &&
  a.country === b.country &&
  a.country_text === b.country_text &&
  a.currency === b.currency &&
  a.status === b.status &&
  a.customer_name === b.customer_name &&
  a.customer_email === b.customer_email &&
  a.customer_phone === b.customer_phone &&
  a.channel === b.channel &&
  a.store === b.store
