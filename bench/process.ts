import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '..')

// What `npm start` gives the server (plain JavaScript, since it runs on any Node): measured is what people run.
type Starters = {
  serverFlags: string[]
  serverEnv: (env: Record<string, string>) => Record<string, string>
  ensureCompiled: () => void
}
const scripts = ['lib.mjs', 'compiled.mjs'].map(
  (name) => import(new URL(`../scripts/${name}`, import.meta.url).href),
)
const { serverFlags, serverEnv, ensureCompiled }: Starters = Object.assign(
  {},
  ...(await Promise.all(scripts)),
)

export type Running = {
  child: ChildProcess
  url: string
  line: string
  pid: number
  stop(signal?: NodeJS.Signals): Promise<number | null>
  /** the last of what it wrote to standard error */
  complaints(): string
}

/** Guanxi as a person runs it: a process of its own, waited for until it says where it is. */
export async function startGuanxi(
  env: Record<string, string>,
  { timeout_ms = 60_000, wrap = [] }: { timeout_ms?: number; wrap?: readonly string[] } = {},
): Promise<Running> {
  ensureCompiled()
  const words = [...wrap, process.execPath, ...serverFlags, join(root, 'apps/server.ts')]
  const child = spawn(words[0]!, words.slice(1), {
    env: { ...serverEnv(clean()), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  let complained = ''
  child.stderr!.on('data', (chunk: Buffer) => {
    complained = (complained + chunk.toString()).slice(-4000)
  })
  const line = await new Promise<string>((done, fail) => {
    const timer = setTimeout(
      () => fail(new Error(`Guanxi did not start in ${timeout_ms} ms: ${complained}`)),
      timeout_ms,
    )
    child.stdout!.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      if (!said.includes('\n')) return
      clearTimeout(timer)
      done(said.split('\n')[0]!)
    })
    child.once('exit', (code) => {
      clearTimeout(timer)
      fail(new Error(`Guanxi ended with ${code}: ${said}${complained}`))
    })
  })
  const ended = new Promise<number | null>((done) => child.once('exit', (code) => done(code)))
  return {
    child,
    line,
    pid: child.pid!,
    url: /https?:\/\/[^\s/#]+/.exec(line)?.[0] ?? '',
    stop: (signal = 'SIGTERM') => {
      child.kill(signal)
      return ended
    },
    complaints: () => complained,
  }
}

/** The surroundings without what would change what is measured. */
export const clean = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      ([name, value]) => value !== undefined && !/^(GUANXI_|DATABASE_URL|PORT|HOST$|NODE_TEST)/.test(name),
    ),
  ) as Record<string, string>

const SCRIPT_MS = 300_000

/** A script under this Node, its stdin given, its stdout returned; one that hangs is ended. */
export function runScript(
  path: string,
  args: string[],
  input: string,
  env: Record<string, string> = {},
): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [join(root, path), ...args], {
    env: { ...clean(), ...env },
    stdio: 'pipe',
    timeout: SCRIPT_MS,
    killSignal: 'SIGKILL',
  })
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString()
  })
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  return new Promise((done) => child.once('close', (code) => done({ code, out, err })))
}
