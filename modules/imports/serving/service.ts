import type { Readable } from 'node:stream'
import { record } from '../../../kernel/audit.ts'
import { atomically, type Ctx, expectVersion, named, planned, unaudited } from '../../../kernel/ctx.ts'
import { startRun } from '../../../kernel/job.ts'
import { once } from '../../../kernel/once.ts'
import { refuse } from '../../../kernel/refuse.ts'
import type { Input } from '../../../kernel/route.ts'
import { cancelRun } from '../../../kernel/run.ts'
import { reaches } from '../../../kernel/scope.ts'
import type { Detected, Import, ImportRow, imports, RunOptions } from '../contract.ts'
import { previewJob, runJob } from '../jobs.ts'
import { mustFitColumns, mustHaveColumns } from '../missing.ts'
import { openSource } from '../reader/source.ts'
import { isSafePattern } from '../rules.ts'
import { defaultOptions, type MappingOptions } from '../targets.ts'
import { openZone } from '../values/zones.ts'
import {
  checkHeaders,
  DEFAULT_RUN_OPTIONS,
  DEFAULT_SOURCE,
  detect,
  type Found,
  headerSaid,
  sourceOptions,
} from './detect.ts'
import { withFields } from './fields.ts'
import { present, presentRow, type Stored, type StoredMapping } from './present.ts'
import { idle, listImports, loadImport, mustBe, setImport, underWay } from './store.ts'
import { forget, receive, stored } from './upload.ts'

// An import through the API: announced, sent, mapped, looked at, run. What it does is in run.ts.

type In<K extends keyof typeof imports> = Input<(typeof imports)[K]>

export async function list(
  ctx: Ctx,
  { query }: In<'list'>,
): Promise<{ items: ImportRow[]; next: string | null }> {
  const { items, next } = await listImports(ctx, query.kind ?? null, query.cursor, query.limit ?? 50)
  return { items: await Promise.all(items.map((row) => presentRow(ctx, row))), next }
}

export const get = async (ctx: Ctx, { params }: In<'get'>): Promise<Import> =>
  present(ctx, await loadImport(ctx, params.id))

export async function create(ctx: Ctx, { body }: In<'create'>): Promise<Import> {
  await checkOptions(ctx, body)
  return atomically(ctx, async (ctx) => {
    const import_id = await announce(ctx, body)
    await record(ctx, { action: 'imports.created', subject: 'import', subject_id: import_id })
    return present(ctx, await loadImport(ctx, import_id))
  })
}

async function announce(ctx: Ctx, body: In<'create'>['body']): Promise<number> {
  const import_id = await ctx.house.ids.next()
  const mapping: StoredMapping = {
    columns: [],
    options: { ...defaultOptions, ...body.read_options },
    said: {
      kind: body.kind,
      source: body.source,
      read_options: body.read_options,
      run_options: body.run_options,
    },
    layout: body.layout,
  }
  await named(ctx, 'imports.create', insertText, [
    import_id,
    body.kind ?? 'orders',
    body.source ?? DEFAULT_SOURCE,
    body.file_name,
    JSON.stringify(mapping),
    JSON.stringify({ ...DEFAULT_RUN_OPTIONS, ...body.run_options }),
    ctx.who.unit_id,
    ctx.who.kind === 'user' ? ctx.who.id : null,
    ctx.now,
  ])
  return import_id
}

const insertText = `
insert into import (import_id, kind, source, file_name, file_bytes, state, mapping, options, unit_id, created_by, created_at)
values ($1, $2, $3, $4, 0, 'uploading', $5, $6, $7, $8, $9)`

type Options = { read_options?: Partial<MappingOptions>; run_options?: Partial<RunOptions> }
async function checkOptions(ctx: Ctx, { read_options, run_options }: Options): Promise<void> {
  const { zone, product_pattern } = read_options ?? {}
  if (zone !== undefined && !openZone(zone)) refuse('imports.unknown_zone', 422, { zone })
  if (product_pattern && !isSafePattern(product_pattern))
    refuse('imports.bad_pattern', 422, { pattern: product_pattern })
  const unit_id = run_options?.unit_id
  if (!unit_id) return
  const [unit] = await planned(ctx, 'select 1 from unit where unit_id = $1', [unit_id])
  const reached = ctx.reach.kind !== 'units' || reaches(ctx.reach, { unit_id, owner_id: null })
  if (!unit || !reached) refuse('imports.bad_unit', 422, { unit_id })
}

export async function upload(
  ctx: Ctx,
  { params, stream }: In<'upload'> & { stream: Readable },
): Promise<Import> {
  const row = await loadImport(ctx, params.id)
  mustBe(row, idle)
  expectVersion(ctx, row.version)
  await fill(ctx, row, stream)
  return present(ctx, await loadImport(ctx, params.id))
}

/** Takes the file in and finds out what it is. A file that is none leaves nothing; another may be sent. */
async function fill(
  ctx: Ctx,
  row: Stored,
  stream: Readable,
  { check = () => {}, fresh = false }: { check?: (found: Found) => void; fresh?: boolean } = {},
): Promise<Stored> {
  await unaudited(ctx, 'the pieces of a file that is still on its way', async (ctx) => {
    await setImport(ctx, row, {
      state: 'uploading',
      file_bytes: 0,
      file_sha256: null,
      detected: {},
      preview: null,
      error: null,
    })
    await forget(ctx, row.import_id)
  })
  const version = row.version + 1
  const { received, found } = await takeIn(ctx, row, version, stream, check).catch(async (error: unknown) => {
    // Only what this upload has sent: a later one may be under way.
    if ((await loadImport(ctx, row.import_id)).version === version) await forget(ctx, row.import_id)
    throw error
  })
  await atomically(ctx, async (ctx) => {
    await setImport(ctx, { ...row, version }, { ...received, state: 'uploaded', ...asFound(row, found) })
    if (fresh) await record(ctx, { action: 'imports.created', subject: 'import', subject_id: row.import_id })
    await record(ctx, { action: 'imports.uploaded', subject: 'import', subject_id: row.import_id })
  })
  return loadImport(ctx, row.import_id)
}

async function takeIn(
  ctx: Ctx,
  row: Stored,
  version: number,
  stream: Readable,
  check: (found: Found) => void,
) {
  const options = sourceOptions(row.mapping.layout)
  const received = await receive(ctx, row.import_id, version, stream, options)
  const found = await lookAt(ctx, row.import_id, row.mapping)
  check(found)
  return { received, found }
}

/** The file as it is stored, under what was said about it. */
async function lookAt(ctx: Ctx, import_id: number, { said, layout }: Pick<StoredMapping, 'said' | 'layout'>) {
  const file = await openSource(await stored(ctx, import_id), sourceOptions(layout))
  try {
    return await detect(ctx, file, said)
  } finally {
    await file.close()
  }
}

/** A file sent anew is another file: columns chosen for the one before do not hold. */
function asFound(row: Stored, found: Found) {
  const { kind, columns, options, detected } = found
  const { columns: _, ...said } = row.mapping.said
  const mapping: StoredMapping = { columns, options, said, layout: row.mapping.layout }
  return {
    kind,
    source: found.source ?? row.source,
    mapping,
    detected,
    options: { ...row.options, ...found.run_options, ...said.run_options },
  }
}

/** What nobody will be asked about must be clear from the file. */
function mustRun({ kind, columns, options, detected }: Found): void {
  mustHaveColumns({ kind, columns, options })
  checkHeaders(detected, columns)
}

async function dropImport(ctx: Ctx, import_id: number): Promise<void> {
  await forget(ctx, import_id)
  await planned(ctx, 'delete from import where import_id = $1', [import_id])
}

/** Everything in one request, for programs. Under an Idempotency-Key the file's hash stands for its bytes. */
export async function file(
  ctx: Ctx,
  { query, stream, headers }: In<'file'> & { stream: Readable; headers: Record<string, string | undefined> },
): Promise<Import> {
  // A program that names no source means the common one, whatever a person's file with such columns came from.
  const {
    kind,
    source = DEFAULT_SOURCE,
    file_name,
    encoding,
    delimiter,
    sheet,
    mode,
    match_by,
    header_rows,
  } = query
  const key = headers['idempotency-key']
  if (key !== undefined && !/^[\x21-\x7e]{1,200}$/.test(key)) refuse('kernel.bad_key_header', 400)
  const layout = {
    encoding: encoding ?? null,
    delimiter: delimiter ?? null,
    sheet: sheet ?? null,
    ...headerSaid(header_rows),
  }
  // Nobody looks on: what an earlier import was told to do with its rows is not done here unasked.
  const run_options = { ...DEFAULT_RUN_OPTIONS, ...(mode ? { mode } : {}), ...(match_by ? { match_by } : {}) }
  const body = { kind, source, file_name, layout, run_options }
  await checkOptions(ctx, body)
  const why = 'a file that is not in yet, and goes without a trace where it cannot be read'
  const id = await unaudited(ctx, why, (ctx) => announce(ctx, body))
  const params = { id }
  let forgetIt = () => unaudited(ctx, why, (ctx) => dropImport(ctx, id))
  try {
    const check = query.run === false ? () => {} : mustRun
    const row = await fill(ctx, await loadImport(ctx, id), stream, { check, fresh: true })
    forgetIt = () => remove(ctx, { params } as In<'remove'>)
    const go = (ctx: Ctx) => (query.run === false ? present(ctx, row) : start(ctx, id, 'waiting'))
    if (key === undefined) return await go(ctx)
    const request = { query, file_sha256: row.file_sha256?.toString('hex') }
    const { answer, replayed } = await once(
      ctx,
      { route: 'POST /imports/file', key, body: request, status: 201 },
      async (ctx) => {
        const answer = await go(ctx)
        await record(ctx, {
          action: 'imports.accepted',
          subject: 'import',
          subject_id: id,
          event: false,
        })
        return answer
      },
    )
    if (replayed) await forgetIt()
    return answer
  } catch (error) {
    await forgetIt().catch(() => {})
    throw error
  }
}

export async function update(ctx: Ctx, { params, body }: In<'update'>): Promise<Import> {
  const row = await loadImport(ctx, params.id)
  expectVersion(ctx, row.version)
  mustBe(row, idle)
  await checkOptions(ctx, body)
  const said = saidWith(row, body)
  const layout = { ...row.mapping.layout, ...body.layout }
  const anew =
    row.file_bytes > 0 && readsAnew(row, body) ? await lookAt(ctx, row.import_id, { said, layout }) : null
  const kind = body.kind ?? anew?.kind ?? row.kind
  const before = anew ?? { columns: row.mapping.columns, options: row.mapping.options, run_options: {} }
  const columns = body.columns ?? before.columns
  const options = { ...before.options, ...body.read_options }
  const detected = anew?.detected ?? row.detected
  const headers = 'headers' in detected ? detected.headers : []
  mustFitColumns(await withFields(ctx, { kind, columns, options }))
  if (columns.length !== headers.length) refuse('imports.columns_wrong', 422, { wrong: [], columns: [] })
  await atomically(ctx, async (ctx) => {
    await setImport(ctx, row, {
      kind,
      source: body.source ?? row.source,
      detected,
      mapping: { columns, options, said, layout },
      options: { ...row.options, ...before.run_options, ...said.run_options },
      ...(row.state === 'uploading' ? {} : { state: 'uploaded', preview: null, error: null }),
    })
    const was = {
      kind: row.kind,
      source: row.source,
      columns: row.mapping.columns,
      read_options: row.mapping.options,
      run_options: row.options,
    }
    await record(ctx, { action: 'imports.updated', subject: 'import', subject_id: row.import_id, was })
  })
  return present(ctx, await loadImport(ctx, params.id))
}

function saidWith({ mapping: { said } }: Stored, body: In<'update'>['body']): StoredMapping['said'] {
  return {
    ...said,
    ...(body.kind ? { kind: body.kind } : {}),
    ...(body.source ? { source: body.source } : {}),
    ...(body.columns ? { columns: true } : body.kind || body.layout ? { columns: false } : {}),
    read_options: { ...said.read_options, ...body.read_options },
    run_options: { ...said.run_options, ...body.run_options },
  }
}

/** Another layout or kind is another table; another source may be one whose columns are known. */
function readsAnew(row: Stored, { layout, kind, source, columns }: In<'update'>['body']): boolean {
  if (layout && Object.keys(layout).length > 0) return true
  if (kind && kind !== row.kind) return true
  return source !== undefined && source !== row.source && !columns && !row.mapping.said.columns
}

export const preview = (ctx: Ctx, { params }: In<'preview'>): Promise<Import> =>
  start(ctx, params.id, 'previewing')
export const run = (ctx: Ctx, { params }: In<'run'>): Promise<Import> => start(ctx, params.id, 'waiting')

async function start(ctx: Ctx, import_id: number, state: 'previewing' | 'waiting'): Promise<Import> {
  const row = await loadImport(ctx, import_id)
  expectVersion(ctx, row.version)
  mustBe(
    row,
    idle.filter((one) => one !== 'uploading'),
  )
  const { columns, options } = row.mapping
  mustHaveColumns({ kind: row.kind, columns, options })
  if ('headers' in row.detected && !row.mapping.said.columns) checkHeaders(row.detected as Detected, columns)
  await atomically(ctx, async (ctx) => {
    const job = state === 'waiting' ? runJob : previewJob
    const subject = { file: row.file_name, kind: row.kind, import_id }
    const { run_id } = await startRun(ctx, job, { import_id }, { subject, unit_id: row.unit_id })
    await setImport(ctx, row, { state, run_id, error: null })
    const action = state === 'waiting' ? 'imports.started' : 'imports.previewed'
    await record(ctx, { action, subject: 'import', subject_id: import_id, event: false })
  })
  return present(ctx, await loadImport(ctx, import_id))
}

export async function cancel(ctx: Ctx, { params }: In<'cancel'>): Promise<Import> {
  const row = await loadImport(ctx, params.id)
  mustBe(row, underWay)
  await atomically(ctx, async (ctx) => {
    if (!(await cancelRun(ctx, row.run_id!))) refuse('imports.ended', 409)
    await record(ctx, {
      action: 'imports.cancel_asked',
      subject: 'import',
      subject_id: row.import_id,
      event: false,
    })
  })
  return present(ctx, await loadImport(ctx, params.id))
}

export async function remove(ctx: Ctx, { params }: In<'remove'>): Promise<void> {
  const row = await loadImport(ctx, params.id)
  expectVersion(ctx, row.version)
  mustBe(row, idle)
  await atomically(ctx, async (ctx) => {
    await forget(ctx, row.import_id)
    const gone = await planned(ctx, 'delete from import where import_id = $1 and version = $2 returning 1', [
      row.import_id,
      row.version,
    ])
    if (gone.length === 0) refuse('kernel.version_changed', 412, { version: row.version })
    const was = { kind: row.kind, source: row.source, file_name: row.file_name }
    await record(ctx, { action: 'imports.removed', subject: 'import', subject_id: row.import_id, was })
  })
}
