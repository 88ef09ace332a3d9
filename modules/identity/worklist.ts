import { record } from '../../kernel/audit.ts'
import { atomically, type Ctx, planned } from '../../kernel/ctx.ts'
import { decodeCursor, encodeCursor } from '../../kernel/cursor.ts'
import { notFound, refuse } from '../../kernel/refuse.ts'
import { scopeSql } from '../../kernel/scope.ts'
import { rounded } from './check.ts'
import type { Pair, PairQuery, ScanState } from './contract.ts'
import { startScan } from './jobs.ts'
import { progressOf } from './keys.ts'
import type { Decision } from './rules.shapes.ts'
import type { Evidence } from './rules.ts'
import { partiesTold, reasonOf } from './told.ts'

// Suspicions that wait for a person. Both ends must be in the caller's reach.

type Row = {
  party_id: number
  other_id: number
  score: number
  band: Pair['band']
  reasons: Evidence[]
  state: Pair['state']
  found_at: string
  decided_at: string | null
}

const scoped = (ctx: Ctx, at: number) => {
  const [a, b] = [scopeSql(ctx.reach, 'a', at), scopeSql(ctx.reach, 'b', at + 1)]
  return {
    text: `join party_listed a on a.party_id = p.party_id and a.live and ${a.text}
     join party_listed b on b.party_id = p.other_id and b.live and ${b.text}`,
    values: [a.value, b.value],
  }
}

export async function listPairs(ctx: Ctx, { query }: { query: PairQuery }) {
  const limit = query.limit ?? 50
  const [score, party_id, other_id] =
    query.cursor === undefined
      ? [null, null, null]
      : decodeCursor(query.cursor, ['number', 'number', 'number'])
  const owner = query.owner === 'me' ? (ctx.who.kind === 'user' ? ctx.who.id : 0) : (query.owner_id ?? null)
  const reach = scoped(ctx, 1)
  const rows = await planned<Row>(
    ctx,
    `select p.party_id, p.other_id, p.score::float8 as score, p.band, p.reasons, p.state, p.found_at, p.decided_at
     from identity_pair p ${reach.text}
     where p.state = $3 and ($4::text is null or p.band = $4) and ($5::bigint is null or a.owner_id = $5 or b.owner_id = $5)
       and ($9::bigint is null or p.party_id = $9 or p.other_id = $9)
       and ($6::float8 is null or (p.score::float8, p.party_id, p.other_id) < ($6::float8, $7::bigint, $8::bigint))
     order by p.score desc, p.party_id desc, p.other_id desc limit $10`,
    [
      ...reach.values,
      query.state ?? 'open',
      query.band ?? null,
      owner,
      score,
      party_id,
      other_id,
      query.party_id ?? null,
      limit + 1,
    ],
  )
  const page = rows.slice(0, limit)
  const told = await partiesTold(ctx, [...new Set(page.flatMap((row) => [row.party_id, row.other_id]))])
  const last = rows.length > limit ? page.at(-1)! : null
  return {
    items: page.flatMap((row): Pair[] => {
      const [a, b] = [told.get(row.party_id), told.get(row.other_id)]
      if (!a || !b) return []
      const { band, state, found_at, decided_at } = row
      const reasons = row.reasons.map((one) => reasonOf(ctx, one))
      return [{ a, b, score: rounded(row.score), band, reasons, state, found_at, decided_at }]
    }),
    next: last && encodeCursor([last.score, last.party_id, last.other_id]),
  }
}

/** Not the same, or not now, or after all: remembered with who said it. */
export async function decidePair(
  ctx: Ctx,
  { body }: { body: { a: number; b: number; decision: Decision } },
): Promise<void> {
  if (body.a === body.b) refuse('identity.same_party', 422)
  await atomically(ctx, async (ctx) => {
    const reach = scoped(ctx, 3)
    const [low, high] = body.a < body.b ? [body.a, body.b] : [body.b, body.a]
    const [pair] = await planned<{ state: string }>(
      ctx,
      `select p.state from identity_pair p ${reach.text} where p.party_id = $1 and p.other_id = $2 for update of p`,
      [low, high, ...reach.values],
    )
    if (!pair) {
      const both = await partiesTold(ctx, [low, high])
      if (both.size < 2) notFound()
    }
    await planned(
      ctx,
      `insert into identity_pair as p (party_id, other_id, score, band, reasons, state, found_at, seen_at, decided_at, decided_by, said_at_score)
       values ($1, $2, 0, 'possible', '[]', $3, $4, $4, $4, $5, 0)
       on conflict (party_id, other_id) do update set state = excluded.state, decided_at = excluded.decided_at, decided_by = excluded.decided_by,
         said_at_score = p.score`,
      [low, high, body.decision, ctx.now, ctx.who.kind === 'user' ? ctx.who.id : null],
    )
    for (const id of [low, high])
      await record(ctx, {
        action: 'identity.judged',
        subject: 'duplicate',
        subject_id: id,
        party_id: id,
        was: { pair: pair?.state ?? 'open', other: id === low ? high : low },
        event: false,
      })
  })
}

export async function scanState(ctx: Ctx): Promise<ScanState> {
  const progress = await progressOf(ctx)
  const [run] = await planned<{
    run_id: number
    state: string
    done: number
    total: number | null
    phase: string | null
  }>(
    ctx,
    `select run_id, state, done, total, phase from job_run where job = 'identity.scan' order by run_id desc limit 1`,
    [],
  )
  const reach = scoped(ctx, 1)
  const rows = await planned<{ band: Pair['band']; state: string; n: number }>(
    ctx,
    `select band, state, count(*) as n from (
       select p.band, p.state from identity_pair p ${reach.text} where p.state in ('open', 'later') limit 10000) x group by 1, 2`,
    reach.values,
  )
  const open = { certain: 0, likely: 0, possible: 0, later: 0 }
  for (const { band, state, n } of rows) open[state === 'later' ? 'later' : band] += n
  const running = run?.state === 'running' || run?.state === 'waiting'
  return {
    run_id: run?.run_id ?? null,
    running,
    done: run?.done ?? 0,
    total: run?.total ?? null,
    phase: run?.phase ?? null,
    scanned_at: progress.scanned_at,
    open,
    elsewhere_hints: progress.elsewhere_hints,
  }
}

export const askScan = (ctx: Ctx): Promise<{ run_id: number }> =>
  atomically(ctx, async (ctx) => {
    const run_id = await startScan(ctx)
    await record(ctx, { action: 'identity.scan_asked', subject: 'job_run', subject_id: run_id, event: false })
    return { run_id }
  })

export const setHints = (ctx: Ctx, { body }: { body: { elsewhere_hints: boolean } }): Promise<ScanState> =>
  atomically(ctx, async (ctx) => {
    const was = (await progressOf(ctx)).elsewhere_hints
    await planned(
      ctx,
      `insert into identity_progress (progress_id, elsewhere_hints, heard_at, paired_at) values (1, $1, $2, $2)
       on conflict (progress_id) do update set elsewhere_hints = excluded.elsewhere_hints`,
      [body.elsewhere_hints, ctx.now],
    )
    await record(ctx, {
      action: 'identity.hints_set',
      subject: 'settings',
      subject_id: 1,
      was: { elsewhere_hints: was },
      event: false,
    })
    return scanState(ctx)
  })
