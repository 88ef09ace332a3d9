import { availableParallelism, freemem, totalmem } from 'node:os'
import { type Ctx, planned } from '../../kernel/ctx.ts'
import { phrase } from '../../kernel/text.ts'
import { phraseOf, type SavedError } from '../backups/store.ts'
import type { System } from './contract.ts'

// Figures of the installation, read where they are kept. unscoped: none of them is about a party.

const one = async <R extends object>(ctx: Ctx, text: string, values: unknown[] = []): Promise<R> =>
  (await planned<R & Record<string, unknown>>(ctx, text, values))[0]!

export const schemaState = (ctx: Ctx) =>
  one<{ schema: string; schema_at: string }>(
    ctx,
    'select name as schema, applied_at as schema_at from schema_migration order by number desc limit 1',
  )

const LARGEST = 12
export async function databaseState(ctx: Ctx): Promise<System['database']> {
  const figures = await one<{ bytes: number; connections: number; max_connections: number }>(
    ctx,
    `select pg_database_size(current_database()) as bytes, current_setting('max_connections')::bigint as max_connections,
            (select count(*) from pg_stat_activity where datname = current_database()) as connections`,
  )
  const tables = await planned<{ name: string; bytes: number; rows: number }>(
    ctx,
    // A partitioned table is told as one.
    `select coalesce(p.relname, c.relname) as name, sum(pg_total_relation_size(c.oid))::bigint as bytes,
            sum(greatest(c.reltuples, 0))::bigint as rows
     from pg_class c join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
     left join pg_inherits i on i.inhrelid = c.oid left join pg_class p on p.oid = i.inhparent
     where c.relkind = 'r' group by 1 order by 2 desc, 1 limit ${LARGEST}`,
    [],
  )
  return { ...figures, tables }
}

export const memoryState = (): System['memory'] => ({
  process_bytes: process.memoryUsage.rss(),
  free_bytes: process.availableMemory?.() ?? freemem(),
  total_bytes: totalmem(),
  cores: availableParallelism(),
  up_s: Math.round(process.uptime()),
})

// kernel/beat.ts: a worker beats every five seconds.
const ALIVE_S = 15
export const workersOf = (ctx: Ctx) =>
  planned<System['workers'][number]>(
    ctx,
    `select worker as name, role, started_at, beat_at from worker_beat
     where beat_at > clock_timestamp() - ${ALIVE_S} * interval '1 second' order by started_at`,
    [],
  )

export const jobState = (ctx: Ctx) =>
  one<System['jobs']>(
    ctx,
    `select count(*) filter (where state = 'waiting') as waiting, count(*) filter (where state = 'running') as running,
            count(*) filter (where state = 'done' and finished_at > $1::timestamptz - interval '1 day') as done_day,
            count(*) filter (where state = 'failed' and finished_at > $1::timestamptz - interval '1 day') as failed_day,
            min(created_at) filter (where state = 'waiting') as oldest_waiting_at
     from job_run where state in ('waiting', 'running') or updated_at > $1::timestamptz - interval '1 day'`,
    [ctx.now],
  )

export const sealState = (ctx: Ctx) =>
  one<System['seal']>(
    ctx,
    `select (select sealed_at from seal order by seq desc limit 1) as sealed_at,
            (select coalesce(sum(cardinality(audit_ids)), 0)::bigint from outbox) as waiting`,
  )

export async function backupState(ctx: Ctx): Promise<System['backup']> {
  const [last] = await planned<{ taken_at: string; bytes: number }>(
    ctx,
    "select taken_at, bytes from backup where state = 'done' and taken_at is not null order by taken_at desc limit 1",
    [],
  )
  // Taken in a terminal, into a file of whoever took it: known by its record alone.
  const [elsewhere] = await planned<{ at: string }>(
    ctx,
    `select at from audit where action = 'backups.taken' and actor_kind = 'cli' order by at desc, audit_id desc limit 1`,
    [],
  )
  const newer = elsewhere && (!last || Date.parse(elsewhere.at) > Date.parse(last.taken_at))
  const [checked] = await planned<{ verified_at: string; verified: boolean }>(
    ctx,
    'select verified_at, verified from backup where verified_at is not null order by verified_at desc limit 1',
    [],
  )
  const [tried] = await planned<{ at: string; error: SavedError }>(
    ctx,
    `select verification ->> 'at' as at, verification -> 'error' as error from backup
     where verification ->> 'error' is not null and (verified is null or verified_at < (verification ->> 'at')::timestamptz)
     order by (verification ->> 'at')::timestamptz desc limit 1`,
    [],
  )
  const since = tried && (!checked || Date.parse(tried.at) > Date.parse(checked.verified_at))
  return {
    taken_at: newer ? elsewhere.at : (last?.taken_at ?? null),
    bytes: newer ? 0 : (last?.bytes ?? 0),
    verified_at: checked?.verified_at ?? null,
    verified: checked?.verified ?? null,
    untried: since
      ? { at: tried.at, message: phrase(phraseOf(tried.error), ctx.locale, tried.error.details) }
      : null,
  }
}
