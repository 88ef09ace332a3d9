import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { finished, pipeline } from 'node:stream/promises'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { startEmbedded } from '../kernel/postgres/index.ts'
import { runScript } from './process.ts'
import { type Figure, figure, type Say } from './report.ts'
import { retailFile } from './retail.ts'

const quiet = { debug() {}, info() {}, warn() {} }

/** 5.1: a file as a person imports it (`guanxi import orders`), against a bare COPY of the same rows in the same run. */
export async function importing(say: Say, tenfold: boolean): Promise<Figure[]> {
  const work = await mkdtemp(join(tmpdir(), 'guanxi import '))
  const figures: Figure[] = []
  try {
    const { path: small, real } = await retailFile(join(work, 'retail.csv'))
    figures.push(...(await measure(work, small, real ? 'real retail file' : 'generated, retail-like', say)))
    if (!tenfold) return figures
    const large = join(work, 'retail-10.csv')
    await multiply(small, large, 10)
    figures.push(...(await measure(work, large, 'ten times as long', say)))
    return figures
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

async function measure(work: string, file: string, name: string, say: Say): Promise<Figure[]> {
  const home = await mkdtemp(join(work, 'home '))
  const env = { GUANXI_HOME: home, GUANXI_LOG: 'error' }
  const server = await startEmbedded({ home, log: quiet })
  try {
    say(`${name}: bare COPY`)
    const bare = Math.min(await bareCopy(server.urls.owner, file), await bareCopy(server.urls.owner, file))
    say(`${name}: import`)
    const first = await runImport(file, env)
    say(`${name}: import again`)
    const again = await runImport(file, env)
    const megabytes = Math.round((await stat(file)).size / 1024 ** 2)
    const line = (r: Imported) =>
      `${r.seconds.toFixed(2)} s = ${(r.seconds / bare).toFixed(1)} × COPY (${bare.toFixed(2)} s), ${Math.round(r.lines / r.seconds)} lines/s, node peak ${r.peak_mb} MB`
    return [
      figure(
        'import',
        `${name} (${first.lines} lines, ${megabytes} MB)`,
        '≤ 12 × COPY, ≥ 100000 lines/s, ≤ 512 MB',
        line(first),
        first.seconds <= 12 * bare && first.lines / first.seconds >= 100_000 && first.peak_mb <= 512,
        { ...first, bare },
      ),
      figure(
        'import',
        `${name}, again unchanged`,
        '≤ 6 × COPY',
        line(again),
        again.seconds <= 6 * bare && again.unchanged === again.lines,
        { ...again, bare },
      ),
    ]
  } finally {
    await server.stop()
  }
}

/** The rows as they stand into a plain table of text: what PostgreSQL needs at the least. */
async function bareCopy(url: string, file: string): Promise<number> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(
    'drop table if exists bare; create table bare (invoice text, code text, description text, quantity integer, at timestamp, price numeric, customer text, country text)',
  )
  const started = performance.now()
  await pipeline(
    createReadStream(file, { highWaterMark: 1 << 20 }),
    client.query(copyFrom('copy bare from stdin (format csv, header true)')),
  )
  const seconds = (performance.now() - started) / 1000
  await client.query('drop table bare')
  await client.end()
  return seconds
}

type Imported = {
  seconds: number
  lines: number
  created: number
  unchanged: number
  peak_mb: number
  cpu_s: number
}

async function runImport(file: string, env: Record<string, string>): Promise<Imported> {
  const { code, out, err } = await runScript('bench/import.child.ts', [file], '', env)
  if (code !== 0) throw new Error(err)
  return JSON.parse(out.trim().split('\n').at(-1)!) as Imported
}

/** The file `times` over, with invoice and customer numbers of its own each time. */
async function multiply(from: string, to: string, times: number): Promise<void> {
  const out = createWriteStream(to, { highWaterMark: 1 << 20 })
  for (let n = 0; n < times; n++) {
    let head = true
    for await (const line of createInterface({
      input: createReadStream(from),
      crlfDelay: Number.POSITIVE_INFINITY,
    })) {
      if (head) {
        head = false
        if (n === 0) out.write(`${line}\n`)
        continue
      }
      const shifted =
        n === 0
          ? line
          : line
              .replace(/^([A-Z]?)(\d+)/, (_, letter: string, digits: string) => `${letter}${n}${digits}`)
              .replace(/,(\d{5})\.0,/, (_, id: string) => `,${n}${id}.0,`)
      if (!out.write(`${shifted}\n`)) await new Promise<void>((done) => out.once('drain', () => done()))
    }
  }
  out.end()
  await finished(out)
}
