import { startEmbedded } from '../kernel/postgres/index.ts'
import { type Bench, load, settled, told } from './http.ts'
import type { Result } from './load.ts'
import { startGuanxi } from './process.ts'
import { type Figure, figure, type Say } from './report.ts'
import type { Seeded } from './seed.ts'

// The frame of what people ask of a house at rest, over HTTP, ten connections, by callers who reach everybody, a branch or
// their own. Each kind asks many different things: nothing is measured that only a repeated question would be quick at.
export const scopes = ['all', 'branch', 'own'] as const
export type Scope = (typeof scopes)[number]
const SECONDS = 4

const quiet = { debug() {}, info() {}, warn() {} }

/** `ask` measures; what it adds to the figures is answered. */
export async function asking(
  home: string,
  seeded: Seeded,
  say: Say,
  ask: (bench: Bench, owner_url: string) => Promise<void>,
): Promise<Figure[]> {
  const server = await startEmbedded({ home, log: quiet })
  const guanxi = await startGuanxi({ GUANXI_HOME: home, PORT: '0', GUANXI_LOG: 'error' })
  const bench: Bench = { guanxi, seeded, figures: [], say }
  try {
    await settled(server.urls.owner, guanxi.pid, say)
    await ask(bench, server.urls.owner)
    return bench.figures
  } finally {
    await guanxi.stop()
    await server.stop()
  }
}

export type Question = {
  suite: string
  what: string
  scope: Scope
  paths: readonly string[]
  target: string
  met: (r: Result) => boolean
}

export async function measure(
  bench: Bench,
  { suite, what, scope, paths, target, met }: Question,
): Promise<void> {
  const name = `${what}, scope ${scope}`
  const r = await load(bench, name, bench.seeded.callers[scope], {
    paths: [...new Set(paths)],
    seconds: SECONDS,
    warm_s: 1,
  })
  bench.figures.push(figure(suite, name, target, told(r), met(r) && r.failed === 0, { ...r }))
}
