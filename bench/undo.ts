import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { type Ctx, systemCtx } from '../kernel/ctx.ts'
import { grantApp, migrate, readMigrations } from '../kernel/migrate.ts'
import { startEmbedded } from '../kernel/postgres/index.ts'
import { houseOver } from '../kernel/testing.ts'
import { migrateJobs } from '../kernel/worker.ts'
import { importFile } from '../modules/imports/file.ts'
import { runUndo } from '../modules/imports/undoing/run.ts'
import type { Direction, UndoReport } from '../modules/imports/undoing/types.ts'
import { root } from './process.ts'
import { type Figure, figure, type Say } from './report.ts'
import { retailLike } from './retail.ts'

const quiet = { debug() {}, info() {}, warn() {} }
const REAL = join(root, '../shared/data/retail/online_retail.csv.gz')
const LINES = 541_909

/** 3.11: the real file imported, taken back, brought again and taken back, on a durable database. */
export async function undoing(say: Say): Promise<Figure[]> {
  const work = await mkdtemp(join(tmpdir(), 'guanxi undo '))
  const server = await startEmbedded({ home: work, log: quiet })
  try {
    await migrate(server.urls.owner, await readMigrations(), new Date())
    await migrateJobs(server.urls.owner)
    await grantApp(server.urls.owner, 'guanxi_app')
    const house = await houseOver({ app: server.urls.app })
    try {
      const path = join(work, 'retail.csv')
      const real = existsSync(REAL)
      if (real) await pipeline(createReadStream(REAL), createGunzip(), createWriteStream(path))
      else await retailLike(path, LINES)
      await house.pool.query(
        `insert into unit (unit_id, kind, name, created_at) values (1, 'headquarters', 'HQ', now());
         insert into setting (key, value) values ('base_currency', '"GBP"'), ('time_zone', '"Europe/London"')`,
      )
      return await measure(systemCtx(house), path, real ? 'real retail file' : 'generated, retail-like', say)
    } finally {
      await house.end()
    }
  } finally {
    await server.stop()
    await rm(work, { recursive: true, force: true })
  }
}

async function measure(ctx: Ctx, path: string, name: string, say: Say): Promise<Figure[]> {
  say(`${name}: import`)
  const { import_id, seconds, lines } = await importFile(ctx, { kind: 'orders', source: 'erp', path })
  const turn = (direction: Direction): Promise<UndoReport> => {
    say(`${name}: ${direction}`)
    const told = { onPhase: () => {}, onWait: () => {}, finish: async () => {} }
    return runUndo(ctx, { import_id: import_id!, kind: 'orders', source: 'erp', direction, ...told })
  }
  const told = { undo: await turn('undo'), redo: await turn('redo'), again: await turn('undo') }
  const line = (key: keyof typeof told, what: string) =>
    figure(
      'undo',
      `${what} (${lines.read} lines, ${name})`,
      '≤ the import’s own time',
      `${told[key].seconds.toFixed(2)} s, import ${seconds.toFixed(2)} s`,
      told[key].seconds <= seconds,
      { ...told[key], import_seconds: seconds },
    )
  return [line('undo', 'undo of an import'), line('redo', 'brought back'), line('again', 'undone once more')]
}
