import type { CustomField } from '../fields/catalogue.ts'
import type { Test } from './check.ts'
import { every, type Piece, piece, some, val } from './piece.ts'
import type { Column } from './sql.ts'

// unscoped: narrows rows that where.ts has cut to the caller's reach

/** A custom field's value as it stands in party_list.fields; see ../fields/catalogue.ts for what it is per kind. */
export function customColumn({ key, kind }: CustomField): Column {
  const k = val(key, 'text')
  const text = piece`(§.fields ->> ${k})`
  const filled = piece`jsonb_exists(§.fields, ${k})`
  const column = (expr: Piece): Column => ({ expr, around: (condition) => condition, filled })
  switch (kind) {
    case 'number':
      return column(
        piece`(case when jsonb_typeof(§.fields -> ${k}) = 'number' then (§.fields ->> ${k})::float8 end)`,
      )
    case 'money':
      return column(piece`((§.fields -> ${k} ->> 'minor')::bigint)`)
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
export function customTest(custom: CustomField, test: Test): Piece | null {
  if (custom.kind === 'money' && test.is === 'number')
    return piece`§.fields -> ${val(custom.key, 'text')} ->> 'currency' = ${val(test.currency ?? custom.rules.currency ?? '', 'text')}`
  return contained(custom, test)
}

/** Equality that one index over all custom fields answers. */
function contained({ key, kind }: CustomField, test: Test): Piece | null {
  if (test.is !== 'options') return null
  const holds = (value: string) => JSON.stringify({ [key]: kind === 'multi_choice' ? [value] : value })
  const one = (value: string) => piece`§.fields @> ${val(holds(value), 'jsonb')}`
  return (test.all ? every : some)(test.values.map(one))
}
