import type pg from 'pg'
import { bucketsOf } from '../modules/parties/fields/buckets.ts'
import { mixed } from './people.ts'

// Custom fields of each kind, four of five customers with a value: what the seeded company keeps beside what the house knows.
const option = (key: string) => ({ key, label_zh: '', label_en: key, archived: false })
const RATINGS = ['gold', 'silver', 'bronze', 'lead']
const TOPICS = ['pumps', 'seals', 'motors', 'valves', 'tools', 'service']
export const WORDS = [
  'north',
  'harbour',
  'cedar',
  'lotus',
  'jade',
  'river',
  'stone',
  'maple',
  'orchid',
  'summit',
]

export const kinds = {
  alias: 'text',
  remarks: 'long_text',
  score: 'number',
  credit: 'money',
  contract_end: 'date',
  newsletter: 'yes_no',
  rating: 'choice',
  topics: 'multi_choice',
  referred_by: 'party',
  site: 'link',
} as const
export type Key = keyof typeof kinds

/** Written past the service, as the rest of the seeded company is. */
export async function defineFields(owner: pg.Client): Promise<void> {
  for (const [i, [key, kind]] of Object.entries(kinds).entries())
    await owner.query(
      `insert into custom_field (key, kind, label_en, position, options, rules, created_at, updated_at) values ($1, $2, $1, $3, $4, $5, now(), now())`,
      [
        key,
        kind,
        i,
        JSON.stringify(
          kind === 'choice' ? RATINGS.map(option) : kind === 'multi_choice' ? TOPICS.map(option) : [],
        ),
        JSON.stringify(kind === 'money' ? { currency: 'GBP' } : {}),
      ],
    )
}

type Valued = { party_id: number; fields: Record<string, unknown> }
const bucketed = ['alias', 'remarks', 'score', 'credit', 'contract_end', 'site']
/** Rows of party_bucket for COPY, and the one that says that all are there. */
export async function bucketRows(owner: pg.Client, parties: Iterable<Valued>): Promise<Generator<string>> {
  const { rows } = await owner.query<{ key: string; id: string }>(
    'select key, custom_field_id as id from custom_field where key = any($1)',
    [bucketed],
  )
  const known = new Map(rows.map(({ key, id }) => [key, { id: Number(id), kind: kinds[key as Key] }]))
  function* all() {
    for (const { party_id, fields } of parties) {
      const buckets = bucketsOf(known, fields)
      if (buckets.length > 0) yield `${party_id}\t{${buckets.join(',')}}\n`
    }
    yield '0\t{}\n'
  }
  return all()
}

const DAY_MS = 86_400_000
const FROM = Date.UTC(2024, 0, 1)

/** As party.fields keeps them; see modules/parties/fields/catalogue.ts. */
export function fieldsOf(i: number, first_id: number, parties: number): Record<string, unknown> {
  const fields: Record<string, unknown> = {}
  const put = (key: Key, salt: number, value: (n: number) => unknown) => {
    const n = mixed(i, salt)
    if (n % 5 > 0) fields[key] = value(Math.floor(n / 5))
  }
  const word = (n: number) => WORDS[n % WORDS.length]!
  put('alias', 21, (n) => `${word(n)} ${word(n >>> 5)} ${n % 9973}`)
  if (mixed(i, 22) % 10 === 0)
    fields.remarks = `${word(i)} asked for ${word(i >>> 3)}; call again about ${word(i >>> 7)}`
  put('score', 23, (n) => (n % 100_000) / 100)
  put('credit', 24, (n) => ({ minor: (n % 50_000) * 100, currency: n % 7 === 0 ? 'CNY' : 'GBP' }))
  put('contract_end', 25, (n) => new Date(FROM + (n % 1500) * DAY_MS).toISOString().slice(0, 10))
  put('newsletter', 26, (n) => n % 3 === 0)
  put('rating', 27, (n) => RATINGS[n % 20 === 0 ? 0 : 1 + (n % 3)])
  put('topics', 28, (n) => TOPICS.filter((_, t) => t === n % 6 || t === (n >>> 4) % 6))
  put('referred_by', 29, (n) => first_id + (n % parties))
  put('site', 30, (n) => `https://${word(n)}-${n % 99_991}.example/`)
  return fields
}
