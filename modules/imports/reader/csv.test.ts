import assert from 'node:assert/strict'
import test from 'node:test'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { Refusal } from '../../../kernel/refuse.ts'
import { type Batch, CELL_CAP, COLUMN_CAP, CsvReader, type LineEnding } from './csv.ts'

type Read = {
  rows: string[][]
  lines: number[]
  raws: string[]
  problems: (string | undefined)[]
  blank_lines: number
}

function read(text: string, cuts: number[] = [], delimiter = ',', ending: LineEnding = 'lf'): Read {
  const reader = new CsvReader(delimiter, ending)
  const all: Read = { rows: [], lines: [], raws: [], problems: [], blank_lines: 0 }
  const take = (batch: Batch | undefined) => {
    batch?.rows.forEach((row, i) => {
      all.rows.push(row)
      all.lines.push(batch.lines[i]!)
      all.raws.push(batch.raw(i))
      all.problems.push(batch.problems?.get(i))
    })
    all.blank_lines += batch?.blank_lines ?? 0
  }
  const at = [...new Set(cuts.map((c) => c % (text.length + 1)))].sort((a, b) => a - b)
  let from = 0
  for (const cut of [...at, text.length]) {
    take(reader.push(text.slice(from, cut)))
    from = cut
  }
  take(reader.end())
  return all
}

const refusal = (run: () => unknown): Refusal => {
  try {
    run()
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
  throw new Error('nothing was refused')
}

const cell = fc.oneof(
  fc.string({ maxLength: 12 }).filter((s) => !s.includes('\0')),
  fc.constantFrom(
    '',
    'a,b',
    'say "hi"',
    '"',
    '""',
    'line\nbreak',
    'x\r\ny',
    '，',
    '上海；浦东',
    ' padded ',
    '\t',
    'é',
    '😀',
  ),
)
const quote = (text: string) => `"${text.replaceAll('"', '""')}"`
const table = fc.integer({ min: 1, max: 6 }).chain((width) =>
  fc.array(fc.array(fc.tuple(cell, fc.boolean()), { minLength: width, maxLength: width }), {
    minLength: 1,
    maxLength: 12,
  }),
)

test('what was written comes back, whatever the quoting, line ends, delimiter and chunk borders', () => {
  fc.assert(
    fc.property(
      table,
      fc.constantFrom(',', ';', '\t', '|', '，'),
      fc.constantFrom(['lf', '\n'] as const, ['crlf', '\r\n'] as const, ['cr', '\r'] as const),
      fc.array(fc.nat(), { maxLength: 20 }),
      fc.boolean(),
      (rows, delimiter, [ending, newline], cuts, closed) => {
        const written = rows
          // A record of nothing but blanks is no record; a mark keeps every one of these.
          .map((row) => [['k', false] as [string, boolean], ...row])
          .map((row) =>
            row.map(([text, quoted]) => (quoted || needsQuotes(text, delimiter) ? quote(text) : text)),
          )
        const text = written.map((row) => row.join(delimiter)).join(newline) + (closed ? newline : '')
        const back = read(text, cuts, delimiter, ending)
        assert.deepEqual(
          back.rows,
          rows.map((row) => ['k', ...row.map(([t]) => t)]),
        )
        assert.deepEqual(
          back.raws,
          written.map((row) => row.join(delimiter)),
        )
        const mark = ending === 'cr' ? '\r' : '\n'
        let line = 1
        const lines = written.map((row) => {
          const begun = line
          line += row.join(delimiter).split(mark).length
          return begun
        })
        assert.deepEqual(back.lines, lines)
        assert.ok(back.problems.every((p) => p === undefined))
      },
    ),
    { numRuns: 500 },
  )
})

const needsQuotes = (text: string, delimiter: string) =>
  text.startsWith('"') || text.includes(delimiter) || /[\r\n]/.test(text)

test('agrees with csv-parse on every well-formed text', () => {
  const piece = fc.constantFrom('a', '1', ',', '\n', '"x"', '"a,b"', '"q""q"', '"two\nlines"', 'é', ' ')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), fc.array(fc.nat(), { maxLength: 8 }), (pieces, cuts) => {
      const text = pieces.join('')
      let expected: string[][]
      try {
        expected = parse(text, { relax_column_count: true, skip_empty_lines: true, trim: false })
      } catch {
        return
      }
      const some = expected.filter((row) => row.some((c) => c.trim() !== ''))
      const back = read(text, cuts)
      if (back.problems.some((p) => p !== undefined)) return
      assert.deepEqual(back.rows, some)
    }),
    { numRuns: 1000 },
  )
})

test('chunk borders change nothing, also in text that is broken', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' '), maxLength: 60 }),
      fc.array(fc.nat()),
      (text, cuts) => {
        const run = (c: number[]) => {
          try {
            return read(text, c)
          } catch (error) {
            assert.ok(error instanceof Refusal)
            return { code: error.code, line: error.details['line'] }
          }
        }
        assert.deepEqual(run(cuts), run([]))
      },
    ),
    { numRuns: 1000 },
  )
})

test('a stray quote costs its own line only', () => {
  const { rows, problems, lines } = read('1,"5" pipe",3\n2,ok,3\n4,"good"  ,6\n"x"y,1\n')
  assert.deepEqual(lines, [1, 2, 3, 4])
  assert.deepEqual(problems, ['bad_quotes', undefined, undefined, 'bad_quotes'])
  assert.deepEqual(rows[1], ['2', 'ok', '3'])
  assert.deepEqual(rows[2], ['4', 'good', '6'])
  assert.equal(read('1,5" pipe,3\n').problems[0], undefined)
})

test('a quote opened and never closed stops with the line where it opened', () => {
  const end = refusal(() => read('a,b\n1,2\n3,"open\n5,6\n'))
  assert.deepEqual([end.code, end.details['line']], ['imports.unclosed_quote', 3])
  const reader = new CsvReader(',')
  const early = refusal(() => {
    reader.push('a,b\n1,"open')
    for (let i = 0; i < 10_000; i++) reader.push('more and more text without an end\n'.repeat(40))
  })
  assert.deepEqual([early.code, early.details['line']], ['imports.unclosed_quote', 2])
})

test('a cell beyond the cap, quoted or not, is refused with its line', () => {
  const long = 'x'.repeat(CELL_CAP + 1)
  for (const text of [`a\n${long}\n`, `a\n"${long}"\n`, `a\n1,${long}`, `a\n"${long}`]) {
    const no = refusal(() => read(text, [100_000, 300_000, 900_000, 1_040_000]))
    assert.match(no.code, /^imports\.(cell_too_long|unclosed_quote)$/)
    assert.equal(no.details['line'], 2)
  }
  assert.equal(read(`a\n"${'x'.repeat(CELL_CAP - 10)}"\n`).rows[1]![0]!.length, CELL_CAP - 10)
})

test('more than 2,000 columns are refused', () => {
  assert.equal(read('x,'.repeat(COLUMN_CAP - 1)).rows[0]!.length, COLUMN_CAP)
  assert.equal(refusal(() => read('x,'.repeat(COLUMN_CAP + 1))).code, 'imports.too_many_columns')
})

test('lines without content are read over and counted', () => {
  const { rows, lines, blank_lines } = read('a,b\n\n  \n,,,\n1,2\n\n')
  assert.deepEqual(rows, [
    ['a', 'b'],
    ['1', '2'],
  ])
  assert.deepEqual([lines, blank_lines], [[1, 5], 4])
})

test('long records take time in proportion to their length', () => {
  const text = Array.from({ length: 14 }, () => `"${'y'.repeat(1_000_000)}"`).join(',')
  const reader = new CsvReader(',')
  const started = performance.now()
  for (let at = 0; at < text.length; at += 4_000) reader.push(text.slice(at, at + 4_000))
  assert.equal(reader.end().rows[0]!.length, 14)
  // 14 MB in 3,500 pieces, all of it looked at again with every piece, would be 24 GB of scanning.
  assert.ok(performance.now() - started < 5_000)
})
