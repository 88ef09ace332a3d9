import type { Entry } from '../../kernel/audit.ts'
import { atomically, type Ctx, planned } from '../../kernel/ctx.ts'
import { refuse } from '../../kernel/refuse.ts'
import type { Input, Output } from '../../kernel/route.ts'
import { phrase, type Words } from '../../kernel/text.ts'
import { companyOf } from '../access/company.ts'
import type { Loaded } from '../parties/party.ts'
import { loadParty } from '../parties/party.ts'
import { latestDay, rolesHeld } from '../parties/rules.ts'
import { changeParty, setFields } from '../parties/update.ts'
import { todayIn } from '../value/rules.ts'
import type { Claimed, pools } from './contract.ts'
import { mayClaim, seenPool, usage } from './pools.ts'
import { room } from './rules.ts'
import { allPools, type PoolRecord, poolFor } from './territory.ts'
import { text } from './text.ts'

// From the pool into somebody's hands, and back. unscoped: parties are changed inside changeParty, which has reached them

type Kind = 'claimed' | 'returned' | 'recycled'
type Move = { pool_id: number; kind: Kind; user_id: number; reason: string }

/** The owner's change as any other, which history can undo, with the move beside it. */
export async function moveParty(ctx: Ctx, before: Loaded, owner_id: number | null, move: Move) {
  const { after, was } = await setFields(ctx, before, { owner_id })
  const move_id = await ctx.house.ids.next()
  await planned(
    ctx,
    `insert into pool_move (party_id, move_id, home_party_id, pool_id, kind, user_id, reason, at) values ($1, $2, $1, $3, $4, $5, $6, $7)`,
    [before.party_id, move_id, move.pool_id, move.kind, move.user_id, move.reason, ctx.now],
  )
  await planned(ctx, 'delete from pool_warning where party_id = $1', [before.party_id])
  const entries: Omit<Entry, 'party_id'>[] = [
    { action: 'parties.updated', subject: 'party', subject_id: before.party_id, was },
    {
      action: `pools.${move.kind}`,
      subject: 'pool_move',
      subject_id: move_id,
      was: { pool_id: move.pool_id, user_id: move.user_id },
    },
  ]
  return { after, entries }
}

const rolesOf = (ctx: Ctx, party: Loaded) => rolesHeld(party.roles, latestDay(ctx.now))

class Nobody extends Error {}
class Not extends Error {
  readonly why: string
  readonly details: Record<string, unknown>
  constructor(why: string, details: Record<string, unknown> = {}) {
    super(why)
    this.why = why
    this.details = details
  }
}

export async function claim(ctx: Ctx, { params, body }: Input<typeof pools.claim>): Promise<Claimed> {
  const { pool, pools } = await seenPool(ctx, params.id)
  if (ctx.who.kind !== 'user') refuse('pools.not_a_person', 422)
  if (!pool.active) refuse('pools.not_active', 409)
  if (!mayClaim(ctx, pool)) refuse('pools.not_yours', 403)
  const answer: Claimed = { claimed: [], refused: [] }
  try {
    await atomically(ctx, async (ctx) => {
      // Two windows of one person must not claim past a cap.
      await planned(ctx, 'select pg_advisory_xact_lock(7261153, $1::int)', [ctx.who.id % 2_000_000_000])
      const used = await usage(ctx, pool, pools, ctx.who.id)
      for (const id of [...new Set(body.party_ids)])
        try {
          const full = room(pool, {
            claimed: used.claimed + answer.claimed.length,
            holding: used.holding + answer.claimed.length,
          })
          if (full && full.left === 0) throw new Not(full.by, { cap: pool[full.by], days: pool.claim_days })
          await claimOne(ctx, pool, pools, id)
          answer.claimed.push(id)
        } catch (error) {
          answer.refused.push({ id, ...told(ctx, error) })
        }
      if (answer.claimed.length === 0) throw new Nobody()
    })
  } catch (error) {
    if (!(error instanceof Nobody)) throw error
  }
  return answer
}

function told(ctx: Ctx, error: unknown): { code: string; message: string } {
  if (error instanceof Not) {
    const code = `pools.why.${error.why}`
    return { code, message: phrase((text as Words)[code]!, ctx.locale, error.details) }
  }
  const code = (error as { code?: string }).code
  // Out of reach and absent are told alike.
  if (code === 'kernel.not_found' || code === 'parties.in_trash' || code === 'parties.erased')
    return { code: 'pools.why.not_here', message: phrase(text['pools.why.not_here'], ctx.locale) }
  throw error
}

async function claimOne(ctx: Ctx, pool: PoolRecord, pools: readonly PoolRecord[], id: number): Promise<void> {
  const until = await coolUntil(ctx, pool, id)
  await changeParty({ ...ctx, if_match: null }, id, async (ctx, before) => {
    if (before.owner_id !== null) throw new Not('owned')
    const place = poolFor(pools, { unit_id: before.unit_id, roles: rolesOf(ctx, before) })
    if (place?.pool_id !== pool.pool_id) throw new Not('not_here')
    if (until) throw new Not('cooldown', { day: until })
    return moveParty(ctx, before, ctx.who.id, {
      pool_id: pool.pool_id,
      kind: 'claimed',
      user_id: ctx.who.id,
      reason: '',
    })
  })
}

/** The day from which who had the customer before may claim them again; null: now. */
async function coolUntil(ctx: Ctx, { cooldown_days }: PoolRecord, party_id: number): Promise<string | null> {
  if (cooldown_days === 0) return null
  const [last] = await planned<{ until: string }>(
    ctx,
    `select (max(at) + $3 * interval '1 day')::date::text as until from pool_move
     where party_id = $1 and user_id = $2 and kind in ('returned', 'recycled') having max(at) + $3 * interval '1 day' > $4::timestamptz`,
    [party_id, ctx.who.id, cooldown_days, ctx.now],
  )
  return last?.until ?? null
}

type Of = Output<typeof pools.ofParty>
export async function giveBack(ctx: Ctx, { params, body }: Input<typeof pools.giveBack>): Promise<Of> {
  const pools = await allPools(ctx)
  await changeParty({ ...ctx, if_match: null }, params.id, async (ctx, before) => {
    if (before.owner_id === null || before.owner_id !== ctx.who.id || ctx.who.kind !== 'user')
      refuse('pools.not_owner', 403)
    const pool = poolFor(pools, { unit_id: before.unit_id, roles: rolesOf(ctx, before) })
    if (!pool) return refuse('pools.no_pool', 422)
    return moveParty(ctx, before, null, {
      pool_id: pool.pool_id,
      kind: 'returned',
      user_id: ctx.who.id,
      reason: body.reason.trim(),
    })
  })
  return ofParty(ctx, params.id)
}

export async function ofParty(ctx: Ctx, id: number): Promise<Of> {
  const party = await loadParty(ctx, id)
  const { time_zone } = await companyOf(ctx)
  const today = todayIn(time_zone, ctx.now)
  const pool = party.live
    ? poolFor(await allPools(ctx), { unit_id: party.unit_id, roles: rolesOf(ctx, party) })
    : null
  const [warning] = await planned<{ due_on: string; days_left: number; because: 'no_order' | 'no_change' }>(
    ctx,
    `select due_on::text as due_on, greatest(0, due_on - $2::date) as days_left, because from pool_warning where party_id = $1 and owner_id = $3`,
    [id, today, party.owner_id],
  )
  return {
    pool: pool && { id: pool.pool_id, name: pool.name },
    claimable: pool !== null && party.owner_id === null && mayClaim(ctx, pool),
    due_on: warning?.due_on ?? null,
    days_left: warning?.days_left ?? null,
    because: warning?.because ?? null,
  }
}
