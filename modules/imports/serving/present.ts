import type { Ctx } from '../../../kernel/ctx.ts'
import type { RunError } from '../../../kernel/job.ts'
import { type Locale, phrase } from '../../../kernel/text.ts'
import type { Detected, Import, ImportRow, ImportState, Reject, Report, RunOptions } from '../contract.ts'
import { textsOf } from '../later.text.ts'
import { noticeText, warnings } from '../notices.text.ts'
import type { StoredSamples } from '../running/preview.ts'
import type { StoredReport } from '../running/report.ts'
import { type Kind, type Mapping, type MappingOptions, missingTargets } from '../targets.ts'

/** `said`: what somebody chose; the rest was guessed and may be guessed anew. */
export type StoredMapping = {
  columns: Mapping['columns']
  options: MappingOptions
  said: {
    kind?: Kind | undefined
    source?: string | undefined
    read_options?: Partial<MappingOptions> | undefined
  }
}

/** A row of `import`, with who made it and how many rejects it keeps. */
export type Stored = {
  import_id: number
  kind: Kind
  source: string
  file_name: string
  file_bytes: number
  file_sha256: Buffer | null
  state: ImportState
  detected: Detected | Record<string, never>
  mapping: StoredMapping
  options: RunOptions
  preview: (StoredReport & StoredSamples) | null
  report: StoredReport | null
  error: RunError | null
  run_id: number | null
  unit_id: number
  created_by: number | null
  created_by_name: string | null
  rejects: number
  version: number
  created_at: string
  finished_at: string | null
}

/** Codes and figures as they are stored, with words in the reader's language. */
export function inWords({ edges: _, ...report }: StoredReport, locale: Locale): Report {
  return {
    ...report,
    notices: report.notices.map((notice) => ({
      ...notice,
      message: phrase(noticeText[notice.code], locale, {
        base: notice.base,
        was: notice.was,
        currencies: notice.currencies?.map(({ currency }) => currency),
      }),
      warning: warnings.has(notice.code),
    })),
    reasons: report.reasons.map((reason) => ({
      ...reason,
      message: phrase(textsOf(reason.code).says, locale),
      advice: phrase(textsOf(reason.code).advice, locale),
    })),
  }
}

type StoredReject = { line: number; raw: string; reasons: readonly unknown[] }
type StoredReason = { code: string; field: string | null; value: string }
const SHOWN_RAW = 2000

export const rejectInWords = ({ line, raw, reasons }: StoredReject, locale: Locale): Reject => ({
  line,
  raw: raw.slice(0, SHOWN_RAW),
  reasons: (reasons as StoredReason[]).map((reason) => ({
    ...reason,
    message: phrase(textsOf(reason.code).says, locale),
  })),
})

export function presentRow(ctx: Ctx, row: Stored): ImportRow {
  const { error } = row
  return {
    id: row.import_id,
    kind: row.kind,
    source: row.source,
    file_name: row.file_name,
    file_bytes: row.file_bytes,
    state: row.state,
    report: row.report && inWords(row.report, ctx.locale),
    error: error && { code: error.code, message: ctx.locale === 'zh-CN' ? error.zh : error.en },
    run_id: row.run_id,
    unit_id: row.unit_id,
    created_by: row.created_by === null ? null : { id: row.created_by, name: row.created_by_name ?? '' },
    rejects: row.rejects,
    version: row.version,
    created_at: row.created_at,
    finished_at: row.finished_at,
  }
}

/** A file holds what a role may not see; who sent it knows it anyway, a colleague whose role masks fields does not. */
export const withheld = (ctx: Ctx, row: Pick<Stored, 'kind' | 'created_by'>): boolean =>
  row.kind !== 'products' &&
  ['phone', 'email', 'address', 'wechat'].some((field) => ctx.who.masks.has(field)) &&
  !(ctx.who.kind === 'user' && row.created_by === ctx.who.id)

export function present(ctx: Ctx, row: Stored): Import {
  const { columns, options } = row.mapping
  const hidden = withheld(ctx, row)
  const preview = hidden ? null : row.preview
  const detected = 'headers' in row.detected ? (row.detected as Detected) : null
  return {
    ...presentRow(ctx, row),
    file_sha256: row.file_sha256?.toString('hex') ?? null,
    detected: detected && hidden ? { ...detected, sample: [] } : detected,
    columns,
    read_options: options,
    run_options: row.options,
    missing: missingTargets({ kind: row.kind, columns, options }).map((group) => [...group]),
    preview: preview && {
      ...inWords(preview, ctx.locale),
      orders_sample: preview.orders_sample,
      parties_sample: preview.parties_sample,
      products_sample: preview.products_sample,
      rejects_sample: preview.rejects_sample.map((one) => rejectInWords(one, ctx.locale)),
    },
  }
}
