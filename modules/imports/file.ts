import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Ctx } from '../../kernel/ctx.ts'
import { refuse } from '../../kernel/refuse.ts'
import { phrase } from '../../kernel/text.ts'
import type { Layout, Report, RunOptions } from './contract.ts'
import { mustHaveColumns } from './missing.ts'
import type { Input } from './reader/bytes.ts'
import { openSource, type Source } from './reader/source.ts'
import { runImport } from './running/run.ts'
import { inWordsOf, waitingFor } from './running/waiting.ts'
import {
  checkHeaders,
  DEFAULT_RUN_OPTIONS,
  DEFAULT_SOURCE,
  detect,
  type Found,
  sourceOptions,
} from './serving/detect.ts'
import { withFields } from './serving/fields.ts'
import { type GivenFile, givenFile } from './serving/given.ts'
import { inWords } from './serving/present.ts'
import { pagesOf, rejectedCsv, rejectsName } from './serving/rejects.read.ts'
import type { Kind, MappingOptions } from './targets.ts'
import { text } from './text.ts'
import { openZone } from './values/zones.ts'

export type FileImport = {
  kind: Kind
  path: string
  source?: string | undefined
  /** undefined: as guessed */
  options?: {
    zone?: string | undefined
    currency?: string | undefined
    whole_orders?: boolean | undefined
    read?: Partial<MappingOptions> | undefined
    run?: Partial<RunOptions> | undefined
    layout?: Partial<Layout> | undefined
  }
  dry_run?: boolean
  /** the name was a link: where it leads */
  onLink?: (to: string) => void
  onProgress?: (state: { done?: number; total?: number | null; phase?: string }) => void
}

/** The command line's way in: straight from the file, no copy of it in the database; the same run as behind the page. */
export async function importFile(
  ctx: Ctx,
  given: FileImport,
): Promise<Report & { import_id: number | null }> {
  const file = await givenFile(given.path)
  if (file.link_to !== null) given.onLink?.(file.link_to)
  try {
    return await importGiven(ctx, given, file)
  } catch (error) {
    // What looks like a damaged file may be one that is being written.
    await file.mustBeSame()
    throw error
  }
}

async function importGiven(
  ctx: Ctx,
  given: FileImport,
  file: GivenFile,
): Promise<Report & { import_id: number | null }> {
  const { dry_run = false } = given
  const { path, size } = file
  const layout = given.options?.layout ?? {}
  const found = await lookAt(ctx, given, path)
  const { kind, columns, options: read_options } = found
  const options: RunOptions = {
    ...DEFAULT_RUN_OPTIONS,
    ...given.options?.run,
    whole_orders: given.options?.whole_orders ?? false,
  }
  mustHaveColumns({ kind, columns, options: read_options })
  checkHeaders(found.detected, columns)
  const import_id = await ctx.house.ids.next()
  const hash = hashOf(path, found.detected.format === 'csv')
  const open = async (): Promise<Source> => {
    await file.mustBeSame()
    return openSource(hash.bytes(), sourceOptions(layout))
  }
  const source = found.source ?? DEFAULT_SOURCE
  const { report } = await runImport(ctx, {
    import_id,
    source,
    mapping: await withFields(ctx, { kind, columns, options: read_options }),
    options,
    dates_guessed: !found.detected.date_order_certain,
    open,
    bytes: size,
    dry_run,
    onWait: async (waiting) => {
      if (waiting) given.onProgress?.({ phase: inWordsOf(await waitingFor(ctx, waiting), ctx.locale) })
    },
    onProgress: ({ phase, ...figures }) =>
      given.onProgress?.({
        ...figures,
        ...(phase ? { phase: phrase(text[`imports.phase.${phase}`], ctx.locale) } : {}),
      }),
    finish: async (ctx, report) => {
      const file_sha256 = await hash.digest()
      await file.mustBeSame()
      await ctx.tx!.query(insertText, [
        import_id,
        kind,
        source,
        basename(given.path),
        size,
        file_sha256,
        JSON.stringify(found.detected),
        JSON.stringify({ columns, options: read_options, said: {}, layout }),
        JSON.stringify(options),
        JSON.stringify(report),
        await rootOr(ctx),
        ctx.who.kind === 'user' ? ctx.who.id : null,
        ctx.now,
        ctx.house.clock(),
      ])
    },
  })
  if (dry_run) await file.mustBeSame()
  const said = { ...inWords(report, ctx.locale), import_id: dry_run ? null : import_id }
  if (dry_run || report.lines.rejected === 0) return said
  return { ...said, rejects_file: await writeRejects(ctx, given.path, import_id, found) }
}

const insertText = `
insert into import (import_id, kind, source, file_name, file_bytes, file_sha256, state, detected, mapping, options, report, unit_id, created_by,
  created_at, finished_at)
values ($1, $2, $3, $4, $5, $6, 'done', $7, $8, $9, $10, $11, $12, $13, $14)`

async function lookAt(ctx: Ctx, { kind, source, options }: FileImport, path: string): Promise<Found> {
  const zone = options?.zone
  if (zone !== undefined && !openZone(zone)) refuse('imports.unknown_zone', 422, { zone })
  const read_options: Partial<MappingOptions> = { ...options?.read }
  if (zone !== undefined) read_options.zone = zone
  if (options?.currency !== undefined) read_options.currency = options.currency
  const file = await openSource(path, sourceOptions(options?.layout))
  try {
    return await detect(ctx, file, { kind, source, read_options })
  } finally {
    await file.close()
  }
}

/** The sum of a text is taken while it is read for the first time; a workbook is read by position, so by a pass of its own. */
function hashOf(path: string, along: boolean) {
  const hash = createHash('sha256')
  let begun = false
  let sum: Buffer | undefined
  async function* hashed(): AsyncGenerator<Buffer> {
    begun = true
    for await (const chunk of createReadStream(path, {
      highWaterMark: 256 * 1024,
    }) as AsyncIterable<Buffer>) {
      hash.update(chunk)
      yield chunk
    }
  }
  return {
    bytes: (): Input => (along && !begun ? hashed() : path),
    async digest(): Promise<Buffer> {
      if (!along && !begun) for await (const _ of hashed());
      sum ??= hash.digest()
      return sum
    },
  }
}

async function rootOr(ctx: Ctx): Promise<number> {
  if (ctx.who.unit_id) return ctx.who.unit_id
  const { rows } = await ctx.tx!.query<{ unit_id: number }>(
    'select unit_id from unit where parent_id is null',
  )
  return rows[0]!.unit_id
}

/** Beside the file; a rejects file of an earlier import of the same file is replaced. */
async function writeRejects(ctx: Ctx, path: string, import_id: number, { detected }: Found): Promise<string> {
  const to = join(dirname(path), rejectsName(basename(path)))
  const { headers, delimiter } = detected
  try {
    await pipeline(
      Readable.from(rejectedCsv(ctx.locale, { import_id, headers, delimiter }, pagesOf(ctx, import_id))),
      createWriteStream(to),
    )
  } catch (error) {
    await rm(to, { force: true })
    throw error
  }
  return to
}
