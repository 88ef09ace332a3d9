import { type Ctx, planned } from '../../../kernel/ctx.ts'
import { notFound } from '../../../kernel/refuse.ts'
import type { Input } from '../../../kernel/route.ts'
import { scopeSql } from '../../../kernel/scope.ts'
import { phrase } from '../../../kernel/text.ts'
import type { Bulk, BulkAction, BulkLeft, bulkRoutes } from '../contract.bulk.ts'
import { allFields, maySee } from '../fields/catalogue.ts'
import { partyNames, toldParty } from '../fields/values.ts'
import { bulkText } from '../text.bulk.ts'
import { text as fieldsText } from '../text.fields.ts'
import { customKey } from './custom.ts'
import { seeing } from './selection.ts'
import { type BulkRow, loadBulk, untilOf, wayBack, whyText } from './service.ts'

const SHOWN = 200

export async function bulkOf(ctx: Ctx, { params }: Input<(typeof bulkRoutes)['bulkGet']>): Promise<Bulk> {
  const row = await loadBulk(ctx, params.bulk_id)
  const { action, archived } = await toldAction(ctx, row.action)
  const way = wayBack(row, ctx.now)
  const next = archived ? null : way.next
  const why = archived ?? (way.why && phrase(bulkText[way.why as keyof typeof bulkText], ctx.locale))
  const { left, withheld } = row.refused > 0 ? await leftOf(ctx, row) : { left: [], withheld: 0 }
  const { selected, changed, unchanged, refused, gone, error } = row
  const iso = (at: string) => new Date(at).toISOString()
  return {
    id: row.bulk_id,
    direction: row.direction,
    of: row.of_bulk_id,
    action,
    target: await targetOf(ctx, row.action),
    state: row.state,
    run_id: row.run_id,
    selected,
    changed,
    unchanged,
    refused,
    gone,
    done: changed + unchanged + refused + gone,
    error: error && { code: error.code, message: ctx.locale === 'zh-CN' ? error.zh : error.en },
    by: row.created_by === null ? null : { id: row.created_by, name: row.by_name ?? '' },
    created_at: iso(row.created_at),
    finished_at: row.finished_at && iso(row.finished_at),
    undo: {
      next,
      why_not: why,
      until: untilOf(row).toISOString(),
      last: row.last_id === row.bulk_id ? null : row.last_id,
    },
    left,
    left_withheld: withheld,
  }
}

/** A field that the caller does not see is not there, nor is what was done to it; a reference is told as a name. */
async function toldAction(ctx: Ctx, action: BulkAction): Promise<{ action: BulkAction; archived?: string }> {
  const key = customKey(action)
  if (key === null || action.do !== 'set') return { action }
  const field = (await allFields(ctx)).find((one) => one.key === key)
  if (!field || !maySee(ctx, field)) return notFound()
  const said = { field: key }
  const archived = field.archived_at
    ? { archived: phrase(fieldsText['fields.unknown'], ctx.locale, said) }
    : {}
  if (field.kind !== 'party' || action.value === null) return { action, ...archived }
  const names = await partyNames({ ...ctx, reach: seeing(ctx) }, [Number(action.value)])
  return { action: { ...action, value: toldParty(action.value, names) }, ...archived }
}

async function targetOf(ctx: Ctx, action: BulkAction): Promise<string | null> {
  if (action.do === 'assign' && action.owner_id !== null)
    return nameOf(ctx, 'select name from app_user where user_id = $1', action.owner_id)
  if (action.do === 'unit') return nameOf(ctx, 'select name from unit where unit_id = $1', action.unit_id)
  return null
}
const nameOf = async (ctx: Ctx, text: string, id: number): Promise<string> =>
  (await planned<{ name: string }>(ctx, text, [id]))[0]?.name ?? ''

type Left = {
  id: number
  name: string | null
  why: string
  who: string | null
  actor_kind: string | null
  at: string | null
}

/** Named to those who reach them; of the others only that there are some. */
async function leftOf(
  ctx: Ctx,
  { bulk_id, refused }: BulkRow,
): Promise<{ left: BulkLeft[]; withheld: number }> {
  const scope = scopeSql(seeing(ctx), 'p', 2)
  const rows = await planned<Left>(
    ctx,
    `select r.id, p.name, r.why, coalesce(u.name, k.name) as who, a.actor_kind, a.at
     from party_bulk_slice s cross join lateral jsonb_to_recordset(s.refused) as r (id bigint, why text, by bigint)
     join party p on p.party_id = r.id and ${scope.text}
     left join audit a on r.by is not null and a.party_id = r.id and a.audit_id = r.by
     left join app_user u on a.actor_kind = 'user' and u.user_id = a.actor_id
     left join api_key k on a.actor_kind = 'key' and k.key_id = a.actor_id
     where s.bulk_id = $1 order by s.n, r.id limit ${SHOWN}`,
    [bulk_id, scope.value],
  )
  const left = rows.map(({ id, name, why, who, actor_kind, at }) => ({
    id,
    name: name ?? '',
    why,
    message: whyText(ctx, why),
    who: who ?? actor_kind,
    at: at && new Date(at).toISOString(),
  }))
  return { left, withheld: rows.length < SHOWN ? refused - rows.length : 0 }
}
