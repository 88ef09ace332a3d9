import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { PassThrough, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { record } from '../../kernel/audit.ts'
import { atomically, type Ctx } from '../../kernel/ctx.ts'
import type { FileAnswer } from '../../kernel/module.ts'
import { Refusal, refuse } from '../../kernel/refuse.ts'
import type { Input } from '../../kernel/route.ts'
import { cancelRun } from '../../kernel/run.ts'
import { companyOf } from '../access/company.ts'
import { PART, roomIn } from './archive/file.ts'
import { openArchive } from './archive/read.ts'
import { writeArchive } from './archive/write.ts'
import type { Backup, backups, Restore } from './contract.ts'
import { adopt, isThere, makeFolder, pathOf } from './folder.ts'
import { announce, loadWhole, removeFile, startCheck } from './jobs.ts'
import { type Asked, beginRestore, isRestoring, lastRestore } from './live.ts'
import { fileName, NAME } from './rules.ts'
import { factsOf, insertBackup, inWords, loadBackup, pageOf, present, type Stored } from './store.ts'

type In<K extends keyof typeof backups> = Input<(typeof backups)[K]>
const GB = 1024 ** 3
const LIMIT_GB = 64

/** A backup knows neither scope nor mask: who may not see everything may not have one. */
function mustSeeAll({ reach, who }: Ctx): void {
  if (reach.kind !== 'all' || who.masks.size > 0) refuse('backups.needs_all', 403)
}

const show = async (ctx: Ctx, row: Stored): Promise<Backup> =>
  present(ctx, row, await isThere(ctx.house, row.file))

export async function list(
  ctx: Ctx,
  { query }: In<'list'>,
): Promise<{ items: Backup[]; next: string | null }> {
  await adopt(ctx)
  const { rows, next } = await pageOf(ctx, query.cursor, query.limit ?? 50)
  return { items: await Promise.all(rows.map((row) => show(ctx, row))), next }
}
export const get = async (ctx: Ctx, { params }: In<'get'>): Promise<Backup> =>
  show(ctx, await loadBackup(ctx, params.id))

export async function take(ctx: Ctx, { body }: In<'take'>): Promise<Backup> {
  mustSeeAll(ctx)
  const backup_id = await atomically(ctx, async (ctx) => {
    const backup_id = await announce(ctx, 'person', body.with_key)
    await record(ctx, { action: 'backups.asked', subject: 'backup', subject_id: backup_id, event: false })
    return backup_id
  })
  return show(ctx, await loadBackup(ctx, backup_id))
}

const audited = (ctx: Ctx, action: string, subject_id: number, was: object = {}): Promise<void> =>
  atomically(ctx, (ctx) => record(ctx, { action, subject: 'backup', subject_id, was, event: false }))

/** Written as it is sent: nothing of it is kept here, and a reader who is slow holds the writer back. */
export async function everything(ctx: Ctx): Promise<FileAnswer> {
  mustSeeAll(ctx)
  await audited(ctx, 'backups.downloaded', 0)
  const stream = new PassThrough({ highWaterMark: 1 << 20 })
  const gone = new AbortController()
  stream.on('close', () => gone.abort())
  writeArchive(ctx.house, async (bytes) => {
    if (stream.destroyed) throw new Error('the reader has gone')
    if (!stream.write(bytes)) await once(stream, 'drain', { signal: gone.signal })
  }).then(
    () => stream.end(),
    (error: unknown) => {
      if (!gone.signal.aborted) ctx.log.error({ error: String(error) }, 'an archive of everything broke off')
      stream.destroy(error as Error)
    },
  )
  return { stream, type: 'application/zip', name: fileName(ctx.now, 0).replace('-0.zip', '.zip') }
}

export async function download(ctx: Ctx, { params }: In<'download'>): Promise<FileAnswer> {
  mustSeeAll(ctx)
  const row = await loadWhole(ctx, params.id)
  await audited(ctx, 'backups.downloaded', row.backup_id, { file: row.file })
  return { stream: createReadStream(pathOf(ctx.house, row.file)), type: 'application/zip', name: row.file }
}

export async function upload(
  ctx: Ctx,
  { query, stream }: In<'upload'> & { stream: Readable },
): Promise<Backup> {
  mustSeeAll(ctx)
  if (!NAME.test(query.name)) refuse('backups.bad_name', 422)
  await makeFolder(ctx.house)
  const path = pathOf(ctx.house, query.name)
  if (await isThere(ctx.house, query.name)) refuse('backups.exists', 409, { path: query.name })
  const backup_id = await ctx.house.ids.next()
  const part = `${path}.${backup_id}${PART}`
  try {
    await receive(stream, part)
    const archive = await openArchive(part, ctx.house.seal_key)
    await archive.close()
    await rename(part, path)
    const facts = factsOf(archive.manifest, archive.bytes)
    const created_by = ctx.who.kind === 'user' ? { created_by: ctx.who.id } : {}
    await atomically(ctx, async (ctx) => {
      await insertBackup(ctx, {
        backup_id,
        file: query.name,
        origin: 'upload',
        state: 'done',
        ...facts,
        ...created_by,
      })
      await record(ctx, {
        action: 'backups.uploaded',
        subject: 'backup',
        subject_id: backup_id,
        event: false,
      })
    })
  } finally {
    await rm(part, { force: true })
  }
  return show(ctx, await loadBackup(ctx, backup_id))
}

async function receive(stream: Readable, part: string): Promise<void> {
  const hasRoom = roomIn(dirname(part))
  let bytes = 0
  async function* counted() {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > LIMIT_GB * GB) refuse('backups.too_large', 413, { gb: LIMIT_GB })
      await hasRoom(chunk.length)
      yield chunk
    }
  }
  try {
    await pipeline(counted(), createWriteStream(part, { flags: 'wx', mode: 0o600, flush: true }))
  } catch (error) {
    if (error instanceof Refusal) throw error
    const code = String((error as NodeJS.ErrnoException).code)
    if (code === 'ENOSPC' || code === 'EDQUOT') refuse('backups.disk_full', 507)
    if (/^(ECONNRESET|ERR_STREAM|FST_ERR_)/.test(code)) refuse('backups.broken_upload', 400)
    throw error
  }
}

export async function verify(ctx: Ctx, { params }: In<'verify'>): Promise<Backup> {
  const row = await loadWhole(ctx, params.id)
  const { run_id } = await atomically(ctx, async (ctx) => {
    const run = await startCheck(ctx, row)
    await record(ctx, {
      action: 'backups.check_asked',
      subject: 'backup',
      subject_id: row.backup_id,
      event: false,
    })
    return run
  })
  return { ...(await show(ctx, row)), run_id }
}

export async function restore(ctx: Ctx, { params, body }: In<'restore'>): Promise<Restore> {
  mustSeeAll(ctx)
  const row = await loadBackup(ctx, params.id)
  const { company_name } = await companyOf(ctx)
  if (body.company_name.trim() !== company_name.trim()) refuse('backups.wrong_name', 422)
  await loadWhole(ctx, params.id)
  if (isRestoring(ctx.house)) refuse('backups.restoring', 409)
  // Looked at now, so that a file that is none is refused before anybody is asked to wait.
  const archive = await openArchive(pathOf(ctx.house, row.file), ctx.house.seal_key)
  await audited(ctx, 'backups.restore_asked', row.backup_id, { file: row.file })
  return told(ctx, await beginRestore(ctx.house, archive, row.file, ctx.who))
}

export const restoring = async (ctx: Ctx): Promise<Restore> => told(ctx, await lastRestore(ctx.house))

const told = (ctx: Ctx, asked: Asked | null): Restore =>
  asked
    ? { ...asked, error: inWords(ctx, asked.error) }
    : {
        state: null,
        file: '',
        company: '',
        taken_at: null,
        asked_by: '',
        started_at: null,
        finished_at: null,
        error: null,
      }

export async function remove(ctx: Ctx, { params }: In<'remove'>): Promise<void> {
  mustSeeAll(ctx)
  const row = await loadBackup(ctx, params.id)
  if (row.state === 'running') {
    // A run that is lost has nobody to end it: asking it to stop is what deleting means.
    if (row.run_id !== null) await cancelRun(ctx, row.run_id)
    refuse('backups.under_way', 409)
  }
  await atomically(ctx, (ctx) => removeFile(ctx, row))
}
