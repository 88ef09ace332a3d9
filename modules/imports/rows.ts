/**
 * From the cells of a record to a typed row, or the reasons why not. Pure: no database, no clock.
 *
 *   const reader = compileRow('orders', mapping, width)
 *   const row = reader.read(fields)          // OrderRow | Reason[]
 *   if (isRejected(row)) … else stage(row)
 */
import { refuse } from '../../kernel/refuse.ts'
import { mustFitColumns, mustHaveColumns } from './missing.ts'
import { orderReader } from './rows/orders.ts'
import { partyReader } from './rows/parties.ts'
import { productReader } from './rows/products.ts'
import type { OrderRow, PartyRow, ProductRow, Reading, Reason, RowReader } from './rows/types.ts'
import { isSafePattern } from './rules.ts'
import { customTarget, type Kind, type Mapping, type Target } from './targets.ts'
import { valueMapper } from './values/maps.ts'

export type { OrderRow, PartyRow, ProductRow, Reason, RowReader } from './rows/types.ts'

export type ReaderOf = {
  orders: Reading<OrderRow>
  parties: RowReader<PartyRow>
  products: RowReader<ProductRow>
}

/** Targets of custom fields that hold several options. */
const severalOf = ({ fields = [] }: Mapping): ReadonlySet<Target> =>
  new Set(fields.filter(({ kind }) => kind === 'multi_choice').map(({ key }) => customTarget(key)))

/** `width`: the columns of the file's header; a record of another width is `ragged`. */
export function compileRow<K extends Kind>(
  kind: K,
  mapping: Mapping,
  width = mapping.columns.length,
): ReaderOf[K] {
  mustHaveColumns(mapping)
  mustFitColumns(mapping)
  if (mapping.columns.length > width) refuse('imports.columns_wrong', 422, { wrong: [], columns: [] })
  const pattern = mapping.options.product_pattern
  if (pattern !== null && !isSafePattern(pattern)) refuse('imports.bad_pattern', 422, { pattern })
  const mapped = valueMapper(mapping.columns, mapping.options.value_maps, severalOf(mapping))
  const readers: { [P in Kind]: () => ReaderOf[P] } = {
    orders: () => orderReader(mapping, width),
    parties: () => partyReader(mapping, width),
    products: () => productReader(mapping, width),
  }
  const reader = readers[kind]()
  if (!mapped) return reader
  const read = reader.read as (fields: readonly string[]) => never
  return { ...reader, read: (fields: string[]) => read(mapped(fields)) }
}

export const isRejected = (result: object): result is Reason[] => Array.isArray(result)
