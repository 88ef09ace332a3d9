import { type Ctx, named, planned } from '../../../kernel/ctx.ts'
import { labelsOf, project } from '../list/project.ts'
import type { ContactRow, RoleRow } from '../party.ts'
import type { Patch, Row } from './fields.ts'

// The parties module's part of a merge, in the transaction of modules/identity, which has reached and checked both.
// unscoped: see above

const columns = `party_id, kind, name, language, channel_preference, country, note, owner_id, unit_id, tags, fields, live, version,
  erased_at, merged_into`

/** Kept from other writers until commit; in the order of the ids, so that two merges do not wait for each other. */
export const lockRows = (ctx: Ctx, party_ids: readonly number[]): Promise<Row[]> =>
  named<Row>(
    ctx,
    'parties.merge_lock',
    `select ${columns} from party where party_id = any($1::bigint[]) and kind <> 'anonymous' order by party_id for update`,
    [party_ids],
  )

export const readRows = (ctx: Ctx, party_ids: readonly number[]): Promise<Row[]> =>
  named<Row>(
    ctx,
    'parties.merge_read',
    `select ${columns} from party where party_id = any($1::bigint[]) and kind <> 'anonymous' order by party_id`,
    [party_ids],
  )

/** As it shall be, one version later. */
export const writeRow = (ctx: Ctx, row: Row) =>
  named(
    ctx,
    'parties.merge_write',
    `update party set name = $2, language = $3, channel_preference = $4, country = $5, note = $6, owner_id = $7, unit_id = $8, tags = $9,
       fields = $10, live = $11, merged_into = $12, version = version + 1, updated_at = $13 where party_id = $1`,
    [
      row.party_id,
      row.name,
      row.language,
      row.channel_preference,
      row.country,
      row.note,
      row.owner_id,
      row.unit_id,
      row.tags,
      JSON.stringify(row.fields),
      row.live,
      row.merged_into,
      ctx.now,
    ],
  )

export type Parts = { roles: RoleRow[]; contacts: ContactRow[] }
export async function readParts(ctx: Ctx, party_id: number): Promise<Parts> {
  const [row] = await named<Parts>(
    ctx,
    'parties.merge_parts',
    `select
       (select coalesce(json_agg(json_build_object('id', r.party_role_id, 'role', r.role, 'since', r.since, 'until', r.until)
          order by r.since, r.party_role_id), '[]') from party_role r where r.party_id = $1) as roles,
       (select coalesce(json_agg(json_build_object('id', c.contact_point_id, 'kind', c.kind, 'value', c.value, 'value_key', c.value_key,
          'label', c.label, 'preferred', c.preferred, 'verified_at', c.verified_at, 'created_at', c.created_at)
          order by c.preferred desc, c.contact_point_id), '[]') from contact_point c where c.party_id = $1) as contacts`,
    [party_id],
  )
  return row!
}

const parts: Record<string, { table: string; key: string; columns: readonly string[] }> = {
  role: { table: 'party_role', key: 'party_role_id', columns: ['since', 'until'] },
  contact: { table: 'contact_point', key: 'contact_point_id', columns: ['preferred', 'verified_at'] },
}
const partOf = (path: string) => {
  const [, of, id, column] = /^(role|contact):(\d+)\.(\w+)$/.exec(path) ?? []
  const part = of && column && parts[of]?.columns.includes(column) ? parts[of] : null
  return part ? { ...part, id: Number(id), column: column! } : null
}

/** What a role or a contact point that a merge touched holds now; undefined when it is gone. */
export async function partNow(ctx: Ctx, path: string): Promise<unknown> {
  const part = partOf(path)
  if (!part) return undefined
  const [row] = await planned<{ now: unknown }>(
    ctx,
    `select to_jsonb(x.${part.column}) as now from ${part.table} x where x.${part.key} = $1`,
    [part.id],
  )
  return row?.now
}

export async function setPart(ctx: Ctx, path: string, value: unknown): Promise<void> {
  const part = partOf(path)
  if (!part) throw new Error(`no part of a party: ${path}`)
  await planned(ctx, `update ${part.table} set ${part.column} = $2 where ${part.key} = $1`, [part.id, value])
}

/** Periods that a later change of the other end would have turned around: then the row keeps what it says now. */
export const wouldTurn = async (ctx: Ctx, { path, was }: Patch): Promise<boolean> => {
  const part = partOf(path)
  if (part?.table !== 'party_role') return false
  const [row] = await planned<{ since: string; until: string | null }>(
    ctx,
    'select since, until from party_role where party_role_id = $1',
    [part.id],
  )
  if (!row) return false
  const next = { ...row, [part.column]: was as string | null }
  return next.until !== null && next.until < next.since
}

/** List rows of those that are there; a merged party has none and is counted nowhere. */
export async function settleParties(ctx: Ctx, party_ids: readonly number[]): Promise<void> {
  await planned(
    ctx,
    `with gone as (
       delete from party_list l using party p where l.party_id = any($1::bigint[]) and p.party_id = l.party_id and p.merged_into is not null
       returning l.unit_id, l.live, l.roles, l.tags
     )
     insert into party_count (label, unit_id, delta)
     select x.label, g.unit_id, -count(*) from gone g, unnest(${labelsOf('g')}) as x (label) where g.live group by 1, 2`,
    [party_ids],
  )
  for (const table of ['party_find', 'party_own', 'party_slot', 'party_bucket'])
    await planned(
      ctx,
      `delete from ${table} f using party p where f.party_id = any($1::bigint[]) and p.party_id = f.party_id and p.merged_into is not null`,
      [party_ids],
    )
  await project(ctx, party_ids)
}

/** Rows whose days another row now covers; whoever calls has kept them. */
export const dropRoles = (ctx: Ctx, party_id: number, ids: readonly number[]) =>
  named(
    ctx,
    'parties.merge_roles',
    'delete from party_role where party_id = $1 and party_role_id = any($2::bigint[])',
    [party_id, ids],
  )
