import type pg from 'pg'
import type { Ctx } from '../../../kernel/ctx.ts'
import { forgetCounts } from '../../parties/list/count.ts'
import { Stale } from './run.types.ts'
import { Watch } from './watch.ts'

// The one transaction of an import, its trial or its undo: on a connection of its own, one at a time for each source,
// stopped in the middle of a statement when somebody asks for it, begun again where something changed under it.

/** Who has the source: the import whose file, or whose undo, is being written. */
export type Waiting = { import_id: number | null; undoing: boolean }
export type Transaction = {
  import_id: number
  /** null: nothing will be written, so nobody waits */
  source: string | null
  undoing?: boolean
  /** told when it begins to wait, when another one has the source, and null when it is its turn */
  onWait: (waiting: Waiting | null) => Promise<void> | void
}

// Times that it starts again because a row changed under it; more says that something else is wrong.
const ATTEMPTS = 4
const AGAIN = new Set(['40001', '40P01', '23505'])

export async function onOwnConnection<R>(
  ctx: Ctx,
  given: Transaction,
  work: (tx: pg.Client) => Promise<R>,
): Promise<R> {
  const tx = await ctx.house.connect()
  let gone = false
  tx.once('end', () => {
    gone = true
  })
  try {
    await tx.query(LOCAL_BUFFERS)
    for (let attempt = 1; ; attempt++) {
      const watch = await Watch.over(ctx, tx)
      try {
        return await attemptOnce(ctx, tx, given, watch, work)
      } catch (error) {
        await watch.end()
        await tx.query('rollback').catch(() => {})
        if (watch.reason) throw watch.reason
        // A COPY that is cut off speaks of its stream only.
        if (gone) throw Object.assign(new Error('Connection terminated', { cause: error }), { code: '08006' })
        const again = error instanceof Stale || AGAIN.has((error as { code?: string }).code ?? '')
        if (!again || attempt === ATTEMPTS) throw error
        ctx.log.info(
          { import_id: given.import_id, attempt },
          'import starts again: something changed under it',
        )
      }
    }
  } finally {
    await tx.end().catch(() => {})
  }
}

async function attemptOnce<R>(
  ctx: Ctx,
  tx: pg.Client,
  given: Transaction,
  watch: Watch,
  work: (tx: pg.Client) => Promise<R>,
): Promise<R> {
  await tx.query('begin')
  await tx.query(SETTINGS)
  if (given.source !== null) await lock(ctx, tx, given, given.source)
  const answer = await work(tx)
  if (given.source === null) {
    await watch.end()
    await tx.query('rollback')
    return answer
  }
  await ctx.progress?.keep(null, tx)
  await watch.end()
  if (watch.reason) throw watch.reason
  await tx.query('commit')
  forgetCounts(ctx.house)
  return answer
}

// Staged lines of half a million stay in memory. PostgreSQL 18 reads ahead into these buffers and runs out of the 8 MB
// that they are otherwise. Only before a connection's first temporary table.
const LOCAL_BUFFERS = `set temp_buffers = '96MB'`

// Sorts and hashes of a whole file in memory; a file ten times as long spills, in few passes. Temporary tables are
// this backend's own, so their buffers are bounded too. A server whose worker was killed notices in two seconds, also
// inside a statement, where its system can tell it. Compressing whole pages into the log took a twentieth of the import.
const SETTINGS = `
set local work_mem = '128MB'; set local hash_mem_multiplier = 1.5; set local jit = off;
set local lock_timeout = 0; set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0;
do $$ begin perform set_config('client_connection_check_interval', '2000', true); exception when others then null; end $$;
select set_config('wal_compression', 'off', true) where has_parameter_privilege('wal_compression', 'set');`

// How often one that waits for another looks whether it is its turn.
const WAIT_MS = 300
const SPACE = 7261
const key = `hashtextextended($1, ${SPACE})`

/** Two writers of one source, one after the other: each sees all that the other wrote, or nothing. */
async function lock(
  ctx: Ctx,
  tx: pg.Client,
  { import_id, undoing = false, onWait }: Transaction,
  source: string,
): Promise<void> {
  await tx.query(`select set_config('application_name', $1, true)`, [
    `guanxi ${undoing ? 'undo' : 'import'} ${import_id}`,
  ])
  let told: string | null = null
  for (;;) {
    const { rows } = await tx.query<{ got: boolean }>(`select pg_try_advisory_xact_lock(${key}) as got`, [
      source,
    ])
    if (rows[0]!.got) break
    const holder = await holderOf(tx, source)
    const said = JSON.stringify(holder)
    if (said !== told) await onWait(holder)
    told = said
    ctx.progress?.check()
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS))
  }
  if (told !== null) await onWait(null)
}

async function holderOf(tx: pg.Client, source: string): Promise<Waiting> {
  const { rows } = await tx.query<{ name: string }>(
    `select a.application_name as name from pg_locks l join pg_stat_activity a on a.pid = l.pid
     where l.locktype = 'advisory' and l.granted and l.objsubid = 1 and l.database = (select oid from pg_database where datname = current_database())
       and ((l.classid::int8 << 32) | l.objid::int8) = ${key}`,
    [source],
  )
  const [, what, id] = /^guanxi (import|undo) (\d+)$/.exec(rows[0]?.name ?? '') ?? []
  return { import_id: id === undefined ? null : Number(id), undoing: what === 'undo' }
}
