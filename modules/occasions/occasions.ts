import { record } from '../../kernel/audit.ts'
import { atomically, type Ctx, expectVersion, planned } from '../../kernel/ctx.ts'
import { notFound, refuse } from '../../kernel/refuse.ts'
import { masked } from '../../kernel/scope.ts'
import { reachParty } from '../parties/party.ts'
import type { PresencePart } from '../presence/parts.ts'
import { isDay, lunarOf, nextOf, solarOf, todayIn } from './calendar.ts'
import type { Occasion, OccasionPatch, OccasionWrite } from './contract.ts'
import { slotOf, type Yearly } from './rules.ts'

// More than a person remembers: a table of another system put into one party by mistake.
const MOST = 200

export type Stored = Yearly & {
  occasion_id: number
  party_id: number
  kind: Occasion['kind']
  label: string
  remind_days: number | null
  note: string
  version: number
}
export const columns =
  'o.occasion_id, o.party_id, o.kind, o.label, o.calendar, o.year, o.month, o.day, o.leap, o.remind_days, o.note, o.version'

export function present({ occasion_id, ...row }: Stored, today: string): Occasion {
  const next = nextOf(row, today)
  const known = row.year !== null
  const solar = !known
    ? null
    : row.calendar === 'solar'
      ? `${row.year}-${String(row.month).padStart(2, '0')}-${String(row.day).padStart(2, '0')}`
      : solarOf({ ...row, year: row.year! })
  const { month, day, leap } = row
  return {
    id: occasion_id,
    ...row,
    solar,
    lunar:
      solar === null
        ? null
        : row.calendar === 'lunar'
          ? { year: row.year!, month, day, leap }
          : lunarOf(solar),
    due: row.remind_days !== null && next.days <= row.remind_days,
    next,
  }
}

type OfParty = { params: { id: number } }
type One = { params: { id: number; occasion_id: number } }
const todayOf = (ctx: Ctx) => todayIn(ctx.zone, ctx.now)

/** A role may have birthdays withheld: for it they are not there. `o` is the table. */
export const seenSql = (ctx: Ctx): string => (masked(ctx, 'birthday') ? `o.kind <> 'birthday'` : 'true')
const withheld = (ctx: Ctx, { kind }: Pick<Stored, 'kind'>): boolean =>
  kind === 'birthday' && masked(ctx, 'birthday')

export async function ofParty(
  ctx: Ctx,
  { params }: OfParty,
): Promise<{ items: Occasion[]; withheld: number }> {
  await reachParty(ctx, params.id)
  const rows = await planned<Stored>(
    ctx,
    `select ${columns} from occasion o where party_id = $1 order by occasion_id limit ${MOST}`,
    [params.id],
  )
  const today = todayOf(ctx)
  const seen = rows.filter((row) => !withheld(ctx, row))
  const items = seen.map((row) => present(row, today))
  return {
    withheld: rows.length - seen.length,
    items: items.sort((a, b) => a.next.days - b.next.days || a.id - b.id),
  }
}

type Fields = Omit<Stored, 'occasion_id' | 'party_id' | 'version'>
function checked(given: Fields): Fields & { slot: number } {
  const label = given.label.trim()
  if (given.kind === 'other' && label === '') refuse('occasions.label_missing', 422)
  if (!isDay(given)) {
    const { calendar, year, month, day, leap } = given
    refuse('occasions.no_such_day', 422, { calendar, year, month, day, leap })
  }
  return { ...given, label, note: given.note.trim(), slot: slotOf(given) }
}

const fields = [
  'kind',
  'label',
  'calendar',
  'year',
  'month',
  'day',
  'leap',
  'remind_days',
  'note',
  'slot',
] as const

async function reachLive(ctx: Ctx, id: number): Promise<void> {
  const party = await reachParty(ctx, id, true)
  if (!party.live) refuse('parties.in_trash', 409)
}

export const add = (ctx: Ctx, { params, body }: OfParty & { body: OccasionWrite }): Promise<Occasion> =>
  atomically(ctx, async (ctx) => {
    await reachLive(ctx, params.id)
    if (withheld(ctx, body)) refuse('occasions.birthday_withheld', 403)
    const row = checked({ label: '', year: null, leap: false, remind_days: 7, note: '', ...body })
    const [had] = await planned<{ n: number }>(
      ctx,
      'select count(*) as n from occasion where party_id = $1',
      [params.id],
    )
    if (had!.n >= MOST) refuse('occasions.too_many', 409, { most: MOST })
    const occasion_id = await ctx.house.ids.next()
    const [stored] = await planned<Stored>(
      ctx,
      `insert into occasion as o (party_id, home_party_id, occasion_id, created_by, created_at, ${fields.join(', ')})
       values ($1, $1, $2, $3, $4, ${fields.map((_, i) => `$${i + 5}`).join(', ')}) returning ${columns}`,
      [
        params.id,
        occasion_id,
        ctx.who.kind === 'user' ? ctx.who.id : null,
        ctx.now,
        ...fields.map((field) => row[field]),
      ],
    )
    await record(ctx, {
      action: 'occasions.added',
      subject: 'occasion',
      subject_id: occasion_id,
      party_id: params.id,
    })
    return present(stored!, todayOf(ctx))
  })

async function load(ctx: Ctx, { params }: One): Promise<Stored> {
  await reachLive(ctx, params.id)
  const [row] = await planned<Stored>(
    ctx,
    `select ${columns} from occasion o where party_id = $1 and occasion_id = $2 and ${seenSql(ctx)} for update`,
    [params.id, params.occasion_id],
  )
  return row ?? notFound()
}

export const change = (ctx: Ctx, { params, body }: One & { body: OccasionPatch }): Promise<Occasion> =>
  atomically(ctx, async (ctx) => {
    const before = await load(ctx, { params })
    expectVersion(ctx, before.version)
    // The solar calendar has no leap months: whoever changes over to it need not say so.
    const solar = body.calendar === 'solar' ? { leap: false } : {}
    const after = checked({ ...before, ...solar, ...body })
    if (withheld(ctx, after)) refuse('occasions.birthday_withheld', 403)
    const changed = fields.filter((field) => field !== 'slot' && after[field] !== before[field])
    const [row] = await planned<Stored>(
      ctx,
      `update occasion as o set version = version + 1, ${fields.map((field, i) => `${field} = $${i + 3}`).join(', ')}
       where party_id = $1 and occasion_id = $2 returning ${columns}`,
      [params.id, params.occasion_id, ...fields.map((field) => after[field])],
    )
    await record(ctx, {
      action: 'occasions.changed',
      subject: 'occasion',
      subject_id: params.occasion_id,
      party_id: params.id,
      was: Object.fromEntries(changed.map((field) => [field, before[field as keyof Stored]])),
    })
    return present(row!, todayOf(ctx))
  })

export const remove = (ctx: Ctx, { params }: One): Promise<void> =>
  atomically(ctx, async (ctx) => {
    const { occasion_id, party_id, version: _, ...was } = await load(ctx, { params })
    await planned(ctx, 'delete from occasion where party_id = $1 and occasion_id = $2', [
      party_id,
      occasion_id,
    ])
    await record(ctx, {
      action: 'occasions.removed',
      subject: 'occasion',
      subject_id: occasion_id,
      party_id,
      was,
    })
  })

export const datesEdited: PresencePart = {
  kind: 'occasions',
  subject: 'occasion',
  sees: 'occasions:read',
  writes: 'occasions:write',
  there: (ctx) => ({
    text: `exists (select from occasion o where o.party_id = p.party_id and o.occasion_id = x.id and ${seenSql(ctx)})`,
    values: [],
  }),
  went: (ctx) => ({
    text: masked(ctx, 'birthday') ? `a.payload ->> 'kind' <> 'birthday'` : 'true',
    values: [],
  }),
}
