import { type Config, readConfig, terminalLocale } from '../kernel/config.ts'
import { type Log, systemCtx } from '../kernel/ctx.ts'
import { type Rest, watchRest } from '../kernel/rest.ts'
import { fingerprintOf, otherKeyOf } from '../kernel/seal.ts'
import { serve } from '../kernel/serve.ts'
import { phrase } from '../kernel/text.ts'
import { startWorker, type Worker } from '../kernel/worker.ts'
import { companyOf } from '../modules/access/company.ts'
import { identify } from '../modules/access/identify.ts'
import { createSetupToken } from '../modules/access/setup.ts'
import { settleLedger } from '../modules/erasure/settle.ts'
import { modules } from '../modules/index.ts'
import { HouseError, type OpenHouse, openHouse } from './house.ts'
import { terminalLog } from './log.ts'
import { startWithSample } from './sample.ts'
import { site } from './site.ts'
import { text } from './text.ts'

// What a stop waits for: requests in flight, then the step of a job; longer than any of them should take.
const STOP_MS = 30_000
// Once the page that waited for the start has been answered.
const STARTED_MS = 2_000

type Stop = () => Promise<void>
/** `sample`: with the sample company in it */
type How = { sample?: boolean }

/** Runs Guanxi in this process until it is told to stop. */
export async function run(config: Config, how: How = {}): Promise<void> {
  const stops: Stop[] = []
  const log = terminalLog(config.logLevel)
  const starting = begin(config, log, stops, how)
  stopWhenTold(starting, log, stops)
  try {
    await starting
  } catch (error) {
    await stopAll(stops, log)
    throw error
  }
}

async function begin(config: Config, log: Log, stops: Stop[], { sample = false }: How): Promise<void> {
  const house = await openHouse(config, log)
  stops.push(() => house.close())
  await warnOfOtherKey(house)
  await settleErasures(house)
  const shown = sample && config.role !== 'worker' ? await startWithSample(house, terminalLocale()) : ''
  const worker = config.role === 'web' ? null : await work(house)
  const watch = watchRest(house, {
    onRest: async () => worker?.rest(),
    onWake: async () => worker?.wake(),
  })
  let close: Stop = async () => {}
  // At once: a request that hangs must not keep a job from being given back.
  stops.push(async () => {
    await Promise.all([close(), watch.stop().then(() => worker?.rest())])
  })
  if (config.role !== 'worker') close = await listen(house, () => watch.now())
  else console.log(phrase(text.worker_ready, terminalLocale()))
  if (shown) console.log(shown)
  setTimeout(throwAway, STARTED_MS).unref()
}

/** What a start leaves behind, 20 MB: by itself V8 would keep it until there is work. A tenth of a second, once. */
const throwAway = () => void globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' })

async function warnOfOtherKey({ pool, seal_key, log }: OpenHouse): Promise<void> {
  const theirs = await otherKeyOf(pool, seal_key)
  const ours = fingerprintOf(seal_key)
  if (theirs) log.warn({ theirs, ours }, phrase(text.other_key, terminalLocale(), { theirs, ours }))
}

/** Of an erasure in whose midst a process died. A home that cannot be read or written must not keep the house shut. */
const settleErasures = (house: OpenHouse) =>
  settleLedger(systemCtx(house)).catch((error: Error) =>
    house.log.error({ error: error.message }, 'erasures.log could not be brought up to date'),
  )

/** Works, but for while a backup is restored: what it had begun belongs to the house as it was. */
async function work(house: OpenHouse): Promise<{ rest(): Promise<void>; wake(): Promise<void> }> {
  const begin = async () => {
    const { time_zone } = await companyOf(systemCtx(house))
    return startWorker(house, modules, () => systemCtx(house, { zone: time_zone }))
  }
  let worker: Worker | null = await begin()
  return {
    async rest() {
      const resting = worker
      worker = null
      await resting?.stop()
    },
    async wake() {
      worker ??= await begin()
    },
  }
}

async function listen(house: OpenHouse, resting: () => Rest | null): Promise<() => Promise<void>> {
  const { config } = house
  const app = await serve({ house, modules, identify, resting })
  await site(app, modules, config.version)
  const address = await app.listen({ port: config.port, host: config.host }).catch(notListening(config))
  const url = config.publicUrl ?? address
  const token = await createSetupToken(house)
  const line = token
    ? phrase(text.ready_first, terminalLocale(), { url, link: `${url}/setup#token=${token}` })
    : phrase(text.ready, terminalLocale(), { url })
  console.log(line)
  return () => app.close()
}

const notListening =
  ({ port, host }: Config) =>
  ({ code, message }: NodeJS.ErrnoException): never => {
    const say =
      code === 'EADDRINUSE' ? text.port_taken : code === 'EACCES' ? text.port_denied : text.host_not_here
    throw new HouseError(phrase(say, terminalLocale(), { port: String(port), host, reason: message }))
  }

/** What came last goes first; each is stopped once, whoever asks. */
async function stopAll(stops: Stop[], log: Log): Promise<void> {
  for (let stop = stops.pop(); stop; stop = stops.pop())
    await stop().catch((error: Error) => log.warn({ error: error.message }, 'a part did not stop cleanly'))
}

/** Also while it starts: a PostgreSQL that is just coming up must not be left behind. */
function stopWhenTold(starting: Promise<void>, log: Log, stops: Stop[]): void {
  let stopping = false
  const stop = async () => {
    if (stopping) return
    stopping = true
    setTimeout(() => process.exit(1), STOP_MS).unref()
    await starting.catch(() => {})
    await stopAll(stops, log)
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, stop)
  // The starter that holds the other end was killed.
  process.on('disconnect', stop)
}

/** A start that fails says so in one line; only a bug shows its stack. */
export function explain(error: unknown): string {
  const { name, message, stack } = error as Error
  return /^(ConfigError|HouseError|LaunchError|MigrationError)$/.test(name) ? message : (stack ?? message)
}

if (import.meta.main)
  try {
    await run(readConfig(), { sample: process.argv.includes('--sample') })
  } catch (error) {
    console.error(explain(error))
    process.exit(1)
  }
