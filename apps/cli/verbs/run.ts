import { setTimeout as sleep } from 'node:timers/promises'
import { type Ctx, planned, systemCtx } from '../../../kernel/ctx.ts'
import { type Run, readRun } from '../../../kernel/run.ts'
import { phrase } from '../../../kernel/text.ts'
import { startWorker } from '../../../kernel/worker.ts'
import { companyOf } from '../../../modules/access/company.ts'
import { modules } from '../../../modules/index.ts'
import { terminalProgress } from '../progress.ts'
import { verbText as t } from './text.ts'

const LOOK_MS = 200

/**
 * A run to its end, with its progress on stderr. The Guanxi that is running works it; where none runs, this process
 * does, for as long as it takes.
 */
export async function followed(ctx: Ctx, run_id: number): Promise<Run> {
  const { house, locale } = ctx
  const { time_zone: zone } = await companyOf(ctx)
  const worker = (await isWorked(ctx))
    ? null
    : await startWorker(house, modules, () => systemCtx(house, { zone }))
  const progress = terminalProgress(locale, '', { counts: false })
  try {
    for (;;) {
      const run = (await readRun(ctx, run_id))!
      if (run.state !== 'waiting' && run.state !== 'running') return run
      const { done, total } = run
      if (total) progress.at({ done, total, phase: run.phase ?? phrase(t.progress, locale, { done, total }) })
      await sleep(LOOK_MS)
    }
  } finally {
    progress.end()
    await worker?.stop()
  }
}

const isWorked = async (ctx: Ctx): Promise<boolean> => {
  const rows = await planned(
    ctx,
    `select from pg_stat_activity where datname = current_database() and application_name = 'guanxi worker' limit 1`,
    [],
  )
  return rows.length > 0
}

/** Why a run that did not end well did not. */
export const whyNot = ({ locale }: Ctx, { state, error }: Run): string =>
  error
    ? locale === 'zh-CN'
      ? error.zh
      : error.en
    : phrase(t[state === 'cancelled' ? 'stopped' : 'failed'], locale)
