import { nameKeys } from '../modules/parties/names/romanise.ts'
import type { Bench } from './http.ts'
import { mixed, nameOf } from './people.ts'
import { asking, measure, type Scope, scopes } from './questions.ts'
import type { Figure, Say } from './report.ts'
import type { Seeded } from './seed.ts'

// 5.1: the palette and the list search, from one letter to a whole order number. Each kind asks as many different words as
// people do.
const ASKED = 300

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

export const searching = (home: string, seeded: Seeded, say: Say): Promise<Figure[]> =>
  asking(home, seeded, say, async (bench) => {
    for (const kind of kindsOf(seeded.parties))
      for (const scope of scopes) {
        await search(bench, 'palette', kind, scope, (q) => `/api/v1/search?q=${q}`)
        if (!kind.orders)
          await search(
            bench,
            'list',
            kind,
            scope,
            (q) => `/api/v1/parties?limit=50&sort=revenue_minor&q=${q}`,
          )
      }
  })

const search = (
  bench: Bench,
  where: string,
  { name, words, per_s }: Kind,
  scope: Scope,
  path: (q: string) => string,
): Promise<void> =>
  measure(bench, {
    suite: 'search',
    what: `${where}: ${name} (${words.length} different)`,
    scope,
    paths: words.map((word) => path(encodeURIComponent(word))),
    target: per_s === 500 ? '≥ 500/s, p95 ≤ 40 ms' : `≥ ${per_s}/s`,
    met: (r) => r.per_s >= per_s && (per_s !== 500 || r.p95_ms <= 40),
  })
