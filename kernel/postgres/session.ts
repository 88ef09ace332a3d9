import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { SUPERUSER } from './cluster.ts'
import type { State } from './place.ts'
import { isAlive, type Postmaster } from './postmaster.ts'
import type { DatabaseUrls } from './types.ts'

export type Where = { readonly socket: string | undefined; readonly host: string; readonly port: number }
/** postmaster.pid names the socket's folder as the server sees it; `run` is how we do. */
export const whereIs = ({ socketFolder, host, port }: Postmaster, run: string): Where => ({
  socket: socketFolder ? run : undefined,
  host: host || '127.0.0.1',
  port,
})

const PRESENCE = 'guanxi presence'
const GONE_MS = 5000
const DATABASE = 'guanxi'

/** A socket folder stands percent-encoded in the host's place, as libpq and pg both read it. */
const urlOn = ({ socket, host, port }: Where, user: string, password: string, database: string): string =>
  `postgres://${user}:${password}@${socket ? encodeURIComponent(socket) : host}:${port}/${database}`

export const urlsOf = (where: Where, passwords: State['passwords']): DatabaseUrls => ({
  owner: urlOn(where, 'guanxi_owner', passwords.owner, DATABASE),
  app: urlOn(where, 'guanxi_app', passwords.app, DATABASE),
})

export const superuserUrl = (where: Where, passwords: State['passwords']): string =>
  urlOn(where, SUPERUSER, passwords.superuser, 'postgres')

/** The sign that this process uses the server. The kernel closes it for a killed process. */
export type Presence = {
  readonly version: string
  /** Resolves when the server ended the connection. */
  readonly gone: Promise<void>
  /** Closes it and says how many other processes remain. */
  leave(): Promise<number>
}

export async function presenceOn(url: string): Promise<Presence> {
  const client = new pg.Client({
    connectionString: url,
    application_name: `${PRESENCE} ${process.pid}`,
    connectionTimeoutMillis: 5000,
    keepAlive: true,
  })
  client.on('error', () => {})
  const gone = new Promise<void>((resolve) => client.once('end', () => resolve()))
  await client.connect()
  const { rows } = await client.query<{ server_version: string }>('show server_version')
  // A process that only waits for its database may end. (Both methods are missing from pg's types.)
  const socket = client as pg.Client & { ref(): void; unref(): void }
  socket.unref()
  return {
    version: rows[0]!.server_version.split(' ')[0]!,
    gone,
    async leave() {
      socket.ref()
      try {
        const others = await othersThan(client)
        await client.end()
        return others
      } catch {
        // Our connection died with the server: whatever is left of it has nobody.
        return 0
      }
    },
  }
}

/** A killed process is listed until its backend reads the end of its socket, so we wait for those to go. */
async function othersThan(client: pg.Client): Promise<number> {
  for (const since = Date.now(); ; await sleep(20)) {
    const { rows } = await client.query<{ name: string }>(
      `select application_name as name from pg_stat_activity
       where starts_with(application_name, $1) and pid <> pg_backend_pid()`,
      [PRESENCE],
    )
    const settled = rows.every(({ name }) => isAlive(Number(name.slice(PRESENCE.length))))
    // Unknown here and still connected: it runs in another container on the same folder.
    if (settled || Date.now() - since > GONE_MS) return rows.length
  }
}

/** Safe to run again after a kill in between. */
export async function ensureRoles(url: string, passwords: State['passwords']): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    const exists = async (sql: string, name: string) => (await client.query(sql, [name])).rowCount === 1
    const roles = { guanxi_owner: passwords.owner, guanxi_app: passwords.app }
    for (const [role, password] of Object.entries(roles)) {
      const verb = (await exists('select from pg_roles where rolname = $1', role)) ? 'alter' : 'create'
      await client.query(
        `${verb} role ${role} login ${role === 'guanxi_owner' ? 'createdb' : ''} password '${password}'`,
      )
    }
    // To read the server's own statistics and to checkpoint before a measurement; no other privilege.
    await client.query('grant pg_monitor, pg_checkpoint to guanxi_owner')
    // A restore builds every index anew, a bulk change touches a page of each for every customer: compressing them into
    // the log is more than half of that work.
    await client.query('grant set on parameter wal_compression to guanxi_owner, guanxi_app')
    if (!(await exists('select from pg_database where datname = $1', DATABASE)))
      await client.query(`create database ${DATABASE} owner guanxi_owner`)
    await client.query(`grant connect, temporary on database ${DATABASE} to guanxi_app`)
  } finally {
    await client.end()
  }
}
