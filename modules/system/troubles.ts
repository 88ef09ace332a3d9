import { type Ctx, planned } from '../../kernel/ctx.ts'
import { type Params, type Phrase, phrase } from '../../kernel/text.ts'
import { phraseOf } from '../backups/store.ts'
import type { Trouble } from './contract.ts'
import { text } from './text.ts'

type Row = {
  kind: Trouble['kind']
  what: string
  error: { code?: string; details?: Params; zh?: string; en?: string } | null
  times: number
  at: string
  run_id: number | null
  request_id: string | null
}

const DAYS = 30

/**
 * What went wrong and somebody should know: failed runs, failed backups, trial restores that differed or were not
 * possible, bugs; each once, the latest first. unscoped: read by who keeps the installation, and names no party.
 */
export async function troubles(
  ctx: Ctx,
  { after = null, limit = 50 }: { after?: Date | null; limit?: number } = {},
): Promise<Trouble[]> {
  const since = after ?? new Date(ctx.now.getTime() - DAYS * 86_400_000)
  const rows = await planned<Row>(
    ctx,
    `select * from (
       select 'job' as kind, job as what, error, 1::bigint as times, finished_at as at, run_id, null as request_id
       from job_run where state = 'failed' and finished_at > $1 and job not in ('backups.take', 'backups.verify')
       union all
       select 'backup', file, error, 1, finished_at, run_id, null from backup where state = 'failed' and finished_at > $1
       union all
       select 'check', file, verification -> 'error', 1, tried_at, null, null
       from backup, lateral (select coalesce((verification ->> 'at')::timestamptz, verified_at) as tried_at) t
       where (verified = false or verification ->> 'error' is not null) and tried_at > $1
       union all
       select 'fault', place, jsonb_build_object('zh', what, 'en', what), times, last_at, null, request_id from fault where last_at > $1
     ) t order by at desc, what limit $2`,
    [since, limit],
  )
  return rows.map(({ error, ...row }) => ({ ...row, message: messageOf(ctx, row.kind, error) }))
}

/** A run keeps the words of its error, a backup the code: its words are in backups' text. */
function messageOf(ctx: Ctx, kind: Trouble['kind'], error: Row['error']): string {
  const kept = ctx.locale === 'zh-CN' ? error?.zh : error?.en
  if (kept) return kept
  const coded = error?.code ? phraseOf({ code: error.code }) : without[kind]
  return phrase(coded, ctx.locale, error?.details)
}

const without: { readonly [K in Trouble['kind']]: Phrase } = {
  job: text['system.job_failed'],
  backup: text['system.backup_failed'],
  check: text['system.check_failed'],
  fault: text['system.fault'],
}
