import { record } from '../../../kernel/audit.ts'
import { atomically, type Ctx, expectVersion, planned, unaudited } from '../../../kernel/ctx.ts'
import { notFound, Refusal, refuse } from '../../../kernel/refuse.ts'
import { reachOf } from '../../../kernel/scope.ts'
import type { View, ViewPatch, ViewState, ViewWrite } from '../contract.ts'
import { fieldsSeen } from '../fields/catalogue.ts'
import { readFilter, unitsBelow } from '../filter/resolve.ts'

// A view says what is asked and how it is shown; whose rows answer is decided when it is asked, for whoever asks.

const MOST = 200
type Row = Omit<View, 'owner' | 'unit' | 'mine' | 'may_change' | 'blocked' | 'id'> & {
  view_id: number
  owner_id: number
  owner_name: string | null
  unit_id: number | null
  unit_name: string | null
}
type ById = { params: { id: number } }

const shown = `
  select v.view_id, v.name, v.owner_id, o.name as owner_name, v.shared, v.unit_id, n.name as unit_name,
    coalesce(m.pinned, v.pinned) as pinned, coalesce(m.first, false) as first, v.state, v.version, v.created_at, v.updated_at
  from saved_view v left join app_user o on o.user_id = v.owner_id left join unit n on n.unit_id = v.unit_id
  left join view_mark m on m.view_id = v.view_id and m.user_id = $1`
/** Whoever works in the unit or below it. */
const visible = `(v.owner_id = $1 or v.shared = 'everyone' or (v.shared = 'unit' and v.unit_id in (
  with recursive up as (
    select unit_id, parent_id from unit where unit_id = $2
    union select u.unit_id, u.parent_id from unit u join up on u.unit_id = up.parent_id
  ) select unit_id from up)))`

/** Who is not a person has no views of their own, and sees what is shared. */
const personOf = ({ who }: Ctx): number => (who.kind === 'user' ? who.id : 0)
const mustBePerson = (ctx: Ctx): number => personOf(ctx) || refuse('parties.view_needs_person', 403)

export async function views(ctx: Ctx): Promise<{ items: View[] }> {
  const rows = await planned<Row>(
    ctx,
    `${shown} where ${visible} order by v.position, v.shared <> 'private', v.view_id`,
    [personOf(ctx), ctx.who.unit_id],
  )
  return { items: await Promise.all(rows.map((row) => told(ctx, row))) }
}

export async function sharedViews(ctx: Ctx): Promise<{ items: View[] }> {
  const units = ctx.reach.kind === 'units' ? ctx.reach.unit_ids : null
  const own = ctx.reach.kind === 'own'
  const rows = await planned<Row>(
    ctx,
    `${shown} where v.shared <> 'private' and ($2::bigint[] is null or v.unit_id = any($2)) and (not $3::boolean or v.owner_id = $1)
     order by v.view_id`,
    [personOf(ctx), units, own],
  )
  return { items: await Promise.all(rows.map((row) => told(ctx, row))) }
}

export const view = async (ctx: Ctx, { params }: ById): Promise<View> =>
  told(ctx, await rowOf(ctx, params.id))

async function rowOf(ctx: Ctx, id: number): Promise<Row> {
  const [row] = await planned<Row>(ctx, `${shown} where v.view_id = $3 and ${visible}`, [
    personOf(ctx),
    ctx.who.unit_id,
    id,
  ])
  return row ?? notFound()
}

const maySteer = (ctx: Ctx, { shared }: Pick<Row, 'shared'>): boolean =>
  shared !== 'private' && reachOf(ctx.who, 'views:share')?.kind === 'all'

async function told(ctx: Ctx, row: Row): Promise<View> {
  const { view_id, owner_id, owner_name, unit_id, unit_name, ...rest } = row
  const mine = owner_id === personOf(ctx)
  const { state, blocked } = await seenState(ctx, row.state)
  return {
    ...rest,
    id: view_id,
    owner: { id: owner_id, name: owner_name ?? '' },
    unit: unit_id === null ? null : { id: unit_id, name: unit_name ?? '' },
    mine,
    may_change: mine || maySteer(ctx, row),
    state,
    blocked,
    created_at: new Date(row.created_at).toISOString(),
    updated_at: new Date(row.updated_at).toISOString(),
  }
}

const UNSEEN: ReadonlySet<string> = new Set(['parties.filter_field', 'parties.filter_withheld'])
const NOTHING = { kind: null, country: null, owner: null, unit_id: null } as const
const CUSTOM = /^-?fields\./

/** Without what its reader's role does not see: neither the name of such a field nor what it is compared with. */
async function seenState(
  ctx: Ctx,
  { filter, ...state }: ViewState,
): Promise<{ state: ViewState; blocked: boolean }> {
  const seen = new Set((await fieldsSeen(ctx)).map(({ key }) => `fields.${key}`))
  const known = (key: string) => !CUSTOM.test(key) || seen.has(key.replace('-', ''))
  const columns = state.columns?.filter(known)
  const rest: ViewState = { ...state, ...(columns ? { columns } : {}) }
  if (rest.sort && !known(rest.sort)) delete rest.sort
  if (filter === undefined) return { state: rest, blocked: false }
  const blocked = await isBlocked(ctx, filter)
  return { state: blocked ? rest : { ...rest, filter }, blocked }
}

async function isBlocked(ctx: Ctx, filter: string): Promise<boolean> {
  try {
    await readFilter(ctx, filter, NOTHING)
    return false
  } catch (error) {
    if (error instanceof Refusal) return UNSEEN.has(error.code)
    throw error
  }
}

/** As far as one's role may share: with a unit of its reach, with everyone only where that is everyone. */
async function mustShare(ctx: Ctx, shared: View['shared'], unit_id: number | null): Promise<void> {
  if (shared === 'private') return
  const reach = reachOf(ctx.who, 'views:share')
  if (!reach || reach.kind === 'own') return refuse('parties.view_share', 403, { shared })
  if (shared === 'everyone') {
    if (reach.kind !== 'all') refuse('parties.view_share', 403, { shared })
    return
  }
  if (unit_id === null || (await unitsBelow(ctx, unit_id)).length === 0)
    return refuse('parties.bad_unit', 422)
  if (reach.kind === 'units' && !reach.unit_ids.includes(unit_id))
    refuse('parties.view_share', 403, { shared })
}

/** Nobody saves for others what they may not ask themselves. */
const mustAsk = async (ctx: Ctx, { filter }: ViewState): Promise<void> => {
  if (filter !== undefined) await readFilter(ctx, filter, NOTHING)
}

export const createView = async (ctx: Ctx, { body }: { body: ViewWrite }): Promise<View> => {
  const owner_id = mustBePerson(ctx)
  const shared = body.shared ?? 'private'
  const unit_id = shared === 'unit' ? (body.unit_id ?? ctx.who.unit_id) : null
  await mustShare(ctx, shared, unit_id)
  await mustAsk(ctx, body.state)
  return atomically(ctx, async (ctx) => {
    const id = await ctx.house.ids.next()
    const rows = await planned(
      ctx,
      `insert into saved_view (view_id, list, name, owner_id, shared, unit_id, pinned, state, created_at, updated_at)
       select $1, 'customers', $2, $3, $4, $5, $6, $7, $8, $8
       where (select count(*) from saved_view where owner_id = $3) < ${MOST} returning view_id`,
      [
        id,
        body.name.trim(),
        owner_id,
        shared,
        unit_id,
        body.pinned ?? true,
        JSON.stringify(body.state),
        ctx.now,
      ],
    )
    if (rows.length === 0) return refuse('parties.view_too_many', 422, { most: MOST })
    await record(ctx, { action: 'views.created', subject: 'view', subject_id: id, event: false })
    return told(ctx, await rowOf(ctx, id))
  })
}

export const patchView = async (ctx: Ctx, { params, body }: ById & { body: ViewPatch }): Promise<View> => {
  mustBePerson(ctx)
  const before = await mustChange(ctx, params.id)
  expectVersion(ctx, before.version)
  const shared = body.shared ?? before.shared
  const wanted = body.unit_id === undefined ? before.unit_id : body.unit_id
  const unit_id = shared === 'unit' ? (wanted ?? ctx.who.unit_id) : null
  if (shared !== before.shared || unit_id !== before.unit_id) await mustShare(ctx, shared, unit_id)
  if (body.state) await mustAsk(ctx, body.state)
  const next = {
    name: body.name?.trim() ?? before.name,
    shared,
    unit_id,
    pinned: body.pinned ?? before.kept_pinned,
    state: body.state ?? before.state,
  }
  const was = changed({ ...before, pinned: before.kept_pinned }, next)
  if (Object.keys(was).length === 0) return told(ctx, await rowOf(ctx, params.id))
  return atomically(ctx, async (ctx) => {
    const rows = await planned(
      ctx,
      `update saved_view set name = $3, shared = $4, unit_id = $5, pinned = $6, state = $7, version = version + 1, updated_at = $8
       where view_id = $1 and version = $2 returning view_id`,
      [
        params.id,
        before.version,
        next.name,
        shared,
        unit_id,
        next.pinned,
        JSON.stringify(next.state),
        ctx.now,
      ],
    )
    if (rows.length === 0) return refuse('kernel.version_changed', 412, { version: before.version })
    await record(ctx, { action: 'views.changed', subject: 'view', subject_id: params.id, was, event: false })
    return told(ctx, await rowOf(ctx, params.id))
  })
}

type Kept = Row & { kept_pinned: boolean }
const fields = ['name', 'shared', 'unit_id', 'pinned', 'state'] as const
const changed = (before: Record<(typeof fields)[number], unknown>, next: Record<string, unknown>) =>
  Object.fromEntries(
    fields
      .filter((key) => JSON.stringify(before[key]) !== JSON.stringify(next[key]))
      .map((key) => [key, before[key]]),
  )

/** One's own, or somebody's shared one where one looks after all that is shared. */
async function mustChange(ctx: Ctx, id: number): Promise<Kept> {
  const row = await rowOf(ctx, id)
  if (row.owner_id !== personOf(ctx) && !maySteer(ctx, row))
    return refuse('parties.view_not_yours', 403, { owner: row.owner_name ?? '' })
  const [kept] = await planned<{ kept_pinned: boolean }>(
    ctx,
    'select pinned as kept_pinned from saved_view where view_id = $1',
    [id],
  )
  return { ...row, ...(kept ?? notFound()) }
}

export const removeView = async (ctx: Ctx, { params }: ById): Promise<void> => {
  mustBePerson(ctx)
  const before = await mustChange(ctx, params.id)
  expectVersion(ctx, before.version)
  const { name, shared, unit_id, state, owner_id } = before
  await atomically(ctx, async (ctx) => {
    await planned(ctx, 'delete from view_mark where view_id = $1', [params.id])
    const rows = await planned(
      ctx,
      'delete from saved_view where view_id = $1 and version = $2 returning view_id',
      [params.id, before.version],
    )
    if (rows.length === 0) return refuse('kernel.version_changed', 412, { version: before.version })
    const was = { name, shared, unit_id, state, owner_id }
    return record(ctx, { action: 'views.removed', subject: 'view', subject_id: params.id, was, event: false })
  })
}

/** One's own order of tabs changes nothing for anybody. */
export const markView = async (
  ctx: Ctx,
  { params, body }: ById & { body: { pinned?: boolean; first?: boolean } },
): Promise<View> => {
  const user_id = mustBePerson(ctx)
  await rowOf(ctx, params.id)
  await unaudited(ctx, 'how one person’s own tabs stand', async (ctx) => {
    if (body.first === true)
      await planned(ctx, 'update view_mark set first = false where user_id = $1 and first', [user_id])
    await planned(
      ctx,
      `insert into view_mark (user_id, view_id, pinned, first) values ($1, $2, $3, coalesce($4, false))
       on conflict (user_id, view_id) do update set pinned = coalesce($3, view_mark.pinned), first = coalesce($4, view_mark.first)`,
      [user_id, params.id, body.pinned ?? null, body.first ?? null],
    )
  })
  return told(ctx, await rowOf(ctx, params.id))
}
