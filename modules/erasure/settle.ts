import { Type as T } from 'typebox'
import { type Ctx, planned, unaudited } from '../../kernel/ctx.ts'
import { job } from '../../kernel/job.ts'
import { append, type Entry, readLedger } from './ledger.ts'

// The ledger says what the database says. unscoped: it is about every erasure of the house

const LOCK = 7_261_154

/** Before anything else of an erasure: while it is under way nobody settles what becomes of its line. */
export const holdLedger = (ctx: Ctx) =>
  planned(ctx, 'select pg_advisory_xact_lock_shared($1::bigint)', [LOCK])

/**
 * Erasures that the database has and this home's ledger lacks are written down: of a process that died after its commit,
 * of another home, of a backup that was restored. One that was begun and is not in the database was never done.
 */
export const settleLedger = (ctx: Ctx): Promise<void> =>
  unaudited(ctx, 'a file that follows what is on record', async (ctx) => {
    await planned(ctx, 'select pg_advisory_xact_lock($1::bigint)', [LOCK])
    const rows = await planned<Entry>(
      ctx,
      `select e.erasure_id, e.party_id, e.home_party_id, p.created_at as party_created_at, e.at, e.actor_kind, e.actor_id, e.ground
       from erasure e left join party p on p.party_id = e.party_id order by e.erasure_id`,
      [],
    )
    const done = new Set(rows.map(({ erasure_id }) => erasure_id))
    const { held, begun } = await readLedger(ctx.house)
    const known = new Set(held.map(({ erasure_id }) => erasure_id))
    const lacking = rows.filter(({ erasure_id }) => !known.has(erasure_id))
    const undone = begun.filter(({ erasure_id }) => !done.has(erasure_id))
    for (const { party_id, at } of undone)
      ctx.log.warn({ party_id, at }, 'an erasure that was broken off was not done; it can be asked for again')
    const lines = [...lacking, ...undone.map(({ erasure_id }) => ({ void: erasure_id }))]
    if (lines.length > 0) await append(ctx.house, lines)
  })

/** Web and worker may run on homes of their own: each home's ledger is to hold every erasure. */
export const completeLedger = job({
  name: 'erasure.complete_ledger',
  payload: T.Object({}),
  every: '23 * * * *',
  run: (ctx) => settleLedger(ctx),
})
