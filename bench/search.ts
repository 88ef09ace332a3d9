import { startEmbedded } from '../kernel/postgres/index.ts'
import { nameKeys } from '../modules/parties/names/romanise.ts'
import { type Bench, load, settled, told } from './http.ts'
import { mixed, nameOf } from './people.ts'
import { startGuanxi } from './process.ts'
import { type Figure, figure, type Say } from './report.ts'
import type { Seeded } from './seed.ts'

// 5.1: the palette and the list search, from one letter to a whole order number, over HTTP, ten connections. Each kind asks
// as many different things as people do: nothing is measured that only a repeated question would be quick at.
const SECONDS = 4
const ASKED = 300
const scopes = ['all', 'branch', 'own'] as const

type Kind = { name: string; words: string[]; per_s: number; orders?: true }

const sampled = (parties: number, salt: number, of: (i: number) => string | undefined): string[] => {
  const words = new Set<string>()
  for (let n = 0; words.size < ASKED && n < ASKED * 20; n++) {
    const word = of(mixed(n, salt) % parties)
    if (word) words.add(word)
  }
  return [...words]
}
const keysOf = (i: number) => {
  const { name, kind } = nameOf(i)
  return nameKeys(name, kind)
}
const isChinese = (name: string) => /\p{Script=Han}/u.test(name)

/** Words that people with such customers type. */
export const kindsOf = (parties: number): Kind[] => [
  {
    name: 'one letter',
    words: sampled(parties, 21, (i) => keysOf(i).name_sort.charAt(0)),
    per_s: 500,
  },
  {
    name: 'two letters',
    words: sampled(parties, 22, (i) => keysOf(i).name_sort.slice(0, 2)),
    per_s: 500,
  },
  {
    name: 'pinyin initials',
    words: sampled(parties, 23, (i) =>
      isChinese(nameOf(i).name) ? keysOf(i).initials.slice(0, 4) : undefined,
    ),
    per_s: 500,
  },
  {
    name: 'one character',
    words: sampled(parties, 24, (i) => (isChinese(nameOf(i).name) ? nameOf(i).name.charAt(0) : undefined)),
    per_s: 500,
  },
  {
    name: 'two characters',
    words: sampled(parties, 25, (i) => (isChinese(nameOf(i).name) ? nameOf(i).name.slice(0, 2) : undefined)),
    per_s: 500,
  },
  {
    name: 'part of an e-mail address',
    words: sampled(parties, 26, (i) => `p${String(i).slice(0, 5)}`),
    per_s: 250,
  },
  { name: 'an order number', words: sampled(parties, 27, (i) => `S${i}`), per_s: 250, orders: true },
]

const quiet = { debug() {}, info() {}, warn() {} }

export async function searching(home: string, seeded: Seeded, say: Say): Promise<Figure[]> {
  const server = await startEmbedded({ home, log: quiet })
  const guanxi = await startGuanxi({ GUANXI_HOME: home, PORT: '0', GUANXI_LOG: 'error' })
  const bench: Bench = { guanxi, seeded, figures: [], say }
  try {
    await settled(server.urls.owner, guanxi.pid, say)
    for (const kind of kindsOf(seeded.parties))
      for (const scope of scopes) {
        await measure(bench, 'palette', kind, scope, (q) => `/api/v1/search?q=${q}`)
        if (!kind.orders)
          await measure(
            bench,
            'list',
            kind,
            scope,
            (q) => `/api/v1/parties?limit=50&sort=revenue_minor&q=${q}`,
          )
      }
    return bench.figures
  } finally {
    await guanxi.stop()
    await server.stop()
  }
}

async function measure(
  bench: Bench,
  where: string,
  { name, words, per_s }: Kind,
  scope: (typeof scopes)[number],
  path: (q: string) => string,
): Promise<void> {
  const what = `${where}: ${name} (${words.length} different), scope ${scope}`
  const r = await load(bench, what, bench.seeded.callers[scope], {
    paths: words.map((word) => path(encodeURIComponent(word))),
    seconds: SECONDS,
    warm_s: 1,
  })
  const target = per_s === 500 ? '≥ 500/s, p95 ≤ 40 ms' : `≥ ${per_s}/s`
  const met = r.failed === 0 && r.per_s >= per_s && (per_s !== 500 || r.p95_ms <= 40)
  bench.figures.push(figure('search', what, target, told(r), met, { ...r }))
}
