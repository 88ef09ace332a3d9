import { readFile, rename, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Actor, House } from '../../kernel/ctx.ts'
import { Refusal } from '../../kernel/refuse.ts'
import { isQuiet, type Rest, restOf, SEEN_MS, showRest, watchers } from '../../kernel/rest.ts'
import type { Archive } from './archive/read.ts'
import { type Phase, type Restored, type RestoreState, restoreArchive } from './archive/restore.ts'
import { makeFolder, pathOf } from './folder.ts'
import { hooksOf } from './hooks.ts'
import type { SavedError } from './store.ts'

// A restore under people who work: the house is told to rest, what is in flight ends, then everything is replaced in
// one transaction. How it went is kept in a file, for the database that knew who asked is gone by then.
const QUIET_MS = 25_000
const LOOK_MS = 200

export type Asked = {
  state: 'running' | 'done' | 'failed'
  file: string
  company: string
  taken_at: string
  asked_by: string
  started_at: string
  finished_at: string | null
  error: SavedError | null
}
const noteOf = (house: Pick<House, 'config'>): string => pathOf(house, 'restore.json')

export async function lastRestore(house: House): Promise<Asked | null> {
  const text = await readFile(noteOf(house), 'utf8').catch(() => null)
  if (text === null) return null
  const asked = JSON.parse(text) as Asked
  if (asked.state !== 'running' || begun.has(house) || (await restOf(house.pool))) return asked
  return { ...asked, state: 'failed', error: { code: 'backups.restore_died', details: {} } }
}

async function note(house: House, asked: Asked): Promise<void> {
  await makeFolder(house)
  const path = noteOf(house)
  await writeFile(`${path}.new`, JSON.stringify(asked), { mode: 0o600 })
  await rename(`${path}.new`, path)
}

const shares: Record<Phase, [from: number, to: number]> = {
  rows: [0, 60],
  comparing: [60, 60],
  indexes: [60, 95],
  finishing: [95, 100],
}
const restAt = ({ phase, done, total }: RestoreState): Rest => {
  const [from, to] = shares[phase]
  return { phase, percent: from + ((to - from) * done) / Math.max(1, total) }
}

type Options = { who: Actor; replace: boolean; onState?: (state: RestoreState) => void }

/** Answers when everything is back, or nothing was changed. */
export async function restoreNow(
  house: House,
  archive: Archive,
  { who, replace, onState }: Options,
): Promise<Restored> {
  const sign = await showRest(house)
  try {
    const looker = await house.connectOwner()
    try {
      if ((await watchers(looker)) > 0) await sleep(SEEN_MS)
      // The lock that the restore takes first waits for whoever is left.
      for (const since = Date.now(); Date.now() - since < QUIET_MS; await sleep(LOOK_MS))
        if (await isQuiet(looker, [sign.pid])) break
    } finally {
      await looker.end()
    }
    return await restoreArchive(house, archive, {
      replace,
      who,
      hooks: hooksOf(),
      onState: (state) => {
        sign.tell(restAt(state))
        onState?.(state)
      },
    })
  } finally {
    await sign.end()
  }
}

const begun = new WeakSet<House>()
export const isRestoring = (house: House): boolean => begun.has(house)

/** From the page: goes on after the answer. The archive is closed at its end. */
export async function beginRestore(house: House, archive: Archive, file: string, who: Actor): Promise<Asked> {
  const { company, taken_at } = archive.manifest
  const asked: Asked = {
    state: 'running',
    file,
    company,
    taken_at,
    asked_by: who.name,
    started_at: house.clock().toISOString(),
    finished_at: null,
    error: null,
  }
  begun.add(house)
  await note(house, asked)
  const end = (state: Asked['state'], error: SavedError | null) =>
    note(house, { ...asked, state, error, finished_at: house.clock().toISOString() })
  restoreNow(house, archive, { who, replace: true })
    .then(() => end('done', null))
    .catch((error: unknown) => {
      house.log.error(
        { file, error: (error as Error).stack ?? String(error) },
        'a restore failed; nothing was changed',
      )
      const { code, details } = error instanceof Refusal ? error : { code: 'backups.failed', details: {} }
      return end('failed', { code, details })
    })
    .catch((error: unknown) =>
      house.log.error({ error: String(error) }, 'how a restore went could not be noted'),
    )
    .finally(() => {
      begun.delete(house)
      return archive.close()
    })
  return asked
}
