import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type TestHouse, testHouse } from '../../../kernel/testing.ts'
import { startWorker, type Worker } from '../../../kernel/worker.ts'
import { modules } from '../../index.ts'
import { imports } from '../contract.ts'
import { csv, found, row, take } from '../testing.ts'
import { everything } from './testing.ts'

let h: TestHouse
let worker: Worker
before(async () => {
  h = await testHouse(modules)
  await found(h)
  worker = await startWorker(h.house, modules, () => h.ctx())
})
after(async () => {
  await worker.stop()
  await h.close()
})

const file = csv([
  row({ order: '1', customer: 'C1', code: 'P1' }),
  row({ order: '2', customer: 'C2', code: 'P1' }),
  row({ order: '3', customer: 'C3', code: 'P2' }),
])
const party = async (value: string, source = 'shop'): Promise<number> =>
  (
    await h.house.pool.query('select party_id from external_id where value = $1 and source = $2', [
      value,
      source,
    ])
  ).rows[0].party_id
const send = (
  who: ReturnType<TestHouse['as']>,
  method: 'POST' | 'PATCH' | 'DELETE',
  url: string,
  body?: unknown,
) =>
  who.send({
    method,
    url: `/api/v1${url}`,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })

async function ended(api: ReturnType<typeof client>, id: number) {
  for (let tries = 0; tries < 300; tries++) {
    const one = await api.get({ params: { id } })
    if (one.undo.last && ['done', 'failed', 'cancelled'].includes(one.undo.last.state)) return one
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('the undo does not end')
}
const client = (who: ReturnType<TestHouse['as']>) => who.api(imports)

describe('an undo through the API', () => {
  it('is looked at, run as a job, told on the report, and undone in turn', async () => {
    const empty = await everything(h)
    const { import_id } = await take(h, file)
    const id = import_id!
    const me = h.as({ id: 5 })
    const api = client(me)
    const before = await api.get({ params: { id } })
    assert.equal(before.undo.state, 'standing')
    assert.equal(before.undo.why_not, null)
    assert.ok(before.undo.until! > before.finished_at!)
    const plan = await api.undoPlan({ params: { id } })
    assert.equal(plan.possible, true)
    assert.deepEqual(plan.party, { removed: 3, created: 0, changed: 0, left: 0 })
    assert.deepEqual(plan.order, { removed: 3, created: 0, changed: 0, left: 0 })
    assert.equal(plan.lines, 3)
    assert.equal(plan.left_total, 0)
    const { run_id } = await api.undo({ params: { id } })
    assert.ok(run_id > 0)
    const after = await ended(api, id)
    assert.equal(after.undo.state, 'undone')
    assert.equal(after.undo.last!.report!.order.removed, 3)
    assert.deepEqual(await everything(h), empty)
    assert.equal((await api.undoPlan({ params: { id } })).direction, 'redo')
    const none = await send(me, 'POST', `/imports/${id}/undo`)
    assert.equal(none.status, 409)
    await api.redo({ params: { id } })
    assert.equal((await ended(api, id)).undo.state, 'standing')
    await api.undo({ params: { id } })
    await ended(api, id)
    assert.deepEqual(await everything(h), empty)
  })

  it('leaves what a person edited, and says which, who and when, as a file too', async () => {
    await h.house.pool.query(
      `insert into role (role_id, code, name_zh, name_en, grants, created_at) values (77, 'editor', '编辑', 'Editor', '{}', now());
       insert into app_user (user_id, email, name, role_id, unit_id, created_at, updated_at) values (9, 'wang@x.example', '=王芳', 77, 1, now(), now())`,
    )
    const { import_id } = await take(h, file, { source: 'edited' })
    const id = import_id!
    const editor = h.as({ id: 9 })
    const c1 = await party('C1', 'edited')
    const edited = await send(editor, 'PATCH', `/parties/${c1}`, { note: 'called' })
    assert.equal(edited.status, 200)
    const plan = await client(h.as()).undoPlan({ params: { id } })
    assert.deepEqual(plan.party, { removed: 2, created: 0, changed: 0, left: 1 })
    assert.equal(plan.left_total, 1)
    const [left] = plan.left
    assert.deepEqual(
      { id: left!.id, why: left!.why, who: left!.who, party_id: left!.party_id },
      { id: c1, why: 'changed', who: '=王芳', party_id: c1 },
    )
    assert.ok(left!.at)
    const csvFile = await h.as().send({
      method: 'GET',
      url: `/api/v1/imports/${id}/undo/left.csv`,
      headers: {},
    })
    const text = await csvFile.text()
    assert.equal(csvFile.status, 200)
    assert.match(text, /'=王芳/)
    assert.equal(text.trim().split('\r\n').length, 2)
    await client(h.as()).undo({ params: { id } })
    const one = await ended(client(h.as()), id)
    assert.equal(one.undo.state, 'partly_undone')
    assert.equal(one.undo.standing, 1)
    assert.equal((await client(h.as()).undoPlan({ params: { id } })).possible, false)
  })

  it('names a later import, never the one that brought the row before, and whoever wrote what holds a row', async () => {
    const people = (rows: string[]) =>
      take(h, csv(rows, 'Customer ID,Name,Note'), { kind: 'parties', source: 'since' })
    await people(['S1,First,one'])
    const { import_id } = await people(['S1,First,two', 'S2,Second,new'])
    const s1 = await party('S1', 'since')
    const s2 = await party('S2', 'since')
    const who = h.as({ id: 77 })
    await send(who, 'PATCH', `/parties/${s1}`, { note: 'by hand' })
    await send(who, 'POST', `/parties/${s2}/notes`, { body: 'a call' })
    const {
      rows: [note],
    } = await h.house.pool.query("select at from audit where party_id = $1 and subject = 'note'", [s2])
    const plan = await client(h.as()).undoPlan({ params: { id: import_id! }, query: {} })
    const told = plan.left.map(({ id, why, import: by, at }) => ({
      id,
      why,
      by,
      held: at === note.at || why === 'changed',
    }))
    assert.deepEqual(told, [
      { id: s1, why: 'changed', by: null, held: true },
      { id: s2, why: 'held', by: null, held: true },
    ])
  })

  it('tells who may not see a touched row how many there are, and no more', async () => {
    const { import_id } = await take(
      h,
      csv([row({ order: '9', customer: 'S1' }), row({ order: '8', customer: 'S2' })]),
      {
        source: 'scoped',
      },
    )
    const id = import_id!
    await h.house.pool.query('update import set unit_id = 21 where import_id = $1', [id])
    await send(h.as({ id: 9 }), 'PATCH', `/parties/${await party('S1', 'scoped')}`, { unit_id: 22 })
    await send(h.as({ id: 9 }), 'PATCH', `/parties/${await party('S2', 'scoped')}`, { unit_id: 21 })
    const plan = await client(h.as({ unit_id: 21, scope: 'team' })).undoPlan({ params: { id } })
    // S1 with its order is elsewhere, S2 was moved here.
    assert.equal(plan.party.left, 2)
    assert.deepEqual(
      plan.left.filter(({ subject }) => subject === 'party').map((one) => one.id),
      [await party('S2', 'scoped')],
    )
    assert.ok(plan.left_withheld >= 1)
    assert.equal(
      plan.left.some((one) => one.name.includes('S1')),
      false,
    )
    assert.equal(
      (await send(h.as({ unit_id: 22, scope: 'team' }), 'POST', `/imports/${id}/undo`)).status,
      404,
    )
    const reader = h.as({ grants: { 'imports:read': 'all', 'imports:write': 'all' } })
    assert.equal((await send(reader, 'POST', `/imports/${id}/undo`)).status, 403)
  })

  it('says why there is no way back any more', async () => {
    const { import_id } = await take(h, csv([row({ order: '77', customer: 'E1' })]), { source: 'late' })
    const api = client(h.as())
    const why = async () => (await api.get({ params: { id: import_id! } })).undo.why_not?.code
    assert.equal(await why(), undefined)
    await h.house.pool.query(`update import set undo_until = now() - interval '1 day' where import_id = $1`, [
      import_id,
    ])
    assert.equal(await why(), 'imports.undo_expired')
    const refused = await send(h.as(), 'POST', `/imports/${import_id}/undo`)
    assert.equal(refused.status, 409)
    assert.match(((await refused.json()) as { detail: string }).detail, /over \(\d{4}-\d\d-\d\d\)/)
    await h.house.pool.query('update import set undo_until = null where import_id = $1', [import_id])
    assert.equal(await why(), 'imports.no_trail')
    const same = await take(h, csv([row({ order: '77', customer: 'E1' })]), { source: 'late' })
    assert.equal(
      (await api.get({ params: { id: same.import_id! } })).undo.why_not?.code,
      'imports.changed_nothing',
    )
  })
})
