import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { House } from '../../kernel/ctx.ts'
import { type Ctx, planned, unaudited } from '../../kernel/ctx.ts'
import { cannotWrite, PART } from './archive/file.ts'
import { openArchive } from './archive/read.ts'
import { NAME } from './rules.ts'
import { factsOf, insertBackup } from './store.ts'

// A day: longer than any backup or upload takes.
const STALE_MS = 24 * 3_600_000

export const folderOf = ({ config }: Pick<House, 'config'>): string => join(config.home, 'backups')
export const pathOf = (house: Pick<House, 'config'>, file: string): string => join(folderOf(house), file)

export async function makeFolder(house: Pick<House, 'config'>): Promise<string> {
  const folder = folderOf(house)
  // What lies here is not masked: nobody else on the machine reads it.
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch(cannotWrite)
  return folder
}

export const isThere = async (house: Pick<House, 'config'>, file: string): Promise<boolean> =>
  (await stat(pathOf(house, file)).catch(() => null))?.isFile() ?? false

/** What a process that was killed left half-written. */
export async function sweep(house: Pick<House, 'config' | 'clock'>): Promise<void> {
  const folder = folderOf(house)
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.endsWith(PART)) continue
    const path = join(folder, name)
    const age_ms = Date.now() - ((await stat(path).catch(() => null))?.mtimeMs ?? Date.now())
    if (age_ms > STALE_MS) await rm(path, { force: true })
  }
}

/** Backups that somebody laid into the folder, or that another house left there, are listed like any other. */
export async function adopt(ctx: Ctx): Promise<void> {
  const names = (await readdir(folderOf(ctx.house)).catch(() => [])).filter((name) => NAME.test(name))
  if (names.length === 0) return
  const known = await planned<{ file: string }>(ctx, 'select file from backup where file = any($1)', [names])
  const unknown = names.filter((name) => !known.some(({ file }) => file === name))
  for (const file of unknown) {
    const archive = await openArchive(pathOf(ctx.house, file), ctx.house.seal_key).catch(() => null)
    if (!archive) continue
    await archive.close()
    await unaudited(ctx, 'a file that lies in the folder is listed', (ctx) =>
      insertBackup(ctx, {
        file,
        origin: 'found',
        state: 'done',
        ...factsOf(archive.manifest, archive.bytes),
      }),
    )
  }
}
