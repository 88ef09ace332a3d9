import { Type as T } from 'typebox'
import { record } from '../../kernel/audit.ts'
import { atomically, type Ctx, planned } from '../../kernel/ctx.ts'
import { job, startRun } from '../../kernel/job.ts'
import { refuse } from '../../kernel/refuse.ts'
import { fingerprintOf } from '../../kernel/seal.ts'
import { phrase, type Words } from '../../kernel/text.ts'
import { type AuditReport, verifyAudit } from '../../kernel/verify.ts'
import type { Chain, Check } from './contract.ts'
import { why } from './text.ts'

const BROKEN_KEPT = 50

type Stored = Omit<AuditReport, 'ok'> & { broken_count: number }
type Row = {
  check_id: number
  started_by: string | null
  started_at: string
  finished_at: string
  ok: boolean
  report: Stored
}

function present(ctx: Ctx, { report, ...row }: Row): Check {
  const { seals, rows, unsealed, erased, other_keys, broken, broken_count, head } = report
  const words: Words = why
  const told = broken.map((place) => ({
    ...place,
    says: words[place.why] ? phrase(words[place.why]!, ctx.locale) : place.why,
  }))
  return { ...row, seals, rows, unsealed, erased, other_keys, broken_count, broken: told, head }
}

/** What is known of the chain without walking it. */
export async function chainOf(ctx: Ctx): Promise<Chain> {
  const [last] = await planned<Row>(
    ctx,
    `select c.check_id, u.name as started_by, c.started_at, c.finished_at, c.ok, c.report from audit_check c
     left join app_user u on u.user_id = c.started_by order by c.finished_at desc, c.check_id desc limit 1`,
    [],
  )
  const [newest] = await planned<NonNullable<Chain['newest']>>(
    ctx,
    'select seq, sealed_at, key_fingerprint from seal order by seq desc limit 1',
    [],
  )
  const [waiting] = await planned<{ n: number }>(
    ctx,
    'select coalesce(sum(cardinality(audit_ids)), 0)::bigint as n from outbox',
    [],
  )
  return {
    last: last ? present(ctx, last) : null,
    running: await running(ctx),
    fingerprint: fingerprintOf(ctx.house.seal_key),
    newest: newest ?? null,
    waiting: waiting!.n,
  }
}

async function running(ctx: Ctx): Promise<Chain['running']> {
  const [row] = await planned<NonNullable<Chain['running']>>(
    ctx,
    `select run_id, state, done, total from job_run where job = 'audit.verify' and state in ('waiting', 'running') order by run_id desc limit 1`,
    [],
  )
  return row ?? null
}

/** Beside the one under way there is none: it would read the same. */
export const verifyNow = (ctx: Ctx): Promise<{ run_id: number }> =>
  atomically(ctx, async (ctx) => {
    await planned(ctx, "select pg_advisory_xact_lock(hashtext('audit.verify'))", [])
    if (await running(ctx)) refuse('audit.verifying', 409)
    await record(ctx, { action: 'audit.verified', subject: 'audit', subject_id: 0, event: false })
    return startRun(ctx, verifyJob, {})
  })

async function check(ctx: Ctx, run_id: number | null): Promise<AuditReport> {
  const started = ctx.house.clock()
  const report = await verifyAudit(ctx.house, {
    onProgress: (at) => void ctx.progress?.report({ ...at, phase: 'verifying' }),
  })
  const { ok, broken, ...rest } = report
  const kept = { ...rest, broken: broken.slice(0, BROKEN_KEPT), broken_count: broken.length }
  await planned(
    ctx,
    `insert into audit_check (run_id, started_by, started_at, finished_at, ok, report) values ($1, $2, $3, $4, $5, $6)`,
    [
      run_id,
      run_id && ctx.who.kind === 'user' ? ctx.who.id : null,
      started,
      ctx.house.clock(),
      ok,
      JSON.stringify(kept),
    ],
  )
  if (!ok) ctx.log.error({ broken: broken.length, other_keys: rest.other_keys }, 'the audit does not verify')
  return report
}

/** It reads in a snapshot of its own, a million records in some seconds. */
export const verifyJob = job({
  name: 'audit.verify',
  payload: T.Object({}),
  transaction: 'own',
  attempts: 1,
  async run(ctx) {
    const { ok, seals, rows, erased, unsealed } = await check(ctx, ctx.progress?.run_id ?? null)
    return { done: true, result: { ok, seals, rows, erased, unsealed } }
  },
})

/** Every night, whoever asks: a chain that nobody checks proves nothing. */
export const nightlyCheck = job({
  name: 'audit.nightly_check',
  payload: T.Object({}),
  every: '40 3 * * *',
  transaction: 'own',
  attempts: 2,
  async run(ctx) {
    await check(ctx, null)
    await planned(ctx, "delete from audit_check where finished_at < $1::timestamptz - interval '400 days'", [
      ctx.now,
    ])
  },
})
