import { get } from 'node:http'
import pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { startEmbedded } from '../kernel/postgres/index.ts'
import { memoryMb } from './machine.ts'
import { type Running, startGuanxi } from './process.ts'
import { type Figure, figure, type Say } from './report.ts'
import type { Seeded } from './seed.ts'

const quiet = { debug() {}, info() {}, warn() {} }
const LOOK_MS = 100
// Whatever the rows: the process is that of a whole house.
const FLAT_MB = 300
const LISTED = 'name,roles,owner,unit,country,revenue,currency,orders,last,tags'
// The columns of the list as they stand in the tables: what PostgreSQL needs at the least.
const BARE = `copy (select l.name, l.roles, o.name, u.name, l.country, l.revenue_minor, l.order_count, l.last_order_at, l.tags
  from party_listed l left join app_user o on o.user_id = l.owner_id left join unit u on u.unit_id = l.unit_id
  where l.live order by l.revenue_minor desc, l.party_id desc) to stdout (format csv)`

type Took = { seconds: number; rows: number; megabytes: number; peak_mb: number; server_mb: number }

/** 11: every party as a file over HTTP, on the seeded company, against a bare COPY of the same rows in the same run. */
export async function exporting(home: string, { callers }: Seeded, say: Say): Promise<Figure[]> {
  const server = await startEmbedded({ home, log: quiet })
  const owner = new pg.Client({ connectionString: server.urls.owner })
  await owner.connect()
  await owner.query(
    `update role set grants = grants || '{"data:export": "all", "users:read": "all"}' where code = 'bench_all'`,
  )
  const guanxi = await startGuanxi({ GUANXI_HOME: home, PORT: '0', GUANXI_LOG: 'error' })
  try {
    say('export: bare COPY')
    const bare = Math.min(await bareCopy(owner), await bareCopy(owner))
    const figures: Figure[] = []
    const add = async (name: string, query: string, target: number) => {
      say(`export: ${name}`)
      const took = await download(guanxi, owner, callers.all.cookie, `/api/v1/parties/export?${query}`)
      const rate = Math.round(took.rows / took.seconds)
      figures.push(
        figure(
          'export',
          `${name} (${took.rows} parties, ${took.megabytes} MB)`,
          target ? `≥ ${target} rows/s, ≤ ${FLAT_MB} MB` : `≤ ${FLAT_MB} MB`,
          `${took.seconds.toFixed(2)} s = ${(took.seconds / bare).toFixed(1)} × COPY (${bare.toFixed(2)} s), ${rate} rows/s, Guanxi peak ${took.peak_mb} MB, its PostgreSQL process ${took.server_mb} MB`,
          rate >= target && took.peak_mb <= FLAT_MB,
          { ...took, bare },
        ),
      )
    }
    const order = 'sort=revenue_minor&lang=en'
    await add('CSV, the columns of the list', `${order}&format=csv&columns=${LISTED}`, 100_000)
    await add('XLSX, the columns of the list', `${order}&format=xlsx&columns=${LISTED}`, 40_000)
    await add('CSV, all 25 columns', `${order}&format=csv`, 0)
    await add('XLSX, all 25 columns', `${order}&format=xlsx`, 0)
    return figures
  } finally {
    await guanxi.stop()
    await owner.end()
    await server.stop()
  }
}

async function bareCopy(owner: pg.Client): Promise<number> {
  const started = performance.now()
  for await (const _ of owner.query(copyTo(BARE)));
  return (performance.now() - started) / 1000
}

async function download(guanxi: Running, owner: pg.Client, cookie: string, path: string): Promise<Took> {
  const started = performance.now()
  let [bytes, peak_mb, server_mb] = [0, 0, 0]
  const look = async () => {
    peak_mb = Math.max(peak_mb, memoryMb(guanxi.pid))
    const { rows } = await owner.query<{ pid: number }>(
      `select pid from pg_stat_activity where query like 'copy (select%' and pid <> pg_backend_pid()`,
    )
    for (const { pid } of rows) server_mb = Math.max(server_mb, memoryMb(pid))
  }
  const looking = setInterval(() => void look().catch(() => {}), LOOK_MS)
  try {
    const rows = await new Promise<number>((done, fail) => {
      get(`${guanxi.url}${path}`, { headers: { cookie } }, (answer) => {
        if (answer.statusCode !== 200) fail(new Error(`${path}: ${answer.statusCode}`))
        answer.on('data', (chunk: Buffer) => {
          bytes += chunk.length
        })
        answer.on('end', () => done(Number(answer.headers['guanxi-rows'])))
        answer.on('error', fail)
        answer.on('aborted', () => fail(new Error(`${path} was cut off`)))
      }).on('error', fail)
    })
    const seconds = (performance.now() - started) / 1000
    return { seconds, rows, megabytes: Math.round(bytes / 1e6), peak_mb, server_mb }
  } finally {
    clearInterval(looking)
  }
}
