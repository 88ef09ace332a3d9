import { exponentOf } from '../../../kernel/text.ts'
import type { CustomField } from '../../parties/fields/catalogue.ts'
import { sameKey } from '../../parties/fields/keys.ts'
import { type BadCode, judge } from '../../parties/rules.fields.ts'
import { headerKey } from '../mapping.synonyms.ts'
import { reasonOf } from '../reasons.fields.text.ts'
import type { ReasonCode } from '../reasons.text.ts'
import { type CustomTarget, customTarget, type Mapping } from '../targets.ts'
import { splitValues } from '../values/contacts.ts'
import { currencyCode } from '../values/currencies.ts'
import { parseDate } from '../values/dates.ts'
import { yesOrNo } from '../values/maps.ts'
import { parseDecimal } from '../values/numbers.ts'
import { isUnspecified } from '../values/places.ts'
import { openZone } from '../values/zones.ts'
import { noDate, reason, trimmed } from './cells.ts'
import type { Reason } from './types.ts'

/** What a row says of custom fields, as JSON for the staging table; null where it says nothing. */
export type CustomCells = {
  custom: string | null
  /** of fields without doubles: [{"f": id, "v": key}] */
  custom_keys: string | null
  /** of references: the words of the file by key; who is meant, only the database knows */
  custom_refs: string | null
}
const NOTHING: CustomCells = { custom: null, custom_keys: null, custom_refs: null }

type Reader = { field: CustomField; column: number; currency: number }

/** An empty cell says nothing: what is known stays. */
export function customReader(
  mapping: Mapping,
  reasons: Reason[],
): (fields: readonly string[]) => CustomCells {
  const readers = (mapping.fields ?? []).flatMap((field): Reader[] => {
    const column = mapping.columns.indexOf(customTarget(field.key))
    const currency = mapping.columns.indexOf(customTarget(`${field.key}.currency`))
    return column < 0 ? [] : [{ field, column, currency }]
  })
  if (readers.length === 0) return () => NOTHING
  return (fields) => {
    const custom: Record<string, unknown> = {}
    const refs: Record<string, string> = {}
    const keys: { f: number; v: string }[] = []
    for (const { field, column, currency } of readers) {
      const cell = trimmed(fields[column] ?? '')
      if (cell === '' || (field.kind !== 'yes_no' && isUnspecified(cell))) continue
      if (field.kind === 'party') {
        refs[field.key] = cell.slice(0, 300)
        continue
      }
      const given = meantBy(field, cell, trimmed(fields[currency] ?? ''), mapping)
      const { value, bad } = judge(field, given)
      if (bad) reasons.push(reason(customTarget(field.key), whyNot(bad.code, cell, mapping), cell))
      else if (value !== null) {
        custom[field.key] = value
        if (field.distinct_values) keys.push({ f: field.custom_field_id, v: sameKey(field, value) })
      }
    }
    const json = (value: object) => (Object.keys(value).length > 0 ? JSON.stringify(value) : null)
    return { custom: json(custom), custom_keys: json(keys), custom_refs: json(refs) }
  }
}

const whyNot = (code: BadCode, cell: string, { options }: Mapping): ReasonCode =>
  code === 'fields.bad_date' && noDate(cell, options.date_order) === 'other_date_order'
    ? 'other_date_order'
    : reasonOf[code]

const zone = openZone('UTC')!

/** What the words of a cell mean; what cannot be read stays as it is and is judged so. */
export function meantBy(
  field: CustomField,
  cell: string,
  currency: string,
  { options }: Pick<Mapping, 'options'>,
): unknown {
  switch (field.kind) {
    case 'number': {
      const read = parseDecimal(cell, 6, options.decimal_mark)
      return read === undefined || read.rounded ? cell : read.value / 1e6
    }
    case 'money':
      return amountOf(field, cell, currency, options)
    case 'date': {
      const at = parseDate(cell, zone, options.date_order, options.date_system)
      return Number.isNaN(at) ? cell : new Date(at).toISOString().slice(0, 10)
    }
    case 'yes_no':
      return yesOrNo(cell) ?? cell
    case 'choice':
      return optionOf(field, cell)
    case 'multi_choice':
      return [...splitValues(cell)].map((part) => optionOf(field, part))
    default:
      return cell
  }
}

/** `1250`, `1,250.00 CNY`, `¥1250`: in the currency that the cell, its column or the field says, else the file's. */
function amountOf(field: CustomField, cell: string, column: string, options: Mapping['options']): unknown {
  const fallback = field.rules.currency ?? options.currency
  const words = cell.replace(/[\d\s.,，'’+()（）-]+/g, ' ').trim()
  const said = words || column
  const currency = said === '' ? fallback : currencyCode(said, fallback)
  if (currency === undefined) return { minor: 0, currency: said }
  const digits = words === '' ? cell : cell.replace(words, '').trim()
  const exponent = exponentOf(currency)
  const read = parseDecimal(digits, exponent, options.decimal_mark)
  return read === undefined || read.rounded ? cell : { minor: read.value, currency }
}

/** By its key or by what it is called in either language. */
function optionOf({ options }: CustomField, cell: string): string {
  const word = headerKey(cell)
  const found = options.find(
    ({ key, label_zh, label_en }) =>
      key === cell || headerKey(label_zh) === word || headerKey(label_en) === word,
  )
  return found?.key ?? cell
}

export type { CustomTarget }
