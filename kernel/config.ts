import { readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Locale, type Phrase, phrase, words } from './text.ts'

/** The one place where the environment is read: everything else is handed a Config or what it needs of it. */
export type Role = 'all' | 'web' | 'worker'
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'
export type Config = {
  /** 0 lets the system choose a free port. */
  readonly port: number
  readonly host: string
  /** Absolute. Holds the embedded database, keys, uploads. */
  readonly home: string
  /** An external PostgreSQL; absent means the embedded one. */
  readonly databaseUrl: string | undefined
  readonly role: Role
  readonly logLevel: LogLevel
  /** How people reach this installation, without a closing slash; absent means host and port. */
  readonly publicUrl: string | undefined
  readonly version: string
  /** The largest file that is taken for a party; 25. */
  readonly attachmentMb?: number
  /** A command or an address that says of a file's bytes whether they are infected; absent: nothing is scanned. */
  readonly scan?: string
}

/** A start that cannot be: the message is one line for the person at the terminal, in their language. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

export const projectRoot = resolve(dirname(fileURLToPath(import.meta.url)), '..')

const readVersion = (): string =>
  (JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { version: string }).version

const ours = [
  'GUANXI_HOME',
  'GUANXI_LOG',
  'GUANXI_PUBLIC_URL',
  'GUANXI_ROLE',
  'GUANXI_SCAN',
  'GUANXI_ATTACHMENT_MB',
] as const
const roles = ['all', 'web', 'worker'] as const
const levels = ['debug', 'info', 'warn', 'error', 'silent'] as const

const text = words({
  empty: {
    zh: '{name} 已设置但为空：请填写值，或取消该变量',
    en: '{name} is set but empty: give it a value or unset it',
  },
  unknown: {
    zh: '不认识环境变量 {name}{hint}。可用的有：{known}',
    en: 'Unknown environment variable {name}{hint}. Known: {known}',
  },
  meant: { zh: '（是否想写 {nearest}？）', en: ' (did you mean {nearest}?)' },
  port: {
    zh: 'PORT={value} 无效：应为 0 到 65535 之间的整数',
    en: 'PORT={value} is not a port: a whole number from 0 to 65535 is needed',
  },
  host: {
    zh: 'HOST={value} 无效：应为主机名或 IP 地址，不带协议和端口',
    en: 'HOST={value} is not a host: a name or an IP address is needed, without scheme or port',
  },
  home: {
    zh: 'GUANXI_HOME={value} 是一个文件：应为文件夹',
    en: 'GUANXI_HOME={value} is a file: a folder is needed',
  },
  choice: {
    zh: '{name}={value} 无效：可选 {allowed}{hint}',
    en: '{name}={value} is not allowed: choose one of {allowed}{hint}',
  },
  database: {
    zh: 'DATABASE_URL 无效：应形如 postgres://用户:密码@主机:5432/库名（密码中的特殊字符须转义）',
    en: 'DATABASE_URL is not valid: postgres://user:password@host:5432/name is needed (special characters in the password percent-encoded)',
  },
  megabytes: {
    zh: 'GUANXI_ATTACHMENT_MB={value} 无效：应为 1 到 9999 之间的整数（MB）',
    en: 'GUANXI_ATTACHMENT_MB={value} is not a size: a whole number of megabytes from 1 to 9999 is needed',
  },
  public: {
    zh: 'GUANXI_PUBLIC_URL={value} 无效：应形如 https://crm.example.com',
    en: 'GUANXI_PUBLIC_URL={value} is not valid: https://crm.example.com is the form',
  },
})

/** The language of the person at the terminal, as POSIX orders the variables. */
export function terminalLocale(env: NodeJS.ProcessEnv = process.env): Locale {
  const tag = env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || ''
  return tag.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en'
}

/** `over`: what the command line says before the environment. */
export function readConfig(
  given: NodeJS.ProcessEnv = process.env,
  over: Readonly<Record<string, string>> = {},
): Config {
  const env: NodeJS.ProcessEnv = { ...given, ...over }
  const locale = terminalLocale(env)
  const fail = (p: Phrase, params: Record<string, unknown>): never => {
    throw new ConfigError(phrase(p, locale, params))
  }
  const hint = (wrong: string, among: readonly string[]): string => {
    const nearest = nearestName(wrong, among)
    return nearest ? phrase(text.meant, locale, { nearest }) : ''
  }
  const get = (name: string): string | undefined => {
    const value = env[name]
    return value?.trim() === '' ? fail(text.empty, { name }) : value?.trim()
  }
  const choose = <const T extends string>(name: string, allowed: readonly T[], otherwise: T): T => {
    const value = get(name) ?? otherwise
    const found = allowed.find((a) => a === value)
    return (
      found ?? fail(text.choice, { name, value, allowed: allowed.join(' | '), hint: hint(value, allowed) })
    )
  }

  for (const name of Object.keys(env).sort()) {
    if (name.startsWith('GUANXI_') && !ours.some((known) => known === name))
      fail(text.unknown, { name, hint: hint(name, ours), known: ours.join(', ') })
  }
  const port = get('PORT') ?? '3000'
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) fail(text.port, { value: port })
  const host = get('HOST') ?? '127.0.0.1'
  if (!/^[A-Za-z0-9._-]+$/.test(host) && !/^[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(%\w+)?$/.test(host))
    fail(text.host, { value: host })
  const home = resolve(get('GUANXI_HOME') ?? join(projectRoot, '.guanxi'))
  if (statSync(home, { throwIfNoEntry: false })?.isDirectory() === false) fail(text.home, { value: home })
  const databaseUrl = get('DATABASE_URL')
  if (databaseUrl !== undefined && !isDatabaseUrl(databaseUrl)) fail(text.database, {})
  const publicUrl = get('GUANXI_PUBLIC_URL')
  if (publicUrl !== undefined && !isWebAddress(publicUrl)) fail(text.public, { value: publicUrl })
  const mb = get('GUANXI_ATTACHMENT_MB')
  if (mb !== undefined && !/^[1-9]\d{0,3}$/.test(mb)) fail(text.megabytes, { value: mb })
  const scan = get('GUANXI_SCAN')
  return {
    port: Number(port),
    host,
    home,
    databaseUrl,
    role: choose('GUANXI_ROLE', roles, 'all'),
    logLevel: choose('GUANXI_LOG', levels, 'info'),
    publicUrl: publicUrl?.replace(/\/+$/, ''),
    version: readVersion(),
    ...(mb === undefined ? {} : { attachmentMb: Number(mb) }),
    ...(scan === undefined ? {} : { scan }),
  }
}

/** The value is never shown: it carries a password. `user@/name?host=/folder` (a Unix socket) is valid too. */
function isDatabaseUrl(value: string): boolean {
  if (!/^postgres(ql)?:\/\/\S+$/.test(value)) return false
  try {
    decodeURIComponent(
      new URL(value.replace(/^(postgres(?:ql)?:\/\/(?:[^@/?#]*@)?)(?=[/?])/, '$1local')).username,
    )
    return true
  } catch {
    return false
  }
}

function isWebAddress(value: string): boolean {
  const url = URL.canParse(value) ? new URL(value) : undefined
  return url !== undefined && /^https?:$/.test(url.protocol) && !url.search && !url.hash && !url.username
}

/** The closest of the names, if it is close enough to be what was meant: at most a third of it wrong. */
export function nearestName(wrong: string, among: readonly string[]): string | undefined {
  const [best] = among
    .map((name) => ({ name, distance: editDistance(wrong.toUpperCase(), name.toUpperCase()) }))
    .sort((a, b) => a.distance - b.distance)
  return best && best.distance <= Math.ceil(best.name.length / 3) ? best.name : undefined
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1))
    row = next
  }
  return row[b.length]!
}
