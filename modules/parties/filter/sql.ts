import type { ContactKind } from '../contract.shapes.ts'
import { phoneKey, phoneStart } from '../names/contacts.ts'
import { isContactSql } from '../names/numbers.ts'
import { pointKinds } from '../rules.filter.ts'
import type { Checked, Test } from './check.ts'
import { beginsAt } from './days.ts'
import { every, not, type Piece, piece, raw, some, sure, val } from './piece.ts'
import { customColumn, customTest } from './sql.custom.ts'
import { jsonSql, numberSql } from './sql.number.ts'

// unscoped: narrows rows that where.ts has cut to the caller's reach; no condition can widen them

/** What a condition needs to know of who asks and when. */
export type Asker = {
  user_id: number | null
  zone: string
  /** as market roles are held, see latestDay */
  day: string
  currency: string
  /** of telephone numbers without a country code */
  region: string
  /** of units, with those below them */
  below: ReadonlyMap<number, readonly number[]>
  figures: { from: Piece; columns: Readonly<Record<string, string>> } | null
  quality: ((key: string, test: Test) => Piece) | null
  /** kinds of contact points that their role sees masked */
  hidden: readonly ContactKind[]
}

/** Where a field's value stands: an expression, and what must stand around a condition on it. */
export type Column = {
  expr: Piece
  around: (condition: Piece) => Piece
  filled: Piece
  /** a number as it stands in JSON, compared there: one look instead of a look, a check and a cast */
  json?: Piece
}
const plain = (condition: Piece): Piece => condition
const here = (column: string, filled = `§.${column} is not null`): Column => ({
  expr: raw(`§.${column}`),
  around: plain,
  filled: raw(filled),
})
const inParty = (column: string, filled = `p.${column} is not null`): Column => ({
  expr: raw(`p.${column}`),
  around: (condition) =>
    sure(piece`exists (select from party p where p.party_id = §.party_id and ${condition})`),
  filled: raw(filled),
})

const columns: { readonly [key: string]: Column } = {
  name: here('name'),
  kind: here('kind'),
  country: here('country'),
  role: here('roles', `§.roles <> '{}'`),
  tag: here('tags', `§.tags <> '{}'`),
  owner: here('owner_id'),
  unit: here('unit_id'),
  order_count: here('order_count'),
  revenue_minor: here('revenue_minor'),
  // Unknown is -infinity in the projection, so that keys compare.
  first_order_at: here('first_order_at', `§.first_order_at > '-infinity'`),
  last_order_at: here('last_order_at', `§.last_order_at > '-infinity'`),
  created_at: here('created_at'),
  updated_at: inParty('updated_at'),
  language: inParty('language'),
  channel_preference: inParty('channel_preference'),
  note: inParty('note', `p.note <> ''`),
}

export function conditionSql(checked: Checked, asker: Asker): Piece {
  const positive = positiveSql(checked, asker)
  return checked.negated ? not(positive) : positive
}

function positiveSql({ field, test }: Checked, asker: Asker): Piece {
  if (field.quality) return asker.quality?.(field.key, test) ?? raw('false')
  const slot = field.custom ? customTest(field.custom, test) : null
  const column = columnOf(field, asker)
  const condition = column.around(test.is === 'filled' ? column.filled : testSql(field, test, column, asker))
  return slot ? every([slot, condition]) : condition
}

function columnOf({ key, custom }: Checked['field'], asker: Asker): Column {
  if (custom) return customColumn(custom)
  if (key.startsWith('since.')) return sinceColumn(key.slice('since.'.length), asker.day)
  if (key.startsWith('value.')) return figureColumn(key.slice('value.'.length), asker)
  return columns[key] ?? pointColumn(key)
}

/** Held without a break since: a role that ended and began again counts from its last beginning. */
const sinceColumn = (role: string, day: string): Column => ({
  expr: raw('h.since'),
  around: (condition) =>
    sure(piece`exists (select from party_role h where h.party_id = §.party_id and h.role = ${val(role, 'text')}
    and h.since <= ${val(day, 'date')} and (h.until is null or h.until > ${val(day, 'date')}) and ${condition})`),
  filled: raw('true'),
})

function figureColumn(key: string, { figures }: Asker): Column {
  const expr = raw(figures?.columns[key] ?? 'null')
  return {
    expr,
    around: (condition) =>
      figures ? sure(piece`exists (select ${figures.from} and ${condition})`) : raw('false'),
    filled: piece`${expr} is not null`,
  }
}

function pointColumn(key: string): Column {
  const external = key === 'external_id'
  const kinds = val(pointKinds[key] ?? [], 'text[]')
  return {
    expr: raw('c.value'),
    around: (condition) =>
      external
        ? sure(piece`exists (select from external_id c where c.party_id = §.party_id and ${condition})`)
        : sure(
            piece`exists (select from contact_point c where c.party_id = §.party_id and c.kind = any(${kinds}) and ${condition})`,
          ),
    filled: raw('true'),
  }
}

function testSql(field: Checked['field'], test: Test, column: Column, asker: Asker): Piece {
  switch (test.is) {
    case 'filled':
      return column.filled
    case 'text':
      return field.shape === 'points' && pointKinds[field.key]
        ? some([
            wordsSql(column.expr, test),
            wordsSql(raw('c.value_key'), keyed(field.key, test, asker.region)),
          ])
        : field.key === 'external_id'
          ? every([wordsSql(column.expr, test), notHidden(asker)])
          : wordsSql(column.expr, test)
    case 'options':
      return optionsSql(field, test, column)
    case 'ids':
      return idsSql(field, test, column, asker)
    case 'number':
      return column.json ? jsonSql(column.json, test) : numberSql(column.expr, test)
    case 'span':
      return spanSql(field, test, column, asker)
    case 'flag':
      return piece`${column.expr} = ${val(test.value, 'boolean')}`
  }
}

/** A number that is a hidden contact point is found by nobody whom it is hidden from. */
const notHidden = ({ hidden }: Asker): Piece =>
  hidden.length === 0
    ? raw('true')
    : piece`not exists (select from contact_point k where k.party_id = c.party_id
        and k.kind = any(${val(hidden, 'text[]')}) and ${raw(isContactSql('c.value', 'k'))})`

type Words = Extract<Test, { is: 'text' }>

/** A telephone number is found however it is written: its key has the country's code and no blanks. */
function keyed(key: string, test: Words, region: string): Words {
  if (key !== 'phone') return test
  const flat = (value: string) => value.normalize('NFKC').replace(/[\s().-]/g, '') || value
  if (test.how === 'is')
    return { ...test, values: test.values.map((value) => phoneKey(value, region) ?? flat(value)) }
  return {
    ...test,
    values: test.values.map((value) =>
      test.how === 'starts_with' ? phoneStart(flat(value), region) : flat(value),
    ),
  }
}

const escaped = (value: string): string => value.replace(/[\\%_]/g, '\\$&')
/** Letters are compared without regard to their case, on both sides by PostgreSQL. */
export function wordsSql(expr: Piece, { how, values }: Words): Piece {
  if (how !== 'is') {
    const like = `${how === 'contains' ? '%' : ''}${escaped(values[0]!)}%`
    return piece`lower(${expr}) like lower(${val(like, 'text')})`
  }
  if (values.length === 1) return piece`lower(${expr}) = lower(${val(values[0], 'text')})`
  return piece`lower(${expr}) = any(array(select lower(x) from unnest(${val(values, 'text[]')}) as x))`
}

function optionsSql(
  { shape }: Checked['field'],
  { values, all }: Extract<Test, { is: 'options' }>,
  { expr }: Column,
): Piece {
  if (shape === 'choice') return piece`${expr} = any(${val(values, 'text[]')})`
  const operator = raw(all || values.length === 1 ? '@>' : '&&')
  return piece`${expr} ${operator} ${val(values, 'text[]')}`
}

function idsSql(
  field: Checked['field'],
  { values, below }: Extract<Test, { is: 'ids' }>,
  { expr }: Column,
  asker: Asker,
): Piece {
  const ids = values.flatMap((id) => {
    if (id === 'me') return asker.user_id === null ? [] : [asker.user_id]
    if (typeof id !== 'number') return []
    return below ? (asker.below.get(id) ?? []) : [id]
  })
  const ways = [piece`${expr} = any(${val(ids, 'bigint[]')})`]
  if (field.shape !== 'owner') return ways[0]!
  if (values.includes('none')) ways.push(piece`${expr} is null`)
  if (values.includes('left'))
    ways.push(piece`exists (select from app_user o where o.user_id = ${expr} and not o.active)`)
  return some(ids.length === 0 && ways.length > 1 ? ways.slice(1) : ways)
}

function spanSql(
  { shape, custom }: Checked['field'],
  { span: { from, to } }: Extract<Test, { is: 'span' }>,
  { expr, filled }: Column,
  { zone }: Asker,
): Piece {
  const type = shape === 'instant' ? 'timestamptz' : custom ? 'text' : 'date'
  const edge = (day: string) => val(shape === 'instant' ? beginsAt(day, zone) : day, type)
  return every([
    ...(from === null ? [filled] : [piece`${expr} >= ${edge(from)}`]),
    ...(to === null ? [] : [piece`${expr} < ${edge(to)}`]),
  ])
}
