import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, open, rename, rm, stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { House } from '../../../kernel/ctx.ts'
import { refuse } from '../../../kernel/refuse.ts'
import { LEAST_FREE_MB } from '../../../kernel/room.ts'
import type { Manifest } from './manifest.ts'
import { type Taking, writeArchive } from './write.ts'

export const PART = '.part'
// What must stay free beside the archive: the database, its log and everybody else live on the same disk.
const MARGIN_BYTES = 256 * 1024 * 1024

export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

/** Whole or absent: written beside its name, made durable, then given the name. `replace`: an older file goes. */
export async function backupToFile(
  house: Pick<House, 'connect' | 'seal_key' | 'config' | 'clock'>,
  path: string,
  taking: Taking & { replace?: boolean } = {},
): Promise<{ manifest: Manifest; bytes: number }> {
  if (!taking.replace && (await stat(path).catch(() => null))) refuse('backups.exists', 409, { path })
  await mustHaveRoom(house, dirname(path))
  const part = `${path}${PART}`
  await rm(part, { force: true })
  // Never through a link that somebody laid there; readable by us alone, for nothing in it is masked.
  const file = await open(part, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600).catch(
    cannotWrite,
  )
  try {
    const written = await writeArchive(house, sinkOf(file, roomIn(dirname(path))), taking)
    await file.sync()
    await file.close()
    await rename(part, path)
    await syncFolder(dirname(path))
    return written
  } catch (error) {
    await file.close().catch(() => {})
    await rm(part, { force: true })
    return cannotWrite(error)
  }
}

const LOOK_BYTES = 16 * 1024 * 1024
/**
 * To be asked with what was written since. A database on the same disk that cannot write its log goes down, so a file
 * that grows gives up before it takes the last of the room.
 */
export function roomIn(folder: string): (bytes: number) => Promise<void> {
  let unseen = LOOK_BYTES
  return async (bytes) => {
    unseen += bytes
    if (unseen < LOOK_BYTES) return
    unseen = 0
    if (mb(await freeBytes(folder)) < LEAST_FREE_MB) refuse('backups.disk_full', 507)
  }
}

const sinkOf =
  (file: FileHandle, hasRoom: (bytes: number) => Promise<void>) =>
  async (bytes: Buffer): Promise<void> => {
    await hasRoom(bytes.length)
    for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten
  }

/** A disk or a folder that will not have it, in words. */
export function cannotWrite(error: unknown): never {
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'ENOSPC' || code === 'EDQUOT') refuse('backups.disk_full', 507)
  if (/^(EACCES|EPERM|EROFS|ENOENT|ENOTDIR|EISDIR|EEXIST|ELOOP|ENAMETOOLONG|EIO|EFBIG)$/.test(String(code)))
    refuse('backups.cannot_write', 422, { reason: code })
  throw error
}

/** A backup that fails half way for want of room is refused before it begins: text deflates to about a quarter. */
async function mustHaveRoom(house: Pick<House, 'connect'>, folder: string): Promise<void> {
  const client = await house.connect()
  try {
    const { rows } = await client.query<{ bytes: number }>(
      'select pg_database_size(current_database()) as bytes',
    )
    const wanted = Number(rows[0]!.bytes) / 4 + MARGIN_BYTES
    const free = await freeBytes(folder).catch(cannotWrite)
    if (free < wanted) refuse('backups.no_room', 507, { free_mb: mb(free), wanted_mb: mb(wanted) })
  } finally {
    await client.end()
  }
}

export const mb = (bytes: number): number => Math.round(bytes / 1024 / 1024)

async function syncFolder(folder: string): Promise<void> {
  // Windows cannot; there the rename itself is durable enough.
  const handle = await open(folder, 'r').catch(() => null)
  await handle?.sync().catch(() => {})
  await handle?.close()
}

/** Ours to the last byte or not: what a person can compare after a copy. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  const file = await open(path, 'r')
  try {
    for await (const chunk of file.createReadStream({ highWaterMark: 1 << 20, autoClose: false }))
      hash.update(chunk)
  } finally {
    await file.close()
  }
  return hash.digest('hex')
}
