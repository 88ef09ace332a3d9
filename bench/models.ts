/**
 * Speed of packages/models on 1,000,000 customers drawn from the published parameters, and on the CDNOW sample.
 * CPU seconds of the whole process (all threads); each case in a process of its own, so that peak memory is its own.
 * Runs when run or imported (bench/main.ts does), and prints its table.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type CustomerData, lifetimeValue, models, type RepeatModel } from '../packages/models/src/index.ts'
import { type Figure, figure, type Say, table } from './report.ts'

export type ModelTiming = {
  what: string
  cpu_s: number
  limit_s: number
  peak_mb?: number
  limit_mb?: number
  holds: boolean | null
}

const CUSTOMERS = 1_000_000
const PUBLISHED = {
  bgNbd: { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 },
  mbgNbd: { r: 0.525, alpha: 6.183, a: 0.891, b: 1.614 },
  paretoNbd: { r: 0.553, alpha: 10.578, s: 0.606, beta: 11.669 },
}
type Name = keyof typeof PUBLISHED

const cpu = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

function timed<Value>(work: () => Value): { value: Value; cpu_s: number } {
  const before = cpu()
  const value = work()
  return { value, cpu_s: cpu() - before }
}

/** Customers won over twelve weeks, seen until week 39, as in the published sample; `daily` rounds the clock to days. */
function draw(name: Name, daily: boolean): CustomerData {
  const model = models[name] as unknown as RepeatModel<object>
  const T = Float64Array.from({ length: CUSTOMERS }, (_, i) => 27 + (i % 84) / 7)
  const { x, t_x } = model.simulate(PUBLISHED[name], { T, seed: 1 })
  if (daily) for (let i = 0; i < t_x.length; i++) t_x[i] = Math.floor(t_x[i]! * 7) / 7
  return { x, t_x, T }
}

const FIT_LIMIT = { bgNbd: 1, mbgNbd: 1, paretoNbd: 15 }
const MEMORY_LIMIT_MB = 250
const YEAR = { periods: 12, period_length: 4.345, discount_rate: 0.01, spend: 35 }

function million(name: Name, daily: boolean): ModelTiming[] {
  const model = models[name] as unknown as RepeatModel<object>
  const data = draw(name, daily)
  const fit = timed(() => model.fit(data))
  const score = timed(() => model.score(fit.value.params, data, 39))
  const value = timed(() => lifetimeValue(model, fit.value.params, data, YEAR))
  const peak_mb = process.resourceUsage().maxRSS / 1024
  const clock = daily ? 'day clock' : 'continuous times'
  const limit_s = daily && name === 'paretoNbd' ? 5 : FIT_LIMIT[name]
  return [
    row(`${model.name} fit, 1,000,000 customers, ${clock}`, fit.cpu_s, limit_s, peak_mb),
    row(`${model.name} P(alive) and expectation, 1,000,000 customers, ${clock}`, score.cpu_s, 0.4),
    row(`${model.name} 12-period lifetime value, 1,000,000 customers, ${clock}`, value.cpu_s, 0.8),
  ]
}

function row(what: string, cpu_s: number, limit_s: number, peak_mb?: number): ModelTiming {
  const memory = peak_mb === undefined ? {} : { peak_mb: Math.round(peak_mb), limit_mb: MEMORY_LIMIT_MB }
  const holds = cpu_s <= limit_s && (peak_mb ?? 0) <= MEMORY_LIMIT_MB
  return { what, cpu_s: Number(cpu_s.toFixed(4)), limit_s, ...memory, holds }
}

function spend(): ModelTiming[] {
  const { x } = draw('bgNbd', false)
  const data = models.gammaGamma.simulate({ p: 6.25, q: 3.74, gamma: 15.44 }, { x, seed: 2 })
  const { cpu_s } = timed(() => models.gammaGamma.fit(data))
  const peak_mb = process.resourceUsage().maxRSS / 1024
  return [row('Gamma-Gamma fit, 1,000,000 customers', cpu_s, 0.4, peak_mb)]
}

/** The median of fits of the CDNOW sample after a warm-up, and the very first one in a fresh process. */
function sample(): ModelTiming[] {
  const file = new URL('../packages/models/reference/cdnow_2dp.csv', import.meta.url)
  const lines = readFileSync(file, 'utf8').trim().split('\n').slice(2)
  const rows = lines.map((line) => line.split(',').map(Number))
  const column = (at: number) => Float64Array.from(rows, (values) => values[at]!)
  const data = { x: column(0), t_x: column(1), T: column(2) }
  return (['bgNbd', 'paretoNbd'] as const).flatMap((name): ModelTiming[] => {
    const model = models[name] as unknown as RepeatModel<object>
    const limit_s = name === 'bgNbd' ? 0.02 : 0.08
    const first = timed(() => model.fit(data)).cpu_s
    const more = Array.from({ length: 21 }, () => timed(() => model.fit(data)).cpu_s).sort(
      (one, other) => one - other,
    )
    return [
      row(`${model.name} fit, CDNOW sample (2,357), median`, more[10]!, limit_s),
      // no target: most of it is the compiler at work
      {
        ...row(`${model.name} fit, CDNOW sample (2,357), first in a fresh process`, first, limit_s),
        holds: null,
      },
    ]
  })
}

const CASES: Record<string, () => ModelTiming[]> = {
  bg: () => million('bgNbd', false),
  mbg: () => million('mbgNbd', false),
  'pareto-day': () => million('paretoNbd', true),
  pareto: () => million('paretoNbd', false),
  spend: spend,
  sample: sample,
}

/** All cases, one process after the other. */
export function benchModels(say: Say = () => undefined): Figure[] {
  return Object.keys(CASES).flatMap((name) => {
    say(`models: ${name}`)
    const child = spawnSync(process.execPath, [fileURLToPath(import.meta.url), name], { encoding: 'utf8' })
    if (child.status !== 0) throw new Error(`bench of ${name} failed: ${child.stderr}`)
    const timings = JSON.parse(child.stdout) as ModelTiming[]
    return timings.map(({ what, cpu_s, limit_s, peak_mb, limit_mb, holds }) => {
      const memory = peak_mb === undefined ? '' : `, ${peak_mb} MB`
      const target = `<= ${limit_s} s CPU${limit_mb === undefined ? '' : `, ${limit_mb} MB`}`
      return figure('models', what, target, `${cpu_s} s CPU${memory}`, holds, {
        cpu_s,
        limit_s,
        peak_mb,
        limit_mb,
      })
    })
  })
}

const own = import.meta.main ? process.argv[2] : undefined
/** Measured when the bench is imported or run; empty in a case's own process. */
export const modelFigures: Figure[] = own ? [] : benchModels((line) => console.error(line))
if (own) process.stdout.write(JSON.stringify(CASES[own]!()))
else if (import.meta.main) console.log(table(modelFigures))
