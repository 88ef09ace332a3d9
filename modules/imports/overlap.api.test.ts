import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { type TestHouse, testHouse } from '../../kernel/testing.ts'
import { modules } from '../index.ts'
import { align } from './applying/align.ts'
import { contents, csv, found, inconsistencies, type Line, row, take } from './testing.ts'

let h: TestHouse
before(async () => {
  h = await testHouse(modules)
  await found(h)
})
after(() => h.close())

let sources = 0
const fresh = () => `s${++sources}`

/** Orders of several lines one after the other, some lines true duplicates of an earlier one of their order. */
const file = fc
  .array(
    fc.record({
      lines: fc.array(
        fc.record({
          code: fc.constantFrom('A', 'B', 'C', 'D', 'E', 'F', 'G'),
          qty: fc.integer({ min: -3, max: 9 }),
        }),
        { minLength: 1, maxLength: 9 },
      ),
      customer: fc.constantFrom('', '1.0', '2', '3'),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map((orders) =>
    orders.flatMap(({ lines, customer }, i) =>
      lines.map((line): Line => ({ order: `o${i}`, customer, at: `2011-0${i + 1}-01 10:00:00`, ...line })),
    ),
  )
const adds = ({ lines, orders, parties, products }: Awaited<ReturnType<typeof take>>) => {
  for (const c of [lines, orders, parties, products])
    assert.equal(c.read, c.created + c.updated + c.unchanged + c.rejected)
}
const key = (line: Line) => `${line.order} ${line.code} ${line.qty}`

/**
 * A cut between two pieces of one order cannot be told from an overlap where the lines before it are those after it
 * (A A | A): there an importer must not count twice, and so may count once too little. Such cuts are left out.
 */
function ambiguous(lines: readonly Line[], from: number, to: number): boolean {
  if (
    from >= lines.length ||
    to === 0 ||
    lines[to - 1]!.order !== lines[Math.min(to, lines.length - 1)]!.order
  )
    return false
  const order = lines[to - 1]!.order
  const first = lines
    .slice(0, to)
    .filter((l) => l.order === order)
    .map(key)
  const second = lines
    .slice(from)
    .filter((l) => l.order === order)
    .map(key)
  const overlap = lines.slice(from, to).filter((l) => l.order === order).length
  const found = align(second, first, 'start')
  if (overlap === 0) return found === null || found.length > 0
  return found === null || found.length !== overlap
}

describe('files of one source that are cut anywhere', () => {
  test('two consecutive pieces come to the whole, whichever way they overlap', async () => {
    await fc.assert(
      fc.asyncProperty(file, fc.nat(), fc.nat(), async (lines, a, b) => {
        const [from, to] = [
          Math.min(a % (lines.length + 1), b % (lines.length + 1)),
          Math.max(a % (lines.length + 1), b % (lines.length + 1)),
        ]
        fc.pre(to > 0 && from < lines.length && !ambiguous(lines, from, to))
        const [whole, pieces] = [fresh(), fresh()]
        adds(await take(h, csv(lines.map(row)), { source: whole }))
        const first = csv(lines.slice(0, to).map(row))
        const second = csv(lines.slice(from).map(row))
        adds(await take(h, first, { source: pieces }))
        adds(await take(h, second, { source: pieces }))
        const wanted = await contents(h, whole)
        assert.deepEqual(await contents(h, pieces), wanted)
        for (const again of [second, first, csv(lines.map(row))]) {
          const report = await take(h, again, { source: pieces })
          adds(report)
          assert.equal(report.lines.unchanged, report.lines.read)
        }
        assert.deepEqual(await contents(h, pieces), wanted)
      }),
      { numRuns: 12, seed: 7, endOnFailure: true },
    )
    assert.deepEqual(await inconsistencies(h), [])
  })

  test('a line that stands on both sides of the cut is counted twice, as it stands', async () => {
    const source = fresh()
    const [X, Y, Z] = ['X', 'Y', 'Z'].map((code) => row({ order: 'k', code }))
    const before = row({ order: 'j' })
    const after = row({ order: 'l' })
    await take(h, csv([before, X!, Y!]), { source })
    await take(h, csv([X!, Z!, after]), { source })
    const [, cut] = await contents(h, source)
    assert.equal(cut.lines.length, 4)
    for (const again of [
      [before, X!, Y!],
      [X!, Z!, after],
      [before, X!, Y!, X!, Z!, after],
    ])
      assert.equal((await take(h, csv(again), { source })).lines.unchanged, again.length)
  })

  test('files that overlap in any order never count a line more often than one of them has it', async () => {
    await fc.assert(
      fc.asyncProperty(
        file,
        fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 2, maxLength: 4 }),
        async (lines, cuts) => {
          const source = fresh()
          for (const [a, b] of cuts) {
            const [from, to] = [Math.min(a, b) % lines.length, (Math.max(a, b) % lines.length) + 1]
            if (from < to) adds(await take(h, csv(lines.slice(from, to).map(row)), { source }))
          }
          const count = (rows: readonly Line[]) => rows.length
          const stored = await contents(h, source)
          for (const order of stored) {
            const inFile = lines.filter((l) => l.order === order.number)
            assert.ok(
              order.line_count <= count(inFile),
              `${order.number}: ${order.line_count} of ${inFile.length}`,
            )
          }
        },
      ),
      { numRuns: 10, seed: 11, endOnFailure: true },
    )
    assert.deepEqual(await inconsistencies(h), [])
  })
})

describe('pieces of one sequence', () => {
  test('go on where the others end, lie within them, or touch', () => {
    assert.deepEqual(align(['c', 'd'], ['a', 'b', 'c'], 'start'), { file_from: 0, old_from: 2, length: 1 })
    assert.deepEqual(align(['b', 'c'], ['a', 'b', 'c', 'd'], 'start'), {
      file_from: 0,
      old_from: 1,
      length: 2,
    })
    assert.deepEqual(align(['a', 'b', 'c'], ['b'], 'start'), { file_from: 1, old_from: 0, length: 1 })
    assert.deepEqual(align(['x', 'y'], ['a', 'b'], 'start'), { file_from: 0, old_from: 0, length: 0 })
    assert.deepEqual(align(['a', 'b'], ['b', 'c'], 'end'), { file_from: 1, old_from: 0, length: 1 })
    assert.equal(align(['a', 'b', 'x'], ['a', 'b', 'c'], 'start'), null)
  })
})
