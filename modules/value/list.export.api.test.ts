import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { type Played, type TestHouse, testHouse } from '../../kernel/testing.ts'
import { modules } from '../index.ts'
import { type PartyRow, parties } from '../parties/contract.ts'
import { valueHeadings } from '../parties/text.export.ts'
import { computeValue } from './engine/run.ts'
import { furnish, purchases } from './testing.ts'

// The customers' list with what the value engine knows, as a file: the same rows, columns and figures.
let h: TestHouse
before(async () => {
  h = await testHouse(modules, { clock: () => new Date('2023-12-20T15:00:00Z') })
  await furnish(h, purchases(180))
})
after(() => h.close())

type Query = { readonly [name: string]: string | number | boolean | undefined }
const ask = (who: Played, query: Query) =>
  h.as(who).send({
    method: 'GET',
    url: `/api/v1/parties/export?${new URLSearchParams(Object.entries(query).map(([key, value]): [string, string] => [key, String(value)]))}`,
    headers: {},
  })
const cells = async (answer: Response): Promise<string[][]> => {
  assert.equal(answer.status, 200, await answer.clone().text())
  return parse(Buffer.from(await answer.arrayBuffer()), { bom: true }) as string[][]
}
const listed = async (who: Played, query: Query) => {
  const api = h.as(who).api(parties)
  const items: PartyRow[] = []
  let cursor: string | undefined
  for (;;) {
    const page = await api.list({
      query: { ...query, with: 'value', limit: 50, ...(cursor === undefined ? {} : { cursor }) },
    })
    items.push(...page.items)
    if (page.next === null) return { items, count: page.count }
    cursor = page.next
  }
}
const KEYS = Object.keys(valueHeadings)
const P_ALIVE = 1 + KEYS.indexOf('p_alive')
const bare = (row: readonly string[]) => row.toSpliced(P_ALIVE, 1)
const grants = { 'parties:read': 'all', 'data:export': 'all' } as const
const everyone: Played = {}
/** sees every customer, but the value of one unit's only */
const narrow: Played = { grants: { ...grants, 'value:read': 'team' }, unit_id: 22, team_units: [22] }
const blind: Played = { grants }

test('before anything was computed there are no figures, and whoever asks for some gets no rows', async () => {
  const [, ...rows] = await cells(await ask(everyone, { columns: 'id,value,core' }))
  assert.equal(rows.length, (await listed(everyone, {})).items.length)
  assert.ok(rows.every(([, value, core]) => value === '' && core === ''))
  assert.equal((await cells(await ask(everyone, { core: true }))).length, 1)
  await computeValue(h.ctx(), { kind: 'auto', because: 'first', as_of: null })
})

for (const [name, who] of [
  ['everything', everyone],
  ['the value of one unit', narrow],
] as const)
  test(`any filter and order of the list goes out as it stands there, for who sees ${name}`, async () => {
    const asked = fc.record(
      {
        sort: fc.constantFrom('name', 'revenue_minor', 'value_minor', 'at_risk_minor', 'p_alive', 'lateness'),
        order: fc.constantFrom('asc', 'desc'),
        core: fc.boolean(),
        overdue: fc.boolean(),
        class: fc.constantFrom('one_off', 'occasional', 'regular'),
        abc: fc.constantFrom('A', 'B', 'C'),
        alive_below: fc.constantFrom(0.5, 0.8),
        value_from: fc.constantFrom(1000, 20_000),
        value_to: fc.constantFrom(15_000, 60_000),
        tag: fc.constant('gold'),
        unit_id: fc.constantFrom(21, 22),
        kind: fc.constantFrom('person', 'organisation'),
      },
      { requiredKeys: [] },
    )
    await fc.assert(
      fc.asyncProperty(asked, async (query) => {
        const { items, count } = await listed(who, query)
        const answer = await ask(who, { ...query, columns: `id,${KEYS.join(',')}` })
        assert.equal(answer.headers.get('guanxi-rows'), String(count))
        const [, ...rows] = await cells(answer)
        assert.deepEqual(rows.map(bare), items.map(told).map(bare))
        // Half a digit lies either way: PostgreSQL rounds what it writes, JavaScript the binary fraction.
        for (const [i, row] of rows.entries()) {
          const exact = told(items[i]!)[P_ALIVE]!
          if (exact === '') assert.equal(row[P_ALIVE], '')
          else assert.ok(Math.abs(Number(row[P_ALIVE]) - Number(exact)) <= 0.000_050_001, exact)
        }
      }),
      { numRuns: 40, examples: [[{}], [{ sort: 'name' }]] },
    )
  })

const minor = (n: number | null) => (n === null ? '' : (n / 100).toFixed(2))
const yes = (is: boolean) => (is ? 'yes' : 'no')
const words = { one_off: 'One-off', occasional: 'Occasional', regular: 'Regular' }
const told = ({ id, value }: PartyRow): string[] =>
  value
    ? [
        String(id),
        minor(value.value_minor),
        minor(value.at_risk_minor),
        String(value.p_alive ?? ''),
        yes(value.overdue),
        value.next_order_on ?? '',
        words[value.class],
        value.abc ?? '',
        yes(value.core),
      ]
    : [String(id), ...KEYS.map(() => '')]

test('who may not read value neither gets its columns, nor filters or sorts a file by it', async () => {
  const [heads, ...rows] = await cells(await ask(blind, {}))
  assert.equal(rows.length, (await listed(everyone, {})).items.length)
  assert.ok(!heads!.some((head) => Object.values(valueHeadings).some(({ en }) => en === head)))
  for (const query of [{ core: true }, { sort: 'value_minor' }, { columns: 'id, value' }] as Query[]) {
    const answer = await ask(blind, query)
    assert.equal(answer.status, 403)
    assert.equal(((await answer.json()) as { code: string }).code, 'kernel.not_allowed')
  }
})

test('the audit keeps by which figures the file was filtered', async () => {
  await cells(await ask(everyone, { core: true, sort: 'value_minor', columns: 'name,value' }))
  const { rows } = await h.house.pool.query<{ payload: { became: { filter: object; columns: string[] } } }>(
    `select payload from audit where action = 'exports.started' order by audit_id desc limit 1`,
  )
  const text = JSON.stringify(rows[0])
  assert.match(text, /"core":true/)
  assert.match(text, /"value"/)
})
