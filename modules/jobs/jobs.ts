import { record } from '../../kernel/audit.ts'
import { type Actor, atomically, type Ctx, planned, type Reach } from '../../kernel/ctx.ts'
import { decodeCursor, encodeCursor } from '../../kernel/cursor.ts'
import { notFound, refuse } from '../../kernel/refuse.ts'
import type { Input } from '../../kernel/route.ts'
import { cancelRun, type Run, runColumns } from '../../kernel/run.ts'
import type { Locale } from '../../kernel/text.ts'
import type { JobRun, jobs } from './contract.ts'
import { meanPace } from './rules.ts'

/** A run is in reach of who started it, and of those whose units its unit is among. */
export const sees = (who: Actor, reach: Reach | null, run: Pick<Run, 'started_by' | 'unit_id'>): boolean =>
  (who.id > 0 && run.started_by === who.id) ||
  reach?.kind === 'all' ||
  (reach?.kind === 'units' && run.unit_id !== null && reach.unit_ids.includes(run.unit_id))

/** The same in SQL, over parameters $1 (who) and $2 (units). */
export const inReach = `($1::bigint > 0 and r.started_by = $1::bigint or $2::bigint[] is null or r.unit_id = any($2::bigint[]))`
export const reachValues = ({ who, reach }: Ctx): [number, readonly number[] | null] => [
  who.id,
  reach.kind === 'all' ? null : reach.kind === 'units' ? reach.unit_ids : [],
]

// A person or a program: their ids are of one sequence.
export const STARTER =
  'left join app_user u on u.user_id = r.started_by left join api_key k on k.key_id = r.started_by'
export const STARTER_NAME = 'coalesce(u.name, k.name)'

type Row = Run & { started_by_name: string | null }
const select = `
select ${runColumns.replace(/\w+/g, 'r.$&')}, ${STARTER_NAME} as started_by_name
from job_run r ${STARTER}`

export async function list(
  ctx: Ctx,
  { query }: Input<typeof jobs.list>,
): Promise<{ items: JobRun[]; next: string | null }> {
  const limit = query.limit ?? 50
  const [at, id] = query.cursor ? decodeCursor(query.cursor, ['string', 'number']) : [null, null]
  if (at !== null && Number.isNaN(Date.parse(String(at)))) refuse('kernel.bad_cursor', 400)
  const rows = await planned<Row>(
    ctx,
    `${select}
     where ${inReach} and ($3::text is null or r.state = $3) and ($4::text is null or r.job = $4)
       ${at === null ? 'and $5::timestamptz is null and $6::bigint is null' : 'and (r.created_at, r.run_id) < ($5, $6)'}
     order by r.created_at desc, r.run_id desc limit $7`,
    [...reachValues(ctx), query.state ?? null, query.job ?? null, at, id, limit + 1],
  )
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown.map((row) => view(row, ctx.locale)),
    next: rows.length > limit && last ? encodeCursor([last.created_at, last.run_id]) : null,
  }
}

export async function get(ctx: Ctx, { params }: Input<typeof jobs.get>): Promise<JobRun> {
  return view(await find(ctx, params.id), ctx.locale)
}

export const cancel = (ctx: Ctx, { params }: Input<typeof jobs.cancel>): Promise<JobRun> =>
  atomically(ctx, async (ctx) => {
    const run = await find(ctx, params.id)
    if (!(await cancelRun(ctx, run.run_id))) refuse('jobs.ended', 409, { state: run.state })
    await record(ctx, {
      action: 'jobs.cancel_asked',
      subject: 'job_run',
      subject_id: run.run_id,
      was: { cancel_requested: run.cancel_requested },
    })
    return view(await find(ctx, params.id), ctx.locale)
  })

async function find(ctx: Ctx, run_id: number): Promise<Row> {
  const [row] = await planned<Row>(ctx, `${select} where ${inReach} and r.run_id = $3`, [
    ...reachValues(ctx),
    run_id,
  ])
  return row ?? notFound()
}

export const errorOf = (
  { error }: Pick<Run, 'error'>,
  locale: Locale,
): { code: string; message: string } | null =>
  error && { code: error.code, message: locale === 'zh-CN' ? error.zh : error.en }

const view = (row: Row, locale: Locale): JobRun => ({ ...row, ...meanPace(row), error: errorOf(row, locale) })
