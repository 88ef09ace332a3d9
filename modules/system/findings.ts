import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Ctx, planned } from '../../kernel/ctx.ts'
import { found as text } from './findings.text.ts'
import { bad, type Found, findHere, ok, warn } from './here.ts'
import { backupState, jobState, sealState, workersOf } from './state.ts'

// What `doctor` says and the system page shows: one list, one place. unscoped: it is about the installation.

const DAY_MS = 86_400_000
const STUCK_MS = 15 * 60_000
// The sealer takes 20,000 records at a time and comes round every second: more than this is a backlog, not a wave.
const LATE_RECORDS = 100_000

export const findings = async (ctx: Ctx): Promise<Found[]> => [
  ...(await findHere(ctx.house.config)),
  ok('database', text[`database_${ctx.house.database.kind}`], ctx.house.database),
  ...(await database(ctx)),
  await sealKey(ctx),
  await seals(ctx),
  ...(await backups(ctx)),
  await jobs(ctx),
]

async function database(ctx: Ctx): Promise<Found[]> {
  const [row] = await planned<{
    fsync: string
    encoding: string
    chinese: boolean
    writes_audit: boolean
    last: string
  }>(
    ctx,
    `select current_setting('fsync') as fsync, pg_encoding_to_char(encoding) as encoding, cardinality(show_trgm('关系')) > 0 as chinese,
            has_table_privilege('audit', 'update') as writes_audit,
            (select name from schema_migration order by number desc limit 1) as last
     from pg_database where datname = current_database()`,
    [],
  )
  const { fsync, encoding, chinese, writes_audit, last } = row!
  return [
    ok('schema', text.schema_ok, { last }),
    fsync === 'on' ? ok('fsync', text.fsync_ok) : bad('fsync', text.fsync_off),
    encoding === 'UTF8' ? ok('encoding', text.encoding_ok) : bad('encoding', text.encoding_bad, { encoding }),
    chinese ? ok('search', text.search_ok) : warn('search', text.search_slow),
    writes_audit ? warn('roles', text.roles_one) : ok('roles', text.roles_two),
  ]
}

async function sealKey({ house }: Ctx): Promise<Found> {
  const path = join(house.config.home, 'seal.key')
  const found = await stat(path).catch(() => null)
  if (!found) return bad('seal_key', text.key_gone, { path })
  return (found.mode & 0o077) === 0 ? ok('seal_key', text.key_ok) : warn('seal_key', text.key_open, { path })
}

async function seals(ctx: Ctx): Promise<Found> {
  const { waiting } = await sealState(ctx)
  return waiting > LATE_RECORDS ? warn('seal', text.seal_late, { n: waiting }) : ok('seal', text.seal_ok)
}

async function backups(ctx: Ctx): Promise<Found[]> {
  const { taken_at, verified_at, verified, untried } = await backupState(ctx)
  if (!taken_at) return [warn('backup', text.backup_none)]
  const old = ctx.now.getTime() - Date.parse(taken_at) > 2 * DAY_MS
  const at = inZone(ctx, verified_at)
  return [
    (old ? warn : ok)('backup', old ? text.backup_old : text.backup_ok, { at: inZone(ctx, taken_at) }),
    untried
      ? warn('restore_check', text.check_untried, { at: inZone(ctx, untried.at), reason: untried.message })
      : verified_at === null
        ? warn('restore_check', text.check_none)
        : verified
          ? ok('restore_check', text.check_ok, { at })
          : bad('restore_check', text.check_bad, { at }),
  ]
}

async function jobs(ctx: Ctx): Promise<Found> {
  const { oldest_waiting_at } = await jobState(ctx)
  if (oldest_waiting_at && ctx.now.getTime() - Date.parse(oldest_waiting_at) > STUCK_MS)
    return (await workersOf(ctx)).length === 0
      ? bad('jobs', text.workers_none)
      : warn('jobs', text.jobs_stuck, { at: inZone(ctx, oldest_waiting_at) })
  return ok('jobs', text.jobs_ok)
}

const inZone = (ctx: Ctx, at: string | null): string =>
  at === null
    ? ''
    : new Date(at).toLocaleString(ctx.locale, { timeZone: ctx.zone, dateStyle: 'medium', timeStyle: 'short' })
