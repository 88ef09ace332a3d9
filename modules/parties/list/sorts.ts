import { type Ctx, named } from '../../../kernel/ctx.ts'
import { refuse } from '../../../kernel/refuse.ts'
import { type SlowSort, slowSorts } from '../contract.shapes.ts'
import { type CustomField, fieldsSeen, type Slot, slotOf } from '../fields/catalogue.ts'
import { type Piece, piece, raw, val, written } from '../filter/piece.ts'
import { customColumn } from '../filter/sql.custom.ts'
import { nameKeys } from '../names/romanise.ts'
import type { Params } from './where.ts'

// unscoped: an expression to order rows by that where.ts has cut to the caller's reach; names of people and units only rank

/** Orders beside the indexed ones: by an expression over what is found, or along a custom field's slot. */
export type SortBy = {
  key: string
  type: 'text' | 'float8'
  expr: Piece
  /** its rows stand sorted; null: what is found is sorted, slower */
  slot: Slot | null
}

export const sqlOf = ({ expr }: SortBy, row: string, params: Params): string => written(expr, row, params)
const isSlow = (key: string): key is SlowSort => (slowSorts as readonly string[]).includes(key)
export const isOwnSort = (key: string | undefined): boolean =>
  key !== undefined && (isSlow(key) || key.startsWith('fields.'))

/** How to sort by it; a custom field that the caller does not see is refused as one that is not there. */
export async function sortOf(ctx: Ctx, key: string): Promise<SortBy> {
  if (isSlow(key)) return { key, slot: null, ...(await slow(ctx, key)) }
  const field = (await fieldsSeen(ctx)).find((one) => `fields.${one.key}` === key)
  if (!field) return refuse('parties.sort_field', 400, { sort: key })
  const slot = slotOf(field)
  // Options stand in their own order, not in that of their keys.
  const along = slot?.sortable && field.kind !== 'choice' ? slot : null
  return { key, ...custom(field), slot: along }
}

const text = (expr: Piece) => ({
  type: 'text' as const,
  expr: piece`(coalesce(lower(${expr}), '') collate "C")`,
})
const number = (expr: Piece) => ({
  type: 'float8' as const,
  expr: piece`coalesce((${expr})::float8, '-Infinity')`,
})

function custom(field: CustomField): Omit<SortBy, 'key' | 'slot'> {
  const { expr } = customColumn(field)
  switch (field.kind) {
    case 'choice':
      return number(
        rankOf(
          field.options.map((option) => option.key),
          expr,
        ),
      )
    case 'multi_choice':
      return text(piece`array_to_string(${expr}, ',')`)
    case 'number':
    case 'money':
    case 'party':
      return number(expr)
    case 'yes_no':
      return number(piece`(${expr})::int`)
    default:
      return text(expr)
  }
}

/** Places in an order that this program knows, looked up by text. */
const rankOf = (order: readonly (string | number)[], expr: Piece): Piece =>
  piece`(${val(JSON.stringify(Object.fromEntries(order.map((one, i) => [one, i]))), 'jsonb')} ->> ${expr}::text)`

async function slow(ctx: Ctx, key: SlowSort): Promise<Omit<SortBy, 'key' | 'slot'>> {
  switch (key) {
    case 'owner':
      return number(rankOf(await byName(ctx, 'app_user', 'user_id'), raw('§.owner_id')))
    case 'unit':
      return number(rankOf(await byName(ctx, 'unit', 'unit_id'), raw('§.unit_id')))
    case 'country':
      return number(rankOf(countries(ctx.locale), raw('§.country')))
    case 'roles':
      return text(raw(`array_to_string(§.roles, ',')`))
    case 'tags':
      return text(raw(`array_to_string(§.tags, ',')`))
    case 'kind':
      return text(raw('§.kind'))
    case 'first_order_at':
      return number(raw('extract(epoch from §.first_order_at)'))
    case 'updated_at':
      return number(
        raw('(select extract(epoch from p.updated_at) from party p where p.party_id = §.party_id)'),
      )
  }
}

/** People and units in the order of their names as the list of customers has them: by pinyin. */
async function byName(ctx: Ctx, table: 'app_user' | 'unit', id: 'user_id' | 'unit_id'): Promise<number[]> {
  const rows = await named<{ id: number; name: string }>(
    ctx,
    `parties.sort.${table}`,
    `select ${id} as id, name from ${table}`,
    [],
  )
  const kind = table === 'unit' ? 'organisation' : 'person'
  const keys = new Map(rows.map((row) => [row.id, nameKeys(row.name, kind).name_sort]))
  return rows
    .map((row) => row.id)
    .sort((a, b) => (keys.get(a)! < keys.get(b)! ? -1 : keys.get(a)! > keys.get(b)! ? 1 : a - b))
}

const ordered = new Map<string, readonly string[]>()
function countries(locale: string): readonly string[] {
  const known = ordered.get(locale)
  if (known) return known
  const names = new Intl.DisplayNames(locale, { type: 'region', style: 'short' })
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']
  const codes = letters.flatMap((a) => letters.map((b) => a + b))
  const collate = new Intl.Collator(locale)
  const order = codes.sort((a, b) => collate.compare(names.of(a) ?? a, names.of(b) ?? b))
  ordered.set(locale, order)
  return order
}
