import type pg from 'pg'
import { imageColumns } from '../../kernel/images.ts'
import { labelsOf } from './list/project.ts'

// Parties of an import taken back and brought again, set-wise. unscoped: the undo (modules/imports/undoing) has decided
// for each row whether its person reaches the party, and plans only those.
//   undo_party (party_id, what take|put|swap, image, other)   `image`: what it becomes; `other`: what it is now

/** A party with all that the parties module keeps of it; `p` is its row. */
export const partyImage = (p: string): string => `jsonb_build_object('party', to_jsonb(${p}),
  'roles', (select coalesce(jsonb_agg(to_jsonb(x) order by x.party_role_id), '[]') from party_role x where x.party_id = ${p}.party_id),
  'contacts', (select coalesce(jsonb_agg(to_jsonb(x) order by x.contact_point_id), '[]') from contact_point x where x.party_id = ${p}.party_id),
  'keys', (select coalesce(jsonb_agg(to_jsonb(x) order by x.custom_field_id), '[]') from custom_value_key x where x.party_id = ${p}.party_id),
  'ids', (select coalesce(jsonb_agg(to_jsonb(x) order by x.source, x.value), '[]') from external_id x where x.party_id = ${p}.party_id))`

/** Those that are not to be there, with their list rows and what they counted; false when somebody changed one meanwhile. */
export async function takeParties(tx: pg.ClientBase): Promise<boolean> {
  const wanted = await tx.query(`select from undo_party where what = 'take'`)
  const locked = await tx.query(
    `select from party p join undo_party u on p.party_id = u.party_id
     where u.what = 'take' and p.version = (u.other -> 'party' ->> 'version')::integer for update of p`,
  )
  if (locked.rowCount !== wanted.rowCount) return false
  for (const table of [
    'party_find',
    'party_own',
    'party_slot',
    'party_bucket',
    'custom_value_key',
    'contact_point',
    'party_role',
    'external_id',
  ])
    await tx.query(
      `delete from ${table} x using undo_party u where u.what = 'take' and x.party_id = u.party_id`,
    )
  await tx.query(
    `with gone as (
       delete from party_list l using undo_party u where u.what = 'take' and l.party_id = u.party_id returning l.*
     )
     insert into party_count (label, unit_id, delta)
     select x.label, g.unit_id, -count(*) from gone g, unnest(${labelsOf('g')}) as x (label) where g.live group by 1, 2`,
  )
  await tx.query(`delete from party p using undo_party u where u.what = 'take' and p.party_id = u.party_id`)
  return true
}

type Part = { table: string; key: string; of: string }
const parts: readonly Part[] = [
  { table: 'party_role', key: 'party_role_id', of: 'roles' },
  { table: 'contact_point', key: 'contact_point_id', of: 'contacts' },
]
const has = (image: string, of: string, id: string) => `${image} -> '${of}' @> jsonb_build_array(${id})`
const idOf = (e: string) => `jsonb_build_object('source', ${e}.source, 'value', ${e}.value)`

/** Those that become what they were, and those that come again; false when somebody changed one meanwhile. */
export async function putParties(tx: pg.ClientBase, now: Date): Promise<boolean> {
  const one = "(select image -> 'party' from undo_party where image is not null limit 1)"
  const columns = await imageColumns(tx, 'party', one)
  if (columns.length === 0) return true
  if (!(await swapParties(tx, columns, now))) return false
  await tx.query(
    `insert into party (${columns}) select ${columns.map((c) => `x.${c}`)}
     from undo_party u, jsonb_populate_record(null::party, u.image -> 'party') x where u.what = 'put' order by u.party_id`,
  )
  for (const part of parts) await putPart(tx, part)
  await putKeys(tx)
  await tx.query(
    `insert into external_id (source, value, party_id, created_at) select x.source, x.value, x.party_id, x.created_at
     from undo_party u, jsonb_populate_recordset(null::external_id, u.image -> 'ids') x
     where u.what = 'put' or u.what = 'swap' and not (${has('u.other', 'ids', idOf('x'))})`,
  )
  return true
}

/** Unique values as they stood. One that somebody else took meanwhile stays theirs. */
async function putKeys(tx: pg.ClientBase): Promise<void> {
  await tx.query(
    `delete from custom_value_key k using undo_party u where u.what = 'swap' and u.image ? 'keys' and k.party_id = u.party_id`,
  )
  await tx.query(
    `insert into custom_value_key (custom_field_id, value_key, party_id)
     select x.custom_field_id, x.value_key, x.party_id
     from undo_party u, jsonb_populate_recordset(null::custom_value_key, u.image -> 'keys') x
     where u.what in ('put', 'swap') on conflict do nothing`,
  )
}

// First, and only where there are any: the planner takes a table that was emptied and analysed for empty still.
async function swapParties(tx: pg.ClientBase, columns: readonly string[], now: Date): Promise<boolean> {
  const wanted = await tx.query(`select from undo_party where what = 'swap'`)
  if (wanted.rowCount === 0) return true
  const fields = columns.filter((c) => !['party_id', 'version', 'updated_at'].includes(c))
  const done = await tx.query(
    `update party p set ${fields.map((c) => `${c} = x.${c}`)}, version = p.version + 1, updated_at = $1
     from undo_party u, jsonb_populate_record(null::party, u.image -> 'party') x
     where u.what = 'swap' and p.party_id = u.party_id and p.version = (u.other -> 'party' ->> 'version')::integer`,
    [now],
  )
  if (done.rowCount !== wanted.rowCount) return false
  for (const { table, key, of } of parts)
    await tx.query(
      `delete from ${table} x using undo_party u where u.what = 'swap' and x.party_id = u.party_id and not (${has('u.image', of, rowId(key, 'x'))})`,
    )
  await tx.query(
    `delete from external_id e using undo_party u where u.what = 'swap' and e.party_id = u.party_id and not (${has('u.image', 'ids', idOf('e'))})`,
  )
  return true
}

const rowId = (key: string, row: string) => `jsonb_build_object('${key}', ${row}.${key})`

/** Imports only add what hangs on a party, so a row that stands on both sides is the same. */
async function putPart(tx: pg.ClientBase, { table, key, of }: Part): Promise<void> {
  const one = `(select image -> '${of}' -> 0 from undo_party where image is not null and image -> '${of}' <> '[]' limit 1)`
  const columns = await imageColumns(tx, table, one)
  if (columns.length === 0) return
  await tx.query(
    `insert into ${table} (${columns}) select ${columns.map((c) => `x.${c}`)}
     from undo_party u, jsonb_populate_recordset(null::${table}, u.image -> '${of}') x
     where u.what = 'put' or u.what = 'swap' and not (${has('u.other', of, rowId(key, 'x'))}) order by x.party_id`,
  )
}
