import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { type Binaries, readyBinaries } from './binaries.ts'
import { initData, resetPassword, type Started, startServer, sweepSetups } from './cluster.ts'
import { withLock } from './lock.ts'
import {
  lockFileOf,
  makeHome,
  makePlace,
  newState,
  type Place,
  partsOf,
  readState,
  type State,
  writeState,
} from './place.ts'
import { clearStale, type Postmaster, readPostmaster, servesData, stopPostmaster } from './postmaster.ts'
import { ensureRoles, type Presence, presenceOn, superuserUrl, urlsOf, whereIs } from './session.ts'
import { fail, tell, text } from './text.ts'
import type { DatabaseUrls, EmbeddedOptions, EmbeddedServer } from './types.ts'

export { binariesFor } from './binaries.ts'
export { LaunchError } from './text.ts'
export type { DatabaseUrls, EmbeddedOptions, EmbeddedServer, LaunchLog } from './types.ts'

const NO_ANSWER_MS = 30_000
const STARTS = 5
const MEND_MS = 15_000

type Live = {
  postmaster: Postmaster
  urls: DatabaseUrls
  presence: Presence
  version: string
  reattached: boolean
  data: string
}

/**
 * The database of a home, started or joined. PostgreSQL outlives a killed Node; whoever comes next joins it.
 * Each process that uses it keeps one connection open: the server knows by it who is left, and we learn by it
 * when the server goes away, and start it again.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  makeHome(options.home)
  const locked = <T>(work: () => Promise<T>) => withLock(lockFileOf(options.home), options.log, work)
  let live = await locked(() => ensureRunning(options, undefined))
  let stopping: Promise<void> | undefined
  let mending: Promise<void> = Promise.resolve()

  const watch = () =>
    live.presence.gone.then(() => {
      if (!stopping) mending = mend()
    })
  async function mend(): Promise<void> {
    options.log.warn(tell(text.was_gone))
    for (let tries = 1; !stopping; tries++) {
      try {
        const port = live.postmaster.socketFolder ? undefined : live.postmaster.port
        live = await locked(() => ensureRunning(options, port))
        options.log.info(tell(text.back))
        void watch()
        return
      } catch (error) {
        options.log.warn((error as Error).message)
        // Never given up: what stood in the way (a full disk, say) may go, and nobody may be there to start us again.
        await sleep(Math.min(200 * 2 ** tries, MEND_MS))
      }
    }
  }
  async function leave(): Promise<void> {
    await mending
    await locked(async () => {
      const others = await live.presence.leave()
      if (others === 0) await stopPostmaster(readPostmaster(live.data)?.pid ?? live.postmaster.pid, live.data)
    })
  }

  void watch()
  return {
    kind: 'embedded',
    get urls() {
      return live.urls
    },
    get version() {
      return live.version
    },
    get pid() {
      return live.postmaster.pid
    },
    reattached: live.reattached,
    stop: () => (stopping ??= leave()),
  }
}

/** The addresses of the server of a home if one answers now. Starts nothing. */
export async function findServer(home: string): Promise<DatabaseUrls | null> {
  const state = existsSync(home) ? readState(home) : undefined
  const { data, run } = partsOf(home)
  const postmaster = state && readPostmaster(data)
  if (!state || !postmaster) return null
  const urls = urlsOf(whereIs(postmaster, run), state.passwords)
  const client = new pg.Client({ connectionString: urls.app, connectionTimeoutMillis: 3000 })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.end()
    return urls
  } catch {
    return null
  }
}

async function ensureRunning(options: EmbeddedOptions, port: number | undefined): Promise<Live> {
  const place = makePlace(options.home, options.log)
  const joined = await joinRunning(place)
  if (joined) return joined
  const binaries = readyBinaries(options.binaries, place, options.log)
  const state = ensureData(place, binaries, options)
  let started: Started = { reason: '' }
  for (let tries = 1; tries <= STARTS; tries++) {
    await clearStale(place.data, place.run, options.log)
    started = await startServer(place, binaries, options, port)
    if ('postmaster' in started) return settle(place, state, started.postmaster)
    // Another start came first (its starter was killed), or the last backends of a killed server still end.
    if (!/lock file|shared memory block|could not (bind|create any TCP)/i.test(started.reason)) break
    await sleep(100 * tries)
    const other = await joinRunning(place)
    if (other) return other
  }
  return fail(text.start_failed, { reason: started.reason, log: place.log })
}

/** A living server on the data: waits until it answers, or until it is gone. */
async function joinRunning(place: Place): Promise<Live | undefined> {
  const state = readState(place.home)
  const since = Date.now()
  for (;;) {
    const postmaster = readPostmaster(place.data)
    if (!postmaster) return undefined
    const alive = servesData(postmaster.pid, place.data)
    if (state?.ready && postmaster.status === 'ready') {
      // Asked first: a server of another container on the same volume answers though its process is not seen.
      const reached = await presenceOn(urlsOf(whereIs(postmaster, place.run), state.passwords).app).catch(
        (error: Error) => error,
      )
      if (!(reached instanceof Error)) return liveOf(place, state, postmaster, reached, true)
      if (alive && Date.now() - since > NO_ANSWER_MS)
        fail(text.no_answer, { pid: String(postmaster.pid), data: place.data, reason: reached.message })
      if (alive && /password authentication failed|does not exist/.test(reached.message))
        return stopFirst(place, postmaster)
    } else if (alive && postmaster.status === 'ready') return stopFirst(place, postmaster)
    if (!alive) return undefined
    await sleep(20)
  }
}

/** A server whose passwords are unknown, or that was not finished: it is stopped and begun anew. */
async function stopFirst(place: Place, postmaster: Postmaster): Promise<undefined> {
  await stopPostmaster(postmaster.pid, place.data)
}

/** The data folder of the right major version, made if this is the first start, and the passwords that fit it. */
function ensureData(place: Place, binaries: Binaries, options: EmbeddedOptions): State {
  sweepSetups(place)
  const found = readState(place.home)
  const versionFile = join(place.data, 'PG_VERSION')
  if (!existsSync(place.data)) {
    if (found?.created) fail(text.data_gone, { home: place.home, data: place.data, state: place.stateFile })
    options.log.info(tell(text.creating))
    const state = newState()
    writeState(place, state)
    initData(place, binaries, state.passwords.superuser, options.fsync !== false, options.log)
    return remember(place, { ...state, created: true })
  }
  if (!existsSync(versionFile)) fail(text.no_data, { data: place.data })
  const major = readFileSync(versionFile, 'utf8').trim()
  if (major !== binaries.major)
    fail(text.other_major, { data: place.data, found: major, carried: binaries.major })
  if (found) return found.created ? found : remember(place, { ...found, created: true })
  options.log.warn(tell(text.new_passwords, { state: place.stateFile }))
  const state = { ...newState(), created: true }
  resetPassword(place, binaries, state.passwords.superuser)
  return remember(place, state)
}

function remember(place: Place, state: State): State {
  writeState(place, state)
  return state
}

async function settle(place: Place, state: State, postmaster: Postmaster): Promise<Live> {
  if (!state.ready) {
    await ensureRoles(superuserUrl(whereIs(postmaster, place.run), state.passwords), state.passwords)
    remember(place, { ...state, ready: true })
  }
  const presence = await presenceOn(urlsOf(whereIs(postmaster, place.run), state.passwords).app)
  return liveOf(place, state, postmaster, presence, false)
}

const liveOf = (
  place: Place,
  state: State,
  postmaster: Postmaster,
  presence: Presence,
  reattached: boolean,
): Live => ({
  postmaster,
  urls: urlsOf(whereIs(postmaster, place.run), state.passwords),
  presence,
  version: presence.version,
  reattached,
  data: place.data,
})
