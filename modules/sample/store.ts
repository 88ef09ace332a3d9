import { type Ctx, planned } from '../../kernel/ctx.ts'
import { refuse } from '../../kernel/refuse.ts'
import { SOURCE } from './rules.people.ts'

export type Stored = {
  state: 'loading' | 'loaded'
  weeks: number
  currency: string
  /** the base currency that nobody had chosen, if so */
  was: { guessed?: string }
  unit_ids: number[]
  user_ids: number[]
  party_ids: number[] | null
  run_id: number | null
  created_by: number | null
  created_at: string
  loaded_at: string | null
}

export async function stored(ctx: Ctx, lock: '' | 'for update' = ''): Promise<Stored | null> {
  const [row] = await planned<Stored>(ctx, `select * from sample ${lock}`, [])
  return row ?? null
}

/** The parties of the sample: as noted when they came in, whatever people did to their numbers since. */
export async function partiesOf(ctx: Ctx, { party_ids }: Stored): Promise<number[]> {
  if (party_ids) return party_ids
  // unscoped: what the load has just brought, for its own book
  const rows = await planned<{ party_id: number }>(
    ctx,
    'select party_id from external_id where source = $1',
    [SOURCE],
  )
  return rows.map((row) => row.party_id)
}

const LOCK = 7_261_140

/** One load or removal at a time, on any machine; whoever is killed lets go. */
export async function alone<R>(ctx: Ctx, work: () => Promise<R>): Promise<R> {
  const client = await ctx.house.connect()
  try {
    const { rows } = await client.query<{ got: boolean }>('select pg_try_advisory_lock($1) as got', [LOCK])
    if (!rows[0]!.got) return refuse('sample.busy', 409)
    return await work()
  } finally {
    await client.end().catch(() => {})
  }
}

/** In the caller's transaction, for as long as it lasts. */
export async function mustBeAlone(ctx: Ctx): Promise<void> {
  const [row] = await planned<{ got: boolean }>(ctx, 'select pg_try_advisory_xact_lock($1) as got', [LOCK])
  if (!row!.got) refuse('sample.busy', 409)
}
export async function isBusy(ctx: Ctx): Promise<boolean> {
  const [row] = await planned<{ held: boolean }>(
    ctx,
    `select exists (select from pg_locks where locktype = 'advisory' and objid = $1 and granted
       and database = (select oid from pg_database where datname = current_database())) as held`,
    [LOCK],
  )
  return row!.held
}
