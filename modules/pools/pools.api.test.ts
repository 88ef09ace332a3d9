import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { writeRecords } from '../../kernel/audit.ts'
import { unaudited } from '../../kernel/ctx.ts'
import type { Step } from '../../kernel/job.ts'
import { type Played, type TestHouse, testHouse } from '../../kernel/testing.ts'
import { modules } from '../index.ts'
import { parties } from '../parties/contract.ts'
import { codeOf, company, director, south, wang } from '../parties/testing.ts'
import { pools } from './contract.ts'
import { recycle } from './recycle.ts'
import { dueOn, isNear, room, warnedUntil } from './rules.ts'

let h: TestHouse
const clock = { now: new Date('2026-03-02T10:00:00Z') }
before(async () => {
  h = await testHouse(modules, { clock: () => clock.now })
  await company(h)
  await h.house.pool.query(
    `insert into setting values ('base_currency', '"CNY"'), ('time_zone', '"Asia/Shanghai"') on conflict do nothing`,
  )
})
after(() => h.close())

const boss = () => h.as(director)
/** A relationship manager: reads the team, writes their own, claims in the branch. */
const grants = { 'parties:read': 'team', 'parties:write': 'own', 'pools:claim': 'branch' } as const
const manager = (id: number): Played => ({
  ...wang,
  id,
  grants,
  role: id === 101 ? 'relationship_manager' : 'other',
})
const make = (name: string, over: object = {}) =>
  boss()
    .api(parties)
    .create({ body: { kind: 'person', name, unit_id: 21, roles: ['customer'], ...over } })
const pass = async (days: number) => {
  clock.now = new Date(clock.now.getTime() + days * 86_400_000)
}
const night = async () => {
  let cursor: unknown = null
  for (;;) {
    const step = await unaudited(h.ctx(), 'a step of a job', async (ctx) => {
      const said = (await recycle.run(ctx, {}, cursor)) as Step
      if (ctx.recorded!.length > 0) await writeRecords(ctx)
      return said
    })
    if (step.done) return step.result as { warned: number; recycled: number }
    cursor = step.cursor
  }
}
const ownerOf = async (id: number) => (await boss().api(parties).get({ params: { id } })).owner?.id ?? null

test('customers without an owner wait in the nearest pool, and whoever may claims them within the cap', async () => {
  const branch = await boss()
    .api(pools)
    .create({ body: { name: '华东公海', unit_id: 2 } })
  const team = await boss()
    .api(pools)
    .create({
      body: { name: '苏州公海', unit_id: 21, claim_cap: 2, claimers: ['relationship_manager'] },
    })
  const ids = [(await make('a')).id, (await make('b')).id, (await make('c')).id]
  await make('owned', { owner_id: 102 })
  await make('elsewhere', { unit_id: 31 })
  const api = h.as(manager(101)).api(pools)
  const seen = await api.list({})
  assert.deepEqual(
    seen.items.map(({ name, waiting, may_claim }) => [name, waiting, may_claim]),
    [
      ['华东公海', 0, true],
      ['苏州公海', 3, true],
    ],
  )
  const waiting = await api.parties({ params: { id: team.id }, query: {} })
  assert.deepEqual(
    waiting.items.map(({ id }) => id),
    ids,
  )
  const answer = await api.claim({ params: { id: team.id }, body: { party_ids: ids } })
  assert.deepEqual(answer.claimed, ids.slice(0, 2))
  assert.deepEqual(
    answer.refused.map(({ id, code }) => [id, code]),
    [[ids[2], 'pools.why.claim_cap']],
  )
  assert.deepEqual([await ownerOf(ids[0]!), await ownerOf(ids[2]!)], [101, null])
  const again = await h
    .as(director)
    .api(pools)
    .claim({ params: { id: branch.id }, body: { party_ids: [ids[0]!, ids[2]!] } })
  assert.deepEqual(
    again.refused.map(({ code }) => code),
    ['pools.why.owned', 'pools.why.not_here'],
  )
  assert.equal(
    await codeOf(
      h
        .as(manager(102))
        .api(pools)
        .claim({ params: { id: team.id }, body: { party_ids: ids } }),
    ),
    'pools.not_yours',
  )
  assert.equal(
    await codeOf(
      h
        .as(south)
        .api(pools)
        .parties({ params: { id: team.id }, query: {} }),
    ),
    'kernel.not_found',
  )
})

test('who gives a customer back says why, and may not claim them again before the cooldown is over', async () => {
  const { items } = await h.as(manager(101)).api(pools).list({})
  const team = items.find(({ name }) => name === '苏州公海')!
  await boss()
    .api(pools)
    .update({ params: { id: team.id }, body: { claim_cap: 10, cooldown_days: 10 } })
  const mine = await make('give back', { owner_id: 101 })
  const api = h.as(manager(101)).api(pools)
  assert.equal(
    await codeOf(
      h
        .as(manager(102))
        .api(pools)
        .giveBack({ params: { id: mine.id }, body: { reason: 'x' } }),
    ),
    'pools.not_owner',
  )
  await api.giveBack({ params: { id: mine.id }, body: { reason: '搬到华南了' } })
  assert.equal(await ownerOf(mine.id), null)
  const claim = () => api.claim({ params: { id: team.id }, body: { party_ids: [mine.id] } })
  assert.equal((await claim()).refused[0]?.code, 'pools.why.cooldown')
  const row = (await api.parties({ params: { id: team.id }, query: {} })).items.find(
    ({ id }) => id === mine.id,
  )
  assert.deepEqual(
    [row?.why, row?.reason, row?.before, row?.mine_again_on],
    ['returned', '搬到华南了', '王敏', '2026-03-12'],
  )
  await pass(10)
  assert.deepEqual((await claim()).claimed, [mine.id])
})

test('an owner is warned, sees the days left, and loses only whom they neglected; history can undo it', async () => {
  const { items } = await boss().api(pools).list({})
  const team = items.find(({ name }) => name === '苏州公海')!
  await boss()
    .api(pools)
    .update({ params: { id: team.id }, body: { no_change_days: 60, warn_days: 5 } })
  const idle = await make('idle', { owner_id: 101 })
  const cared = await make('cared for', { owner_id: 101 })
  assert.deepEqual(await night(), { warned: 0, recycled: 0 })
  await pass(55)
  const first = await night()
  assert.ok(first.warned >= 2 && first.recycled === 0, JSON.stringify(first))
  const of = () =>
    h
      .as(manager(101))
      .api(pools)
      .ofParty({ params: { id: idle.id } })
  assert.deepEqual([(await of()).days_left, (await of()).because], [5, 'no_change'])
  const due = await h
    .as(manager(101))
    .api(pools)
    .parties({ params: { id: team.id }, query: { which: 'mine' } })
  assert.ok(due.items.some(({ id, days_left }) => id === idle.id && days_left === 5))
  await boss()
    .api(parties)
    .update({ params: { id: cared.id }, body: { note: 'called them' } })
  await pass(5)
  assert.ok((await night()).recycled >= 1)
  assert.deepEqual([await ownerOf(idle.id), await ownerOf(cared.id)], [null, 101])
  const { items: changes } = await boss()
    .api(parties)
    .history({ params: { id: idle.id }, query: {} })
  const taken = changes.find(({ changes }) => changes.some(({ field }) => field === 'owner_id'))!
  await boss()
    .api(parties)
    .undo({ params: { id: idle.id, audit_id: taken.audit_id } })
  assert.equal(await ownerOf(idle.id), 101)
  const { items: moves } = await boss()
    .api(pools)
    .moves({ params: { id: team.id }, query: {} })
  assert.ok(
    moves.some(({ kind, party, user }) => kind === 'recycled' && party.id === idle.id && user === '王敏'),
  )
})

test('nobody loses a customer unwarned, or sooner than the rules say; a cap is never passed', () => {
  const day = fc.integer({ min: 1, max: 2000 })
  const days = fc.option(fc.integer({ min: 10, max: 400 }))
  fc.assert(
    fc.property(
      day,
      fc.option(day),
      day,
      days,
      days,
      fc.integer({ min: 1, max: 9 }),
      day,
      (owned_since, last_order, last_change, no_order_days, no_change_days, warn_days, today) => {
        const rule = { no_order_days, no_change_days, warn_days }
        const due = dueOn(rule, { owned_since, last_order, last_change })
        if (!due) return assert.ok(no_order_days === null && no_change_days === null)
        assert.ok(due.day >= owned_since + Math.min(no_order_days ?? 400, no_change_days ?? 400))
        if (isNear(due.day, today, warn_days))
          assert.ok(warnedUntil(due.day, today, warn_days) >= today + warn_days)
      },
    ),
  )
  assert.deepEqual(room({ claim_cap: 3, holding_cap: 10 }, { claimed: 3, holding: 4 }), {
    left: 0,
    by: 'claim_cap',
  })
  assert.equal(room({ claim_cap: null, holding_cap: null }, { claimed: 9, holding: 9 }), null)
})
