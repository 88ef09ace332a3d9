import { open, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Config } from '../../kernel/config.ts'
import type { Ground } from './contract.ts'

// Outside the database, because a backup that is older than an erasure would bring the person back: a restore reads
// this file and erases again. One line of JSON each, ids only. An erasure is written down twice: as begun before it
// commits, so that none commits that cannot be written down, and plain once it has. Only what stands plain holds; of
// what stays begun, because somebody died in between, the database says which it was (settle.ts).

export type Entry = {
  erasure_id: number
  party_id: number
  home_party_id: number
  /** of the party: another house has another party under the same number. Older lines do not say it */
  party_created_at?: string | null
  at: string
  actor_kind: 'user' | 'key' | 'system' | 'cli'
  actor_id: number
  ground: Ground
}
type Line = Entry | { begun: Entry } | { void: number }

type Home = { readonly config: Pick<Config, 'home'> }
export const ledgerPath = ({ config }: Home): string => join(config.home, 'erasures.log')

const NEWLINE = 10

export async function append(house: Home, lines: readonly Line[]): Promise<void> {
  const path = ledgerPath(house)
  const file = await open(path, 'a+', 0o600)
  try {
    const { size } = await file.stat()
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1))
    // A line that a power cut left unfinished must not swallow ours.
    const torn = size > 0 && buffer[0] !== NEWLINE
    await file.appendFile((torn ? '\n' : '') + lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
    await file.sync()
  } finally {
    await file.close()
  }
  // A file that was just made is there for sure only when its folder says so.
  const folder = await open(dirname(path), 'r')
  await folder.sync().finally(() => folder.close())
}

/** What holds, and what was begun and not settled; a line that a power cut left unfinished says nothing. */
export async function readLedger(house: Home): Promise<{ held: Entry[]; begun: Entry[] }> {
  const text = await readFile(ledgerPath(house), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  const held = new Map<number, Entry>()
  const begun = new Map<number, Entry>()
  for (const line of text.split('\n')) {
    const said = parse(line)
    if (!said) continue
    if ('begun' in said) begun.set(said.begun.erasure_id, said.begun)
    else {
      const id = 'void' in said ? said.void : said.erasure_id
      begun.delete(id)
      if ('void' in said) held.delete(id)
      else held.set(id, said)
    }
  }
  return { held: [...held.values()], begun: [...begun.values()] }
}

function parse(line: string): Line | null {
  try {
    const said = JSON.parse(line) as { erasure_id?: number; void?: number; begun?: Partial<Entry> }
    const id = said.void ?? said.begun?.erasure_id ?? said.erasure_id
    return Number.isSafeInteger(id) ? (said as Line) : null
  } catch {
    return null
  }
}
