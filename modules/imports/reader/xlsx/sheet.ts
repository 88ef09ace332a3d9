/** The rows of a sheet, as its XML comes by. */
import { refuse } from '../../../../kernel/refuse.ts'
import { csvCell } from '../../serving/ours.ts'
import { type Batch, CELL_CAP, COLUMN_CAP } from '../csv.ts'
import type { MergeFill } from './merges.ts'
import { type SharedStrings, unspelled } from './strings.ts'
import { numberText, type Shown } from './styles.ts'
import type { Handler } from './xml.ts'

/** A sheet ends there, in every program. */
export const LAST_ROW = 1_048_576

export type Reading = {
  strings: SharedStrings
  styles: readonly Shown[]
  date_1904: boolean
  fill: MergeFill
}

export class SheetHandler implements Handler {
  reading = false
  rows: string[][] = []
  lines: number[] = []
  blank_lines = 0
  /** Row being read, or read last. */
  row = 0
  /** Rows with a formula that no program has worked out: there is no value to read. */
  uncalculated = 0
  readonly fill: MergeFill
  readonly #of: Reading
  #in_data = false
  #cells: string[] = []
  #column = 0
  #next = 0
  #type = ''
  #style = 0
  #text = ''
  #phonetic = false
  #formula = false
  #valued = false
  #row_uncalculated = false

  constructor(of: Reading) {
    this.#of = of
    this.fill = of.fill
  }

  open(name: string, attributes: string): void {
    if (name === 'c') this.#openCell(attributes)
    else if (name === 'v') {
      this.reading = this.#in_data
      this.#valued = true
    } else if (name === 'row') this.#openRow(attributes)
    else if (name === 't') {
      this.reading = this.#in_data && !this.#phonetic
      this.#valued = true
    } else if (name === 'f') this.#formula = true
    else if (name === 'rPh') this.#phonetic = true
    else if (name === 'sheetData') this.#in_data = true
  }

  text(piece: string): void {
    this.#text += piece
    if (this.#text.length > CELL_CAP) refuse('imports.cell_too_long', 422, { line: this.row, cap: CELL_CAP })
  }

  close(name: string): void {
    if (name === 'v' || name === 't') this.reading = false
    else if (name === 'c') this.#closeCell()
    else if (name === 'row') this.#closeRow()
    else if (name === 'rPh') this.#phonetic = false
    else if (name === 'sheetData') this.#in_data = false
  }

  /** What has come so far, and a fresh start. */
  take(): Batch {
    const { rows, lines, blank_lines } = this
    this.rows = []
    this.lines = []
    this.blank_lines = 0
    const raw = (index: number) => rows[index]!.map((cell) => csvCell(cell, ',')).join(',')
    return { rows, lines, problems: undefined, blank_lines, raw }
  }

  #openRow(attributes: string): void {
    const said = /(?:^|\s)r\s*=\s*["'](\d{1,9})["']/.exec(attributes)
    const row = said ? Number(said[1]) : this.row + 1
    if (row <= this.row || row > LAST_ROW) refuse('imports.workbook_broken', 422, { why: 'rows', line: row })
    this.row = row
    this.#cells = []
    this.#next = 0
    this.#row_uncalculated = false
  }

  #openCell(attributes: string): void {
    this.#text = this.#type = ''
    this.#style = 0
    this.#column = this.#next
    this.#formula = this.#valued = false
    let end = 0
    for (let at = attributes.indexOf('=', end); at > 0; at = attributes.indexOf('=', end)) {
      const quote = attributes.charCodeAt(at + 1) === 39 ? "'" : '"'
      end = attributes.indexOf(quote, at + 2)
      if (end < 0) break
      // One letter each: r, s, t; others (`cm`, `vm`, `ph`) do not matter.
      if (at > 1 && attributes.charCodeAt(at - 2) > 32) continue
      const key = attributes.charCodeAt(at - 1)
      if (key === 114) this.#column = columnOf(attributes, at + 2)
      else if (key === 115) this.#style = Number(attributes.slice(at + 2, end))
      else if (key === 116) this.#type = attributes.slice(at + 2, end)
    }
    this.#next = this.#column + 1
  }

  #closeCell(): void {
    if (this.#formula && !this.#valued) this.#row_uncalculated = true
    const text = this.#value()
    if (text === '') return
    if (this.#column >= COLUMN_CAP)
      refuse('imports.too_many_columns', 422, { line: this.row, cap: COLUMN_CAP })
    const cells = this.#cells
    while (cells.length < this.#column) cells.push('')
    cells[this.#column] = text
  }

  #value(): string {
    const text = this.#text
    const { strings, styles, date_1904 } = this.#of
    switch (this.#type) {
      case 's':
        return strings.get(Number(text)) ?? refuse('imports.workbook_broken', 422, { why: 'strings' })
      case 'str':
      case 'inlineStr':
        return unspelled(text)
      case 'b':
        return text === '' ? '' : text === '1' || text === 'true' ? 'TRUE' : 'FALSE'
      case 'e':
      case 'd':
        return text
      default: {
        const shown = styles[this.#style] ?? 'number'
        // Most numbers stand as they are to be read.
        if (shown === 'number' && text.length < 16 && !/e/i.test(text)) return text
        return text === '' ? '' : numberText(text, shown, date_1904)
      }
    }
  }

  #closeRow(): void {
    if (!this.#in_data) return
    const cells = this.#cells
    this.fill.fill(this.row, cells)
    if (this.#row_uncalculated) this.uncalculated++
    if (cells.every((cell) => cell.trim() === '')) {
      this.blank_lines++
      return
    }
    this.rows.push(cells)
    this.lines.push(this.row)
  }
}

/** `AB12` from a place in a text: 27. */
function columnOf(text: string, from: number): number {
  let n = 0
  for (let i = from; ; i++) {
    const c = text.charCodeAt(i)
    if (c < 65 || c > 90) return n - 1
    n = n * 26 + c - 64
    if (n > 1_000_000) return n
  }
}
