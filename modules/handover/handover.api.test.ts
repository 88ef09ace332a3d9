import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type TestHouse, testHouse } from '../../kernel/testing.ts'
import { startWorker, type Worker } from '../../kernel/worker.ts'
import { access } from '../access/contract.ts'
import { codeOf } from '../access/testing.ts'
import { audit } from '../audit/contract.ts'
import { modules } from '../index.ts'
import { jobs } from '../jobs/contract.ts'
import { notes } from '../notes/contract.ts'
import { parties } from '../parties/contract.ts'
import { furnish, type World } from '../testing.world.ts'
import { handover } from './contract.ts'

let house: TestHouse
let world: World
let worker: Worker
before(async () => {
  house = await testHouse(modules)
  world = await furnish(house)
  // Whoever is given a task must see it, by the role that they have.
  await house.house.pool.query(
    `update role set grants = grants || '{"tasks:read": "all", "tasks:write": "all", "parties:read": "all"}'
     where role_id in (select role_id from app_user where user_id = any($1))`,
    [[world.mine.user_id, world.theirs.user_id]],
  )
  worker = await startWorker(house.house, modules, () => house.ctx())
})
after(async () => {
  await worker.stop()
  await house.close()
})

async function over(run_id: number): Promise<string> {
  const boss = house.as({ id: world.theirs.user_id, unit_id: world.theirs.unit_id }).api(jobs)
  for (let tries = 0; tries < 100; tries++) {
    const run = (await boss.list()).items.find((one) => one.run_id === run_id)!
    if (run.state !== 'waiting' && run.state !== 'running') return run.state
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('the handover does not end')
}

test('who leaves is out at once, and their customers go to who takes over, into that unit, each on record', async () => {
  const boss = house.as({ id: world.theirs.user_id, unit_id: world.theirs.unit_id })
  const params = { id: world.mine.user_id }
  const own = await house.house.pool.query<{ n: number }>(
    'select count(*)::int as n from party_listed where live and owner_id = $1',
    [world.mine.user_id],
  )
  const asked = await boss.api(notes).addTask({
    body: { title: 'call back', party_id: world.mine.party_id, assignee_id: world.mine.user_id },
  })
  const over_done = await boss
    .api(notes)
    .addTask({ body: { title: 'was done', assignee_id: world.mine.user_id } })
  await boss.api(notes).doneTask({ params: { id: over_done.id } })
  const held = await boss.api(handover).held({ params })
  assert.deepEqual([held.customers, held.whole], [own.rows[0]!.n, true])
  const { run_id } = await boss
    .api(handover)
    .start({ params, body: { to: world.theirs.user_id, deactivate: true } })
  assert.equal((await boss.api(access).user({ params })).active, false)
  assert.equal(await over(run_id), 'done')
  const party = await boss.api(parties).get({ params: { id: world.mine.party_id } })
  assert.equal(party.owner?.id, world.theirs.user_id)
  assert.equal(party.unit.id, world.theirs.unit_id)
  assert.deepEqual(await boss.api(handover).held({ params }), { customers: 0, tasks: 0, whole: true })
  const told = await house.house.pool.query('select result from job_run where run_id = $1', [run_id])
  assert.deepEqual(told.rows[0].result, { parties: held.customers, tasks: held.tasks, tasks_left: 0 })
  const assignee = async (id: number) =>
    (await house.house.pool.query('select assignee_id from task where task_id = $1', [id])).rows[0]
      .assignee_id
  assert.equal(await assignee(asked.id), world.theirs.user_id)
  assert.equal(await assignee(over_done.id), world.mine.user_id, 'what was done stays who did it')
  const { rows } = await house.house.pool.query(
    `select actor_id, payload from audit where party_id = $1 and action = 'parties.updated' order by audit_id desc limit 1`,
    [world.mine.party_id],
  )
  assert.equal(rows[0].actor_id, world.theirs.user_id)
  assert.equal(rows[0].payload.owner_id, world.mine.user_id)
})

test('nobody takes over from themselves, nor does somebody who left', async () => {
  const boss = house.as({ id: world.theirs.user_id, unit_id: world.theirs.unit_id }).api(handover)
  const params = { id: world.theirs.user_id }
  assert.equal(await codeOf(boss.start({ params, body: { to: params.id } })), 'handover.to_self')
  assert.equal(await codeOf(boss.start({ params, body: { to: world.mine.user_id } })), 'handover.to_inactive')
})

test('customers out of the reach of who hands over stay where they are, and are not counted', async () => {
  const { unit_id, user_id } = world.mine
  const near = house.as({
    id: user_id,
    unit_id,
    team_units: [unit_id],
    grants: { 'users:read': 'all', 'users:write': 'all', 'parties:read': 'team', 'parties:write': 'team' },
  })
  const params = { id: world.theirs.user_id }
  assert.deepEqual(await near.api(handover).held({ params }), { customers: 0, tasks: 0, whole: false })
  const boss = house.as({ id: world.theirs.user_id, unit_id: world.theirs.unit_id })
  const before = await boss.api(parties).get({ params: { id: world.mine.party_id } })
  const { run_id } = await near.api(handover).start({ params, body: { to: null } })
  assert.equal(await over(run_id), 'done')
  const after = await boss.api(parties).get({ params: { id: world.mine.party_id } })
  assert.deepEqual(after.owner, before.owner)
})

test('with nobody to take over, and for whom the successor may not see, tasks stay; each is undone by itself', async () => {
  const boss = house.as({ id: world.theirs.user_id, unit_id: world.theirs.unit_id })
  const { pool } = house.house
  await pool.query('update app_user set active = true where user_id = $1', [world.mine.user_id])
  const task = await boss.api(notes).addTask({ body: { title: 'stays', assignee_id: world.mine.user_id } })
  const params = { id: world.mine.user_id }
  const resultOf = async (run_id: number) => {
    assert.equal(await over(run_id), 'done')
    return (await pool.query('select result from job_run where run_id = $1', [run_id])).rows[0].result
  }
  const nobody = await boss.api(handover).start({ params, body: { to: null } })
  assert.deepEqual(await resultOf(nobody.run_id), { parties: 0, tasks: 0, tasks_left: 1 })
  const given = await boss.api(handover).start({ params, body: { to: world.theirs.user_id } })
  assert.deepEqual(await resultOf(given.run_id), { parties: 0, tasks: 1, tasks_left: 0 })
  const { rows } = await pool.query(
    "select audit_id from audit where action = 'tasks.changed' and subject_id = $1 order by audit_id desc limit 1",
    [task.id],
  )
  await boss.api(audit).undo({ params: { id: rows[0].audit_id } })
  const back = await pool.query('select assignee_id from task where task_id = $1', [task.id])
  assert.equal(back.rows[0].assignee_id, world.mine.user_id)
})
