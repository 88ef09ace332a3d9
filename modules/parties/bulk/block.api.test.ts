import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type TestHouse, testHouse } from '../../../kernel/testing.ts'
import { modules } from '../../index.ts'
import { furnish, type World } from '../../testing.world.ts'
import { parties } from '../contract.ts'

let h: TestHouse
let world: World
before(async () => {
  h = await testHouse(modules)
  world = await furnish(h)
})
after(() => h.close())
const api = () => h.as({ id: world.me.user_id, unit_id: world.mine.unit_id }).api(parties)
type Told = {
  problem: {
    status: number
    code: string
    details: { problems: { id: number; code: string; field: string; now: unknown }[] }
  }
}
const refusedBy = async (asked: Promise<unknown>): Promise<Told['problem']> =>
  asked.then(
    () => assert.fail('it was not refused'),
    (error: Told) => error.problem,
  )
const make = async (name: string) =>
  api().create({ body: { kind: 'person', name, unit_id: world.mine.unit_id, tags: ['a'] } })

describe('a block of cells', () => {
  it('is written as one, and each customer has it in its history', async () => {
    const [a, b] = [await make('A'), await make('B')]
    const { rows } = await api().block({
      body: {
        rows: [
          { id: a.id, set: { name: 'A2', country: 'CN' }, seen: { name: 'A', country: null } },
          { id: b.id, set: { tags: ['a', 'b'] } },
        ],
      },
    })
    assert.deepEqual(
      rows.map(({ name, country, tags }) => ({ name, country, tags })),
      [
        { name: 'A2', country: 'CN', tags: ['a'] },
        { name: 'B', country: null, tags: ['a', 'b'] },
      ],
    )
    const { items } = await api().history({ params: { id: a.id }, query: {} })
    assert.deepEqual(items[0]!.changes.map(({ field }) => field).sort(), ['country', 'name'])
    const again = await api().block({ body: { rows: [{ id: b.id, set: { tags: ['a', 'b'] } }] } })
    assert.equal(again.rows[0]!.version, rows[1]!.version)
  })

  it('is refused whole, with every cell that fails named', async () => {
    const [a, b] = [await make('C'), await make('D')]
    const problem = await refusedBy(
      api().block({
        body: {
          rows: [
            { id: a.id, set: { name: 'C2' } },
            { id: b.id, set: { owner_id: 999_999_999 } },
            { id: 999_999_998, set: { name: 'nobody' } },
          ],
        },
      }),
    )
    assert.equal(problem.code, 'parties.block_refused')
    assert.deepEqual(
      problem.details.problems.map(({ id, code }) => ({ id, code })),
      [
        { id: b.id, code: 'parties.bad_owner' },
        { id: 999_999_998, code: 'kernel.not_found' },
      ].sort((x, y) => x.id - y.id),
    )
    assert.equal((await api().get({ params: { id: a.id } })).name, 'C')
  })

  it('goes beside what another changed, and not over it', async () => {
    const a = await make('E')
    await api().update({ params: { id: a.id }, body: { note: 'theirs', country: 'GB' } })
    const { rows } = await api().block({
      body: { rows: [{ id: a.id, set: { name: 'E2' }, seen: { name: 'E' } }] },
    })
    assert.equal(rows[0]!.note, 'theirs')
    const problem = await refusedBy(
      api().block({ body: { rows: [{ id: a.id, set: { country: 'CN' }, seen: { country: null } }] } }),
    )
    assert.deepEqual(
      problem.details.problems.map(({ code, field, now }) => ({ code, field, now })),
      [{ code: 'parties.block_conflict', field: 'country', now: 'GB' }],
    )
    const [{ by, at } = {}] = problem.details.problems as { by?: string; at?: string }[]
    assert.equal(typeof by, 'string', 'whose work it is')
    assert.ok(Date.parse(at ?? ''), 'and when')
  })
})
