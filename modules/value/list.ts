import { type Ctx, planned } from '../../kernel/ctx.ts'
import { figure, label, money } from '../../kernel/export/column.ts'
import { scopeSql } from '../../kernel/scope.ts'
import type { Words } from '../../kernel/text.ts'
import type { PartyValue } from '../parties/contract.ts'
import { piece, val } from '../parties/filter/piece.ts'
import type { ListFigures } from '../parties/list/figured.ts'
import { abcClasses, purchaseClasses } from './contract.shapes.ts'
import { text } from './text.ts'

/** What the customers' list shows, sorts and filters by of the current snapshot. */
const LOWEST = -9_007_199_254_740_991

async function currentId(ctx: Ctx): Promise<number | null> {
  const [row] = await planned<{ snapshot_id: number }>(
    ctx,
    'select snapshot_id from value_snapshot where current',
    [],
  )
  return row?.snapshot_id ?? null
}

const yesNo: Words = { true: { zh: '是', en: 'yes' }, false: { zh: '否', en: 'no' } }
const classes: Words = Object.fromEntries(purchaseClasses.map((name, i) => [i, text[`class.${name}`]]))
const abc: Words = Object.fromEntries(abcClasses.map((name, i) => [i + 1, { zh: name, en: name }]))

type Row = Omit<PartyValue, 'class' | 'abc'> & { party_id: number; class: number; abc: number | null }

export const listFigures: ListFigures = {
  may: 'value:read',
  source: async (ctx, { $ }) => {
    const id = await currentId(ctx)
    return id === null ? null : `(select * from customer_value where snapshot_id = ${$(id, 'bigint')})`
  },
  columns: {
    value_minor: { column: `coalesce(v.value_minor, ${LOWEST})`, type: 'bigint' },
    at_risk_minor: { column: `coalesce(v.at_risk_minor, ${LOWEST})`, type: 'bigint' },
    p_alive: { column: 'coalesce(round(v.p_alive::numeric * 1000000000), -1)::bigint', type: 'bigint' },
    lateness: { column: 'coalesce(round(v.lateness::numeric * 1000000000), -1)::bigint', type: 'bigint' },
  },
  conditions: (filter, { $ }) => [
    ...(filter.value_from === undefined ? [] : [`v.value_minor >= ${$(filter.value_from, 'bigint')}`]),
    ...(filter.value_to === undefined ? [] : [`v.value_minor < ${$(filter.value_to, 'bigint')}`]),
    ...(filter.alive_below === undefined ? [] : [`v.p_alive < ${$(filter.alive_below, 'float8')}`]),
    ...(filter.overdue === undefined ? [] : [`v.overdue = ${$(filter.overdue, 'boolean')}`]),
    ...(filter.core === undefined ? [] : [`v.core = ${$(filter.core, 'boolean')}`]),
    ...(filter.class === undefined ? [] : [`v.class = ${$(purchaseClasses.indexOf(filter.class), 'int')}`]),
    ...(filter.abc === undefined ? [] : [`v.abc = ${$(1 + abcClasses.indexOf(filter.abc), 'int')}`]),
  ],
  filtered: {
    from: async (ctx) => {
      const id = await currentId(ctx)
      return id === null ? null : piece`customer_value v where v.snapshot_id = ${val(id, 'bigint')}`
    },
    columns: {
      value_minor: 'v.value_minor',
      at_risk_minor: 'v.at_risk_minor',
      p_alive: 'v.p_alive',
      lateness: 'v.lateness',
      next_order_on: 'v.next_on',
      overdue: 'v.overdue',
      core: 'v.core',
      class: `(array['${purchaseClasses.join("', '")}'])[v.class + 1]`,
      abc: `(array['${abcClasses.join("', '")}'])[v.abc]`,
    },
  },
  exported: {
    nothing: '(select * from customer_value where false)',
    columns: (currency) => ({
      value: money('v.value_minor', currency),
      at_risk: money('v.at_risk_minor', currency),
      p_alive: figure('round(v.p_alive::float8::numeric, 4)', { width: 10 }),
      overdue: label('v.overdue::text', yesNo, { width: 10 }),
      next_order: { kind: 'day', sql: 'v.next_on::text' },
      class: label('v.class::text', classes, { width: 10 }),
      abc: label('v.abc::text', abc, { width: 8 }),
      core: label('v.core::text', yesNo, { width: 10 }),
    }),
  },
  of: async (ctx, party_ids) => {
    const id = party_ids.length === 0 ? null : await currentId(ctx)
    if (id === null) return new Map()
    const scope = scopeSql(ctx.reach, 'l', 3)
    const rows = await planned<Row>(
      ctx,
      `select v.party_id, v.value_minor, v.at_risk_minor, v.p_alive, v.lateness, v.overdue, v.next_on as next_order_on, v.class, v.abc, v.core
       from customer_value v join party_listed l on l.party_id = v.party_id where v.snapshot_id = $1 and v.party_id = any($2::bigint[]) and ${scope.text}`,
      [id, party_ids, scope.value],
    )
    return new Map(
      rows.map(({ party_id, ...row }) => [
        party_id,
        {
          ...row,
          class: purchaseClasses[row.class]!,
          abc: row.abc === null ? null : abcClasses[row.abc - 1]!,
        },
      ]),
    )
  },
}
