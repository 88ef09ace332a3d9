import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { type Ctx, systemCtx } from '../kernel/ctx.ts'
import { startEmbedded } from '../kernel/postgres/index.ts'
import { houseOver } from '../kernel/testing.ts'
import { startWorker } from '../kernel/worker.ts'
import { modules } from '../modules/index.ts'
import { startWith, undoBulk } from '../modules/parties/bulk/service.ts'
import { setState } from '../modules/quality/store.ts'
import { listFigures } from '../modules/value/list.ts'
import { found } from './http.ts'
import { type Figure, figure, type Say } from './report.ts'
import { seed } from './seed.ts'

const quiet = { debug() {}, info() {}, warn() {} }
const MOST = 100_000

/** 5.2: a hundred thousand customers assigned with their audit, taken back and assigned again, by the job itself. */
export async function bulking(parties: number, say: Say): Promise<Figure[]> {
  const work = await mkdtemp(join(tmpdir(), 'guanxi bulk '))
  await found(work)
  const server = await startEmbedded({ home: work, log: quiet })
  try {
    const owner = new pg.Client({ connectionString: server.urls.owner })
    await owner.connect()
    const { owner_id } = await seed(owner, parties, say).finally(() => owner.end())
    const house = await houseOver({ app: server.urls.app })
    // A house whose data were looked at before: else its first look at everybody goes on beside what is measured.
    await setState(systemCtx(house), 'heard', { seq: 0 })
    const worker = await startWorker(house, modules, () => systemCtx(house))
    try {
      return await measure(systemCtx(house), Math.min(MOST, parties), owner_id, say)
    } finally {
      await worker.stop()
      await house.end()
    }
  } finally {
    await server.stop()
    await rm(work, { recursive: true, force: true })
  }
}

async function measure(ctx: Ctx, many: number, owner_id: number, say: Say): Promise<Figure[]> {
  const { rows } = await ctx.house.pool.query<{ id: number }>(
    'select party_id as id from party_listed where live order by party_id offset greatest(0, (select count(*) from party_listed) - $1) limit $1',
    [many],
  )
  const ids = rows.map(({ id }) => id)
  const selection = { ids }
  const figures: Figure[] = []
  const take = async (what: string, start: () => Promise<{ id: number }>): Promise<number> => {
    say(`bulk: ${what}`)
    const began = performance.now()
    const { id } = await start()
    const changed = await ended(ctx, id)
    const seconds = (performance.now() - began) / 1000
    figures.push(
      figure(
        'bulk',
        `${what} of ${changed} customers with audit`,
        '≤ 8 s',
        `${seconds.toFixed(2)} s`,
        seconds <= 8,
        {
          seconds,
          changed,
        },
      ),
    )
    return id
  }
  const body = { selection, action: { do: 'assign' as const, owner_id } }
  const id = await take('assign', () => startWith(listFigures)(ctx, { params: {}, query: {}, body }))
  await take('undo', () => undoBulk(ctx, { params: { bulk_id: id }, query: {}, body: {} }))
  return figures
}

async function ended({ house }: Ctx, bulk_id: number): Promise<number> {
  for (;;) {
    const { rows } = await house.pool.query<{ state: string; changed: number }>(
      'select state, changed from party_bulk where bulk_id = $1',
      [bulk_id],
    )
    const { state, changed } = rows[0]!
    if (state === 'done') return changed
    if (state === 'failed' || state === 'cancelled') throw new Error(`the bulk change ended as ${state}`)
    await new Promise((done) => setTimeout(done, 50))
  }
}
