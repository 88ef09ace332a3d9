import { rm } from 'node:fs/promises'
import { Type as T } from 'typebox'
import { record } from '../../kernel/audit.ts'
import { atomically, type Ctx, planned, unaudited } from '../../kernel/ctx.ts'
import { job, startRun } from '../../kernel/job.ts'
import { Refusal, refuse } from '../../kernel/refuse.ts'
import { Id } from '../../kernel/route.ts'
import { phrase } from '../../kernel/text.ts'
import { companyOf } from '../access/company.ts'
import { backupToFile, cannotWrite, PART } from './archive/file.ts'
import { noteOf, tryBackup } from './check.ts'
import { adopt, isThere, makeFolder, pathOf, sweep } from './folder.ts'
import { expired, fileName, isDue, isUntried, isVerifyDue } from './rules.ts'
import { backupSettings } from './settings.ts'
import {
  factsOf,
  findBackup,
  insertBackup,
  loadBackup,
  newestDone,
  nightlies,
  type Stored,
  setBackup,
} from './store.ts'
import { text } from './text.ts'

const LOCK = 7_261_131

/** Announces a backup and starts its run, in the caller's transaction. One at a time. */
export async function announce(ctx: Ctx, origin: 'person' | 'nightly', with_key = false): Promise<number> {
  await planned(ctx, 'select pg_advisory_xact_lock($1)', [LOCK])
  const [running] = await planned(ctx, "select from backup where state = 'running'", [])
  if (running) refuse('backups.under_way', 409)
  const backup_id = await ctx.house.ids.next()
  const file = fileName(ctx.now, backup_id)
  const { run_id } = await startRun(ctx, takeJob, { backup_id, with_key }, { subject: { file } })
  const created_by = ctx.who.kind === 'user' ? { created_by: ctx.who.id } : {}
  await insertBackup(ctx, { backup_id, file, origin, state: 'running', with_key, run_id, ...created_by })
  return backup_id
}

/** A step of any length: it writes nothing but a file, and begins anew when its worker dies. */
export const takeJob = job({
  name: 'backups.take',
  payload: T.Object({ backup_id: Id, with_key: T.Boolean() }),
  transaction: 'own',
  attempts: 2,
  run: async (ctx, { backup_id, with_key }) => {
    const row = await findBackup(ctx, backup_id)
    if (row?.state !== 'running') return
    await makeFolder(ctx.house)
    const tell = teller(ctx)
    const { manifest, bytes } = await backupToFile(ctx.house, pathOf(ctx.house, row.file), {
      replace: true,
      with_key,
      onProgress: ({ done, total, table }) =>
        tell({
          done,
          total: Math.max(done, total),
          phase: phrase(text['backups.phase.copying'], ctx.locale, { table }),
        }),
    })
    await atomically(ctx, async (ctx) => {
      await setBackup(ctx, backup_id, {
        state: 'done',
        finished_at: ctx.house.clock(),
        ...factsOf(manifest, bytes),
      })
      await record(ctx, { action: 'backups.taken', subject: 'backup', subject_id: backup_id, event: false })
    })
    if (row.origin === 'nightly') await prune(ctx)
    return { done: true, result: { rows: manifest.rows, bytes } }
  },
  ended: async (ctx, { backup_id }, ending) => {
    const row = await findBackup(ctx, backup_id)
    if (!row || ending.kind === 'done' || row.state !== 'running') return
    const error = ending.kind === 'failed' ? ending.error : { code: 'jobs.cancelled', details: {} }
    ctx.log.error({ file: row.file, code: error.code }, 'a backup was not finished')
    await setBackup(ctx, backup_id, {
      state: 'failed',
      finished_at: ctx.house.clock(),
      error: { code: error.code, details: error.details },
    })
    await rm(`${pathOf(ctx.house, row.file)}${PART}`, { force: true }).catch(() => {})
  },
})

/** Progress from inside a stream: what it throws (a cancel, a stop) must be thrown where the stream is. */
const teller = (ctx: Ctx) => (state: { done?: number; total?: number; phase: string }) => {
  ctx.progress?.report(state).catch(() => {})
  ctx.progress?.check()
}

export async function removeFile(ctx: Ctx, row: Stored): Promise<void> {
  await planned(ctx, 'delete from backup where backup_id = $1', [row.backup_id])
  await record(ctx, {
    action: 'backups.removed',
    subject: 'backup',
    subject_id: row.backup_id,
    was: { file: row.file, taken_at: row.taken_at },
    event: false,
  })
  await rm(pathOf(ctx.house, row.file), { force: true }).catch(cannotWrite)
}

/** Only what the nightly job made: a backup that a person asked for is theirs to delete. */
async function prune(ctx: Ctx): Promise<void> {
  const done = (await nightlies(ctx)).filter((row) => row.state === 'done' && row.taken_at)
  const { time_zone } = await companyOf(ctx)
  const aged = done.map((row) => ({ backup_id: row.backup_id, taken_at: new Date(row.taken_at!) }))
  const gone = new Set(expired(aged, await backupSettings(ctx), time_zone))
  for (const row of done.filter(({ backup_id }) => gone.has(backup_id)))
    await atomically(ctx, (ctx) => removeFile(ctx, row))
}

/** Every hour it looks whether the night has come: a machine that slept through it catches up. */
export const nightlyJob = job({
  name: 'backups.nightly',
  payload: T.Object({}),
  every: '5 * * * *',
  transaction: 'own',
  run: async (ctx) => {
    await sweep(ctx.house)
    await adopt(ctx)
    const settings = await backupSettings(ctx)
    const [company] = await planned(ctx, 'select from app_user limit 1', [])
    if (!settings.nightly || !company) return
    const { time_zone } = await companyOf(ctx)
    const last = (await nightlies(ctx))[0]
    if (!isDue(settings.hour, last ? new Date(last.created_at) : null, ctx.now, time_zone)) return
    await unaudited(ctx, 'the backup itself is recorded when it is there', (ctx) =>
      announce(ctx, 'nightly'),
    ).catch((error: unknown) => {
      // One that a person began is as good; the next hour looks again.
      if (!(error instanceof Refusal)) throw error
    })
  },
})

export const startCheck = (ctx: Ctx, row: Stored): Promise<{ run_id: number }> =>
  startRun(ctx, verifyJob, { backup_id: row.backup_id }, { subject: { file: row.file } })

/** A step of any length: all it changes is a database of its own, thrown away at its end. */
export const verifyJob = job({
  name: 'backups.verify',
  payload: T.Object({ backup_id: Id }),
  key: ({ backup_id }) => `backups.verify:${backup_id}`,
  transaction: 'own',
  attempts: 2,
  run: async (ctx, { backup_id }) => {
    const row = await findBackup(ctx, backup_id)
    if (!row) return
    const tell = teller(ctx)
    const found = await tryBackup(ctx.house, pathOf(ctx.house, row.file), (state) => {
      const phase = phrase(text[`backups.phase.${state.phase}`], ctx.locale, {
        table: 'what' in state ? state.what : '',
      })
      tell(state.phase === 'rows' ? { phase, done: state.done, total: state.total } : { phase })
    })
    await atomically(ctx, async (ctx) => {
      const verified_at = ctx.house.clock()
      await setBackup(ctx, backup_id, { verified: found.ok, verified_at, verification: noteOf(ctx, found) })
      await record(ctx, {
        action: 'backups.verified',
        subject: 'backup',
        subject_id: backup_id,
        event: false,
      })
    })
    return { done: true, result: { ok: found.ok, ...found.check } }
  },
  ended: async (ctx, { backup_id }, ending) => {
    if (ending.kind !== 'failed') return
    ctx.log.error({ backup_id, code: ending.error.code }, 'a backup could not be tried')
    const { code, details } = ending.error
    // Not tried for want of a right is not the backup's fault: that stands as "could not be tried".
    const untried = isUntried(code)
    const at = ctx.house.clock()
    await setBackup(ctx, backup_id, {
      ...(untried ? {} : { verified: false, verified_at: at }),
      verification: {
        at: at.toISOString(),
        tables: 0,
        rows: 0,
        differing: [],
        audit_ok: null,
        seconds: 0,
        error: { code, details },
      },
    })
  },
})

/** The newest backup, once a week, whichever hour comes first after the last one is a week old; sooner where that was refused. */
export const weeklyJob = job({
  name: 'backups.weekly',
  payload: T.Object({}),
  every: '35 * * * *',
  transaction: 'own',
  run: async (ctx) => {
    if (!(await backupSettings(ctx)).verify) return
    const newest = await newestDone(ctx)
    if (!newest || !(await isThere(ctx.house, newest.file))) return
    const [last] = await planned<{ at: string; code: string | null }>(
      ctx,
      `select (verification ->> 'at')::timestamptz as at, verification #>> '{error,code}' as code
       from backup where verification is not null order by 1 desc limit 1`,
      [],
    )
    if (!isVerifyDue(last ? { at: new Date(last.at), code: last.code } : null, ctx.now)) return
    const [open] = await planned(
      ctx,
      "select from job_run where job = 'backups.verify' and state in ('waiting', 'running')",
      [],
    )
    if (!open)
      await unaudited(ctx, 'the result is recorded when it is there', (ctx) => startCheck(ctx, newest))
  },
})

export const loadWhole = async (ctx: Ctx, backup_id: number): Promise<Stored> => {
  const row = await loadBackup(ctx, backup_id)
  if (row.state !== 'done') refuse('backups.not_whole', 409)
  if (!(await isThere(ctx.house, row.file))) refuse('backups.no_file', 410)
  return row
}
