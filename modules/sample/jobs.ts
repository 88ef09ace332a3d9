import { Type as T } from 'typebox'
import { planned } from '../../kernel/ctx.ts'
import { job, startRun } from '../../kernel/job.ts'
import { finish } from './load.ts'
import { isBusy, stored } from './store.ts'

// Imports, each one transaction: longer than the 30 s of a step on a slow machine, and safe to run twice.
export const loadJob = job({
  name: 'sample.load',
  payload: T.Object({}),
  transaction: 'own',
  async run(ctx) {
    await finish(ctx, (state) => ctx.progress?.report(state))
    return { done: true }
  },
})

// Between the first write of a load at the terminal and its lock.
const GRACE_S = 20

/** A load that was killed at the terminal: taken up by the next worker. One that is a run, the worker takes up itself. */
export const resumeJob = job({
  name: 'sample.resume',
  payload: T.Object({}),
  every: '* * * * *',
  async run(ctx) {
    const row = await stored(ctx)
    if (row?.state !== 'loading' || row.run_id !== null) return
    if (Date.parse(row.created_at) > ctx.now.getTime() - GRACE_S * 1000 || (await isBusy(ctx))) return
    const { run_id } = await startRun(ctx, loadJob, {})
    await planned(ctx, 'update sample set run_id = $1', [run_id])
  },
})
