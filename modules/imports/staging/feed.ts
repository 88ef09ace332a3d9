import type pg from 'pg'
import { exponentOf } from '../../../kernel/text.ts'
import { LOOKS_LIKE_ORGANISATION } from '../applying/modes.ts'
import type { Batch, Source } from '../reader/source.ts'
import { copyText, dropDecimalZero } from '../rows/cells.ts'
import type { PartyRow, ProductRow, RowReader } from '../rows/types.ts'
import { compileRow, isRejected, type Reason } from '../rows.ts'
import { ourColumn, unprotect } from '../serving/ours.ts'
import type { Mapping } from '../targets.ts'
import { looksLikeOrganisation } from '../values/words.ts'
import { Copier, TextLane } from './copy.ts'
import { OrderStage } from './stage.orders.ts'
import { OrderTally } from './tally.ts'

// The file into the staging tables: read, formatted and copied in one pass, in flat memory.

export type Fed = {
  read: number
  rejected: number
  /** lines equal to an earlier one of their order, where both stand in one run of lines */
  duplicates: number
  tally: OrderTally | null
  /** lines that carry a key of a kept reject */
  mending: boolean
  flags: number[]
  /** lines with a cell that a spreadsheet would run; rows filled from merged cells; rows with formulas without a value */
  formulas: number
  merged_filled: number
  uncalculated: number
}

export type Feeding = {
  source: Source
  mapping: Mapping
  /** after each batch; throws to stop */
  onBatch: (lines: number) => Promise<void> | void
}

export const rejectTable = `
create temp table stage_reject (line int8 not null, raw text not null, reasons jsonb not null, key text) on commit drop;
create temp table stage_mend (line int4 not null, import_id int8 not null, reject_line int8 not null) on commit drop;`

const FLAG_BITS = 32

export async function feed(tx: pg.ClientBase, { source, mapping, onBatch }: Feeding): Promise<Fed> {
  const copier = new Copier(tx)
  const rejects = new Rejects(copier, source, mapping)
  const mends = mendReader(copier, source.headers)
  const isText = source.detected.sheet === null
  const stage = stageOf(copier, mapping, source.headers.length)
  const isHeader = headerAgain(source)
  let read = 0
  let formulas = 0
  for await (const batch of source.batches()) {
    const { rows, lines, problems, signed } = batch
    for (let i = 0; i < rows.length; i++) {
      let fields = rows[i]!
      const line = lines[i]!
      read++
      const problem = problems?.get(i) ?? (isHeader(fields) ? ('header_again' as const) : undefined)
      const bare = signed !== undefined && signed[i] === 0
      if (!bare && hasFormula(fields)) formulas++
      if (mends) fields = mends(fields, line)
      else if (!bare && isText) asTheyWere(fields)
      const reasons: Reason[] | null = problem
        ? [{ field: null, code: problem, value: '' }]
        : stage.take(fields, line)
      if (reasons) {
        rejects.add(batch, i, fields, reasons)
        stage.tally?.reject(fields)
      }
    }
    await copier.ready()
    await onBatch(read)
  }
  stage.end()
  await copier.end()
  return {
    read,
    rejected: rejects.count,
    duplicates: stage.duplicates(),
    tally: stage.tally,
    mending: mends !== null,
    flags: stage.tally?.flags ?? stage.flags,
    formulas,
    merged_filled: source.progress.merged_filled,
    uncalculated: source.progress.uncalculated,
  }
}

const APOSTROPHE = 39

/** Our exports put an apostrophe before what a spreadsheet would run, and so do other programs: it goes again. */
function asTheyWere(fields: string[]): void {
  for (let i = 0; i < fields.length; i++)
    if (fields[i]!.charCodeAt(0) === APOSTROPHE) fields[i] = unprotect(fields[i]!)
}

/** Files that were put one behind the other carry the header again. */
function headerAgain({ detected, headers }: Source): (fields: readonly string[]) => boolean {
  const at = headers.findIndex((header) => !header.startsWith('#'))
  if (!detected.has_header || at < 0 || headers.length < 2) return () => false
  const names = headers.map((header) => header.replace(/ \(\d+\)$/, ''))
  const same = (cell: string | undefined, i: number) =>
    (cell ?? '').trim().replace(/\s+/g, ' ') === (names[i]!.startsWith('#') ? '' : names[i]!)
  // Nearly every line ends here, by its first letter.
  const first = names[at]!.charCodeAt(0)
  const other = (cell: string | undefined) => {
    const c = cell === undefined ? Number.NaN : cell.charCodeAt(0)
    return c > 32 && c < 128 && c !== first
  }
  return (fields) => !other(fields[at]) && same(fields[at], at) && names.every((_, i) => same(fields[i], i))
}

/** A cell that a spreadsheet would run where it is opened. Signs before telephone numbers and amounts run nothing. */
function hasFormula(fields: readonly string[]): boolean {
  for (const cell of fields) {
    const c = cell.charCodeAt(0)
    // = + - @
    if (c === 61) return true
    if ((c === 43 || c === 45 || c === 64) && /[(|!]/.test(cell) && /[a-z]/i.test(cell)) return true
  }
  return false
}

type Stage = {
  take(fields: readonly string[], line: number): Reason[] | null
  end(): void
  duplicates(): number
  tally: OrderTally | null
  flags: number[]
}

function stageOf(copier: Copier, mapping: Mapping, width: number): Stage {
  return mapping.kind === 'orders' ? orderStage(copier, mapping, width) : rowStage(copier, mapping, width)
}

function orderStage(copier: Copier, mapping: Mapping, width: number): Stage {
  const reader = compileRow('orders', mapping, width)
  const stage = new OrderStage(copier)
  const tally = new OrderTally(mapping)
  return {
    tally,
    flags: tally.flags,
    take(fields, line) {
      const row = reader.read(fields)
      if (isRejected(row)) return row
      stage.add(row, line)
      tally.add(row, exponentOf(row.currency))
      return null
    },
    end() {
      stage.end()
      tally.end()
    },
    duplicates: () => stage.duplicates,
  }
}

/** Parties and products: a row of the staging table per record. */
function rowStage(copier: Copier, mapping: Mapping, width: number): Stage {
  const reader = (
    mapping.kind === 'parties'
      ? compileRow('parties', mapping, width)
      : compileRow('products', mapping, width)
  ) as RowReader<PartyRow | ProductRow>
  const lane = new TextLane(copier, 'stage_row', reader.copyColumns)
  const flags = new Array<number>(FLAG_BITS).fill(0)
  return {
    tally: null,
    flags,
    take(fields, line) {
      const row = reader.read(fields)
      if (isRejected(row)) return row
      if (mapping.kind === 'parties' && looksLikeOrganisation(row.name)) row.flags |= LOOKS_LIKE_ORGANISATION
      for (let bits = row.flags & ~LOOKS_LIKE_ORGANISATION, bit = 0; bits !== 0; bits >>>= 1, bit++)
        if (bits & 1) flags[bit]!++
      lane.write(reader.toCopyLine(row, line))
      return null
    },
    end() {},
    duplicates: () => 0,
  }
}

class Rejects {
  count = 0
  readonly #lane: TextLane
  readonly #key: number
  constructor(copier: Copier, { headers }: Source, { kind, columns }: Mapping) {
    this.#lane = new TextLane(copier, 'stage_reject', ['line', 'raw', 'reasons', 'key'])
    this.#key = kind === 'orders' && columns.length <= headers.length ? columns.indexOf('order_number') : -1
  }
  add(batch: Batch, i: number, fields: readonly string[], reasons: readonly Reason[]): void {
    this.count++
    const cell = this.#key < 0 ? '' : (fields[this.#key] ?? '').trim()
    const key = cell === '' ? null : dropDecimalZero(cell).slice(0, 200)
    // Half a pair (a value cut short) is no character, and jsonb takes none.
    const json = JSON.stringify(reasons.map((reason) => ({ ...reason, value: reason.value.toWellFormed() })))
    this.#lane.write(`${batch.lines[i]}\t${copyText(batch.raw(i))}\t${copyText(json)}\t${copyText(key)}\n`)
  }
}

/** In a file of mended rows: cells as they were before they were made safe, and which kept row each one mends. */
function mendReader(
  copier: Copier,
  headers: readonly string[],
): ((fields: string[], line: number) => string[]) | null {
  const at = headers.findIndex((header) => ourColumn(header) === 'guanxi_line')
  if (at < 0) return null
  const from = headers.findIndex((header) => ourColumn(header) === 'guanxi_import')
  const lane = new TextLane(copier, 'stage_mend', ['line', 'import_id', 'reject_line'])
  return (fields, line) => {
    const reject = whole(fields[at])
    const import_id = from < 0 ? null : whole(fields[from])
    if (reject !== null && import_id !== null) lane.write(`${line}\t${import_id}\t${reject}\n`)
    return fields.map(unprotect)
  }
}

const whole = (cell: string | undefined): number | null => {
  const text = cell?.trim() ?? ''
  return /^\d{1,15}$/.test(text) ? Number(text) : null
}
