import type { Ctx } from '../../../kernel/ctx.ts'
import type { RunError } from '../../../kernel/job.ts'
import { type Locale, phrase } from '../../../kernel/text.ts'
import type {
  Detected,
  Import,
  ImportRow,
  ImportState,
  Layout,
  Reject,
  Report,
  RunOptions,
} from '../contract.ts'
import { textsOf } from '../later.text.ts'
import { noticeText, warnings } from '../notices.text.ts'
import type { StoredSamples } from '../running/preview.ts'
import type { StoredReport } from '../running/report.ts'
import type { Waiting } from '../running/transaction.ts'
import { waitingFor } from '../running/waiting.ts'
import { defaultOptions, type Kind, type Mapping, type MappingOptions, missingTargets } from '../targets.ts'
import { text } from '../text.ts'
import { presentUndo, type StoredUndo } from '../undoing/present.ts'
import { DEFAULT_RUN_OPTIONS, doubtfulHeader, NO_LAYOUT } from './detect.ts'
import { changesTold, fillsHidden, hiddenColumns } from './fields.ts'

/** `said`: what somebody chose; the rest was guessed and may be guessed anew. */
export type StoredMapping = {
  columns: Mapping['columns']
  options: MappingOptions
  said: {
    kind?: Kind | undefined
    source?: string | undefined
    read_options?: Partial<MappingOptions> | undefined
    run_options?: Partial<RunOptions> | undefined
    /** the columns were chosen, not guessed */
    columns?: boolean | undefined
  }
  layout?: Partial<Layout> | undefined
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
  waits_for: Waiting | null
  undo_until: string | null
  undone_at: string | null
  changes_standing: number
  changes_undone: number
  /** the latest undo of it, or redo */
  undo: StoredUndo | null
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

/** A cell that was turned back is shown with its reason: not to who does not see what it was for. */
async function shownReport(ctx: Ctx, row: Stored, report: StoredReport): Promise<StoredReport> {
  if (!(await fillsHidden(ctx, row.mapping.columns))) return report
  return { ...report, reasons: report.reasons.map((reason) => ({ ...reason, value: '' })) }
}

export async function presentRow(ctx: Ctx, row: Stored): Promise<ImportRow> {
  const { error } = row
  return {
    id: row.import_id,
    kind: row.kind,
    source: row.source,
    file_name: row.file_name,
    file_bytes: row.file_bytes,
    state: row.state,
    report: row.report && inWords(await shownReport(ctx, row, row.report), ctx.locale),
    error: error && { code: error.code, message: ctx.locale === 'zh-CN' ? error.zh : error.en },
    run_id: row.run_id,
    unit_id: row.unit_id,
    created_by: row.created_by === null ? null : { id: row.created_by, name: row.created_by_name ?? '' },
    rejects: row.rejects,
    waits_for: row.waits_for && (await waitingFor(ctx, row.waits_for)),
    undo: await presentUndo(ctx, row),
    version: row.version,
    created_at: row.created_at,
    finished_at: row.finished_at,
  }
}

/** A file holds what a role may not see; who sent it knows it anyway, a colleague whose role masks fields does not. */
export const withheld = async (
  ctx: Ctx,
  row: Pick<Stored, 'kind' | 'created_by' | 'mapping'>,
): Promise<boolean> =>
  row.kind !== 'products' &&
  !(ctx.who.kind === 'user' && row.created_by === ctx.who.id) &&
  (['phone', 'email', 'address', 'wechat'].some((field) => ctx.who.masks.has(field)) ||
    (await fillsHidden(ctx, row.mapping.columns)))

/** What imports of earlier versions did not say. */
const BEFORE = {
  format: 'csv' as const,
  sheet: null,
  sheets: [],
  has_header: true,
  preamble: 0,
  repeated: [],
  unnamed: [],
  remembered: null,
  choices: [],
}

function withBefore(detected: Omit<Detected, 'header_rows'> & Partial<Detected>): Detected {
  const known = { ...BEFORE, ...detected }
  return { ...known, header_rows: detected.header_rows ?? Number(known.has_header) }
}

/** What a file calls columns that the reader does not see says what is in them. */
const without = (detected: Detected, unseen: ReadonlySet<number>): Detected => ({
  ...detected,
  headers: detected.headers.map((header, i) => (unseen.has(i) ? '' : header)),
  guesses: detected.guesses.filter(({ column }) => !unseen.has(column)),
  remembered: unseen.size > 0 ? null : detected.remembered,
})

async function samplesTold(ctx: Ctx, kind: Kind, samples: StoredSamples['parties_sample']) {
  const [created, updated, unchanged] = await Promise.all(
    [samples.created, samples.updated, samples.unchanged].map((items) => changesTold(ctx, kind, items)),
  )
  return { created: created!, updated: updated!, unchanged: unchanged! }
}

export async function present(ctx: Ctx, row: Stored): Promise<Import> {
  const { columns } = row.mapping
  const options = { ...defaultOptions, ...row.mapping.options }
  const hidden = await withheld(ctx, row)
  const unseen = await hiddenColumns(ctx, columns)
  const preview = hidden ? null : row.preview
  const detected = 'headers' in row.detected ? withBefore(row.detected as Detected) : null
  const doubt = detected && !row.mapping.said?.columns ? doubtfulHeader(detected, columns) : null
  return {
    ...(await presentRow(ctx, row)),
    file_sha256: row.file_sha256?.toString('hex') ?? null,
    detected: detected && (hidden ? without({ ...detected, sample: [], choices: [] }, unseen) : detected),
    columns: hidden ? columns.map((target, i) => (unseen.has(i) ? null : target)) : columns,
    doubt: doubt && {
      code: doubt.code,
      message: phrase(text[doubt.code as keyof typeof text], ctx.locale, doubt.details),
    },
    layout: { ...NO_LAYOUT, ...row.mapping.layout },
    read_options: options,
    run_options: { ...DEFAULT_RUN_OPTIONS, ...row.options },
    missing: missingTargets({ kind: row.kind, columns, options }).map((group) => [...group]),
    preview: preview && {
      ...inWords(preview, ctx.locale),
      orders_sample: preview.orders_sample,
      parties_sample: await samplesTold(ctx, row.kind, preview.parties_sample),
      products_sample: preview.products_sample,
      rejects_sample: preview.rejects_sample.map((one) => rejectInWords(one, ctx.locale)),
    },
  }
}
