import { type Config, ConfigError, readConfig, terminalLocale } from '../kernel/config.ts'
import { systemCtx } from '../kernel/ctx.ts'
import { serve } from '../kernel/serve.ts'
import { phrase } from '../kernel/text.ts'
import { startWorker } from '../kernel/worker.ts'
import { companyOf } from '../modules/access/company.ts'
import { identify } from '../modules/access/identify.ts'
import { createSetupToken } from '../modules/access/setup.ts'
import { modules } from '../modules/index.ts'
import { type OpenHouse, openHouse } from './house.ts'
import { terminalLog } from './log.ts'
import { site } from './site.ts'
import { text } from './text.ts'

// What a stop waits for: requests in flight, then the step of a job; longer than any of them should take.
const STOP_MS = 30_000

/** Runs Guanxi in this process until it is told to stop. */
export async function run(config: Config): Promise<void> {
  const log = terminalLog(config.logLevel)
  const house = await openHouse(config, log)
  const stops: (() => Promise<void>)[] = [() => house.close()]
  try {
    if (config.role !== 'web') stops.push(await work(house))
    if (config.role !== 'worker') stops.push(await listen(house))
    else console.log(phrase(text.worker_ready, terminalLocale()))
  } catch (error) {
    for (const stop of stops.reverse()) await stop()
    throw error
  }
  stopOnSignal(stops)
}

async function work(house: OpenHouse): Promise<() => Promise<void>> {
  const { time_zone } = await companyOf(systemCtx(house))
  const worker = await startWorker(house, modules, () => systemCtx(house, { zone: time_zone }))
  return () => worker.stop()
}

async function listen(house: OpenHouse): Promise<() => Promise<void>> {
  const { config } = house
  const app = await serve({ house, modules, identify })
  await site(app, modules, config.version)
  const address = await app.listen({ port: config.port, host: config.host })
  const url = config.publicUrl ?? address
  const token = await createSetupToken(house)
  const line = token
    ? phrase(text.ready_first, terminalLocale(), { url, link: `${url}/setup#token=${token}` })
    : phrase(text.ready, terminalLocale(), { url })
  console.log(line)
  return () => app.close()
}

function stopOnSignal(stops: (() => Promise<void>)[]): void {
  let stopping = false
  const stop = async () => {
    if (stopping) return
    stopping = true
    setTimeout(() => process.exit(1), STOP_MS).unref()
    for (const one of stops.reverse()) await one()
    process.exit(0)
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

/** A start that fails says so in one line; only a bug shows its stack. */
export function explain(error: unknown): string {
  const { message, code, stack } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE')
    return phrase(text.port_taken, terminalLocale(), { port: String((error as { port?: number }).port) })
  const expected =
    error instanceof ConfigError ||
    /^(LaunchError|MigrationError|HouseError)$/.test((error as Error).constructor?.name) ||
    code === '28P01' ||
    code === 'ECONNREFUSED' ||
    code === '3D000' ||
    code === 'ENOTFOUND'
  return expected ? message : (stack ?? message)
}

if (import.meta.main)
  try {
    await run(readConfig())
  } catch (error) {
    console.error(explain(error))
    process.exit(1)
  }
