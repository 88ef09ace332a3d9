import { Type as T } from 'typebox'
import { type Ctx, planned } from '../../kernel/ctx.ts'
import { enqueue, job, startRun } from '../../kernel/job.ts'
import { Id } from '../../kernel/route.ts'
import { refreshParties } from './engine/fresh.ts'
import { computeQuarter, missingQuarters } from './engine/quarters.ts'
import { computeValue, type RunAsk } from './engine/run.ts'

const SOON_MS = 5000
const open = { additionalProperties: true } as const

/**
 * Everybody's figures. Longer than the 30 s of a step where customers are a million: half a snapshot is none. It is one
 * transaction; a worker that dies leaves nothing, and whoever takes it up begins anew.
 */
export const runJob = job({
  name: 'value.run',
  payload: T.Object({
    kind: T.Enum(['fit', 'score', 'auto']),
    because: T.Enum(['first', 'asked', 'schedule', 'drift', 'settings', 'growth']),
    as_of: T.Union([T.String(), T.Null()]),
  }),
  transaction: 'own',
  attempts: 2,
  run: async (ctx, ask) => {
    const result = await computeValue(ctx, ask as RunAsk)
    await enqueue(ctx, afterRun, {})
    return { done: true, result }
  },
})

/** Customers with orders since the run began; then the quarters that are missing. */
export const afterRun = job({
  name: 'value.after_run',
  payload: T.Object({}),
  key: () => 'value.after_run',
  run: async (ctx) => {
    const due = await planned<{ party_id: number; late: boolean }>(
      ctx,
      `delete from value_due d using value_snapshot s where s.current returning d.party_id, d.touched_at >= s.begun_at as late`,
      [],
    )
    await refreshParties(
      ctx,
      due.filter(({ late }) => late).map(({ party_id }) => party_id),
    )
    await enqueue(ctx, quartersJob, {})
  },
})

/** Earlier quarters' ends, one a step, so that there is something to compare with from the first day. */
export const quartersJob = job({
  name: 'value.quarters',
  payload: T.Object({}),
  key: () => 'value.quarters',
  transaction: 'own',
  run: async (ctx) => {
    const [next] = await missingQuarters(ctx)
    if (!next) return { done: true }
    await computeQuarter(ctx, next)
    return { done: false, cursor: { last: next } }
  },
})

/** One customer's order came or changed. */
export const orderHeard = job({
  name: 'value.order_heard',
  payload: T.Object({ party_id: T.Optional(Id) }, open),
  key: ({ party_id }) => `value.party:${party_id ?? 0}`,
  run: async (ctx, { party_id }) => {
    if (!party_id) return
    await touch(ctx, [party_id])
    const [now] = await planned<{ few: boolean }>(
      ctx,
      `select (summary->>'too_few')::boolean or (summary->>'contracts_alone')::boolean is true as few from value_snapshot where current`,
      [],
    )
    if (now) await refreshParties(ctx, [party_id])
    // the first orders, or the ones that make them enough: seen as a whole, soon
    if (!now || now.few) await enqueue(ctx, dataChanged, {}, { at: new Date(ctx.now.getTime() + SOON_MS) })
  },
})

const touch = (ctx: Ctx, parties: readonly number[]) =>
  planned(
    ctx,
    `insert into value_due (party_id, touched_at) select unnest($1::bigint[]), clock_timestamp()
     on conflict (party_id) do update set touched_at = excluded.touched_at`,
    [parties],
  )

/** A file came or went, or a rate: everybody is scored anew, and fitted anew where the rules say so. */
export const dataChanged = job({
  name: 'value.data_changed',
  payload: T.Object({}, open),
  key: () => 'value.data_changed',
  run: async (ctx) => {
    if (await anything(ctx)) await startUnlessWaiting(ctx, { kind: 'auto', because: 'growth', as_of: null })
  },
})

/** A contract began, changed or ended: where figures are of contracts, or there are none yet, they are made anew. */
export const contractHeard = job({
  name: 'value.contract_heard',
  payload: T.Object({}, open),
  key: () => 'value.contract_heard',
  run: async (ctx) => {
    const [modelled] = await planned(
      ctx,
      `select from value_snapshot where current and not (summary->>'too_few')::boolean and (summary->>'contracts_alone')::boolean is not true`,
      [],
    )
    if (!modelled) await enqueue(ctx, dataChanged, {}, { at: new Date(ctx.now.getTime() + SOON_MS) })
  },
})

/** unscoped: whether there is any order or contract at all */
async function anything(ctx: Ctx): Promise<boolean> {
  const [any] = await planned<{ any: boolean }>(
    ctx,
    'select exists (select from orders) or exists (select from subscription) as any',
    [],
  )
  return any!.any
}

/** A run that has not begun will see whatever this one would. */
export async function startUnlessWaiting(ctx: Ctx, ask: RunAsk): Promise<number> {
  const [waiting] = await planned<{ run_id: number }>(
    ctx,
    `select run_id from job_run where job = 'value.run' and state = 'waiting' order by run_id limit 1`,
    [],
  )
  if (waiting && ask.kind === 'auto') return waiting.run_id
  const { run_id } = await startRun(ctx, runJob, ask, { subject: { kind: ask.kind, as_of: ask.as_of } })
  return run_id
}

/** Every night: scored as of the new day; fitted anew on the first of a month, and whenever the rules ask. */
export const nightly = job({
  name: 'value.nightly',
  payload: T.Object({}),
  every: '40 2 * * *',
  run: async (ctx) => {
    if (!(await anything(ctx))) return
    const first = ctx.now.getUTCDate() === 1
    await startUnlessWaiting(ctx, { kind: first ? 'fit' : 'auto', because: 'schedule', as_of: null })
  },
})
