import { type Ctx, planned } from '../../../kernel/ctx.ts'
import { decodeCursor, encodeCursor } from '../../../kernel/cursor.ts'
import { notFound, refuse } from '../../../kernel/refuse.ts'
import { scopeSql } from '../../../kernel/scope.ts'
import type { ImportState } from '../contract.ts'
import type { Kind } from '../targets.ts'
import type { Stored } from './present.ts'

// Whose imports: `own` reaches one's own, `team` and `branch` those of their units.
const rows = `
select i.*, u.name as created_by_name, (select count(*) from import_reject r where r.import_id = i.import_id) as rejects,
  (select to_jsonb(x) from (
     select n.*, b.name as by_name from import_undo n left join app_user b on b.user_id = n.created_by
     where n.import_id = i.import_id order by n.undo_id desc limit 1) x) as undo
from (select *, created_by as owner_id from import) i left join app_user u on u.user_id = i.created_by`

export async function loadImport(ctx: Ctx, import_id: number): Promise<Stored> {
  const scope = scopeSql(ctx.reach, 'i', 2)
  const [row] = await planned<Stored>(ctx, `${rows} where i.import_id = $1 and (${scope.text})`, [
    import_id,
    scope.value,
  ])
  return row ?? notFound()
}

export async function listImports(ctx: Ctx, kind: Kind | null, cursor: string | undefined, limit: number) {
  const scope = scopeSql(ctx.reach, 'i', 1)
  const [at, id] = cursor === undefined ? [null, null] : decodeCursor(cursor, ['string', 'number'])
  if (at !== null && Number.isNaN(Date.parse(String(at)))) refuse('kernel.bad_cursor', 400)
  const found = await planned<Stored>(
    ctx,
    `${rows} where (${scope.text}) and ($2::text is null or i.kind = $2)
       and ($3::timestamptz is null or (i.created_at, i.import_id) < ($3, $4::bigint))
     order by i.created_at desc, i.import_id desc limit $5`,
    [scope.value, kind, at, id, limit + 1],
  )
  const items = found.slice(0, limit)
  const last = items.at(-1)
  return {
    items,
    next: found.length > limit && last ? encodeCursor([last.created_at, last.import_id]) : null,
  }
}

/** Nothing runs on it and nothing was written by it: it may be changed, sent again, forgotten. */
export const idle: readonly ImportState[] = ['uploading', 'uploaded', 'previewed', 'failed', 'cancelled']
export const underWay: readonly ImportState[] = ['previewing', 'waiting', 'running']

export function mustBe(row: Stored, states: readonly ImportState[]): void {
  if (!states.includes(row.state)) refuse('imports.wrong_state', 409, { state: row.state })
}

/** A conditional write: whoever came between has changed the version. */
export async function setImport(
  ctx: Ctx,
  row: Stored,
  set: Partial<Record<keyof Stored, unknown>>,
): Promise<void> {
  const names = Object.keys(set)
  const values = Object.values(set).map((value) =>
    value !== null && typeof value === 'object' && !(value instanceof Date) && !Buffer.isBuffer(value)
      ? JSON.stringify(value)
      : value,
  )
  const done = await planned<{ version: number }>(
    ctx,
    `update import set ${names.map((name, i) => `${name} = $${i + 3}`).join(', ')}, version = version + 1
     where import_id = $1 and version = $2 returning version`,
    [row.import_id, row.version, ...values],
  )
  if (done.length === 0) refuse('kernel.version_changed', 412, { version: row.version })
}
