import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { dataOf } from '../../kernel/postgres/place.ts'
import { readPostmaster } from '../../kernel/postgres/postmaster.ts'
import { type Running, runScript, startGuanxi } from '../process.ts'

// No request of a healthy house takes this long, not even just after a kill: one that does is the finding.
const ANSWER_MS = 60_000
const BACK_MS = 120_000

export type Place = 'guanxi' | 'postgres' | 'both'
export const places: readonly Place[] = ['guanxi', 'postgres', 'both']

/** Who is attacked: another process after every kill of Guanxi. */
export type Seat = { guanxi: Running; key: string; home: string; env: Record<string, string> }

export const environment = (home: string) => ({ GUANXI_HOME: home, PORT: '0', GUANXI_LOG: 'warn' })

export async function takeSeat(home: string): Promise<Seat> {
  const env = environment(home)
  const role = ['key', 'create', '--role', 'administrator', '--name', 'crash']
  const key = (await runScript('apps/cli.ts', role, '', env)).out.trim()
  return { guanxi: await startGuanxi(env), key, home, env }
}

/** Also when a check failed: a living child would keep this process for ever, and its database with it. */
export function leaveSeat({ guanxi, home }: Seat): void {
  guanxi.child.kill('SIGKILL')
  killDatabase(home)
}

type Asked = { body?: unknown; raw?: string; idempotency_key?: string }
/** `null`: no answer came, so nobody knows whether it was done. */
export async function ask<R>(
  { guanxi, key }: Seat,
  method: 'GET' | 'POST',
  path: string,
  { body, raw, idempotency_key }: Asked = {},
): Promise<{ status: number; body: R } | null> {
  try {
    const answer = await fetch(`${guanxi.url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined && raw === undefined
          ? {}
          : { 'content-type': raw === undefined ? 'application/json' : 'text/csv' }),
        ...(idempotency_key ? { 'idempotency-key': idempotency_key } : {}),
      },
      ...(body !== undefined ? { body: JSON.stringify(body) } : raw !== undefined ? { body: raw } : {}),
      signal: AbortSignal.timeout(ANSWER_MS),
    })
    const text = await answer.text()
    return { status: answer.status, body: (text ? JSON.parse(text) : null) as R }
  } catch (error) {
    if ((error as Error).name === 'TimeoutError')
      throw new Error(`${method} ${path}: no answer in ${ANSWER_MS} ms`)
    return null
  }
}

/** Of a house that nobody is killing just now: no answer is a finding. */
export async function read<R>(seat: Seat, path: string): Promise<R> {
  const answer = await ask<R>(seat, 'GET', path)
  if (answer?.status !== 200)
    throw new Error(`GET ${path}: ${answer?.status ?? 'no answer'}; ${seat.guanxi.complaints()}`)
  return answer.body
}

export function kill(place: Place, { guanxi, home }: Seat): void {
  if (place !== 'postgres') process.kill(guanxi.pid, 'SIGKILL')
  if (place !== 'guanxi') killDatabase(home)
}

/** The postmaster and its backends at once, as a power cut would. */
export function killDatabase(home: string): void {
  const pid = readPostmaster(dataOf(home))?.pid
  if (!pid) return
  for (const one of [pid, ...childrenOf(pid)])
    try {
      process.kill(one, 'SIGKILL')
    } catch {
      // already gone
    }
}

function childrenOf(pid: number): number[] {
  try {
    const listed = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    return listed.trim().split(' ').filter(Boolean).map(Number)
  } catch {
    return []
  }
}

export async function revive(place: Place, seat: Seat): Promise<void> {
  if (place !== 'postgres') {
    seat.guanxi = await startGuanxi(seat.env)
    return
  }
  // Guanxi lives and brings its PostgreSQL back by itself.
  for (const since = Date.now(); Date.now() - since < BACK_MS; await sleep(50)) {
    const ready = await fetch(`${seat.guanxi.url}/readyz`, { signal: AbortSignal.timeout(ANSWER_MS) }).then(
      (answer) => answer.status === 200,
      () => false,
    )
    if (ready) return
  }
  throw new Error(
    `PostgreSQL did not come back within ${BACK_MS} ms of its kill: ${seat.guanxi.complaints()}`,
  )
}
