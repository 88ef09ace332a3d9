import { constants } from 'node:fs'
import { access, mkdir, stat, statfs } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { type Config, projectRoot, readConfig } from '../../kernel/config.ts'
import { type Phrase, phrase } from '../../kernel/text.ts'
import { type OpenHouse, openHouse } from '../house.ts'
import { terminalLog } from '../log.ts'
import { explain } from '../server.ts'
import { command, Exit, print } from './command.ts'
import { found as text } from './doctor.text.ts'
import { text as words } from './text.ts'

type Finding = { check: string; state: 'ok' | 'warn' | 'bad'; say: Phrase; params?: Record<string, unknown> }
const ok = (check: string, say: Phrase, params = {}): Finding => ({ check, state: 'ok', say, params })
const warn = (check: string, say: Phrase, params = {}): Finding => ({ check, state: 'warn', say, params })
const bad = (check: string, say: Phrase, params = {}): Finding => ({ check, state: 'bad', say, params })

// A fresh embedded database takes 40 MB; below this an import of any size would fail half way.
const LOW_DISK = 1024 ** 3
const OLDEST_NODE = 24

export const doctor = command({
  takes: '',
  does: words.doctor,
  options: {},
  run: async (given) => {
    const config = readConfig()
    const findings = [
      node(),
      await home(config),
      await disk(config),
      await port(config),
      await web(),
      ...(await database(config)),
    ]
    const mark = { ok: '✓', warn: '!', bad: '✗' }
    const lines = findings.map((f) => `${mark[f.state]} ${phrase(f.say, given.locale, f.params ?? {})}`)
    print(
      given,
      findings.map((f) => ({
        check: f.check,
        state: f.state,
        message: phrase(f.say, given.locale, f.params ?? {}),
        ...f.params,
      })),
      lines.join('\n'),
    )
    if (findings.some((f) => f.state === 'bad')) return Exit.failed
    return findings.some((f) => f.state === 'warn') ? Exit.partly : Exit.done
  },
})

function node(): Finding {
  const major = Number(process.versions.node.split('.')[0])
  return major >= OLDEST_NODE
    ? ok('node', text.node_ok, { version: process.version })
    : bad('node', text.node_old, { version: process.version })
}

async function home(config: Config): Promise<Finding> {
  try {
    await mkdir(config.home, { recursive: true, mode: 0o700 })
    await access(config.home, constants.W_OK)
    return ok('home', text.home_ok, { path: config.home })
  } catch (error) {
    return bad('home', text.home_bad, { path: config.home, reason: (error as NodeJS.ErrnoException).code })
  }
}

async function disk(config: Config): Promise<Finding> {
  const { bavail, bsize } = await statfs(config.home).catch(() => statfs(projectRoot))
  const free_mb = Math.round((bavail * bsize) / 1024 ** 2)
  return bavail * bsize > LOW_DISK
    ? ok('disk', text.disk_ok, { free_mb })
    : warn('disk', text.disk_low, { free_mb })
}

/** A taken port is fine when it is Guanxi that answers there. */
async function port(config: Config): Promise<Finding> {
  const free = await new Promise<boolean>((done) => {
    const probe = createServer()
      .once('error', () => done(false))
      .once('listening', () => probe.close(() => done(true)))
    probe.listen(config.port, config.host)
  })
  if (free) return ok('port', text.port_free, { port: String(config.port) })
  const ours = await fetch(`http://${config.host}:${config.port}/healthz`).then(
    (r) => r.json() as Promise<{ status?: string }>,
    () => null,
  )
  return ours?.status === 'ok'
    ? ok('port', text.port_ours, { port: String(config.port) })
    : bad('port', text.port_taken, { port: String(config.port) })
}

const web = async (): Promise<Finding> =>
  (await stat(join(projectRoot, 'dist/web/index.html')).catch(() => null))
    ? ok('web', text.web_ok)
    : warn('web', text.web_missing)

async function database(config: Config): Promise<Finding[]> {
  let house: OpenHouse
  try {
    house = await openHouse(config, terminalLog('error'))
  } catch (error) {
    return [bad('database', text.database_bad, { reason: explain(error).split('\n')[0] })]
  }
  try {
    return [ok('database', text.database_ok, house.database), ...(await inside(house)), await sealKey(config)]
  } finally {
    await house.close()
  }
}

async function inside(house: OpenHouse): Promise<Finding[]> {
  const { rows } = await house.pool.query<{
    fsync: string
    encoding: string
    chinese: boolean
    writes_audit: boolean
    name: string
    last: string
  }>(`
    select current_setting('fsync') as fsync, pg_encoding_to_char(encoding) as encoding, cardinality(show_trgm('关系')) > 0 as chinese,
           has_table_privilege('audit', 'update') as writes_audit, datname as name,
           (select name from schema_migration order by number desc limit 1) as last
    from pg_database where datname = current_database()`)
  const { fsync, encoding, chinese, writes_audit, last } = rows[0]!
  return [
    ok('schema', text.schema_ok, { last }),
    fsync === 'on' ? ok('fsync', text.fsync_ok) : bad('fsync', text.fsync_off),
    encoding === 'UTF8' ? ok('encoding', text.encoding_ok) : bad('encoding', text.encoding_bad, { encoding }),
    chinese ? ok('search', text.search_ok) : warn('search', text.search_slow),
    writes_audit ? warn('roles', text.roles_one) : ok('roles', text.roles_two),
  ]
}

async function sealKey(config: Config): Promise<Finding> {
  const path = join(config.home, 'seal.key')
  const { mode } = await stat(path)
  return (mode & 0o077) === 0 ? ok('seal_key', text.key_ok) : warn('seal_key', text.key_open, { path })
}
