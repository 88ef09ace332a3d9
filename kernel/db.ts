import type { Kysely } from 'kysely'
import pg from 'pg'
import type { DB } from '../db/types.gen.ts'

export type Db = Kysely<DB>
export type { DB }

const INT8 = 20
const NUMERIC = 1700
const DATE = 1082
const TIMESTAMPTZ = 1184
const INT8_ARRAY = 1016
const TEXT_ARRAY: number = 1009

function int8(text: string): number {
  const n = Number(text)
  if (!Number.isSafeInteger(n)) throw new RangeError(`int8 beyond 2^53: ${text}`)
  return n
}

/** `2026-11-21 20:47:00.12+00` → `2026-11-21T20:47:00.120Z`; ±infinity is how lists keep "not known". */
function instant(text: string): string | null {
  if (text.endsWith('infinity')) return null
  const dot = text.indexOf('.', 18)
  if (!text.endsWith('+00') || text.length > 30) return new Date(text).toISOString()
  const ms =
    dot < 0
      ? '000'
      : text
          .slice(dot + 1, -3)
          .padEnd(3, '0')
          .slice(0, 3)
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${ms}Z`
}

/** Plain words, as most are, need no reading of quotes. */
const textArray = (text: string): unknown =>
  text === '{}' ? [] : /["\\{]|NULL/i.test(text.slice(1)) ? quotedArray(text) : text.slice(1, -1).split(',')
const quotedArray = pg.types.getTypeParser(TEXT_ARRAY, 'text') as (text: string) => unknown

const parsers = new Map<number, (text: string) => unknown>([
  [INT8, int8],
  [NUMERIC, Number],
  [DATE, String],
  [TIMESTAMPTZ, instant],
  [TEXT_ARRAY, textArray],
  [INT8_ARRAY, (text) => (text === '{}' ? [] : text.slice(1, -1).split(',').map(int8))],
])

const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    (format !== 'binary' && parsers.get(oid)) ||
    pg.types.getTypeParser(oid, format as 'text')) as pg.CustomTypesConfig['getTypeParser'],
}

// An address that swallows packets would else be waited for two minutes, a socket whose server was killed before it
// answered for ever: without a limit one such connection takes its place in a pool for good.
const CONNECT_MS = 10_000

export type PoolOptions = { url: string; max?: number; name: string }
const connection = ({ url, name }: PoolOptions): pg.ClientConfig => ({
  connectionString: url,
  application_name: name,
  types,
  // UTC on the wire, whatever the server's zone: the parser above relies on it.
  options: '-c TimeZone=UTC -c DateStyle=ISO',
  connectionTimeoutMillis: CONNECT_MS,
  // A peer that vanished without a word (a failed host, a dropped NAT entry) is noticed.
  keepAlive: true,
})

type Told = (error: Error | null, answer: unknown) => void

/**
 * Asked for a promise, pg's client leaves every answer behind for the collection of the whole heap: 8 KB for each with 50 short
 * rows, and the heap of a busy server grew by a hundred MB between two of them. Asked with a callback it does not.
 */
class Client extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config)
    const ask = this.query.bind(this) as (config: unknown, values: unknown, told?: Told) => unknown
    const asked = (config: { submit?: unknown }, values?: unknown, told?: Told): unknown => {
      if (typeof config.submit === 'function' || typeof values === 'function' || told)
        return ask(config, values, told)
      const answered = new Promise((resolve, reject) => {
        ask(config, values, (error, answer) => (error ? reject(error) : resolve(answer)))
      })
      // As pg does: the stack of who asked, not that of the socket.
      return answered.catch((error: Error) => {
        Error.captureStackTrace(error)
        throw error
      })
    }
    this.query = asked as typeof this.query
  }
}

export function openPool(options: PoolOptions, onError: (error: Error) => void): pg.Pool {
  const pool = new pg.Pool({
    ...connection(options),
    Client,
    max: options.max ?? 10,
    idleTimeoutMillis: 30_000,
  })
  // An idle connection that dies is replaced at the next use; it must not end the process.
  pool.on('error', onError)
  // One that dies while lent out, between two queries of a transaction, speaks for itself: its next query rejects.
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

/** The same server and user, another of its databases. */
export function databaseOf(url: string, name: string | undefined): string {
  if (name === undefined) return url
  // A Unix socket's address may have no host, which URL does not take.
  return url.replace(/^(postgres(?:ql)?:\/\/[^/?#]*)(?:\/[^?#]*)?/, `$1/${encodeURIComponent(name)}`)
}

/** A connection of one's own, outside the pool: COPY, LISTEN, temporary tables. The caller ends it. */
export async function connectAlone(options: PoolOptions): Promise<pg.Client> {
  const client = new Client(connection(options))
  client.on('error', () => {})
  await client.connect()
  return client
}

/**
 * Pipelined connections for single reads: twice the pool's rate (docs/benchmarks.md). Never for
 * transactions, COPY or slow statements: what waits behind a slow one waits.
 */
export class Reader {
  readonly #options: PoolOptions
  readonly #slots: (Promise<pg.Client> | null)[]
  #turn = 0
  constructor(options: PoolOptions) {
    this.#options = options
    this.#slots = new Array(options.max ?? 2).fill(null)
  }
  async query<R extends pg.QueryResultRow>(config: pg.QueryConfig): Promise<R[]> {
    this.#turn = (this.#turn + 1) % this.#slots.length
    const client = await this.#open(this.#turn)
    return (await client.query<R>(config)).rows
  }
  #open(slot: number): Promise<pg.Client> {
    const open = this.#slots[slot]
    if (open) return open
    const connecting = this.#connect(slot)
    this.#slots[slot] = connecting
    connecting.catch(() => {
      this.#slots[slot] = null
    })
    return connecting
  }
  async #connect(slot: number): Promise<pg.Client> {
    const client = new Client({ ...connection(this.#options), pipeline: true } as pg.ClientConfig)
    const forget = () => {
      this.#slots[slot] = null
    }
    client.on('error', forget)
    client.on('end', forget)
    await client.connect()
    return client
  }
  async end(): Promise<void> {
    const open = this.#slots.map((slot) => slot?.then((client) => client.end()).catch(() => {}))
    await Promise.all(open)
  }
}

/** What answers: the pool, or the one connection of a transaction. */
export type Connected = Pick<pg.PoolClient, 'query'>

/**
 * Ids for new rows, taken from the database's one sequence a block at a time, so that a write knows its
 * ids before its first round trip. A block lost to a crash leaves a gap, nothing else.
 */
export class Ids {
  readonly #pool: Connected
  readonly #block: number
  #free: number[] = []
  #refill: Promise<void> | null = null
  constructor(pool: Connected, block = 500) {
    this.#pool = pool
    this.#block = block
  }
  async next(): Promise<number> {
    while (this.#free.length === 0) await (this.#refill ??= this.#take())
    return this.#free.pop()!
  }
  async #take(): Promise<void> {
    try {
      const { rows } = await this.#pool.query<{ id: number }>({
        name: 'ids',
        text: `select nextval('entity_id') as id from generate_series(1, ${this.#block})`,
      })
      this.#free = rows.map((row) => row.id).reverse()
    } finally {
      this.#refill = null
    }
  }
}

const DROP_TRIES = 4

/**
 * Drops a database whatever is still connected to it. `with (force)` is not used: it refuses whole when an autovacuum
 * worker, which runs as a superuser, is at work there. The plain form sends autovacuum away itself and waits 5 s for
 * sessions that are leaving; a machine under load may need that more than once.
 */
export async function dropDatabase(client: pg.Client, name: string): Promise<void> {
  for (let tries = 1; ; tries++)
    try {
      await client.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = $1 and pid <> pg_backend_pid() and pg_has_role(usesysid, 'usage')`,
        [name],
      )
      await client.query(`drop database if exists ${client.escapeIdentifier(name)}`)
      return
    } catch (error) {
      const in_use = error instanceof pg.DatabaseError && error.code === '55006'
      if (!in_use || tries === DROP_TRIES) throw error
    }
}
