import { finished } from 'node:stream/promises'
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { record, writeRecords } from '../../../kernel/audit.ts'
import type { Ctx } from '../../../kernel/ctx.ts'
import { tellOverdue } from '../alerts.ts'
import { contractsValue } from '../contracts.ts'
import { dateOf } from '../rules.ts'
import { BinaryWriter } from './binary.ts'
import type { Place } from './place.ts'
import type { FitReport, Summary } from './report.ts'
import type { RunResult } from './run.ts'
import { rowColumns, type Scored } from './task.ts'
import type { Thread } from './thread.ts'

// What a run leaves behind: the fit with its report, and a snapshot of everybody's figures.

const BATCH = 20_000

export type Known = { fit_id: number; as_of: string; fitted_at: string; report: FitReport }
/** The fit in force: the last one made, if it could be made. */
export async function knownFit(ctx: Ctx): Promise<Known | null> {
  const { rows } = await ctx.house.pool.query<Known>(
    'select fit_id, as_of, fitted_at, report from value_fit order by fitted_at desc, fit_id desc limit 1',
  )
  const found = rows[0]
  return found?.report.scoring ? found : null
}

export async function keepFit({ ctx, tx }: Place, day: number, report: FitReport): Promise<Known> {
  const fit_id = await ctx.house.ids.next()
  const fitted_at = ctx.house.clock().toISOString()
  await tx.query(
    'insert into value_fit (fit_id, as_of, fitted_at, because, model, report) values ($1, $2, $3, $4, $5, $6)',
    [fit_id, dateOf(day), fitted_at, report.because, report.model, JSON.stringify(report)],
  )
  return { fit_id, as_of: dateOf(day), fitted_at, report }
}

type Keep = {
  day: number
  fit_id: number | null
  begun_at: Date
  current: boolean
  kept: 'quarter' | 'asked' | null
  backfilled: boolean
  stale: boolean
  started: number
}

export async function keep(place: Place, scored: Scored, how: Keep): Promise<Omit<RunResult, 'refitted'>> {
  const { ctx, tx, thread, settings, currency } = place
  const snapshot_id = await ctx.house.ids.next()
  const as_of = dateOf(how.day)
  const { customers, equity_minor, ...summary } = scored
  // One snapshot per day: what is computed again replaces what was.
  if (!how.current) await drop(tx, 'as_of = $1 and not current', [as_of])
  await tx.query(
    `insert into value_snapshot (snapshot_id, as_of, state, backfilled, kept, fit_id, settings_id, currency, customers, equity_minor,
       lower_minor, upper_minor, summary, begun_at) values ($1, $2, 'building', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [
      snapshot_id,
      as_of,
      how.backfilled,
      how.kept,
      how.fit_id,
      settings.id,
      currency,
      customers,
      whole(equity_minor),
      whole(summary.equity?.lower ?? null),
      whole(summary.equity?.upper ?? null),
      JSON.stringify({
        ...summary,
        contractual: await contractsValue(ctx, how.day),
        stale: how.stale,
      } satisfies Summary),
      how.begun_at,
    ],
  )
  await store(tx, thread, snapshot_id, customers, ctx)
  if (how.current) {
    await tx.query(`update value_snapshot set current = false where current`)
    // Only the newest is kept of those that are neither a quarter's end nor asked for.
    await drop(tx, `kept is null and not current and snapshot_id <> $1`, [snapshot_id])
  }
  const seconds = (performance.now() - how.started) / 1000
  await tx.query(
    `update value_snapshot set state = 'ready', current = $2, computed_at = $3, seconds = $4 where snapshot_id = $1`,
    [snapshot_id, how.current, ctx.house.clock(), seconds],
  )
  const inner: Ctx = { ...ctx, tx: tx as unknown as pg.PoolClient, recorded: [] }
  if (how.current) await tellOverdue(inner, snapshot_id, null)
  await record(inner, {
    action: 'value.computed',
    subject: 'value_snapshot',
    subject_id: snapshot_id,
    event: { as_of },
  })
  await writeRecords(inner)
  return { snapshot_id, as_of, fit_id: how.fit_id, customers, equity_minor: whole(equity_minor), seconds }
}

const whole = (value: number | null): number | null =>
  value === null || !Number.isFinite(value) || Math.abs(value) > Number.MAX_SAFE_INTEGER
    ? null
    : Math.round(value)

async function drop(tx: pg.ClientBase, which: string, values: unknown[]): Promise<void> {
  const { rows } = await tx.query<{ snapshot_id: number }>(
    `delete from value_snapshot where ${which} returning snapshot_id`,
    values,
  )
  if (rows.length > 0)
    await tx.query('delete from customer_value where snapshot_id = any($1::bigint[])', [
      rows.map((row) => row.snapshot_id),
    ])
}

async function store(
  tx: pg.ClientBase,
  thread: Thread,
  snapshot_id: number,
  customers: number,
  ctx: Ctx,
): Promise<void> {
  const into = tx.query(copyFrom(`copy customer_value (${rowColumns}) from stdin with (format binary)`))
  const done = finished(into)
  // a run that stops in between ends the connection under it: that is its own end, told by what stopped it
  done.catch(() => {})
  // A connection that is lost calls no write back.
  const write = (bytes: Uint8Array) =>
    Promise.race([
      done,
      new Promise<void>((resolve, reject) =>
        into.write(bytes, (error) => (error ? reject(error) : resolve())),
      ),
    ])
  await write(BinaryWriter.header)
  for (let from = 0; from < customers; from += BATCH) {
    ctx.progress?.check()
    await write(await thread.rows(snapshot_id, from, from + BATCH))
  }
  into.end(BinaryWriter.trailer)
  await done
}
