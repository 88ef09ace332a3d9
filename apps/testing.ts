import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { type Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { type Running, runScript, startGuanxi } from '../bench/process.ts'
import { type TestDatabase, testDatabase } from '../kernel/testing.ts'

/** Guanxi as it is installed, in processes of its own, on a database that the test looks into. */
export type Place = {
  home: string
  database: TestDatabase
  env: Record<string, string>
  /** an administrator's */
  key: string
  /** waits until it is up; `wrap`: a command that starts what follows it */
  start(role?: 'all' | 'web' | 'worker', wrap?: readonly string[]): Promise<Running>
  guanxi(...words: string[]): ReturnType<typeof runScript>
  ask(guanxi: Running, method: string, path: string, asked?: Asked): Promise<Answer>
  one<R extends pg.QueryResultRow>(text: string, ...values: unknown[]): Promise<R>
  end(): Promise<void>
}
export type Asked = { body?: string; type?: string; language?: string; agent?: Agent }
export type Answer = { status: number; body: Record<string, unknown> }

/** `urlOf`: what DATABASE_URL is; the owner's unless said. */
export async function place(
  name: string,
  urlOf: (database: TestDatabase) => Promise<string> = async ({ owner }) => owner,
): Promise<Place> {
  const home = mkdtempSync(join(tmpdir(), `guanxi ${name} `))
  const database = await testDatabase()
  const looker = new pg.Client({ connectionString: database.owner })
  await looker.connect()
  const env = {
    GUANXI_HOME: home,
    DATABASE_URL: await urlOf(database),
    PORT: '0',
    GUANXI_LOG: 'warn',
    LANG: 'C',
  }
  const running: Running[] = []
  const guanxi: Place['guanxi'] = (...words) => runScript('apps/cli.ts', words, '', env)
  const end = async () => {
    for (const { child } of running) child.kill('SIGKILL')
    await looker.end()
    await database.drop()
    rmSync(home, { recursive: true, force: true })
  }
  const made = await guanxi('key', 'create', '--role', 'administrator', '--name', name)
  if (made.code !== 0) {
    await end()
    throw new Error(made.err)
  }
  const key = made.out.trim()
  return {
    home,
    database,
    env,
    key,
    guanxi,
    async start(role = 'all', wrap = []) {
      const started = await startGuanxi({ ...env, GUANXI_ROLE: role }, { wrap })
      running.push(started)
      return started
    },
    ask: (guanxi, method, path, asked) => ask(key, guanxi, method, path, asked),
    one: async <R extends pg.QueryResultRow>(text: string, ...values: unknown[]) =>
      (await looker.query<R>(text, values)).rows[0]!,
    end,
  }
}

const ask = (
  key: string,
  { url }: Running,
  method: string,
  path: string,
  { body, type = 'application/json', language = 'en', agent }: Asked = {},
): Promise<Answer> =>
  new Promise((done, fail) => {
    const headers = {
      authorization: `Bearer ${key}`,
      'accept-language': language,
      ...(body !== undefined && { 'content-type': type }),
    }
    const asking = request(`${url}/api/v1${path}`, { method, headers, ...(agent && { agent }) }, (answer) => {
      let text = ''
      answer.on('data', (chunk) => (text += chunk))
      answer.on('error', fail)
      answer.on('end', () => done({ status: answer.statusCode!, body: text ? JSON.parse(text) : {} }))
    })
    asking.on('error', fail)
    asking.end(body)
  })

export async function until<R>(
  what: () => R | Promise<R | null | false> | null | false,
  ms = 60_000,
): Promise<R> {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(10)) {
    const found = await what()
    if (found) return found
  }
  return assert.fail('waited in vain')
}

export type Run = { state: string; error: unknown }
export const runOf = ({ one }: Place, run_id: unknown): Promise<Run> =>
  one<Run>('select state, error from job_run where run_id = $1', run_id)
export const overOf = async (at: Place, run_id: unknown): Promise<Run | null> => {
  const found = await runOf(at, run_id)
  return /^(done|failed|cancelled)$/.test(found.state) ? found : null
}
