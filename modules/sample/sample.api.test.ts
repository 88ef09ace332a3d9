import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type TestHouse, testHouse } from '../../kernel/testing.ts'
import { cliActor } from '../access/cli.ts'
import { codeOf, refused } from '../access/testing.ts'
import { modules } from '../index.ts'
import { begin } from './begin.ts'
import { sample } from './contract.ts'
import { finish } from './load.ts'
import { LINES, movedBy, TAG, users, weeksToNow } from './rules.people.ts'

let house: TestHouse
before(async () => {
  house = await testHouse(modules)
})
after(() => house.close())

const terminal = async () => house.ctx({ who: await cliActor(house.house, modules), zone: 'Asia/Shanghai' })
const one = async <R>(text: string, values: unknown[] = []): Promise<R> =>
  (await house.house.pool.query(text, values)).rows[0] as R
const admin = () => house.as({ id: 1 }).api(sample)

// What happened stays: the audit with its seals, requests that were answered, rows still on their way to consumers.
const HISTORY = ['audit', 'seal', 'outbox', 'idempotency', 'schema_migration', 'worker_beat', 'setup_token']
async function everything(): Promise<Record<string, unknown[]>> {
  const { rows } = await house.house.pool.query<{ name: string }>(
    `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition order by 1`,
  )
  const found: Record<string, unknown[]> = {}
  for (const { name } of rows.filter((row) => !HISTORY.includes(row.name)))
    found[name] =
      name === 'party_count'
        ? (
            await house.house.pool.query(
              'select label, unit_id, sum(delta) as n from party_count group by 1, 2 having sum(delta) <> 0 order by 1, 2',
            )
          ).rows
        : (
            await house.house.pool.query(
              `select to_jsonb(t) as row from ${name} t order by to_jsonb(t)::text`,
            )
          ).rows
  return found
}

test('the whole company is loaded, half Chinese and half English, marked, spread up to a few days ago', async () => {
  const ctx = await terminal()
  const { password } = await begin(ctx, { background: false })
  assert.match(password, /^([a-z2-9]{4}-){3}[a-z2-9]{4}$/)
  const phases = new Set<string>()
  const started = performance.now()
  await finish(ctx, ({ phase, done, total }) => {
    assert.ok(done <= total)
    phases.add(phase)
  })
  console.log(`loaded in ${((performance.now() - started) / 1000).toFixed(1)} s`)
  const found = await one<Record<string, number>>(
    `select (select count(*) from party) as parties, (select count(*) from party where $1 = any(tags)) as marked,
       (select count(*) from external_id where source = 'sample') as numbered, (select count(*) from party where language = 'zh-CN') as chinese,
       (select count(*) from party where owner_id is not null) as owned,
       (select count(*) from order_line) as lines, (select count(*) from product where kind = 'product') as products,
       (select count(*) from orders where base_minor is null) as unrated, (select count(*) from app_user) as users,
       (select count(*) from unit) as units`,
    [TAG],
  )
  assert.deepEqual(found, {
    parties: LINES.parties,
    marked: LINES.parties,
    numbered: LINES.parties,
    chinese: LINES.parties / 2,
    owned: found['owned'],
    lines: LINES.orders,
    products: LINES.products,
    unrated: 0,
    users: users.length,
    units: 11,
  })
})
