import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type TestHouse, testHouse } from '../../kernel/testing.ts'
import { identity } from '../identity/contract.ts'
import { modules } from '../index.ts'
import { occasions } from '../occasions/contract.ts'
import { parties } from '../parties/contract.ts'
import { company, director } from '../parties/testing.ts'
import { ties } from '../ties/contract.ts'
import { notes } from './contract.ts'

let h: TestHouse
before(async () => {
  h = await testHouse(modules)
  await company(h)
})
after(() => h.close())

const TABLES = ['occasion', 'tie', 'note', 'task', 'attachment', 'attachment_chunk']
async function held(): Promise<unknown> {
  const found: Record<string, unknown> = {}
  for (const table of TABLES) {
    const { rows } = await h.house.pool.query(`select to_jsonb(t) as row from ${table} t order by 1`)
    found[table] = rows.map(({ row }) => row)
  }
  return found
}

test('dates, ties, notes, tasks and files follow a merge and go home, each as it was', async () => {
  const who = h.as(director)
  const make = async (kind: 'person' | 'organisation', name: string) =>
    (await who.api(parties).create({ body: { kind, name, unit_id: 21, owner_id: 101 } })).id
  const [a, b, firm] = [
    await make('person', '陈立'),
    await make('person', '陈莉'),
    await make('organisation', '华东机电'),
  ]
  const fill = async (id: number, name: string) => {
    const params = { id }
    await who.api(occasions).add({ params, body: { kind: 'birthday', calendar: 'lunar', month: 8, day: 15 } })
    await who
      .api(ties)
      .add({ params, body: { kind: 'works_at', other_id: firm, title: name, is_primary: true } })
    await who.api(notes).add({ params, body: { body: name } })
    await who.api(notes).addTask({ body: { title: name, party_id: id } })
    await who.send({
      method: 'POST',
      url: `/api/v1/parties/${id}/attachments?name=${name}.txt`,
      headers: { 'content-type': 'text/plain' },
      body: Buffer.from(name) as never,
    })
  }
  await fill(a, 'A')
  await fill(b, 'B')
  // Of the one with the other: it would name one party twice, so it waits until they are parted.
  await who.api(ties).add({ params: { id: a }, body: { kind: 'household', other_id: b, relation: 'spouse' } })
  const were = await held()
  await who.api(identity).merge({ params: { id: a }, body: { other: b } })
  assert.equal((await who.api(occasions).ofParty({ params: { id: a } })).items.length, 2)
  const tied = (await who.api(ties).ofParty({ params: { id: a } })).items
  assert.deepEqual(tied.map(({ title }) => title).sort(), ['A', 'B'])
  assert.deepEqual(
    (await who.api(ties).ofParty({ params: { id: firm } })).items.map(({ other }) => other.id),
    [a, a],
  )
  assert.equal((await who.api(notes).ofParty({ params: { id: a }, query: {} })).items.length, 2)
  assert.equal((await who.api(notes).tasks({ query: { party_id: a } })).items.length, 2)
  const { items } = await who.api(notes).attachments({ params: { id: a }, query: {} })
  for (const { id, name } of items) {
    const file = await who.send({
      method: 'GET',
      url: `/api/v1/parties/${a}/attachments/${id}/file`,
      headers: {},
    })
    assert.equal(`${await file.text()}.txt`, name)
  }
  const merges = await who.api(identity).merges({ params: { id: a } })
  const { merge_id } = merges.items[0]!
  await who.api(identity).unmerge({ params: { id: a }, body: { merge_id } })
  assert.deepEqual(await held(), were)
})
