import { type Ctx, planned } from '../../kernel/ctx.ts'
import { decodeCursor, encodeCursor } from '../../kernel/cursor.ts'
import { refuse } from '../../kernel/refuse.ts'
import { scopeSql } from '../../kernel/scope.ts'
import { slotsOf, todayIn } from './calendar.ts'
import type { Occasion, Upcoming } from './contract.ts'
import { columns, present, type Stored, seenSql } from './occasions.ts'

// Nothing is kept per day: the days of the window are turned into the slots that are kept on them, in both calendars,
// and those are looked up. So it is right in every zone and on every day without a nightly job.

type Asked = {
  cursor?: string
  limit?: number
  days?: number
  owner_id?: number
  kind?: Occasion['kind']
  due?: boolean
}
type Row = Stored & {
  on_day: string
  name: string
  party_kind: string
  owner_id: number | null
  owner_name: string | null
}

export async function upcoming(
  ctx: Ctx,
  { query }: { query: Asked },
): Promise<{ items: Upcoming[]; next: string | null; today: string }> {
  const limit = query.limit ?? 50
  const today = todayIn(ctx.zone, ctx.now)
  const after = query.cursor === undefined ? null : decodeCursor(query.cursor, ['string', 'number'])
  if (after && (!/^\d{4}-\d\d-\d\d$/.test(String(after[0])) || Number.isNaN(Date.parse(String(after[0])))))
    return refuse('kernel.bad_cursor', 400)
  const slots = slotsOf(today, query.days ?? 30)
  const scope = scopeSql(ctx.reach, 'p', 1)
  const rows = await planned<Row>(
    ctx,
    `select ${columns}, k.on_day::text as on_day, p.name, p.kind as party_kind, p.owner_id, u.name as owner_name
     from unnest($2::int[], $3::date[], $4::int[]) as k (slot, on_day, year)
     join occasion o on o.slot = k.slot and (o.year is null or o.year <= k.year)
     join party p on p.party_id = o.party_id and p.live and p.kind <> 'anonymous'
     left join app_user u on u.user_id = p.owner_id
     where ${scope.text} and ${seenSql(ctx)} and ($5::bigint is null or p.owner_id = $5) and ($6::text is null or o.kind = $6)
       and (not $7::boolean or k.on_day - $8::date <= o.remind_days)
       and ($9::date is null or (k.on_day, o.occasion_id) > ($9::date, $10::bigint))
     order by k.on_day, o.occasion_id limit $11`,
    [
      scope.value,
      slots.map(({ slot }) => slot),
      slots.map(({ on }) => on),
      slots.map(({ year }) => year),
      query.owner_id ?? null,
      query.kind ?? null,
      query.due ?? false,
      today,
      after?.[0] ?? null,
      after?.[1] ?? null,
      limit + 1,
    ],
  )
  const page = rows.slice(0, limit)
  const last = rows.length > limit ? page.at(-1)! : null
  return {
    items: page.map(({ on_day: _, name, party_kind, owner_id, owner_name, ...stored }) => ({
      ...present(stored, today),
      party: { id: stored.party_id, name, kind: party_kind },
      owner: owner_id === null ? null : { id: owner_id, name: owner_name ?? '' },
    })),
    next: last && encodeCursor([last.on_day, last.occasion_id]),
    today,
  }
}
