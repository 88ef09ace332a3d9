import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type TestHouse, testHouse } from '../../kernel/testing.ts'
import { modules } from '../index.ts'
import { notes } from '../notes/contract.ts'
import { occasions } from '../occasions/contract.ts'
import { parties } from '../parties/contract.ts'
import { codeOf, company, director, wang } from '../parties/testing.ts'
import { ties } from '../ties/contract.ts'
import { audit } from './contract.ts'

let h: TestHouse
before(async () => {
  h = await testHouse(modules)
  await company(h)
})
after(() => h.close())

test('a change of a date, a tie, a note or a task is put back from the audit log, by whoever may make it', async () => {
  const who = h.as(director)
  const make = async (kind: 'person' | 'organisation', name: string) =>
    (await who.api(parties).create({ body: { kind, name, unit_id: 31, owner_id: 103 } })).id
  const [id, firm] = [await make('person', '陈立'), await make('organisation', '华东机电')]
  const params = { id }
  const date = await who
    .api(occasions)
    .add({ params, body: { kind: 'birthday', calendar: 'solar', month: 8, day: 15 } })
  await who.api(occasions).change({ params: { id, occasion_id: date.id }, body: { day: 16 } })
  const tie = await who.api(ties).add({ params, body: { kind: 'works_at', other_id: firm, title: '总监' } })
  await who.api(ties).change({ params: { id, tie_id: tie.id }, body: { title: '总经理' } })
  const note = await who.api(notes).add({ params, body: { body: '原文' } })
  await who.api(notes).change({ params: { id, note_id: note.id }, body: { body: '改了' } })
  const task = await who.api(notes).addTask({ body: { title: '回电', priority: 'high', party_id: id } })
  await who.api(notes).changeTask({ params: { id: task.id }, body: { priority: 'low' } })
  const { rows } = await h.house.pool.query<{ audit_id: number; action: string }>(
    `select min(audit_id) as audit_id, action from audit where action like '%.changed' and subject_id = any($1::bigint[]) group by action`,
    [[date.id, tie.id, note.id, task.id]],
  )
  assert.equal(rows.length, 4)
  for (const { audit_id } of rows) {
    assert.equal(
      await codeOf(
        h
          .as(wang)
          .api(audit)
          .undo({ params: { id: Number(audit_id) } }),
      ),
      'audit.undo_gone',
    )
    await who.api(audit).undo({ params: { id: Number(audit_id) } })
  }
  assert.equal((await who.api(occasions).ofParty({ params })).items[0]?.day, 15)
  assert.equal((await who.api(ties).ofParty({ params })).items[0]?.title, '总监')
  assert.equal((await who.api(notes).ofParty({ params, query: {} })).items[0]?.body, '原文')
  assert.equal((await who.api(notes).tasks({ query: { party_id: id } })).items[0]?.priority, 'high')
})
