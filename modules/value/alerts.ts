import type { Static } from 'typebox'
import { record } from '../../kernel/audit.ts'
import { atomically, type Ctx, planned } from '../../kernel/ctx.ts'
import { decodeCursor, encodeCursor } from '../../kernel/cursor.ts'
import { notFound, refuse } from '../../kernel/refuse.ts'
import { scopeSql } from '../../kernel/scope.ts'
import type { Alert } from './contract.customer.ts'

// A core customer became overdue: told once per silence, to whoever reaches the customer.

type Told = Static<typeof Alert>
type Row = {
  alert_id: number
  party_id: number
  name: string
  owner_id: number | null
  owner_name: string | null
  at: string
  kind: 'core_overdue'
  value_minor: number | null
  silent_days: number
  usual_days: number
  state: Told['state']
  done_at: string | null
}
const rowText = `select a.alert_id, a.party_id, l.name, l.owner_id, u.name as owner_name, a.at, a.kind, a.value_minor, a.silent_days,
    a.usual_days, a.state, a.done_at
  from value_alert a join party_listed l on l.party_id = a.party_id left join app_user u on u.user_id = l.owner_id where l.live`

const present = ({ alert_id, party_id, name, owner_id, owner_name, ...row }: Row): Told => ({
  id: alert_id,
  party: { id: party_id, name },
  owner: owner_id === null ? null : { id: owner_id, name: owner_name ?? '' },
  ...row,
  usual_days: Math.round(row.usual_days * 10) / 10,
})

type Asked = { cursor?: string; limit?: number; state?: Told['state'] }

export async function alerts(ctx: Ctx, { query }: { query: Asked }) {
  const limit = query.limit ?? 50
  const scope = scopeSql(ctx.reach, 'l', 1)
  let [at, id]: [string | null, number | null] = [null, null]
  if (query.cursor !== undefined) {
    const [when, last] = decodeCursor(query.cursor, ['string', 'number'])
    if (!/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(String(when)) || Number.isNaN(Date.parse(String(when))))
      return refuse('kernel.bad_cursor', 400)
    ;[at, id] = [String(when), Number(last)]
  }
  const rows = await planned<Row>(
    ctx,
    `${rowText} and ${scope.text} and ($2::text is null or a.state = $2) and ($3::timestamptz is null or (a.at, a.alert_id) < ($3, $4::bigint))
     order by a.at desc, a.alert_id desc limit $5`,
    [scope.value, query.state ?? null, at, id, limit + 1],
  )
  const page = rows.slice(0, limit)
  const last = rows.length > limit ? page.at(-1)! : null
  return { items: page.map(present), next: last && encodeCursor([last.at, last.alert_id]) }
}

export async function openCount(ctx: Ctx): Promise<number> {
  const scope = scopeSql(ctx.reach, 'l', 1)
  const [row] = await planned<{ n: number }>(
    ctx,
    `select count(*) as n from value_alert a join party_listed l on l.party_id = a.party_id where l.live and a.state = 'open' and ${scope.text}`,
    [scope.value],
  )
  return row!.n
}

export const endAlert = (ctx: Ctx, { params }: { params: { id: number } }): Promise<Told> =>
  atomically(ctx, async (ctx) => {
    const scope = scopeSql(ctx.reach, 'l', 2)
    const [row] = await planned<Row>(ctx, `${rowText} and a.alert_id = $1 and ${scope.text}`, [
      params.id,
      scope.value,
    ])
    if (!row) return notFound()
    await planned(
      ctx,
      `update value_alert set state = 'done', done_at = $3, done_by = $4 where party_id = $1 and alert_id = $2 and state = 'open'`,
      [row.party_id, params.id, ctx.now, ctx.who.id],
    )
    await record(ctx, {
      action: 'value.alert_done',
      subject: 'value_alert',
      subject_id: params.id,
      party_id: row.party_id,
      was: { state: row.state },
    })
    const [after] = await planned<Row>(ctx, `${rowText} and a.alert_id = $1 and a.party_id = $2`, [
      params.id,
      row.party_id,
    ])
    return present(after!)
  })

// The first run of a large company finds thousands: the most valuable are told first, the others by the runs after it.
const TOLD_MOST = 500

/**
 * After figures changed: alerts for core customers who are overdue and were not told of in this silence; those who
 * ordered again are over. In the writer's transaction. `parties` null: everybody. unscoped: written for everybody
 */
export async function tellOverdue(
  ctx: Ctx,
  snapshot_id: number,
  parties: readonly number[] | null,
): Promise<number> {
  if (!ctx.tx) throw new Error('tellOverdue() outside a transaction')
  const some = parties ? 'and v.party_id = any($3::bigint[])' : 'and $3::bigint[] is null'
  const told = await planned<{ alert_id: number; party_id: number }>(
    ctx,
    `insert into value_alert (party_id, kind, state, at, value_minor, currency, last_on, silent_days, usual_days)
     select v.party_id, 'core_overdue', 'open', $2, v.value_minor, v.currency, v.last_on, v.as_of - v.last_on, coalesce(v.usual_days, 0)
     from customer_value v where v.snapshot_id = $1 and v.core and v.overdue ${some}
       and not exists (select from value_alert a where a.party_id = v.party_id and a.kind = 'core_overdue' and a.last_on = v.last_on)
     order by v.value_minor desc limit ${TOLD_MOST}
     on conflict (party_id, kind, last_on) do nothing returning alert_id, party_id`,
    [snapshot_id, ctx.now, parties],
  )
  await planned(
    ctx,
    `update value_alert a set state = 'over' from customer_value v
     where a.state = 'open' and v.party_id = a.party_id and v.snapshot_id = $1 and (v.last_on > a.last_on or not v.overdue)
       and ($2::bigint[] is null or v.party_id = any($2))`,
    [snapshot_id, parties],
  )
  for (const { alert_id, party_id } of told)
    await record(ctx, {
      action: 'value.core_overdue',
      subject: 'value_alert',
      subject_id: alert_id,
      party_id,
    })
  return told.length
}
