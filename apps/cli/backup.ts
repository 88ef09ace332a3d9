import { once } from 'node:events'
import { join, resolve } from 'node:path'
import { record } from '../../kernel/audit.ts'
import { readConfig } from '../../kernel/config.ts'
import { atomically, systemCtx } from '../../kernel/ctx.ts'
import { fingerprintOf } from '../../kernel/seal.ts'
import { formatNumber, type Locale, phrase } from '../../kernel/text.ts'
import { backupToFile, sha256Of } from '../../modules/backups/archive/file.ts'
import type { Manifest } from '../../modules/backups/archive/manifest.ts'
import { type Taking, writeArchive } from '../../modules/backups/archive/write.ts'
import { text as words } from '../../modules/backups/text.ts'
import { type OpenHouse, openHouse } from '../house.ts'
import { terminalLog } from '../log.ts'
import { text } from './backup.text.ts'
import { command, Exit, explainRefusal, type Given, print, usage } from './command.ts'
import { terminalProgress } from './progress.ts'

/** A house that nobody has set up stays so: a backup and a restore found nothing. */
export async function inBareHouse<R>(work: (house: OpenHouse) => Promise<R>): Promise<R> {
  const config = readConfig()
  const house = await openHouse(config, terminalLog(config.logLevel === 'info' ? 'warn' : config.logLevel))
  try {
    return await work(house)
  } finally {
    await house.close()
  }
}

export const backup = command({
  takes: '<file.zip> | -',
  does: text.backup,
  options: { 'with-key': { does: text.with_key }, replace: { does: text.over } },
  explain: explainRefusal,
  run: async (given) => {
    const [to] = given.words
    if (!to || given.words.length > 1) usage()
    return inBareHouse(async (house) => {
      const started = performance.now()
      const progress = terminalProgress(given.locale, '')
      const taking: Taking = {
        with_key: given.options['with-key'] === true,
        onProgress: ({ done, total, table }) =>
          progress.at({
            done,
            total,
            phase: phrase(words['backups.phase.copying'], given.locale, { table }),
          }),
      }
      const path = resolve(to!)
      const { manifest, bytes } =
        to === '-'
          ? await writeArchive(house, toStdout, taking)
          : await backupToFile(house, path, { ...taking, replace: given.options['replace'] === true })
      progress.end()
      await recordTaken(house)
      const seconds = (performance.now() - started) / 1000
      await tell(given, house, { to: to!, path, manifest, bytes, seconds })
      return Exit.done
    })
  },
})

const toStdout = async (bytes: Buffer): Promise<void> => {
  if (!process.stdout.write(bytes)) await once(process.stdout, 'drain')
}

async function recordTaken(house: OpenHouse): Promise<void> {
  const ctx = systemCtx(house)
  const entry = { action: 'backups.taken', subject: 'backup', subject_id: 0, event: false as const }
  await atomically({ ...ctx, who: { ...ctx.who, kind: 'cli' } }, (ctx) => record(ctx, entry))
}

type Made = { to: string; path: string; manifest: Manifest; bytes: number; seconds: number }
async function tell(
  given: Given,
  house: OpenHouse,
  { to, path, manifest, bytes, seconds }: Made,
): Promise<void> {
  const fingerprint = fingerprintOf(house.seal_key)
  const key = manifest.with_key
    ? phrase(text.key_inside, given.locale, { fingerprint })
    : phrase(text.key_apart, given.locale, { fingerprint, path: join(house.config.home, 'seal.key') })
  console.error(key)
  if (to === '-') return
  const sha256 = await sha256Of(path)
  const { rows, taken_at, with_key } = manifest
  const said = { rows, size: sizeOf(bytes, given.locale), seconds: rounded(seconds), path, sha256 }
  print(
    given,
    {
      path,
      bytes,
      rows,
      tables: manifest.tables.length,
      seconds,
      sha256,
      taken_at,
      with_key,
      key_fingerprint: fingerprint,
    },
    phrase(text.backup_done, given.locale, said),
  )
}

export const rounded = (seconds: number): number => Math.round(seconds * 10) / 10
export const sizeOf = (bytes: number, locale: Locale): string =>
  bytes < 1024 * 1024
    ? `${formatNumber(bytes / 1024, locale, { maximumFractionDigits: 0 })} KB`
    : `${formatNumber(bytes / 1024 / 1024, locale, { maximumFractionDigits: 1 })} MB`
