import type pg from 'pg'
import type { Ctx } from '../../../kernel/ctx.ts'
import { reaches, reachOf, scopeSql } from '../../../kernel/scope.ts'
import { type Locale, phrase } from '../../../kernel/text.ts'
import type { LeftRow } from '../contract.undo.ts'
import type { LeftWhy, UndoSubject } from '../rules.undo.ts'
import { columnText, undoText } from '../undo.text.ts'

// Rows that an undo leaves, with who touched them last and when: read off the audit. A row that the caller may not see
// is counted, and nothing of it is told.

type Row = {
  id: number
  subject: UndoSubject
  left_why: LeftWhy
  party_id: number | null
  name: string
  key: string | null
  at: string | null
  actor_kind: string | null
  actor_name: string | null
  later_id: number | null
  later_file: string | null
  later_unit: number | null
  later_by: number | null
}

/** Made once, beside the plan: in the order in which they are shown. */
export async function findLeft(tx: pg.ClientBase, ctx: Ctx): Promise<{ total: number; withheld: number }> {
  const reach = reachOf(ctx.who, 'parties:read')
  const scope = scopeSql(ctx.who.kind === 'system' ? { kind: 'all' } : (reach ?? NOBODY), 'p', 1)
  const may = (permission: string) => String(ctx.who.kind === 'system' || permission in ctx.who.grants)
  await tx.query(
    `create temp table undo_left on commit drop as
     select row_number() over (order by array_position(array['party', 'order', 'product', 'category'], x.subject), x.id) as n, x.*
     from (
       select r.id, r.subject, r.left_why, r.because, o.party_id as of_party, p.party_id,
         coalesce(case when r.subject = 'order' then r.image ->> 'number' else r.image ->> 'code' end, o.number, g.code) as key,
         coalesce(p.name, r.image -> 'party' ->> 'name', g.name, r.image ->> 'name', c.name, '') as name, p.kind = 'anonymous' as nobody,
         case r.subject when 'party' then ${may('parties:read')} and p.party_id is not null and (${scope.text})
           when 'order' then ${may('orders:read')} and p.party_id is not null and (p.kind = 'anonymous' or (${scope.text}))
           else ${may('products:read')} end as visible
       from undo_row r
       left join order_key k on r.subject = 'order' and k.order_id = r.id
       left join orders o on o.party_id = k.party_id and o.order_id = k.order_id
       left join party p on p.party_id = case r.subject when 'party' then r.id when 'order' then coalesce(o.party_id, (r.image ->> 'party_id')::bigint) end
       left join product g on r.subject = 'product' and g.product_id = r.id
       left join category c on r.subject = 'category' and c.category_id = r.id
       where r.left_why is not null and r.subject <> 'anonymous'
     ) x`,
    [scope.value],
  )
  const { rows } = await tx.query<{ total: number; withheld: number }>(
    'select count(*) as total, count(*) filter (where not visible) as withheld from undo_left',
  )
  await tx.query('create index on undo_left (n); analyze undo_left')
  return rows[0]!
}
const NOBODY = { kind: 'own', user_id: 0 } as const

// Who touched it: of a party also what hangs on it. Where another row holds it, whoever wrote that.
const leftText = `
select l.id, l.subject, l.left_why, l.n, case when l.subject = 'party' then l.id when not coalesce(l.nobody, false) then l.party_id end as party_id,
  case when l.nobody then '' else l.name end as name, l.key, a.at, a.actor_kind, coalesce(u.name, k.name) as actor_name,
  i.import_id as later_id, i.file_name as later_file, i.unit_id as later_unit, i.created_by as later_by
from undo_left l
cross join lateral (select case when l.because is null or l.because = l.id then l.id else l.because end as id) t
left join order_key ok on ok.order_id = t.id
left join lateral (
  select a.* from audit a
  where l.left_why not in ('out_of_scope', 'lacks')
    and (case when l.subject = 'party' and t.id = l.id then a.party_id = l.id and (l.left_why = 'held' or a.subject in ('party', 'contact_point', 'party_role', 'external_id'))
         else a.party_id = any(array[0, t.id, ok.party_id, l.of_party]) and a.subject_id = t.id and a.subject in ('order', 'party', 'product') end)
  order by a.at desc, a.audit_id desc limit 1
) a on true
left join app_user u on a.actor_kind = 'user' and u.user_id = a.actor_id
left join api_key k on a.actor_kind = 'key' and k.key_id = a.actor_id
left join lateral (
  select c.import_id from import_change c join import since on since.import_id = c.import_id
  where l.left_why not in ('out_of_scope', 'lacks') and c.subject_id = t.id and c.import_id <> $1 and not c.undone
    and since.finished_at > (select finished_at from import where import_id = $1)
  order by since.finished_at desc limit 1
) later on true
left join import i on i.import_id = later.import_id
where l.visible and l.n > $2 order by l.n limit $3`

/** `after`: the last row of the page before. */
export async function leftPage(
  tx: pg.ClientBase,
  ctx: Ctx,
  import_id: number,
  after: number,
  limit: number,
): Promise<{ rows: LeftRow[]; last: number | null }> {
  const { rows } = await tx.query<Row & { n: number }>(leftText, [import_id, after, limit])
  return { rows: rows.map((row) => present(ctx, row)), last: rows.at(-1)?.n ?? null }
}

function present(ctx: Ctx, row: Row): LeftRow {
  const { id, subject, left_why, party_id, name, key, at } = row
  const mine = ctx.who.kind === 'system' ? ({ kind: 'all' } as const) : reachOf(ctx.who, 'imports:read')
  const later = row.later_id !== null && { unit_id: row.later_unit!, owner_id: row.later_by }
  return {
    subject,
    id,
    key,
    name,
    party_id: party_id ?? null,
    why: left_why,
    message: whyText(subject, left_why, ctx.locale),
    who: row.actor_kind && (row.actor_name ?? actorText(row.actor_kind, ctx.locale)),
    at,
    import: later && mine && reaches(mine, later) ? { id: row.later_id!, file_name: row.later_file! } : null,
  }
}

function whyText(subject: UndoSubject, why: LeftWhy, locale: Locale): string {
  const key =
    why === 'held' && subject === 'party' ? 'imports.left.held_party' : (`imports.left.${why}` as const)
  return phrase(undoText[key], locale)
}

const actorText = (kind: string, locale: Locale): string =>
  phrase(kind === 'cli' ? columnText.cli : kind === 'key' ? columnText.key_actor : columnText.system, locale)
