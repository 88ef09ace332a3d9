import { record } from '../../kernel/audit.ts'
import { atomically, type Ctx, expectVersion, planned } from '../../kernel/ctx.ts'
import { refuse } from '../../kernel/refuse.ts'
import { reachOf } from '../../kernel/scope.ts'
import { createParty } from '../parties/create.ts'
import { reachParty } from '../parties/party.ts'
import type { Tie, TiePatch, TieWrite } from './contract.ts'
import { MOST, oneOf, present, type Stored, seen, standsOver, todayOf } from './read.ts'
import { ends, otherSide, type Side, sideOf } from './rules.ts'

type Fields = Pick<
  Stored,
  'title' | 'department' | 'relation' | 'since' | 'until' | 'is_primary' | 'source' | 'note'
>
const fields = ['title', 'department', 'relation', 'since', 'until', 'is_primary', 'source', 'note'] as const

function checked(given: Fields): Fields {
  if (given.since !== null && given.until !== null && given.until < given.since)
    refuse('ties.bad_period', 422, { since: given.since, until: given.until })
  for (const day of [given.since, given.until])
    if (day !== null && (day < '1800-01-01' || day > '2200-01-01')) refuse('ties.bad_day', 422, { day })
  return {
    ...given,
    title: given.title.trim(),
    department: given.department.trim(),
    source: given.source.trim(),
    note: given.note.trim(),
  }
}

// Two writers could each close half a circle, or make two parents: ties of a tree go one at a time.
const LOCK = 7_261_122
const lockTrees = (ctx: Ctx) => planned(ctx, 'select pg_advisory_xact_lock($1::bigint)', [LOCK])

async function reachLive(ctx: Ctx, id: number): Promise<string> {
  const party = await reachParty(ctx, id)
  if (!party.live) refuse('parties.in_trash', 409)
  const [row] = await planned<{ kind: string }>(ctx, 'select kind from party where party_id = $1', [id])
  return row!.kind
}

type Other = { id: number; kind: string }
/** The other end: one that the caller sees, or one made for it with the caller's own right to create. */
async function otherOf(ctx: Ctx, body: TieWrite, wanted: 'person' | 'organisation'): Promise<Other> {
  if (body.create) {
    const reach = reachOf(ctx.who, 'parties:write') ?? refuse('ties.may_not_create', 403)
    const kind = body.create.kind ?? wanted
    const made = await createParty({ ...ctx, reach }, { body: { kind, name: body.create.name } })
    return { id: made.id, kind }
  }
  const scope = seen(ctx, 2)
  const [row] = await planned<Other>(
    ctx,
    `select p.party_id as id, p.kind from party p where p.party_id = $1 and p.live and p.kind <> 'anonymous' and ${scope.text}`,
    [body.other_id ?? null, scope.value],
  )
  return row ?? refuse('ties.unknown_other', 422, { other_id: body.other_id ?? null })
}

type OfParty = { params: { id: number } }
type One = { params: { id: number; tie_id: number } }

export const add = (ctx: Ctx, { params, body }: OfParty & { body: TieWrite }): Promise<Tie> =>
  atomically(ctx, async (ctx) => {
    const kind = await reachLive(ctx, params.id)
    const side = sideOf(body.kind, kind) ?? body.side ?? 'from'
    const other = await otherOf(ctx, body, ends[body.kind][otherSide(side)])
    if (ends[body.kind][side] !== kind || ends[body.kind][otherSide(side)] !== other.kind)
      refuse('ties.wrong_ends', 422, { kind: body.kind })
    if (other.id === params.id) refuse('ties.cycle', 422)
    await lockTrees(ctx)
    const { from, to } =
      side === 'from' ? { from: params.id, to: other.id } : { from: other.id, to: params.id }
    const row = checked({
      title: '',
      department: '',
      relation: null,
      since: null,
      until: null,
      is_primary: false,
      source: '',
      note: '',
      ...body,
    })
    await checkPlace(ctx, { kind: body.kind, from, to, until: row.until, tie_id: null })
    await checkRoom(ctx, [from, to])
    const tie_id = await ctx.house.ids.next()
    await insert(ctx, { tie_id, kind: body.kind, from, to }, row)
    if (row.is_primary) await onlyPrimary(ctx, from, tie_id)
    for (const party_id of [params.id, other.id])
      await record(ctx, {
        action: 'ties.added',
        subject: 'tie',
        subject_id: tie_id,
        party_id,
        ...(party_id === params.id ? {} : { event: false as const }),
      })
    return present(await oneOf(ctx, params.id, tie_id), todayOf(ctx))
  })

type Ends = { kind: Stored['kind']; from: number; to: number }

/** A tree has one parent per member and no circle; a person lives in one household; a job is not entered twice. */
async function checkPlace(
  ctx: Ctx,
  { kind, from, to, until, tie_id }: Ends & { until: string | null; tie_id: number | null },
): Promise<void> {
  if (until !== null && until < todayOf(ctx)) return
  const open = (party_id: number, side: Side) =>
    planned<{ other_id: number }>(
      ctx,
      `select other_id from tie where party_id = $1 and kind = $2 and side = $3
         and (until is null or until >= $4::date) and ($5::bigint is null or tie_id <> $5)`,
      [party_id, kind, side, todayOf(ctx), tie_id],
    )
  const up = await open(from, 'from')
  if (kind === 'works_at' && up.some(({ other_id }) => other_id === to)) refuse('ties.twice', 409)
  if (kind === 'subsidiary_of') {
    if (up.length > 0) refuse('ties.has_parent', 409)
    if (await standsOver(ctx, from, to)) refuse('ties.cycle', 422)
  }
  if (kind === 'household') {
    const elsewhere = [...up, ...(await open(to, 'from')), ...(await open(from, 'to'))]
    if (elsewhere.length > 0) refuse('ties.in_household', 409)
  }
}

async function checkRoom(ctx: Ctx, ids: readonly number[]): Promise<void> {
  const rows = await planned<{ n: number }>(
    ctx,
    'select count(*) as n from tie where party_id = any($1::bigint[]) group by party_id',
    [ids],
  )
  if (rows.some(({ n }) => n >= MOST)) refuse('ties.too_many', 409, { most: MOST })
}

const insert = (ctx: Ctx, { tie_id, kind, from, to }: Ends & { tie_id: number }, row: Fields) =>
  planned(
    ctx,
    `insert into tie (party_id, home_party_id, other_id, side, tie_id, kind, created_by, created_at, ${fields.join(', ')})
     select s.party_id, s.party_id, s.other_id, s.side, $3, $4, $5, $6, ${fields.map((_, i) => `$${i + 7}${casts[i]}`).join(', ')}
     from (values ($1::bigint, $2::bigint, 'from'), ($2::bigint, $1::bigint, 'to')) as s (party_id, other_id, side)`,
    [
      from,
      to,
      tie_id,
      kind,
      ctx.who.kind === 'user' ? ctx.who.id : null,
      ctx.now,
      ...fields.map((field) => row[field]),
    ],
  )
const casts = ['', '', '', '::date', '::date', '::boolean', '', '']

/** Of a person's organisations one is the first. */
const onlyPrimary = (ctx: Ctx, person: number, tie_id: number) =>
  planned(
    ctx,
    `update tie set is_primary = false, version = version + 1
     where is_primary and tie_id <> $2 and tie_id in (select tie_id from tie where party_id = $1 and kind = 'works_at' and side = 'from' and is_primary)`,
    [person, tie_id],
  )

export const change = (ctx: Ctx, { params, body }: One & { body: TiePatch }): Promise<Tie> =>
  atomically(ctx, async (ctx) => {
    await reachLive(ctx, params.id)
    await lockTrees(ctx)
    const before = await oneOf(ctx, params.id, params.tie_id)
    expectVersion(ctx, before.version)
    const after = checked({ ...before, ...body })
    const changed = fields.filter((field) => after[field] !== before[field])
    const { party_id, other_id, side, kind } = before
    const { from, to } = side === 'from' ? { from: party_id, to: other_id } : { from: other_id, to: party_id }
    if (changed.includes('until'))
      await checkPlace(ctx, { kind, from, to, until: after.until, tie_id: params.tie_id })
    await planned(
      ctx,
      `update tie set version = version + 1, ${fields.map((field, i) => `${field} = $${i + 2}`).join(', ')} where tie_id = $1`,
      [params.tie_id, ...fields.map((field) => after[field])],
    )
    if (after.is_primary) await onlyPrimary(ctx, from, params.tie_id)
    const was = Object.fromEntries(changed.map((field) => [field, before[field]]))
    await recordBoth(ctx, 'ties.changed', before, was)
    return present(await oneOf(ctx, params.id, params.tie_id), todayOf(ctx))
  })

export const remove = (ctx: Ctx, { params }: One): Promise<void> =>
  atomically(ctx, async (ctx) => {
    await reachLive(ctx, params.id)
    const before = await oneOf(ctx, params.id, params.tie_id)
    await planned(ctx, 'delete from tie where tie_id = $1', [params.tie_id])
    const { tie_id: _, party_id: __, other_name: ___, version: ____, ...was } = before
    await recordBoth(ctx, 'ties.removed', before, was)
  })

/** Both parties' histories tell it; those who listen hear it once. */
async function recordBoth(ctx: Ctx, action: string, { tie_id, party_id, other_id }: Stored, was: object) {
  for (const id of [party_id, other_id])
    await record(ctx, {
      action,
      subject: 'tie',
      subject_id: tie_id,
      party_id: id,
      was,
      ...(id === party_id ? {} : { event: false as const }),
    })
}
