import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openHouse } from '../apps/house.ts'
import { terminalLog } from '../apps/log.ts'
import { readConfig } from '../kernel/config.ts'
import { systemCtx } from '../kernel/ctx.ts'
import { cliActor } from '../modules/access/cli.ts'
import { importFile } from '../modules/imports/file.ts'
import { modules } from '../modules/index.ts'
import { computeQuarter, missingQuarters } from '../modules/value/engine/quarters.ts'
import { computeValue } from '../modules/value/engine/run.ts'
import { type Figure, figure, type Say } from './report.ts'
import { retailFile } from './retail.ts'
import { seeded } from './value.seed.ts'

// The whole engine: orders in PostgreSQL → statistics → fit, hold-out, figures of everybody stored and shown.

type Kind = 'fit' | 'score' | 'earlier'
type Timed = { seconds: number; customers: number; peak_mb: number; cpu_s: number }

/** In a process of its own, so that its peak is its own. */
async function timed(home: string, kind: Kind): Promise<Timed> {
  const house = await openHouse({ ...readConfig({}), home }, terminalLog('error'))
  const ctx = systemCtx(house)
  try {
    const before = process.cpuUsage()
    const started = performance.now()
    let customers = 0
    if (kind !== 'earlier') ({ customers } = await computeValue(ctx, { kind, because: 'asked', as_of: null }))
    else for (const day of await missingQuarters(ctx)) await computeQuarter(ctx, day)
    const { user, system } = process.cpuUsage(before)
    return {
      seconds: (performance.now() - started) / 1000,
      customers,
      peak_mb: Math.round(process.resourceUsage().maxRSS / 1024),
      cpu_s: (user + system) / 1e6,
    }
  } finally {
    await house.close()
  }
}

async function apart(home: string, kind: Kind): Promise<Timed> {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), home, kind], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  const code = await new Promise<number | null>((done) => child.once('exit', done))
  if (code !== 0) throw new Error(`the value bench failed: ${code}`)
  return JSON.parse(said) as Timed
}

const told = ({ seconds, cpu_s, peak_mb }: Timed) =>
  `${seconds.toFixed(1)} s (${cpu_s.toFixed(1)} s CPU in Node), Node peak ${peak_mb} MB`

export async function valueFigures(say: Say, customers = 1_000_000): Promise<Figure[]> {
  const figures: Figure[] = []
  const work = await mkdtemp(join(tmpdir(), 'guanxi value '))
  try {
    const home = join(work, 'many')
    const size = await seeded(home, customers, say)
    say('fit and score…')
    const fit = await apart(home, 'fit')
    const score = await apart(home, 'score')
    const earlier = await apart(home, 'earlier')
    const what = `${size.lines.toLocaleString('en')} lines of ${fit.customers.toLocaleString('en')} customers to figures stored`
    const limit = customers === 1_000_000 ? 60 : null
    figures.push(
      figure(
        'value',
        `${what}: models chosen, fitted, everybody scored`,
        '≤ 60 s',
        told(fit),
        limit === null ? null : fit.seconds <= limit,
        { ...fit, ...size },
      ),
      figure('value', `${what}: scored with the model in force`, '', told(score), null, { ...score }),
      figure('value', `${what}: the earlier days, in the background`, '', told(earlier), null, {
        ...earlier,
      }),
    )
    await rm(home, { recursive: true, force: true })
    figures.push(...(await small(join(work, 'retail'), work, say)))
  } finally {
    await rm(work, { recursive: true, force: true })
  }
  return figures
}

async function small(home: string, work: string, say: Say): Promise<Figure[]> {
  const { path, real } = await retailFile(join(work, 'retail.csv'))
  say('the retail file…')
  const house = await openHouse({ ...readConfig({}), home }, terminalLog('error'))
  try {
    await cliActor(house, modules)
    await importFile(systemCtx(house), {
      kind: 'orders',
      source: 'retail',
      path,
      options: { zone: 'Europe/London' },
    })
  } finally {
    await house.close()
  }
  const first = await apart(home, 'fit')
  const earlier = await apart(home, 'earlier')
  return [
    figure(
      'value',
      `${real ? 'real retail file' : 'generated, retail-like'}, ${first.customers.toLocaleString('en')} customers: chosen, fitted, scored, stored`,
      '≤ 3 s',
      told(first),
      first.seconds <= 3,
      { ...first },
    ),
    figure('value', 'the same: the earlier days, in the background', '', told(earlier), null, { ...earlier }),
  ]
}

if (import.meta.main)
  process.stdout.write(JSON.stringify(await timed(process.argv[2]!, process.argv[3] as Kind)))
