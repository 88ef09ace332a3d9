import { open, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Ctx, type House, planned } from '../../kernel/ctx.ts'
import type { Ground } from './contract.ts'

// Outside the database, because a backup that is older than an erasure would bring the person back: a restore reads
// this file and erases again. One line of JSON each, ids only. A line is written and synced before the erasure commits;
// one whose transaction failed is struck out by a second line.

export type Entry = {
  erasure_id: number
  party_id: number
  home_party_id: number
  at: string
  actor_kind: 'user' | 'key' | 'system' | 'cli'
  actor_id: number
  ground: Ground
}
type Line = Entry | { void: number }

export const ledgerPath = ({ config }: Pick<House, 'config'>): string => join(config.home, 'erasures.log')

export async function append(house: Pick<House, 'config'>, lines: readonly Line[]): Promise<void> {
  const path = ledgerPath(house)
  const file = await open(path, 'a', 0o600)
  try {
    await file.appendFile(lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
    await file.sync()
  } finally {
    await file.close()
  }
  // A file that was just made is there for sure only when its folder says so.
  const folder = await open(dirname(path), 'r')
  await folder.sync().finally(() => folder.close())
}

/** What holds; a line that a power cut left unfinished says nothing. */
export async function readLedger(house: Pick<House, 'config'>): Promise<Entry[]> {
  const text = await readFile(ledgerPath(house), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  const entries = new Map<number, Entry>()
  for (const line of text.split('\n')) {
    const said = parse(line)
    if (!said) continue
    if ('void' in said) entries.delete(said.void)
    else entries.set(said.erasure_id, said)
  }
  return [...entries.values()]
}

function parse(line: string): Line | null {
  try {
    const said = JSON.parse(line) as Partial<Entry> & { void?: number }
    return Number.isSafeInteger(said.void) || Number.isSafeInteger(said.erasure_id) ? (said as Line) : null
  } catch {
    return null
  }
}

/** Erasures that another home wrote, or that stood in a restored database: each home's file holds them all. */
export async function complete(ctx: Ctx): Promise<number> {
  const rows = await planned<Entry>(
    ctx,
    'select erasure_id, party_id, home_party_id, at, actor_kind, actor_id, ground from erasure order by erasure_id',
    [],
  )
  const known = new Set((await readLedger(ctx.house)).map(({ erasure_id }) => erasure_id))
  const missing = rows.filter(({ erasure_id }) => !known.has(erasure_id))
  if (missing.length > 0) await append(ctx.house, missing)
  return missing.length
}
