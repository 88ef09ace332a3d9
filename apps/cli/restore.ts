import { open, rename, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type Actor, systemCtx } from '../../kernel/ctx.ts'
import { refuse } from '../../kernel/refuse.ts'
import { watchers } from '../../kernel/rest.ts'
import { fingerprintOf } from '../../kernel/seal.ts'
import { phrase } from '../../kernel/text.ts'
import { type Archive, openArchive } from '../../modules/backups/archive/read.ts'
import type { RestoreState } from '../../modules/backups/archive/restore.ts'
import { tryBackup } from '../../modules/backups/check.ts'
import { restoreNow } from '../../modules/backups/live.ts'
import { text as words } from '../../modules/backups/text.ts'
import type { OpenHouse } from '../house.ts'
import { text } from './backup.text.ts'
import { inBareHouse, rounded } from './backup.ts'
import { command, Exit, explainRefusal, type Given, print, usage } from './command.ts'
import { terminalProgress } from './progress.ts'

export const restore = command({
  takes: '<file.zip>',
  does: text.restore,
  options: { replace: { does: text.replace }, check: { does: text.check } },
  explain: explainRefusal,
  run: async (given) => {
    const [from] = given.words
    if (!from || given.words.length > 1) usage()
    const path = resolve(from!)
    return inBareHouse((house) =>
      given.options['check'] ? check(given, house, path) : bring(given, house, path),
    )
  },
})

type Shown = RestoreState | { phase: 'proving' }
const shower = (given: Given) => {
  const progress = terminalProgress(given.locale, '', { counts: false })
  return {
    end: progress.end,
    at: (state: Shown) => {
      const what = 'what' in state ? state.what : ''
      const phase = phrase(words[`backups.phase.${state.phase}`], given.locale, { table: what })
      if (state.phase === 'rows') progress.at({ phase, done: state.done, total: state.total })
      else progress.at({ phase })
    },
  }
}

async function check(given: Given, house: OpenHouse, path: string): Promise<number> {
  const show = shower(given)
  const { ok, check } = await tryBackup(house, path, show.at)
  show.end()
  const reason = check.error
    ? phrase(
        (words as Record<string, { zh: string; en: string }>)[check.error.code]!,
        given.locale,
        check.error.details,
      )
    : ''
  const said = { ...check, seconds: rounded(check.seconds), reason }
  print(given, { ok, ...check }, phrase(ok ? text.check_done : text.check_bad, given.locale, said))
  return ok ? Exit.done : Exit.failed
}

async function bring(given: Given, house: OpenHouse, path: string): Promise<number> {
  const archive = await openArchive(path, house.seal_key)
  const { manifest } = archive
  const replace = given.options['replace'] === true
  try {
    const theirs = manifest.key_fingerprint
    const ours = fingerprintOf(house.seal_key)
    const key = theirs === ours ? null : await takeKey(house, archive)
    const show = shower(given)
    const who: Actor = { ...systemCtx(house).who, kind: 'cli', name: 'guanxi' }
    const { rows, seconds } = await restoreNow(house, archive, { who, replace, onState: show.at }).catch(
      async (error: unknown) => {
        await key?.forget()
        throw error
      },
    )
    show.end()
    const former = await key?.use()
    const own = join(house.config.home, 'seal.key')
    if (former) console.error(phrase(text.key_taken, given.locale, { theirs, path: former }))
    else if (theirs !== ours) console.error(phrase(text.other_key, given.locale, { theirs, ours, path: own }))
    const { company, taken_at } = manifest
    const key_fits = theirs === ours || Boolean(former)
    const newest = manifest.schema.at(-1)!.name
    print(
      given,
      {
        company,
        taken_at,
        rows,
        tables: manifest.tables.length,
        seconds,
        schema: newest,
        key_fingerprint: theirs,
        key_fits,
      },
      phrase(text.restore_done, given.locale, { company, taken_at, rows, seconds: rounded(seconds) }),
    )
    return Exit.done
  } finally {
    await archive.close()
  }
}

/** Written beside before anything changes, so that at the end only a name has to change. */
async function takeKey(
  house: OpenHouse,
  archive: Archive,
): Promise<{ use(): Promise<string>; forget(): Promise<void> } | null> {
  const key = await archive.key()
  if (!key) return null
  if ((await watchers(house.pool)) > 0) refuse('backups.key_needs_stop', 409)
  const path = join(house.config.home, 'seal.key')
  const next = `${path}.next`
  await rm(next, { force: true })
  const file = await open(next, 'wx', 0o600)
  await file.writeFile(key)
  await file.sync()
  await file.close()
  return {
    async use() {
      const former = `${path}.${fingerprintOf(house.seal_key)}`
      await rename(path, former)
      await rename(next, path)
      return former
    },
    forget: () => rm(next, { force: true }),
  }
}
