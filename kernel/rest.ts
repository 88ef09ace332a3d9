import type pg from 'pg'
import type { House } from './ctx.ts'

// While a backup is restored the house rests: every process answers 503 and works no jobs. Who restores shows it by
// the name of one connection, which every process looks for, and which goes away with its process whatever happens.

const SIGN = 'guanxi restore'
const WATCH = 'guanxi watch'
const LOOK_MS = 1_000
/** After this, every process that is alive has seen the sign. */
export const SEEN_MS = 2_500

export type Rest = { phase: string; percent: number }

/** Shows the sign until it is ended; `tell` renames it, so that others see how far it is. */
export async function showRest(
  house: Pick<House, 'connect'>,
): Promise<{ pid: number; tell(rest: Rest): void; end(): Promise<void> }> {
  const client = await house.connect()
  const name = ({ phase, percent }: Rest) => `${SIGN} ${Math.floor(percent)} ${phase}`
  const { rows } = await client.query<{ pid: number }>(
    `select pg_backend_pid() as pid, set_config('application_name', $1, false)`,
    [name({ phase: 'resting', percent: 0 })],
  )
  let shown = ''
  let busy: Promise<unknown> | null = null
  return {
    pid: rows[0]!.pid,
    tell(rest) {
      const next = name(rest)
      if (busy || next === shown) return
      shown = next
      busy = client
        .query(`select set_config('application_name', $1, false)`, [next])
        .catch(() => {})
        .finally(() => {
          busy = null
        })
    },
    async end() {
      await busy
      await client.end()
    },
  }
}

export async function restOf(client: Pick<pg.ClientBase, 'query'>): Promise<Rest | null> {
  const { rows } = await client.query<{ name: string }>({
    name: 'rest.look',
    text: `select application_name as name from pg_stat_activity where datname = current_database() and starts_with(application_name, '${SIGN}') limit 1`,
  })
  if (!rows[0]) return null
  const [percent, phase] = rows[0].name.slice(SIGN.length + 1).split(' ')
  return { percent: Number(percent) || 0, phase: phase ?? 'resting' }
}

const named = async (house: Pick<House, 'connect'>): Promise<pg.Client> => {
  const client = await house.connect()
  await client.query(`select set_config('application_name', $1, false)`, [WATCH])
  return client
}

/** Servers and workers that are up on this database, on any machine. */
export async function watchers(client: Pick<pg.ClientBase, 'query'>): Promise<number> {
  const { rows } = await client.query<{ n: number }>(
    'select count(*)::int as n from pg_stat_activity where datname = current_database() and application_name = $1',
    [WATCH],
  )
  return rows[0]!.n
}

/** Whether anybody but these sessions is inside a transaction. */
export async function isQuiet(
  client: Pick<pg.ClientBase, 'query'>,
  except: readonly number[],
): Promise<boolean> {
  const { rows } = await client.query(
    `select from pg_stat_activity where datname = current_database() and backend_type = 'client backend'
       and xact_start is not null and pid <> pg_backend_pid() and pid <> all($1) limit 1`,
    [except],
  )
  return rows.length === 0
}

export type Watch = { now(): Rest | null; stop(): Promise<void> }

/** Looks once a second. `onRest` and `onWake` are waited for, in turn. */
export function watchRest(
  house: House,
  { onRest, onWake }: { onRest: () => Promise<void>; onWake: () => Promise<void> },
): Watch {
  let now: Rest | null = null
  let client: pg.Client | null = null
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  const look = async () => {
    try {
      client ??= await named(house)
      const before = now
      now = await restOf(client)
      if (now && !before) await onRest()
      if (!now && before) await onWake()
    } catch (error) {
      house.log.debug(
        { error: (error as Error).message },
        'could not look whether a backup is being restored',
      )
      await client?.end().catch(() => {})
      client = null
    }
  }
  let busy: Promise<void> = Promise.resolve()
  const turn = () => {
    busy = look().then(() => {
      if (!stopped) timer = setTimeout(turn, LOOK_MS)
    })
  }
  turn()
  return {
    now: () => now,
    async stop() {
      stopped = true
      clearTimeout(timer)
      await busy
      clearTimeout(timer)
      await client?.end().catch(() => {})
    },
  }
}
