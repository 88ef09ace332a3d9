import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { openHouse } from '../apps/house.ts'
import { terminalLog } from '../apps/log.ts'
import { readConfig } from '../kernel/config.ts'
import { startEmbedded } from '../kernel/postgres/index.ts'
import { cliActor } from '../modules/access/cli.ts'
import { modules } from '../modules/index.ts'
import type { Say } from './report.ts'

// A company of customers who come over two years, buy at rates of their own, and leave unseen: every one with orders.

const FIRST = 10_000_000
const ORDER = 1_000_000_000_000
const START = Date.UTC(2024, 0, 1)
const DAYS = 730
const LINES_PER_ORDER = 2
const DAY_MS = 86_400_000

/** The same customers every time. */
function dice(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Orders of `customers`, at least one each, about 2.7: `party, day, minor`. */
function* purchases(customers: number): Generator<{ party: number; day: number; minor: number }> {
  const roll = dice(42)
  for (let i = 0; i < customers; i++) {
    let day = Math.floor(roll() * DAYS)
    // an exponential rate stands for a Gamma law of shape 1
    const mean = 120 / Math.max(1e-3, -Math.log(1 - roll()))
    const stays = 0.75 + 0.2 * roll()
    const level = 2000 + 20_000 * roll() ** 3
    for (;;) {
      yield { party: FIRST + i, day, minor: Math.round(level * (0.5 + roll())) }
      if (roll() > stays) break
      day += 1 + Math.floor(-Math.log(1 - roll()) * mean)
      if (day >= DAYS) break
    }
  }
}

function* inBatches(rows: Iterable<string>): Generator<string> {
  let batch: string[] = []
  for (const row of rows) {
    if (batch.push(row) < 2000) continue
    yield batch.join('')
    batch = []
  }
  yield batch.join('')
}

async function copy(owner: pg.Client, into: string, rows: Iterable<string>): Promise<void> {
  await pipeline(Readable.from(inBatches(rows)), owner.query(copyFrom(`copy ${into} from stdin`)))
}

export type Size = { customers: number; orders: number; lines: number }

async function seed(owner: pg.Client, customers: number, say: Say): Promise<Size> {
  const unit = (await owner.query<{ id: string }>('select unit_id as id from unit where parent_id is null'))
    .rows[0]!.id
  await owner.query(`update setting set value = '"GBP"' where key = 'base_currency'`)
  await owner.query(`update setting set value = '"Europe/London"' where key = 'time_zone'`)
  await owner.query(
    `insert into product (product_id, source, code, name, unit_cost_micro, cost_currency, created_at, updated_at)
     select 2000000 + i, 'bench', 'P' || i, 'Product ' || i, case when i % 2 = 0 then 3000000 + i * 1000 end, case when i % 2 = 0 then 'GBP' end, now(), now()
     from generate_series(0, 999) i`,
  )
  say(`${customers} customers…`)
  await owner.query(
    `insert into party (party_id, kind, name, unit_id, created_at, updated_at) select ${FIRST} + i, 'person', 'Customer ' || i, ${unit}, now(), now() from generate_series(0, ${customers - 1}) i`,
  )
  await owner.query(
    `insert into party_list (party_id, unit_id, live, kind, name, name_romanised, name_sort, roles, tags, created_at, version, marks, search_text, search_chars, search_contact)
     select party_id, unit_id, true, kind, name, '', name, '{customer}', '{}', created_at, 1, 1, '', '{}', '' from party`,
  )
  await owner.query(
    `insert into party_own (party_id, version, live, name_sort, created_at, fresh, marks, h1, h2, h3, h4, h5, h6)
     select party_id, 1, true, name, created_at, created_at, 1, 0, 0, 0, 0, 0, 0 from party`,
  )
  say('orders…')
  let n = 0
  const at = (day: number) => new Date(START + day * DAY_MS + 43_200_000).toISOString()
  await copy(
    owner,
    'orders (party_id, order_id, home_party_id, source, number, kind, ordered_at, currency, line_count, amount_minor, base_minor, digest, created_at, updated_at)',
    (function* () {
      for (const { party, day, minor } of purchases(customers)) {
        const id = ORDER + n++
        yield `${party}\t${id}\t${party}\tbench\tB${id}\torder\t${at(day)}\tGBP\t${LINES_PER_ORDER}\t${minor}\t${minor}\t${n}\t${at(day)}\t${at(day)}\n`
      }
    })(),
  )
  say(`${n * LINES_PER_ORDER} lines…`)
  let m = 0
  await copy(
    owner,
    'order_line (party_id, order_id, line_no, product_id, kind, quantity, price_micro, amount_minor, hash)',
    (function* () {
      for (const { party, minor } of purchases(customers)) {
        const id = ORDER + m++
        const half = Math.floor(minor / 2)
        yield `${party}\t${id}\t1\t${2_000_000 + (m % 1000)}\tproduct\t${1 + (m % 3)}\t1\t${half}\t${m}\n`
        yield `${party}\t${id}\t2\t${2_000_000 + ((m * 7) % 1000)}\tproduct\t1\t1\t${minor - half}\t${m}\n`
      }
    })(),
  )
  for (const table of ['party', 'party_list', 'party_own', 'orders', 'order_line', 'product'])
    await owner.query(`vacuum analyze ${table}`)
  return { customers, orders: n, lines: n * LINES_PER_ORDER }
}

/** A home of so many customers, stopped. */
export async function seeded(home: string, customers: number, say: Say): Promise<Size> {
  const house = await openHouse({ ...readConfig({}), home }, terminalLog('error'))
  await cliActor(house, modules)
  await house.close()
  const quiet = { debug() {}, info() {}, warn() {} }
  const server = await startEmbedded({ home, log: quiet })
  try {
    const owner = new pg.Client({ connectionString: server.urls.owner })
    await owner.connect()
    const size = await seed(owner, customers, say)
    await owner.query('checkpoint').catch(() => {})
    await owner.end()
    return size
  } finally {
    await server.stop()
  }
}
