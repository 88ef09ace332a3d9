import { Type as T } from 'typebox'
import { systemCtx, unaudited } from '../ctx.ts'
import { job } from '../job.ts'
import { defineModule } from '../module.ts'
import { houseOver } from '../testing.ts'
import { words } from '../text.ts'
import { startWorker } from '../worker.ts'

// A worker of its own process, to be killed: `node crew.ts <url>`.
const Rows = T.Object({ name: T.String(), rows: T.Integer(), per_step: T.Integer(), row_ms: T.Integer() })
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const insert = 'insert into setting (key, value) values ($1, to_jsonb($2::text))'

/** One transaction a step. A row written twice breaks its key, and the run would say so. */
export const inSteps = job({
  name: 'crew.in_steps',
  payload: Rows,
  attempts: 1,
  run: async (ctx, { name, rows, per_step, row_ms }, cursor) => {
    const from = (cursor as number | null) ?? 0
    const to = Math.min(rows, from + per_step)
    for (let i = from; i < to; i++) {
      await ctx.tx!.query(insert, [`${name}.${i}`, `worker ${process.pid}`])
      await ctx.progress!.report({ done: i + 1, total: rows })
      await sleep(row_ms)
    }
    return to < rows ? { done: false, cursor: to } : { done: true, result: { rows } }
  },
})

/** One long step with transactions of its own, keeping its place in each. */
export const onItsOwn = job({
  name: 'crew.on_its_own',
  payload: Rows,
  attempts: 1,
  transaction: 'own',
  run: async (ctx, { name, rows, row_ms }, cursor) => {
    for (let i = (cursor as number | null) ?? 0; i < rows; i++) {
      await unaudited(ctx, 'rows of a test', async (ctx) => {
        await ctx.tx!.query(insert, [`${name}.${i}`, `worker ${process.pid}`])
        await ctx.progress!.keep(i + 1, ctx.tx!)
      })
      await ctx.progress!.report({ done: i + 1, total: rows })
      await sleep(row_ms)
    }
    return { done: true, result: { rows } }
  },
})

export const crew = defineModule({
  name: 'crew',
  routes: {},
  handlers: {},
  words: words({}),
  jobs: [inSteps, onItsOwn],
})

if (import.meta.main) {
  const house = await houseOver({ app: process.argv[2]! })
  const worker = await startWorker(house, [crew], () => systemCtx(house))
  process.on('SIGTERM', async () => {
    await worker.stop()
    await house.end()
    process.exit(0)
  })
  console.log('working')
}
