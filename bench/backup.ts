import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { openHouse } from '../apps/house.ts'
import { terminalLog } from '../apps/log.ts'
import { readConfig } from '../kernel/config.ts'
import { startEmbedded } from '../kernel/postgres/index.ts'
import { cliActor } from '../modules/access/cli.ts'
import { sourcesOf } from '../modules/backups/archive/tables.ts'
import { modules } from '../modules/index.ts'
import { runScript } from './process.ts'
import { type Figure, figure, type Say } from './report.ts'
import { seed } from './seed.ts'

const quiet = { debug() {}, info() {}, warn() {} }
const LINES_PER_PARTY = 5
const BACKUP_S = 30
const RESTORE_S = 90

type Ran = { seconds: number; rows: number; bytes: number; peak_mb: number; cpu_s: number }

/** 11: a company of five million order lines, backed up and restored into an empty home, beside a bare COPY of its tables. */
export async function backingUp(parties: number, say: Say): Promise<Figure[]> {
  const work = await mkdtemp(join(tmpdir(), 'guanxi backup '))
  const home = join(work, 'home')
  const file = join(work, 'all.zip')
  try {
    const house = await openHouse({ ...readConfig({}), home }, terminalLog('error'))
    await cliActor(house, modules)
    await house.close()
    const server = await startEmbedded({ home, log: quiet })
    const owner = new pg.Client({ connectionString: server.urls.owner })
    await owner.connect()
    let bare: { seconds: number; bytes: number }
    let made: Ran
    try {
      await seed(owner, parties, say)
      await owner.query('checkpoint').catch(() => {})
      say('bare COPY of every table')
      bare = await bareCopy(owner, join(work, 'bare'))
      say('backup')
      made = await run('backup', file, home)
    } finally {
      await owner.end()
      await server.stop()
    }
    await rm(home, { recursive: true, force: true })
    say('restore')
    const back = await run('restore', file, join(work, 'empty home'))
    return figures(parties * LINES_PER_PARTY, bare, made, back)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

function figures(lines: number, bare: { seconds: number; bytes: number }, made: Ran, back: Ran): Figure[] {
  const full = lines >= 5_000_000
  const mb = (bytes: number) => Math.round(bytes / 1024 ** 2)
  const told = (r: Ran) =>
    `${r.seconds.toFixed(1)} s, ${Math.round(r.rows / r.seconds)} rows/s, node ${r.cpu_s.toFixed(1)} CPU s, peak ${r.peak_mb} MB`
  return [
    figure(
      'backup',
      `backup of ${lines} order lines (${made.rows} rows)`,
      `≤ ${BACKUP_S} s`,
      `${told(made)}; archive ${mb(made.bytes)} MB of ${mb(bare.bytes)} MB text; bare COPY ${bare.seconds.toFixed(1)} s`,
      full ? made.seconds <= BACKUP_S : null,
      { ...made, bare },
    ),
    figure(
      'backup',
      'its restore into an empty home',
      `≤ ${RESTORE_S} s`,
      told(back),
      full ? back.seconds <= RESTORE_S : null,
      {
        ...back,
      },
    ),
  ]
}

async function run(what: 'backup' | 'restore', file: string, home: string): Promise<Ran> {
  const { code, out, err } = await runScript('bench/backup.child.ts', [what, file], '', {
    GUANXI_HOME: home,
    GUANXI_LOG: 'error',
  })
  if (code !== 0) throw new Error(err)
  return JSON.parse(out.trim().split('\n').at(-1)!) as Ran
}

/** The same text, to plain files, one table after the other: what PostgreSQL and the disk need at the least. */
async function bareCopy(client: pg.Client, path: string): Promise<{ seconds: number; bytes: number }> {
  const started = performance.now()
  let bytes = 0
  for (const { sql } of await sourcesOf(client)) {
    const out = createWriteStream(path, { highWaterMark: 1 << 20 })
    await pipeline(
      client.query(copyTo(`copy (${sql}) to stdout (format csv, header true)`, { highWaterMark: 1 << 20 })),
      out,
    )
    bytes += out.bytesWritten
  }
  await rm(path)
  return { seconds: (performance.now() - started) / 1000, bytes }
}
