import type { Readable } from 'node:stream'
import { type Ctx, planned } from '../../kernel/ctx.ts'
import { Refusal, refuse } from '../../kernel/refuse.ts'
import { scopeSql } from '../../kernel/scope.ts'
import { exponentOf } from '../../kernel/text.ts'
import { CsvReader } from '../imports/reader/csv.ts'
import { detectDelimiter, detectLineEnding } from '../imports/reader/dialect.ts'
import type { Imported } from './contract.customer.ts'

// Small files that people keep by hand: read whole, each row checked as if it were entered, bad rows told by their line.

const MOST_BYTES = 20 * 1024 * 1024

export type Row = { line: number; cell(name: string): string }

/** Header names in either language, as written or with capitals. */
export type Columns = { readonly [name: string]: readonly string[] }

export async function rowsOf(stream: Readable, columns: Columns, needed: readonly string[]): Promise<Row[]> {
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of stream) {
    size += (piece as Buffer).length
    if (size > MOST_BYTES) refuse('value.bad_file', 413, { reason: 'too_large', limit: MOST_BYTES })
    pieces.push(piece as Buffer)
  }
  const bytes = Buffer.concat(pieces)
  const utf8 = bytes.toString('utf8')
  const text = (utf8.includes('\ufffd') ? new TextDecoder('gb18030').decode(bytes) : utf8).replace(
    /^\ufeff/,
    '',
  )
  if (text.trim() === '') refuse('value.bad_file', 422, { reason: 'empty' })
  if (text.includes('\0')) refuse('value.bad_file', 422, { reason: 'no_text' })
  const ending = detectLineEnding(text)
  const reader = new CsvReader(detectDelimiter(text.slice(0, 65_536), ending, size < 65_536), ending)
  const batches = [reader.push(text), reader.end()].filter((batch) => batch !== undefined)
  const records = batches.flatMap((batch) => batch.rows.map((cells, i) => ({ cells, line: batch.lines[i]! })))
  const [head, ...rest] = records
  const at = new Map<string, number>()
  head?.cells.forEach((cell, i) => {
    const plain = cell.trim().toLowerCase()
    for (const [name, words] of Object.entries(columns))
      if (name === plain || words.includes(plain)) at.set(name, i)
  })
  const missing = needed.filter((name) => !at.has(name))
  if (missing.length > 0) refuse('value.bad_file', 422, { reason: 'columns_missing', missing })
  return rest
    .filter(({ cells }) => cells.some((cell) => cell.trim() !== ''))
    .map(({ cells, line }) => ({ line, cell: (name) => (cells[at.get(name) ?? -1] ?? '').trim() }))
}

/** Each row on its own: a refusal rejects the row, the others go on. */
export async function eachRow(
  rows: readonly Row[],
  take: (row: Row) => Promise<'created' | 'unchanged'>,
): Promise<Imported> {
  const done: Imported = { read: rows.length, created: 0, unchanged: 0, rejected: [] }
  for (const row of rows)
    try {
      done[await take(row)]++
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      done.rejected.push({ line: row.line, code: error.code, details: error.details })
    }
  return done
}

const bad = (column: string, value: string): never =>
  refuse('value.bad_cell', 422, { column, value: value.slice(0, 100) })

export function dayCell(row: Row, name: string): string {
  const value = row.cell(name)
  const parts = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(value)
  if (!parts) return bad(name, value)
  const date = `${parts[1]}-${parts[2]!.padStart(2, '0')}-${parts[3]!.padStart(2, '0')}`
  const time = Date.parse(`${date}T00:00:00Z`)
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== date ? bad(name, value) : date
}

export function numberCell(row: Row, name: string): number | null {
  const value = row.cell(name)
  if (value === '') return null
  const plain = value.replace(/[,，\s¥￥$£€]/g, '')
  return /^-?\d+(\.\d+)?$/.test(plain) ? Number(plain) : bad(name, value)
}

/** Written in the currency's unit: 1200.50 → 120050. */
export function moneyCell(row: Row, name: string, currency: string): number | null {
  const value = numberCell(row, name)
  return value === null ? null : Math.round(value * 10 ** exponentOf(currency))
}

/** 35 % or 0.35 */
export function shareCell(row: Row, name: string): number | null {
  const value = row.cell(name)
  const percent = /^(\d+(?:\.\d+)?)\s*[%％]$/.exec(value)
  if (percent) return Number(percent[1]) / 100
  return numberCell(row, name)
}

export function choiceCell<V extends string>(
  row: Row,
  name: string,
  choices: { readonly [K in V]: readonly string[] },
): V | null {
  const value = row.cell(name).toLowerCase()
  if (value === '') return null
  for (const [choice, words] of Object.entries(choices) as [V, readonly string[]][])
    if (choice === value || words.includes(value)) return choice
  return bad(name, value)
}

/** A party by its id here, an id of another system, or its exact name where only one has it. */
export async function partyCell(ctx: Ctx, row: Row, name = 'party'): Promise<number | null> {
  const value = row.cell(name)
  if (value === '') return null
  const scope = scopeSql(ctx.reach, 'p', 3)
  const rows = await planned<{ party_id: number; how: number }>(
    ctx,
    `select p.party_id, 1 as how from party p where p.party_id = $2::bigint and p.live and p.kind <> 'anonymous' and ${scope.text}
     union all select p.party_id, 2 from external_id e join party p on p.party_id = e.party_id where e.value = $1 and p.live and p.kind <> 'anonymous' and ${scope.text}
     union all select p.party_id, 3 from party p where p.name = $1 and p.live and p.kind <> 'anonymous' and ${scope.text}
     order by how limit 3`,
    [value, /^\d{1,15}$/.test(value) ? Number(value) : null, scope.value],
  )
  const best = rows.filter(({ how }) => how === rows[0]?.how)
  const ids = new Set(best.map(({ party_id }) => party_id))
  return ids.size === 1 ? [...ids][0]! : refuse('value.party_unknown', 422, { party: value.slice(0, 100) })
}
