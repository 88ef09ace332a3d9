import { setTimeout as sleep } from 'node:timers/promises'
import { runScript } from '../process.ts'
import { type BackupCounts, Backups, type RestoreCounts, Restores } from './backups.ts'
import { type ImportCounts, Imports } from './imports.ts'
import { MERGERS, People, type PeopleCounts } from './people.ts'
import { kill, leaveSeat, type Place, places, read, revive, type Seat, takeSeat } from './seat.ts'
import { settleWrites, WRITERS, type Write, writer } from './writers.ts'

export type Campaign = { home: string; rounds: number; seed: number; say: (line: string) => void }
export type CrashReport = {
  rounds: number
  seed: number
  kills: Record<Place, number>
  /** what ran beside the writers when the kill came */
  under: Record<Act, Record<Place, number>>
  sent: number
  acknowledged: number
  lost: number
  doubled: number
  people: PeopleCounts
  imports: ImportCounts
  backups: BackupCounts
  restores: RestoreCounts
  jobs: { runs: number; open: number }
  audit_ok: boolean
  restart_ms: { median: number; max: number }
}

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

/**
 * Rounds of: write with 8 writers, some of whom merge, part and erase people, while something long runs, kill, start, check.
 * At the end everything that was promised is looked for.
 */
export async function campaign(how: Campaign): Promise<CrashReport> {
  const seat = await takeSeat(how.home)
  const restores = new Restores(how.home)
  try {
    await restores.prepare()
    return await play(how, seat, restores)
  } finally {
    leaveSeat(seat)
    restores.end()
  }
}

/** What runs beside the writers, round by round. */
const acts = ['import', 'turn', 'import', 'backup', 'turn', 'restore'] as const
export type Act = (typeof acts)[number]

const none = (): Record<Place, number> => ({ guanxi: 0, postgres: 0, both: 0 })

async function play({ rounds, seed, say }: Campaign, seat: Seat, restores: Restores): Promise<CrashReport> {
  const next = random(seed)
  const kills = none()
  const under = { import: none(), turn: none(), backup: none(), restore: none() }
  const restarts: number[] = []
  const writes: Write[] = []
  const people = new People()
  const imports = new Imports()
  const backups = new Backups()
  const begin = {
    import: (round: number) => imports.begin(seat, round),
    turn: () => imports.turn(seat),
    backup: () => backups.begin(seat),
    restore: (_round: number, place: Place, after_ms: number) => restores.attempt(place, after_ms),
  }
  for (let round = 1; round <= rounds; round++) {
    const act = acts[round % acts.length]!
    const place = places[Math.floor(next() * places.length)]!
    const after_ms = 30 + Math.floor(next() * 2500)
    if (act === 'turn') await imports.ready(seat)
    const acting = begin[act](round, place, after_ms)
    const stop = { now: false }
    const writing = Promise.all([
      ...Array.from({ length: WRITERS - MERGERS }, () => writer(seat, writes, stop)),
      ...Array.from({ length: MERGERS }, () => people.work(seat, stop)),
    ])
    await sleep(after_ms)
    kill(place, seat)
    kills[place]++
    under[act][place]++
    stop.now = true
    await writing
    const started = performance.now()
    await revive(place, seat)
    restarts.push(Math.round(performance.now() - started))
    await acting
    await imports.check(seat)
    await people.check(seat, place)
    say(
      `round ${round}/${rounds}: ${act}, killed ${place} after ${after_ms} ms, ${writes.filter((w) => w.acknowledged).length} acknowledged, back in ${restarts.at(-1)} ms`,
    )
  }
  // One that nobody kills must come to its end.
  await restores.attempt('guanxi', null)
  const report = {
    people: await people.settle(seat),
    imports: await imports.settle(seat),
    backups: await backups.settle(seat),
    ...(await settleWrites(seat, writes)),
    jobs: await settleRuns(seat),
  }
  const { audit_ok: restored_ok, ...restored } = await restores.settle()
  const verified = await runScript('apps/cli.ts', ['audit', 'verify', '--json'], '', seat.env)
  await seat.guanxi.stop()
  restarts.sort((a, b) => a - b)
  return {
    rounds,
    seed,
    kills,
    under,
    sent: writes.length,
    acknowledged: writes.filter((w) => w.acknowledged).length,
    ...report,
    restores: restored,
    audit_ok: verified.code === 0 && restored_ok,
    restart_ms: { median: restarts[Math.floor(restarts.length / 2)] ?? 0, max: restarts.at(-1) ?? 0 },
  }
}

const RUNS_MS = 180_000
/** No run that was begun stands still: each comes to an end, one way or the other. */
async function settleRuns(seat: Seat): Promise<CrashReport['jobs']> {
  const until = Date.now() + RUNS_MS
  for (;;) {
    const open = (await runsOf(seat, 'waiting')) + (await runsOf(seat, 'running'))
    if (open === 0 || Date.now() > until) return { runs: await runsOf(seat), open }
    await sleep(500)
  }
}

async function runsOf(seat: Seat, state?: string): Promise<number> {
  let runs = 0
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query = new URLSearchParams({ limit: '200', ...(state && { state }), ...(cursor && { cursor }) })
    const page: { items: unknown[]; next: string | null } = await read(seat, `/jobs?${query}`)
    runs += page.items.length
    cursor = page.next
  }
  return runs
}

/** What must be nothing. */
export const broken = ({ lost, doubled, people, imports, backups, restores, jobs }: CrashReport) => ({
  lost,
  doubled,
  lost_people: people.lost,
  half_people: people.half,
  false_lines: people.false_lines,
  half_imports: imports.half,
  broken_backups: backups.broken,
  half_restores: restores.half,
  open_runs: jobs.open,
})
