import { join } from 'node:path'
import type { TestHouse } from '../../kernel/testing.ts'
import { importFile } from '../imports/file.ts'
import { found } from '../imports/testing.ts'
import { labelsOf } from '../parties/list/project.ts'
import { dateOf, dayNumber } from './rules.ts'

/** The first 20,000 lines of the retail file: two weeks, too few to be modelled. */
export const RETAIL = join(import.meta.dirname, '../../e2e/fixtures/retail-first-20000.csv.gz')

export async function importRetail(h: TestHouse, path = RETAIL): Promise<void> {
  await found(h)
  await importFile(h.ctx(), { kind: 'orders', source: 'retail', path, options: { zone: 'Europe/London' } })
}

export type Purchase = { party_id: number; day: number; minor: number }
export const FIRST = 5_000_000
export const BEGUN = dayNumber('2022-01-03')
export const ENDED = dayNumber('2023-12-20')

function dice(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Customers who come over a year and a half, buy at rates of their own, and leave unseen. */
export function purchases(customers: number, seed = 7): Purchase[] {
  const roll = dice(seed)
  const made: Purchase[] = []
  for (let i = 0; i < customers; i++) {
    let day = BEGUN + Math.floor(roll() * 500)
    const mean = 40 / Math.max(1e-2, -Math.log(1 - roll()))
    const stays = 0.45 + 0.5 * roll()
    const level = 1000 + 20_000 * roll() ** 2
    for (;;) {
      made.push({ party_id: FIRST + i, day, minor: Math.round(level * (0.5 + roll())) })
      if (roll() > stays) break
      day += 1 + Math.floor(-Math.log(1 - roll()) * mean)
      if (day > ENDED) break
    }
  }
  return made
}

/** Their parties (every other one in the unit 22) and orders, written straight into the tables. */
export async function furnish(h: TestHouse, made: readonly Purchase[], orders = true): Promise<void> {
  await found(h)
  const ids = [...new Set(made.map(({ party_id }) => party_id))]
  await h.house.pool.query(
    `with p as (
       insert into party (party_id, kind, name, unit_id, owner_id, tags, created_at, updated_at)
       select id, 'person', 'Customer ' || id, 21 + id % 2, 900 + id % 3, case when id % 5 = 0 then array['gold'] else '{}' end, now(), now() from unnest($1::bigint[]) id returning *
     ), listed as (
       insert into party_list (party_id, unit_id, live, kind, name, name_romanised, name_sort, roles, tags, created_at, version, marks, search_text, search_chars, search_contact)
       select party_id, unit_id, true, kind, name, '', name, '{customer}', tags, created_at, 1, 0, '', '{}', '' from p returning *
     ), owned as (
       insert into party_own (party_id, owner_id, version, live, name_sort, created_at, fresh, marks, h1, h2, h3, h4, h5, h6)
       select party_id, owner_id, 1, true, name, created_at, created_at, 0, 0, 0, 0, 0, 0, 0 from p
     ) insert into party_count (label, unit_id, delta)
     select x.label, l.unit_id, count(*) from listed l, unnest(${labelsOf('l')}) as x (label) group by x.label, l.unit_id`,
    [ids],
  )
  if (orders) await addOrders(h, made)
}

let next = 0
export async function addOrders(h: TestHouse, made: readonly Purchase[], kind = 'order'): Promise<void> {
  await h.house.pool.query(
    `insert into orders (party_id, order_id, home_party_id, source, number, kind, ordered_at, currency, line_count, amount_minor, base_minor, digest, created_at, updated_at)
     select p, $5::bigint + n, p, 'test', 'T' || $5::bigint + n, $4, (d::timestamp + interval '12 hours') at time zone 'Europe/London', 'GBP', 1, m, m, n, now(), now()
     from unnest($1::bigint[], $2::date[], $3::bigint[]) with ordinality as u (p, d, m, n)`,
    [
      made.map(({ party_id }) => party_id),
      made.map(({ day }) => dateOf(day)),
      made.map(({ minor }) => minor),
      kind,
      900_000_000 + next,
    ],
  )
  next += made.length
}

/** What the library is given: repeat purchases, first to last, first to now, in days. */
export function histories(made: readonly Purchase[], as_of: number) {
  const own = new Map<number, Map<number, number>>()
  for (const { party_id, day, minor } of made) {
    if (day > as_of) continue
    const days = own.get(party_id) ?? new Map<number, number>()
    own.set(party_id, days.set(day, (days.get(day) ?? 0) + minor))
  }
  const ids = [...own.keys()].sort((a, b) => a - b)
  const rows = ids.map((id) => {
    const days = [...own.get(id)!.entries()].sort(([a], [b]) => a - b)
    const first = days[0]![0]
    const last = days.at(-1)![0]
    const x = days.length - 1
    const z = x > 0 ? days.slice(1).reduce((sum, [, minor]) => sum + minor, 0) / 100 / x : 0
    const gaps = days.slice(1).reduce((sum, [day], i) => sum + Math.log(day - days[i]![0]), 0)
    return { x, t_x: last - first, T: as_of - first, z, gaps }
  })
  const column = (key: keyof (typeof rows)[number]) => Float64Array.from(rows, (row) => row[key])
  return {
    ids,
    x: column('x'),
    t_x: column('t_x'),
    T: column('T'),
    z: column('z'),
    sum_log_itt: column('gaps'),
  }
}
