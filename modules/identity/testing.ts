import type { TestHouse } from '../../kernel/testing.ts'
import { modules } from '../index.ts'
import { followsOf, movingOf } from './moving.ts'

// All that hangs on a party, row by row as it is stored: what a merge and its undoing must leave exactly as it was.

type Rows = Record<string, Record<string, unknown>>
export type State = { party: Record<string, unknown>; rows: Rows }

const moving = movingOf(followsOf(modules))

export async function stateOf({ house }: TestHouse, party_id: number): Promise<State> {
  const rows: Rows = {}
  for (const { table, key } of moving) {
    const found = await house.pool.query<{ row: Record<string, unknown> }>(
      `select to_jsonb(x) as row from "${table}" x where x.party_id = $1`,
      [party_id],
    )
    for (const { row } of found.rows) {
      const { party_id: _, ...rest } = row
      rows[`${table}:${key.map((k) => row[k]).join('/')}`] = rest
    }
  }
  const { rows: parties } = await house.pool.query<{ row: Record<string, unknown> }>(
    `select to_jsonb(p) - '{version,updated_at}'::text[] as row from party p where party_id = $1`,
    [party_id],
  )
  return { party: parties[0]!.row, rows }
}

/** The list row and what it counts, beside what they would be if they were made anew. */
export async function listOf({ house }: TestHouse, party_ids: readonly number[]) {
  const { rows } = await house.pool.query<{ row: Record<string, unknown> }>(
    `select to_jsonb(l) - '{version}'::text[] || jsonb_build_object('fresh', f.fresh) as row
     from party_listed l left join party_find f using (party_id) where party_id = any($1::bigint[]) order by party_id`,
    [party_ids],
  )
  // Words in no order: each is looked for alone.
  const words = (text: unknown) => String(text).split(' ').sort().join(' ')
  return rows.map(({ row }) => ({
    ...row,
    search_text: words(row['search_text']),
    search_contact: words(row['search_contact']),
  }))
}

/** Labels whose deltas do not come to what the list holds. */
export async function miscounted({ house }: TestHouse): Promise<unknown[]> {
  const { rows } = await house.pool.query(
    `select * from (
       select label, unit_id, sum(n) as n from (
         select label, unit_id, sum(delta) as n from party_count group by 1, 2
         union all
         select x.label, l.unit_id, -count(*) from party_listed l, unnest(array['']::text[] || l.roles || array(select '#' || t from unnest(l.tags) as t)) as x (label)
         where l.live group by 1, 2) d group by 1, 2) s where n <> 0`,
  )
  return rows
}
