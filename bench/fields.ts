import pg from 'pg'
import { type Key, WORDS } from './custom.ts'
import type { Bench } from './http.ts'
import { mixed } from './people.ts'
import { asking, measure, type Scope, scopes } from './questions.ts'
import { type Figure, figure, type Say } from './report.ts'
import type { Seeded } from './seed.ts'

// 5.2: lists filtered by a custom field, first without its index, then with it.
const ASKED = 200

type Condition = { field: string; op: string; value?: unknown }
type Kind = { name: string; key: Key; of: (n: number) => Condition }

const from = Date.UTC(2024, 0, 1)
const day = (n: number) => new Date(from + n * 86_400_000).toISOString().slice(0, 10)
const word = (n: number) => WORDS[n % WORDS.length]!
const kind = (name: string, key: Key, op: string, value: (n: number) => unknown): Kind => ({
  name,
  key,
  of: (n) => ({ field: `fields.${key}`, op, value: value(n) }),
})

/** What people ask of such fields, from what half of all meet to what a few do. */
export const kinds: Kind[] = [
  kind('number, at least (0 to 80 % of all)', 'score', 'at_least', (n) => (n % 1000) + 0.5),
  kind('number, between (2 %)', 'score', 'between', (n) => [n % 970, (n % 970) + 25]),
  kind('number, between (0.1 %)', 'score', 'between', (n) => [n % 998, (n % 998) + 1]),
  kind('amount, between (1 %)', 'credit', 'between', (n) => [(n % 49_000) * 100, ((n % 49_000) + 700) * 100]),
  kind('day, between (a quarter: 5 %)', 'contract_end', 'between', (n) => [
    day(n % 1400),
    day((n % 1400) + 90),
  ]),
  kind('day, between (a week: 0.4 %)', 'contract_end', 'between', (n) => [
    day(n % 1490),
    day((n % 1490) + 7),
  ]),
  kind('text, contains (15 %)', 'alias', 'contains', word),
  kind(
    'text, starts with (one in 200,000)',
    'alias',
    'starts_with',
    (n) => `${word(n)} ${word(n >>> 4)} ${n % 9973}`,
  ),
  kind('yes or no (27 %)', 'newsletter', 'is', () => true),
  kind('choice (25 %)', 'rating', 'is', (n) => ['silver', 'bronze', 'lead'][n % 3]),
  kind('choice (4 %)', 'rating', 'is', () => 'gold'),
  kind(
    'several choices (25 %)',
    'topics',
    'is',
    (n) => ['pumps', 'seals', 'motors', 'valves', 'tools'][n % 5],
  ),
  kind('text, contains (one in 2,000)', 'alias', 'contains', (n) => ` ${n % 9973}`),
  kind('number, at least (some 0.05 % at the end)', 'score', 'at_least', (n) => 999.3 + (n % 50) / 100),
  kind('empty (20 %)', 'site', 'empty', () => undefined),
]
const FAST: readonly Key[] = ['alias', 'score', 'credit', 'contract_end', 'newsletter', 'rating', 'topics']

export const filtering = (home: string, seeded: Seeded, say: Say): Promise<Figure[]> =>
  asking(home, seeded, say, async (bench, owner_url) => {
    for (const one of kinds)
      for (const scope of scopes) await filter(bench, one, scope, 'without an index', 400)
    await fill(bench, owner_url)
    for (const one of kinds.filter(({ key }) => FAST.includes(key)))
      for (const scope of scopes) await filter(bench, one, scope, 'fast', 50)
  })

const filter = (bench: Bench, { name, of }: Kind, scope: Scope, how: string, most: number): Promise<void> =>
  measure(bench, {
    suite: 'fields',
    what: `${how}: ${name}`,
    scope,
    paths: Array.from({ length: ASKED }, (_, n) => {
      const filter = encodeURIComponent(JSON.stringify({ all: [of(mixed(n, 41))] }))
      return `/api/v1/parties?limit=50&filter=${filter}`
    }),
    target: `p95 ≤ ${most} ms`,
    met: (r) => r.p95_ms <= most,
  })

/** As an administrator switches it on, by the job in the running server. */
async function fill({ guanxi, seeded, figures, say }: Bench, owner_url: string): Promise<void> {
  const owner = new pg.Client({ connectionString: owner_url })
  await owner.connect()
  try {
    const { rows } = await owner.query<{ id: string }>(
      'select custom_field_id as id from custom_field where key = any($1)',
      [FAST],
    )
    const began = performance.now()
    for (const { id } of rows) {
      const answer = await fetch(`${guanxi.url}/api/v1/custom-fields/${id}`, {
        method: 'PATCH',
        headers: {
          'content-type': 'application/json',
          cookie: seeded.callers.all.cookie,
          'x-csrf-token': seeded.callers.all.csrf,
        },
        body: JSON.stringify({ fast: true }),
      })
      if (!answer.ok) throw new Error(await answer.text())
    }
    for (let open = 1; open > 0; ) {
      say('fields: being prepared')
      await new Promise((done) => setTimeout(done, 2000))
      const [row] = (
        await owner.query<{ open: number }>(
          "select count(*)::int as open from custom_field where key = any($1) and slot <> 'on'",
          [FAST],
        )
      ).rows
      open = row!.open
    }
    const seconds = (performance.now() - began) / 1000
    figures.push(
      figure(
        'fields',
        `${rows.length} fields of ${seeded.parties} customers made fast`,
        '',
        `${seconds.toFixed(0)} s`,
        true,
        {
          seconds,
        },
      ),
    )
    await owner.query('vacuum analyze party_slot')
  } finally {
    await owner.end()
  }
}
