import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { type Ctx, systemCtx, unaudited } from '../kernel/ctx.ts'
import { startEmbedded } from '../kernel/postgres/index.ts'
import { houseOver } from '../kernel/testing.ts'
import { checkDraft } from '../modules/identity/check.ts'
import { scanJob } from '../modules/identity/jobs.ts'
import { found } from './http.ts'
import { nameOf } from './people.ts'
import { type Figure, figure, type Say } from './report.ts'
import { seed } from './seed.ts'

const quiet = { debug() {}, info() {}, warn() {} }
// Of so many, two have the same telephone.
const TWICE = 1000
const CHECKS = 300

/** 5.2: everybody against everybody in the background, and what is asked while somebody types. */
export async function identifying(parties: number, say: Say): Promise<Figure[]> {
  const work = await mkdtemp(join(tmpdir(), 'guanxi identity '))
  await found(work)
  const server = await startEmbedded({ home: work, log: quiet })
  try {
    const owner = new pg.Client({ connectionString: server.urls.owner })
    await owner.connect()
    await seed(owner, parties, say)
    const planted = await plant(owner).finally(() => owner.end())
    const house = await houseOver({ app: server.urls.app })
    try {
      return [
        await scan(systemCtx(house), parties, planted, say),
        ...(await checks(systemCtx(house), parties, say)),
      ]
    } finally {
      await house.end()
    }
  } finally {
    await server.stop()
    await rm(work, { recursive: true, force: true })
  }
}

/** Two persons of each thousand get one telephone. */
async function plant(owner: pg.Client): Promise<number> {
  const { rowCount } = await owner.query(
    `with n as (select party_id, row_number() over (order by party_id) - 1 as i from party where kind <> 'anonymous'),
     two as (select party_id, i / $1 as g from n where i % $1 in (1, 3))
     insert into contact_point (party_id, home_party_id, kind, value, value_key, created_at)
     select party_id, party_id, 'phone', '138' || lpad(g::text, 8, '0'), '+86138' || lpad(g::text, 8, '0'), now() from two`,
    [TWICE],
  )
  return Math.floor((rowCount ?? 0) / 2)
}

async function scan(ctx: Ctx, parties: number, planted: number, say: Say): Promise<Figure> {
  say('identity: scan')
  const began = performance.now()
  const cpu = process.cpuUsage()
  let cursor: unknown = null
  let pairs = 0
  for (let done = false; !done; ) {
    const step = await unaudited({ ...ctx, now: new Date() }, 'a step of the bench', (ctx) =>
      scanJob.run(ctx, {}, cursor),
    )
    if (!step || step.done) {
      done = true
      pairs = (step?.result as { pairs: number } | undefined)?.pairs ?? 0
    } else cursor = step.cursor
  }
  const seconds = (performance.now() - began) / 1000
  const { user, system } = process.cpuUsage(cpu)
  const { rows } = await ctx.house.pool.query<{ n: number; keys: number }>(
    `select count(*) filter (where reasons::text like '%"phone"%') as n, (select count(*) from identity_key) as keys from identity_pair`,
  )
  const wanted = 300 * (parties / 1_000_000)
  return figure(
    'identity',
    `scan of ${parties} customers: ${pairs} pairs, ${rows[0]!.n} of ${planted} planted`,
    `≤ ${wanted.toFixed(0)} s`,
    `${seconds.toFixed(1)} s (${((user + system) / 1e6).toFixed(1)} s of Node)`,
    seconds <= wanted && rows[0]!.n >= planted,
    { seconds, pairs, keys: rows[0]!.keys },
  )
}

async function checks(ctx: Ctx, parties: number, say: Say): Promise<Figure[]> {
  say('identity: checks')
  const times: number[] = []
  for (let i = 0; i < CHECKS; i++) {
    const { name, kind } = nameOf((i * 7919) % parties)
    const value = i % 2 === 0 ? `P${i}+x@seed.example` : `p${i}@seed.example`
    const began = performance.now()
    await checkDraft(ctx, {
      body: { kind: kind as 'person', name, contact_points: [{ kind: 'email', value }] },
    })
    times.push(performance.now() - began)
  }
  const sorted = times.sort((a, b) => a - b)
  const p95 = sorted[Math.floor(sorted.length * 0.95)]!
  return [
    figure('identity', 'check while typing, p95', '≤ 50 ms', `${p95.toFixed(1)} ms`, p95 <= 50, {
      p50: sorted[Math.floor(sorted.length / 2)],
      p95,
    }),
  ]
}
