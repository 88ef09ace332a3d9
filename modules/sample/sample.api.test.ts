import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type TestHouse, testHouse } from '../../kernel/testing.ts'
import { cliActor } from '../access/cli.ts'
import { access } from '../access/contract.ts'
import { codeOf, refused } from '../access/testing.ts'
import { modules } from '../index.ts'
import { orders } from '../orders/contract.ts'
import { parties } from '../parties/contract.ts'
import { computeValue } from '../value/engine/run.ts'
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

// What happened stays: the audit with its seals, requests that were answered, rows still on their way to consumers, how
// far those have come who look through everybody.
const HISTORY = [
  ...['audit', 'seal', 'outbox', 'idempotency', 'schema_migration', 'worker_beat', 'setup_token'],
  'identity_progress',
]
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

test('histories reach from a year ago to a few days ago, and the lists add up', async () => {
  const { first, last } = await one<{ first: string; last: string }>(
    'select min(ordered_at) as first, max(ordered_at) as last from orders',
  )
  const days = (at: string) => (Date.now() - Date.parse(at)) / 86_400_000
  assert.ok(days(last) >= 1 && days(last) <= 8.5, last)
  assert.ok(days(first) > 365, first)
  const { wrong } = await one<{ wrong: number }>(
    `select count(*) as wrong from party_listed l where l.revenue_minor <> (select coalesce(sum(o.base_minor), 0) from orders o where o.party_id = l.party_id)`,
  )
  assert.equal(wrong, 0)
})

test('nothing in it can reach anybody: reserved domains and telephone blocks only', async () => {
  const { mail, phones } = await one<{ mail: number; phones: number }>(
    `select count(*) filter (where kind = 'email' and value !~ '@([a-z]+\\.example|example\\.(com|org))$') as mail,
       count(*) filter (where kind = 'phone' and value_key !~ '^\\+(447700900\\d{3}|442079460\\d{3}|44(117|161|113|131)4960\\d{3}|4429201\\d{2}0?\\d*|86100\\d{8}|86\\d{2,3}0\\d{7})$') as phones
     from contact_point`,
  )
  assert.deepEqual({ mail, phones }, { mail: 0, phones: 0 })
})

test('every starting role can be tried with the one password, and every relationship manager owns customers', async () => {
  const { users: shown, state } = await admin().get()
  assert.equal(state, 'loaded')
  assert.equal(new Set(shown.map((user) => user.role)).size, 11)
  const rows = (
    await house.house.pool.query(
      `select u.email, count(p.party_id) as n from app_user u join role r using (role_id) left join party p on p.owner_id = u.user_id where r.code = 'relationship_manager' group by 1`,
    )
  ).rows as { n: number }[]
  assert.ok(rows.length >= 5 && rows.every((row) => row.n > 100), JSON.stringify(rows))
})

test('a second load says that it is there', async () => {
  assert.equal(await codeOf(admin().load({ body: {} })), 'sample.there')
})

test('who may not remove it still sees that it is a sample, and no more', async () => {
  const other = house.as({ id: 5, grants: { 'parties:read': 'all' } }).api(sample)
  const seen = await other.get()
  assert.equal(seen.state, 'loaded')
  assert.deepEqual(seen.users, [])
  for (const call of [other.load({ body: {} }), other.remove(), other.removal(), other.password()])
    assert.equal(await codeOf(call), 'kernel.not_allowed')
})

test('the value models find a year of honest histories in it', async () => {
  await computeValue(await terminal(), { kind: 'fit', because: 'first', as_of: null })
  const { customers, model } = await one<{ customers: number; model: string | null }>(
    'select s.customers, f.model from value_snapshot s left join value_fit f using (fit_id) where s.current',
  )
  assert.ok(customers > 900, `${customers}`)
  assert.notEqual(model, null)
})

test('what people did to it is told before, and removal leaves nothing of it', async () => {
  const parties_api = house.as({ id: 1 }).api(parties)
  const [row] = (await parties_api.list({ query: { role: 'supplier', limit: 1 } })).items
  await parties_api.update({ params: { id: row!.id }, body: { note: '谈过一次' } })
  const told = await admin().removal()
  assert.equal(told!.parties, LINES.parties)
  assert.equal(told!.changed_parties, 1)
  assert.equal(told!.changed[0]!.id, row!.id)
  const { settings } = await one<{ settings: Record<string, unknown> }>(
    `select jsonb_object_agg(key, value) as settings from setting`,
  )
  assert.equal(settings['base_currency_guessed'], false)
  const started = performance.now()
  const gone = await admin().remove()
  console.log(`removed in ${((performance.now() - started) / 1000).toFixed(1)} s`)
  assert.equal(gone.parties, LINES.parties)
  assert.equal(gone.products >= LINES.products, true)
  assert.equal(gone.units, 10)
  assert.match(gone.setup_path!, /^\/setup#token=/)
  const left = await everything()
  const empty = Object.keys(left).filter((name) => left[name]!.length > 0)
  assert.deepEqual(empty.sort(), ['role', 'setting', 'unit'])
  assert.equal(left['unit']!.length, 1)
  const after = await one<typeof told & { settings: Record<string, unknown> }>(
    `select jsonb_object_agg(key, value) as settings from setting`,
  )
  assert.equal(after.settings['base_currency_guessed'], true)
  assert.equal(await codeOf(admin().remove()), 'sample.none')
})

test('a house with customers of its own is as before, table by table, once the sample has come and gone', async () => {
  const unit_id = (await one<{ unit_id: number }>('select unit_id from unit')).unit_id
  const me = house.as({ id: 1, unit_id })
  await me.api(access).patchSettings({ body: { base_currency: 'EUR' } })
  await me.api(access).createUser({
    body: {
      email: 'real@house.example',
      name: '王敏',
      role: 'administrator',
      unit_id,
      password: 'a sentence nobody guesses',
    },
  })
  const party = await me.api(parties).create({
    body: {
      kind: 'organisation',
      name: '自己的客户',
      unit_id,
      roles: [{ role: 'customer' }],
      tags: ['重要'],
    },
  })
  await me.api(orders).create({
    body: {
      party_id: party.id,
      number: '1',
      ordered_at: '2026-01-02T10:00:00.000Z',
      lines: [{ quantity: 1, price_micro: 5_000_000 }],
    },
  })
  assert.equal((await admin().get()).real_parties, 1)
  const before = await everything()

  const refusal = await refused(admin().load({ body: {} }))
  assert.deepEqual([refusal.status, refusal.code, refusal.details['parties']], [409, 'sample.not_empty', 1])
  assert.deepEqual(await everything(), before, 'a refused load leaves nothing')

  await begin(await terminal(), { beside_real: true, background: false })
  await finish(await terminal())
  assert.equal(
    (await one<{ n: number }>(`select count(distinct currency) as n from orders`)).n,
    1,
    'in the base currency',
  )
  const gone = await admin().remove()
  assert.equal(gone.setup_path, null)
  assert.deepEqual(await everything(), before)
})

test('what is your own stays: a party in a sample unit, an order for a sample product, an owner who goes', async () => {
  const ctx = await terminal()
  await begin(ctx, { beside_real: true, background: false })
  await finish(ctx)
  const { user_id, unit_id } = await one<{ user_id: number; unit_id: number }>(
    `select user_id, unit_id from app_user where email like 'shanghai@%'`,
  )
  const me = house.as({ id: 1, unit_id })
  const own = await me
    .api(parties)
    .create({ body: { kind: 'person', name: '留下的人', unit_id, owner_id: user_id } })
  const product = await one<{ product_id: number; code: string }>(
    `select product_id, code from product where source = 'sample' limit 1`,
  )
  await me.api(orders).create({
    body: {
      party_id: own.id,
      number: '2',
      ordered_at: '2026-01-02T10:00:00.000Z',
      lines: [{ product_id: product.product_id, quantity: 1, price_micro: 5_000_000 }],
    },
  })
  await me.api(orders).create({
    body: {
      party: { source: 'sample', value: 'supplier-1' },
      number: '3',
      ordered_at: '2026-01-02T10:00:00.000Z',
      lines: [{ quantity: 1, price_micro: 1_000_000 }],
    },
  })
  const told = (await admin().removal())!
  assert.deepEqual([told.disowned, told.kept_units, told.kept_products, told.added_orders], [1, 3, 1, 1])
  const gone = await admin().remove()
  assert.deepEqual([gone.disowned, gone.kept_products], [1, 1])
  // the team, its region and its branch
  assert.equal(gone.kept_units, 3)
  const kept = await me.api(parties).get({ params: { id: own.id } })
  assert.equal(kept.name, '留下的人')
  assert.equal(kept.owner ?? null, null)
  assert.equal((await one<{ n: number }>(`select count(*) as n from party where $1 = any(tags)`, [TAG])).n, 0)
})

test('a sample moves by whole weeks, to one to eight days ago, whatever day it is', () => {
  const last = new Date('2011-12-09T12:49:00Z')
  for (let hour = 0; hour < 24 * 15; hour++) {
    const now = new Date(Date.UTC(2026, 1, 20, hour, 7))
    const moved = Date.parse(`${movedBy(weeksToNow(last, now))('2011-12-09 12:49:00').replace(' ', 'T')}Z`)
    const days = (now.getTime() - moved) / 86_400_000
    assert.ok(days >= 1 && days < 8, `${now.toISOString()}: ${days}`)
    assert.equal(new Date(moved).getUTCDay(), last.getUTCDay())
  }
})
