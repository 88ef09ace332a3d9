import type { CustomDefinition } from '../rules.filter.ts'
import type { Test } from './check.ts'
import { every, type Piece, piece, raw, some, sure, val } from './piece.ts'
import { numberSql } from './sql.number.ts'
import type { Column } from './sql.ts'

// unscoped: narrows rows that where.ts has cut to the caller's reach

/** A custom field's value as it stands in party_listed.fields; see ../fields/catalogue.ts for what it is per kind. */
export function customColumn({ key, kind }: CustomDefinition): Column {
  const k = val(key, 'text')
  const text = piece`(§.fields ->> ${k})`
  const filled = sure(piece`jsonb_exists(§.fields, ${k})`)
  const column = (expr: Piece): Column => ({ expr, around: (condition) => condition, filled })
  switch (kind) {
    case 'number':
      return {
        ...column(
          piece`(case when jsonb_typeof(§.fields -> ${k}) = 'number' then (§.fields ->> ${k})::float8 end)`,
        ),
        json: piece`(§.fields -> ${k})`,
      }
    case 'money':
      return {
        ...column(piece`((§.fields -> ${k} ->> 'minor')::bigint)`),
        json: piece`(§.fields -> ${k} -> 'minor')`,
      }
    case 'yes_no':
      return column(piece`(${text} = 'true')`)
    case 'party':
      return column(piece`(${text}::bigint)`)
    case 'date':
      return column(piece`(${text} collate "C")`)
    case 'multi_choice':
      return column(
        piece`array(select jsonb_array_elements_text(case when jsonb_typeof(§.fields -> ${k}) = 'array' then §.fields -> ${k} else '[]' end))`,
      )
    default:
      return column(text)
  }
}

/** What beside its value decides, or narrows sooner; null: nothing. */
export function customTest(custom: CustomDefinition, test: Test): Piece | null {
  const ways = [currencyOf(custom, test), contained(custom, test)]
  const known = ways.filter((way) => way !== null)
  return known.length === 0 ? null : every(known)
}

/** Amounts of another currency are neither more nor less. */
const currencyOf = ({ kind, key, rules }: CustomDefinition, test: Test): Piece | null =>
  kind === 'money' && test.is === 'number'
    ? piece`§.fields -> ${val(key, 'text')} ->> 'currency' = ${val(test.currency ?? rules.currency ?? '', 'text')}`
    : null

/** Equality that one index over all custom fields answers. */
function contained({ key, kind }: CustomDefinition, test: Test): Piece | null {
  const holds = (value: unknown) =>
    // The index holds only rows with fields; the planner must be told that these have some.
    piece`(§.fields <> '{}' and §.fields @> ${val(JSON.stringify({ [key]: kind === 'multi_choice' ? [value] : value }), 'jsonb')})`
  if (test.is === 'options') return (test.all ? every : some)(test.values.map(holds))
  if (test.is === 'ids') return some(test.values.map(holds))
  if (test.is === 'flag') return holds(test.value)
  return kind === 'number' && test.is === 'number' && test.from !== null && test.from === test.to
    ? holds(test.from)
    : null
}

/**
 * Of what is kept sorted, rows `s` of party_slot, one a party, of whoever meets it and of nobody else; null where slots cannot
 * tell: texts that sort alike are not the same. See ../fields/catalogue.ts.
 */
export function slotRange(
  { custom_field_id, kind, slot, rules }: CustomDefinition,
  test: Test,
): Piece | null {
  const within = (range: Piece) => piece`s.custom_field_id = ${val(custom_field_id, 'bigint')} and ${range}`
  if (slot !== 'on') return null
  if (test.is === 'number') {
    const range = piece`s.n > '-Infinity' and ${numberSql(raw('s.n'), test, 'float8')}`
    const currency = val(test.currency ?? rules.currency ?? '', 'text')
    return within(kind === 'money' ? piece`s.c = ${currency} and ${range}` : range)
  }
  if (test.is === 'flag') return within(piece`s.n = ${val(test.value ? 1 : 0, 'float8')}`)
  if (test.is === 'ids') return within(piece`s.n is not null and s.n = any(${val(test.values, 'float8[]')})`)
  if (test.is === 'span') {
    const { from, to } = test.span
    return within(
      every([
        piece`s.t >= ${val(from ?? '0', 'text')}`,
        ...(to === null ? [] : [piece`s.t < ${val(to, 'text')}`]),
      ]),
    )
  }
  // Of several choices a party has a row each.
  if (test.is !== 'options' || (kind === 'multi_choice' && test.values.length > 1)) return null
  return within(
    test.values.length === 1
      ? piece`s.t = ${val(test.values[0], 'text')}`
      : piece`s.t is not null and s.t = any(${val(test.values, 'text[]')})`,
  )
}
