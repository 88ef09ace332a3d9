import { Type as T } from 'typebox'
import { type Ctx, named, planned } from '../../kernel/ctx.ts'
import { enqueue, job, type Step, startRun } from '../../kernel/job.ts'
import { rest } from '../../kernel/pace.ts'
import { changedSince, FIRST, fillNext, keyParties, kindOf, MOST, progressOf } from './keys.ts'
import { type Block, dropStale, judgeBlocks, keepPairs, pairsAround } from './pairs.ts'

// Looking for doubles in the background. unscoped: suspicions are kept for everybody and shown through the caller's reach.

type Cursor = {
  phase: 'keys' | 'pairs'
  after: number
  done: number
  total: number
  begun: string
  pairs: number
}

const STEP_MS = 8000
const PARTIES = 500
/** Of the first look: what they have in common is written in the order of its index, so more at once meet fewer pages. */
const FILLED = 1500
const BLOCKS = 400
/** Everybody against everybody, by what they have in common; a step at a time, so that it can be stopped and goes on. */
export const scanJob = job({
  name: 'identity.scan',
  payload: T.Object({}),
  run: async (ctx, _payload, cursor): Promise<Step> => {
    const place = (cursor as Cursor | null) ?? (await begin(ctx))
    const until = Date.now() + STEP_MS
    while (Date.now() < until) {
      const started = Date.now()
      const more = place.phase === 'keys' ? await keySlice(ctx, place) : await pairSlice(ctx, place)
      await ctx.progress?.report({
        done: Math.min(place.done, place.total),
        total: place.total,
        phase: place.phase,
      })
      if (!more && place.phase === 'pairs') return end(ctx, place)
      if (!more) Object.assign(place, { phase: 'pairs', after: FIRST, done: place.total / 2 })
      await rest(Date.now() - started)
    }
    return { done: false, cursor: place }
  },
})

async function begin(ctx: Ctx): Promise<Cursor> {
  const [row] = await planned<{ n: number }>(ctx, 'select count(*) as n from party_listed where live', [])
  // Half of the way is keys, the other half pairs.
  const total = 2 * Math.max(1, row!.n)
  return { phase: 'keys', after: 0, done: 0, total, begun: ctx.now.toISOString(), pairs: 0 }
}

async function keySlice(ctx: Ctx, place: Cursor): Promise<boolean> {
  const filled = await fillNext(ctx, FILLED)
  place.done += filled
  if (filled > 0) return true
  const { heard_at } = await progressOf(ctx)
  const { ids, until } = await changedSince(ctx, heard_at, PARTIES)
  for (let i = 0; i < ids.length; i += PARTIES) await keyParties(ctx, ids.slice(i, i + PARTIES))
  await planned(ctx, 'update identity_progress set heard_at = greatest(heard_at, $1::timestamptz)', [until])
  return ids.length >= PARTIES
}

const MOST_OF_ALL = Math.max(...Object.values(MOST))
async function pairSlice(ctx: Ctx, place: Cursor): Promise<boolean> {
  // Grouped along the primary key: nothing is sorted, and a slice reads no more than it answers.
  const rows = await named<Block>(
    ctx,
    'identity.blocks',
    `select key, array_agg(party_id) as party_ids from identity_key where key > $1 group by key having count(*) between 2 and ${MOST_OF_ALL}
     order by key limit ${BLOCKS}`,
    [place.after],
  )
  const judged = await judgeBlocks(
    ctx,
    rows.filter(({ key, party_ids }) => party_ids.length <= MOST[kindOf(key)]!),
  )
  await keepPairs(ctx, judged)
  place.after = rows.at(-1)?.key ?? place.after
  place.pairs += judged.length
  // Keys are digests, evenly spread within a kind: how far along is as good as counted.
  place.done = Math.round(
    (place.total / 2) * (1 + (place.after - FIRST) / (FIRST * Object.keys(MOST).length)),
  )
  return rows.length === BLOCKS
}

async function end(ctx: Ctx, { begun, pairs }: Cursor): Promise<Step> {
  await planned(ctx, `delete from identity_pair where state in ('open', 'later') and seen_at < $1`, [begun])
  await planned(
    ctx,
    'update identity_progress set scanned_at = $1, paired_at = greatest(paired_at, $2::timestamptz)',
    [ctx.house.clock(), begun],
  )
  return { done: true, result: { pairs } }
}

/** A run that waits or runs will do. */
export async function startScan(ctx: Ctx): Promise<number> {
  const [open] = await planned<{ run_id: number }>(
    ctx,
    `select run_id from job_run where job = 'identity.scan' and state in ('waiting', 'running') order by run_id limit 1`,
    [],
  )
  return open?.run_id ?? (await startRun(ctx, scanJob, {})).run_id
}

export const nightlyScan = job({
  name: 'identity.nightly',
  payload: T.Object({}),
  every: '50 3 * * *',
  run: async (ctx) => {
    await startScan(ctx)
  },
})

/** Parties that changed, a bounded number at a time; the first scan looks at all the others. */
export const listen = job({
  name: 'identity.listen',
  payload: T.Object({}),
  every: '* * * * *',
  key: () => 'identity.listen',
  run: async (ctx) => {
    const { filled, paired_at } = await progressOf(ctx)
    if (!filled) {
      const [any] = await planned<{ n: number }>(
        ctx,
        'select count(*) as n from (select from party limit 2001) x',
        [],
      )
      // A small house is looked through at once; a large one by its first night, or when somebody asks.
      if (any!.n <= 2000) await enqueue(ctx, firstLook, {})
      return
    }
    const { ids, until } = await changedSince(ctx, paired_at, PARTIES)
    const changed = await keyParties(ctx, ids)
    await keepPairs(ctx, await pairsAround(ctx, changed))
    await dropStale(ctx, ids)
    await planned(
      ctx,
      'update identity_progress set paired_at = greatest(paired_at, $1::timestamptz), heard_at = greatest(heard_at, $1::timestamptz)',
      [until],
    )
    if (ids.length >= PARTIES / 2) await enqueue(ctx, listen, {})
  },
})

export const firstLook = job({
  name: 'identity.first_look',
  payload: T.Object({}),
  key: () => 'identity.first_look',
  run: async (ctx) => {
    await startScan(ctx)
  },
})

const open = { additionalProperties: true } as const
/** An import's records are stamped when it began: what was heard since then is heard again. */
export const importHeard = job({
  name: 'identity.import_heard',
  payload: T.Object({ at: T.Optional(T.String()) }, open),
  run: async (ctx, { at }) => {
    const since = new Date(Date.parse(at ?? ctx.now.toISOString()) - 1).toISOString()
    await planned(
      ctx,
      'update identity_progress set heard_at = least(heard_at, $1::timestamptz), paired_at = least(paired_at, $1::timestamptz)',
      [since],
    )
    await enqueue(ctx, listen, {})
  },
})
