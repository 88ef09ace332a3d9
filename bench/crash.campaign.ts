import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { dataOf } from '../kernel/postgres/place.ts'
import { readPostmaster } from '../kernel/postgres/postmaster.ts'
import { type Running, runScript, startGuanxi } from './process.ts'

const WRITERS = 8
const IMPORT_ORDERS = 3000
const PROBES = 4
// No request of a healthy house takes this long, not even just after a kill: one that does is the finding.
const ANSWER_MS = 30_000
const UPLOAD_MS = 60_000
const BACK_MS = 60_000
type Place = 'guanxi' | 'postgres' | 'both'
const places: readonly Place[] = ['guanxi', 'postgres', 'both']

export type Campaign = { home: string; rounds: number; seed: number; say: (line: string) => void }
export type CrashReport = {
  rounds: number
  seed: number
  kills: Record<Place, number>
  sent: number
  acknowledged: number
  lost: number
  doubled: number
  imports: { tried: number; whole: number; rolled_back: number; half: number }
  audit_ok: boolean
  restart_ms: { median: number; max: number }
}

/** Who is attacked: another process after every kill of Guanxi. */
type Seat = { guanxi: Running; key: string; home: string; env: Record<string, string> }
type Write = { external_id: string; key: string; acknowledged: boolean }

/** Same seed, same kills: a round that fails can be played again. */
function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** Rounds of: write with 8 writers (every third round with an import too), kill, start, check everything that was acknowledged. */
export async function campaign(how: Campaign): Promise<CrashReport> {
  const env = { GUANXI_HOME: how.home, PORT: '0', GUANXI_LOG: 'warn' }
  const made = await runScript(
    'apps/cli.ts',
    ['key', 'create', '--role', 'administrator', '--name', 'crash'],
    '',
    env,
  )
  const seat: Seat = { guanxi: await startGuanxi(env), key: made.out.trim(), home: how.home, env }
  try {
    return await play(how, seat)
  } finally {
    // Also when a check failed: a living child would keep this process for ever, and its database with it.
    seat.guanxi.child.kill('SIGKILL')
    const server = readPostmaster(dataOf(how.home))
    if (server) killTree(server.pid)
  }
}

async function play({ rounds, seed, say }: Campaign, seat: Seat): Promise<CrashReport> {
  const next = random(seed)
  const kills: Record<Place, number> = { guanxi: 0, postgres: 0, both: 0 }
  const tried: { round: number; accepted: boolean }[] = []
  const restarts: number[] = []
  const writes: Write[] = []
  for (let round = 1; round <= rounds; round++) {
    const place = places[Math.floor(next() * places.length)]!
    const after_ms = 30 + Math.floor(next() * (round % 3 === 0 ? 3000 : 1200))
    const importing = round % 3 === 0 ? startImport(seat, round) : null
    const stop = { now: false }
    const writing = Promise.all(Array.from({ length: WRITERS }, () => writer(seat, writes, stop)))
    await sleep(after_ms)
    await kill(place, seat)
    kills[place]++
    stop.now = true
    await writing
    const started = performance.now()
    await revive(place, seat)
    restarts.push(Math.round(performance.now() - started))
    if (importing) {
      tried.push({ round, accepted: await importing })
      const found = await ordersOf(seat, round)
      // Probes are several requests: a commit between two of them shows some and not yet others.
      const again = found === 0 || found === PROBES ? found : await ordersOf(seat, round)
      if (again !== 0 && again !== PROBES) throw new Error(`round ${round}: the import is half there`)
    }
    say(
      `round ${round}/${rounds}: killed ${place} after ${after_ms} ms, ${writes.filter((w) => w.acknowledged).length} acknowledged, back in ${restarts.at(-1)} ms`,
    )
  }
  const imports = await settleImports(seat, tried)
  const { lost, doubled } = await settle(seat, writes)
  const verified = await runScript('apps/cli.ts', ['audit', 'verify', '--json'], '', seat.env)
  await seat.guanxi.stop()
  restarts.sort((a, b) => a - b)
  return {
    rounds,
    seed,
    kills,
    sent: writes.length,
    acknowledged: writes.filter((w) => w.acknowledged).length,
    lost,
    doubled,
    imports,
    audit_ok: verified.code === 0,
    restart_ms: { median: restarts[Math.floor(restarts.length / 2)] ?? 0, max: restarts.at(-1) ?? 0 },
  }
}

async function writer(seat: Seat, writes: Write[], stop: { now: boolean }): Promise<void> {
  while (!stop.now) {
    const write: Write = { external_id: randomUUID(), key: randomUUID(), acknowledged: false }
    writes.push(write)
    write.acknowledged = await send(seat, write).then(
      (status) => status === 201,
      () => false,
    )
    if (!write.acknowledged) await sleep(20)
  }
}

const send = async ({ guanxi, key }: Seat, write: Write): Promise<number> => {
  const answer = await fetch(`${guanxi.url}/api/v1/parties`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      'idempotency-key': write.key,
    },
    body: JSON.stringify({
      kind: 'organisation',
      name: `Crash ${write.external_id}`,
      external_ids: [{ source: 'crash', value: write.external_id }],
    }),
    signal: AbortSignal.timeout(ANSWER_MS),
  })
  await answer.arrayBuffer()
  return answer.status
}

async function kill(place: Place, { guanxi, home }: Seat): Promise<void> {
  const server = readPostmaster(dataOf(home))
  if (place !== 'postgres') process.kill(guanxi.pid, 'SIGKILL')
  if (place !== 'guanxi' && server) killTree(server.pid)
}

/** The postmaster and its backends at once, as a power cut would. */
function killTree(pid: number): void {
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

async function revive(place: Place, seat: Seat): Promise<void> {
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

/** Through the API, so that the worker inside Guanxi runs it and is killed with it; a killed run must start again by itself. */
async function startImport({ guanxi, key }: Seat, round: number): Promise<boolean> {
  const lines = Array.from(
    { length: IMPORT_ORDERS * 4 },
    (_, i) =>
      `R${round}-${Math.floor(i / 4)},P${i % 50},Item ${i % 50},${1 + (i % 7)},2024-03-0${1 + (i % 9)} 10:00:00,2.50,C${Math.floor(i / 4) % 300},United Kingdom`,
  )
  const file = `InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n${lines.join('\n')}\n`
  const query = new URLSearchParams({
    kind: 'orders',
    source: `crash-${round}`,
    file_name: `orders-${round}.csv`,
    run: 'true',
  })
  return fetch(`${guanxi.url}/api/v1/imports/file?${query}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'text/csv' },
    body: file,
    signal: AbortSignal.timeout(UPLOAD_MS),
  }).then(
    (answer) => answer.ok,
    () => false,
  )
}

async function ordersOf({ guanxi, key }: Seat, round: number): Promise<number> {
  let found = 0
  for (const n of [0, 1, Math.floor(IMPORT_ORDERS / 2), IMPORT_ORDERS - 1]) {
    const answer = await fetch(`${guanxi.url}/api/v1/orders?source=crash-${round}&number=R${round}-${n}`, {
      headers: { authorization: `Bearer ${key}` },
      signal: AbortSignal.timeout(ANSWER_MS),
    })
    const body = (await answer.json()) as { items: { line_count: number }[] }
    found += body.items.filter((order) => order.line_count === 4).length
  }
  return found
}

const IMPORT_PATIENCE_MS = 90_000

/** At the end every import that was accepted is whole, whatever was killed under it; one that was not is whole or absent. */
async function settleImports(
  seat: Seat,
  tried: { round: number; accepted: boolean }[],
): Promise<CrashReport['imports']> {
  const imports = { tried: tried.length, whole: 0, rolled_back: 0, half: 0 }
  for (const { round, accepted } of tried) {
    const until = Date.now() + (accepted ? IMPORT_PATIENCE_MS : 1000)
    let found = await ordersOf(seat, round)
    // Probes are several requests: a commit between two of them shows some and not yet others.
    while (found < PROBES && Date.now() < until) {
      await sleep(500)
      found = await ordersOf(seat, round)
    }
    if (found === PROBES) imports.whole++
    else if (found === 0 && !accepted) imports.rolled_back++
    else imports.half++
  }
  return imports
}

/** Every write is sent again under its own key: an acknowledged one must be there once, an open one becomes one. */
async function settle(seat: Seat, writes: Write[]): Promise<{ lost: number; doubled: number }> {
  let lost = 0
  let doubled = 0
  for (let at = 0; at < writes.length; at += WRITERS)
    await Promise.all(
      writes.slice(at, at + WRITERS).map(async (write) => {
        const before = write.acknowledged ? await count(seat, write) : null
        if (before === 0) lost++
        await send(seat, write)
        const after = await count(seat, write)
        if (after > 1) doubled++
        if (after === 0) lost++
      }),
    )
  return { lost, doubled }
}

async function count({ guanxi, key }: Seat, write: Write): Promise<number> {
  const answer = await fetch(`${guanxi.url}/api/v1/parties?q=${write.external_id}`, {
    headers: { authorization: `Bearer ${key}` },
    signal: AbortSignal.timeout(ANSWER_MS),
  })
  return ((await answer.json()) as { items: unknown[] }).items.length
}
