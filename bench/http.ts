import pg from 'pg'
import { openHouse } from '../apps/house.ts'
import { terminalLog } from '../apps/log.ts'
import { readConfig } from '../kernel/config.ts'
import { startEmbedded } from '../kernel/postgres/index.ts'
import { cliActor } from '../modules/access/cli.ts'
import { modules } from '../modules/index.ts'
import type { Result, Spec } from './load.ts'
import { cpuSeconds, forgetPeak, memoryMb, peakMb, postgresFacts } from './machine.ts'
import { type Running, runScript, startGuanxi } from './process.ts'
import { type Figure, figure, type Say } from './report.ts'
import { type Caller, type Seeded, seed } from './seed.ts'

const CONNECTIONS = 10
const SECONDS = 8
const quiet = { debug() {}, info() {}, warn() {} }

export type Bench = { guanxi: Running; seeded: Seeded; figures: Figure[]; say: Say }

/** 5.2 and 5.3: a company of `parties`, over HTTP, ten connections, the client on the same machine. */
export async function http(
  home: string,
  parties: number,
  say: Say,
  { measure, custom }: { measure: boolean; custom: boolean },
): Promise<{ figures: Figure[]; postgres: Record<string, string>; seeded: Seeded }> {
  const env = { GUANXI_HOME: home, PORT: '0', GUANXI_LOG: 'error' }
  await found(home)
  const server = await startEmbedded({ home, log: quiet })
  const owner = new pg.Client({ connectionString: server.urls.owner })
  await owner.connect()
  const seeded = await seed(owner, parties, say, { custom })
  const postgres = await postgresFacts(owner)
  await owner.query('checkpoint').catch(() => {})
  await owner.end()
  if (!measure) {
    await server.stop()
    return { figures: [], postgres, seeded }
  }
  const first = await startGuanxi(env)
  await settled(server.urls.owner, first.pid, say).finally(() => first.stop())
  // The fit of a million customers has a figure of its own; the memory asked for here is that of the requests.
  const guanxi = await startGuanxi(env)
  await server.stop()
  const bench: Bench = { guanxi, seeded, figures: [], say }
  try {
    await idle(bench)
    forgetPeak(guanxi.pid)
    await lists(bench)
    await one(bench)
    await writes(bench)
    bench.figures.push(
      figure(
        'http',
        'memory at its peak under all of this',
        '≤ 350 MB',
        `${peakMb(guanxi.pid)} MB`,
        peakMb(guanxi.pid) <= 350,
      ),
    )
  } finally {
    await guanxi.stop()
  }
  return { figures: bench.figures, postgres, seeded }
}

/** A company as set-up founds it: its root unit and its starting roles. */
export async function found(home: string): Promise<void> {
  const house = await openHouse({ ...readConfig({}), home }, terminalLog('error'))
  await cliActor(house, modules)
  await house.close()
}

async function idle({ guanxi, figures }: Bench): Promise<void> {
  await fetch(`${guanxi.url}/healthz`)
  await new Promise((done) => setTimeout(done, 3000))
  const mb = memoryMb(guanxi.pid)
  figures.push(figure('http', 'memory, idle', '≤ 150 MB', `${mb} MB`, mb <= 150))
}

const SETTLE_S = 1500
// Long enough for what begins each minute, and so much of one core: the house's own beats.
const QUIET_S = 70
const BEATS = 0.08

/**
 * A house that has just been seeded has much to do in the background: the first fit of the value engine, the first look for
 * doubles and at the quality of everybody. What is measured here is a house at rest.
 */
export async function settled(owner_url: string, pid: number, say: Say): Promise<void> {
  const owner = new pg.Client({ connectionString: owner_url })
  await owner.connect()
  try {
    const spent: number[] = []
    for (let quiet_s = 0, waited = 0; waited < SETTLE_S; waited++) {
      spent.push(cpuSeconds(pid))
      const before = spent.at(-1 - QUIET_S)
      if (quiet_s >= 5 && before !== undefined && spent.at(-1)! - before < QUIET_S * BEATS) break
      const { rows } = await owner.query<{ busy: number }>(
        `select count(*)::int as busy from job_run where state in ('waiting', 'running')`,
      )
      quiet_s = rows[0]!.busy === 0 ? quiet_s + 1 : 0
      if (waited % 10 === 9) say('waiting for what a new house does in the background')
      await new Promise((done) => setTimeout(done, 1000))
    }
  } finally {
    await owner.end()
  }
}

export async function load(
  { guanxi, say }: Bench,
  what: string,
  caller: Caller,
  spec: Partial<Spec> & { paths: string[] },
): Promise<Result & { cpu_ms: number }> {
  say(what)
  const { hostname, port } = new URL(guanxi.url)
  const headers = { cookie: caller.cookie, 'x-csrf-token': caller.csrf, ...spec.headers }
  const before = cpuSeconds(guanxi.pid)
  const full: Spec = {
    host: hostname,
    port: Number(port),
    connections: CONNECTIONS,
    seconds: SECONDS,
    method: 'GET',
    warm_s: 2,
    ...spec,
    headers,
  }
  const { out, err } = await runScript('bench/load.ts', [], JSON.stringify(full))
  if (!out) throw new Error(err)
  const result = JSON.parse(out) as Result
  return {
    ...result,
    cpu_ms: Math.round(((cpuSeconds(guanxi.pid) - before) / Math.max(1, result.requests)) * 100_000) / 100,
  }
}

export const told = (r: Result & { cpu_ms: number }) =>
  `${r.per_s}/s  p50 ${r.p50_ms}  p95 ${r.p95_ms}  p99 ${r.p99_ms} ms  node CPU ${r.cpu_ms} ms each${r.failed ? `  FAILED ${r.failed} ${JSON.stringify(r.statuses)}` : ''}`
const add = (b: Bench, name: string, target: string, r: Result & { cpu_ms: number }, met: boolean) =>
  b.figures.push(figure('http', name, target, told(r), met && r.failed === 0, { ...r }))

async function lists(b: Bench): Promise<void> {
  const { callers, owner_id } = b.seeded
  for (const scope of ['all', 'branch', 'own'] as const) {
    const r = await load(b, `first page, ${scope}`, callers[scope], { paths: ['/api/v1/parties?limit=50'] })
    add(
      b,
      `first page of 50 with its count, scope ${scope}`,
      '≥ 1000/s, p99 ≤ 30 ms',
      r,
      r.per_s >= 1000 && r.p99_ms <= 30,
    )
  }
  const cases: [string, string][] = [
    ['by last order, tag core (10 %)', 'sort=last_order_at&tag=core'],
    ['by last order, tag vip (1 %)', 'sort=last_order_at&tag=vip'],
    ['by revenue, tag rare (10 rows)', 'sort=revenue_minor&tag=rare'],
    ['by revenue, owner', `sort=revenue_minor&owner_id=${owner_id}`],
    ['by name, role supplier (5 %)', 'sort=name&role=supplier'],
    ['by orders, role public body (5 rows)', 'sort=order_count&role=public_body'],
    ['by revenue, role + tag + owner', `sort=revenue_minor&role=customer&tag=core&owner_id=${owner_id}`],
  ]
  for (const [name, query] of cases)
    for (const scope of ['all', 'branch'] as const) {
      const r = await load(b, `${name}, ${scope}`, callers[scope], {
        paths: [`/api/v1/parties?limit=50&${query}`],
        seconds: 4,
        warm_s: 1,
      })
      add(b, `list ${name}, scope ${scope}`, 'p95 ≤ 50 ms', r, r.p95_ms <= 50)
    }
  await filtered(b)
}

/** Three conditions, one of them a choice of two: what the list has no marks for. */
async function filtered(b: Bench): Promise<void> {
  const tree = {
    all: [
      { field: 'tag', op: 'is', value: 'core' },
      { field: 'last_order_at', op: 'ago', value: { n: 90, unit: 'day' } },
      {
        any: [
          { field: 'order_count', op: 'greater', value: 3 },
          { field: 'owner', op: 'is', value: 'none' },
        ],
      },
    ],
  }
  const filter = encodeURIComponent(JSON.stringify(tree))
  for (const scope of ['all', 'branch'] as const) {
    const r = await load(b, `filter of three conditions, ${scope}`, b.seeded.callers[scope], {
      paths: [`/api/v1/parties?limit=50&sort=revenue_minor&filter=${filter}`],
      seconds: 4,
      warm_s: 1,
    })
    add(b, `list by a filter of three conditions, scope ${scope}`, 'p95 ≤ 400 ms', r, r.p95_ms <= 400)
  }
}

async function one(b: Bench): Promise<void> {
  const { callers, sample_ids } = b.seeded
  const party = await load(b, 'party', callers.all, {
    paths: sample_ids.map((id) => `/api/v1/parties/${id}`),
  })
  add(b, 'party page: the party', 'p95 ≤ 20 ms', party, party.p95_ms <= 20)
  const timeline = await load(b, 'timeline', callers.all, {
    paths: sample_ids.map((id) => `/api/v1/parties/${id}/timeline`),
    seconds: 4,
  })
  add(b, 'party page: its timeline', 'p95 ≤ 20 ms', timeline, timeline.p95_ms <= 20)
  const purchases = await load(b, 'purchases', callers.all, {
    paths: sample_ids.map((id) => `/api/v1/parties/${id}/purchases`),
    seconds: 4,
  })
  add(b, 'party page: its purchase picture', 'p95 ≤ 20 ms', purchases, purchases.p95_ms <= 20)
}

async function writes(b: Bench): Promise<void> {
  const { callers, sample_ids } = b.seeded
  const created = await load(b, 'create', callers.all, {
    method: 'POST',
    paths: ['/api/v1/parties'],
    body: JSON.stringify({
      kind: 'person',
      name: '陈建国 {n}',
      roles: ['customer'],
      contact_points: [{ kind: 'email', value: 'n{n}@bench.example' }],
      external_ids: [{ source: 'bench', value: '{n}' }],
    }),
  })
  add(
    b,
    'create a party with e-mail and external id (audit, outbox)',
    '≥ 1500/s',
    created,
    created.per_s >= 1500,
  )
  const saved = await load(b, 'save', callers.all, {
    method: 'PATCH',
    paths: sample_ids.map((id) => `/api/v1/parties/${id}`),
    body: JSON.stringify({ note: 'called {n}' }),
    seconds: 5,
  })
  add(b, 'save one field, 10 connections', '', saved, true)
  const single = await load(b, 'save, one person', callers.all, {
    method: 'PATCH',
    connections: 1,
    paths: sample_ids.map((id) => `/api/v1/parties/${id}`),
    body: JSON.stringify({ note: 'seen {n}' }),
    seconds: 5,
  })
  add(b, 'save one field, one person', 'p95 ≤ 8 ms', single, single.p95_ms <= 8)
}
