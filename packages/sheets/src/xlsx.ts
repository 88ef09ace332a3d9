import { ZipWriter } from '../../zip/src/index.ts'
import type { Cell, Column, Kind, Row, Sink, Writer } from './table.ts'

// A workbook written as its rows come: strings stand in their cells (a table of shared strings would have to be held
// in memory), and what does not fit on a sheet goes on the next, under the same headings.

/** Rows of a sheet, its headings among them. */
export const SHEET_ROWS = 1_048_576
/** Characters of a cell; a longer one would make Excel call the whole file broken. */
export const CELL_CHARS = 32_767
// Excel opens no part of 4 GB: what is longer before packing goes on the next sheet.
const SHEET_BYTES = 3.5 * 1024 ** 3
// Characters gathered before they become bytes: so short a text dies where it is young, and none is large.
const GATHERED = 16 * 1024

export type SheetOptions = { name: string; made: Date; max_rows?: number }

export function xlsxWriter(
  columns: readonly Column[],
  sink: Sink,
  { name, made, max_rows = SHEET_ROWS }: SheetOptions,
): Writer {
  const zip = new ZipWriter(sink, made)
  const writeCells = columns.map(({ kind }, i) => cellOf(kind, letters(i)))
  let sheets = 0
  let rows = 0
  const begin = async () => {
    sheets += 1
    rows = 1
    await zip.open(`xl/worksheets/sheet${sheets}.xml`)
    await zip.write(sheetHead(columns))
  }
  const finish = async () => {
    await zip.write(`</sheetData><autoFilter ref="A1:${letters(columns.length - 1)}${rows}"/></worksheet>`)
    await zip.close()
  }
  const line = (row: Row, at: number): string => {
    let text = `<row r="${at}">`
    for (let i = 0; i < writeCells.length; i++) {
      const cell = row[i]!
      if (cell !== null && cell !== '') text += writeCells[i]!(cell, at)
    }
    return `${text}</row>`
  }
  return {
    async write(batch) {
      let text = ''
      for (const row of batch) {
        if (sheets === 0 || rows === max_rows || zip.entered + text.length * 3 > SHEET_BYTES) {
          if (text) await zip.write(text)
          text = ''
          if (sheets > 0) await finish()
          await begin()
        }
        rows += 1
        text += line(row, rows)
        if (text.length < GATHERED) continue
        const wait = zip.write(text)
        text = ''
        if (wait) await wait
      }
      if (text) await zip.write(text)
    },
    async end() {
      if (sheets === 0) await begin()
      await finish()
      await parts(zip, sheets, name)
      await zip.end()
    },
  }
}

/** 0 → A, 26 → AA */
export const letters = (i: number): string =>
  (i < 26 ? '' : letters(Math.floor(i / 26) - 1)) + String.fromCharCode(65 + (i % 26))

// Places in `cellXfs` below: general, heading, day, time, text, id, and numbers of 0 to 6 digits after the point.
const HEADING = 1
const DAY = 2
const TIME = 3
const TEXT = 4
const ID = 5
const DIGITS = 6
const MOST_DIGITS = 6

type CellWriter = (cell: string, row: number) => string

function cellOf(kind: Kind, column: string): CellWriter {
  const text: CellWriter = (cell, row) => inline(column, row, TEXT, cell)
  if (kind === 'text') return text
  if (kind === 'id') return (cell, row) => `<c r="${column}${row}" s="${ID}"><v>${cell}</v></c>`
  if (kind === 'number')
    return (cell, row) => {
      const point = cell.indexOf('.')
      const digits = point < 0 ? 0 : Math.min(MOST_DIGITS, cell.length - point - 1)
      return `<c r="${column}${row}" s="${DIGITS + digits}"><v>${cell}</v></c>`
    }
  const style = kind === 'day' ? DAY : TIME
  return (cell, row) => {
    const serial = serialOf(cell)
    return serial === null ? text(cell, row) : `<c r="${column}${row}" s="${style}"><v>${serial}</v></c>`
  }
}

const inline = (column: string, row: number, style: number, text: Cell): string =>
  `<c r="${column}${row}" s="${style}" t="inlineStr"><is>${stringOf(text ?? '')}</is></c>`

// XML cannot hold control characters: OOXML writes them as _x001F_. A line feed and a tab may stand.
const SPECIAL = /[&<>\x00-\x1f\ufffe\uffff\ud800-\udfff]|_x[0-9A-Fa-f]{4}_|^\s|\s$/

function stringOf(text: string): string {
  if (text.length > CELL_CHARS) return stringOf(`${text.slice(0, CELL_CHARS - 1).toWellFormed()}…`)
  if (!SPECIAL.test(text)) return `<t>${text}</t>`
  const safe = text
    .toWellFormed()
    .replace(/_x(?=[0-9A-Fa-f]{4}_)/g, '_x005F_x')
    .replace(
      /[\x00-\x08\x0b-\x1f\ufffe\uffff]/g,
      (c) => `_x${c.charCodeAt(0).toString(16).padStart(4, '0').toUpperCase()}_`,
    )
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
  return `<t xml:space="preserve">${safe}</t>`
}

const DAY_MS = 86_400_000
// Day 0 of a workbook, as it is since 1 March 1900; before, Excel counts a 29 February 1900 that never was.
const EPOCH = Date.UTC(1899, 11, 30)
const FIRST = 61
const LAST = 2_958_466

/** `2024-02-29 18:00:00` → 45351.75; what a workbook has no number for stays text. */
export function serialOf(wall: string): number | null {
  const n = (at: number, length: number) => {
    let value = 0
    for (let i = at; i < at + length; i++) value = value * 10 + wall.charCodeAt(i) - 48
    return value
  }
  if (wall.charCodeAt(4) !== 45 || wall.charCodeAt(7) !== 45) return null
  let ms = Date.UTC(n(0, 4), n(5, 2) - 1, n(8, 2))
  if (wall.length >= 19) ms += n(11, 2) * 3_600_000 + n(14, 2) * 60_000 + n(17, 2) * 1000
  if (wall.length >= 23) ms += n(20, 3)
  const serial = (ms - EPOCH) / DAY_MS
  return serial >= FIRST && serial < LAST ? serial : null
}

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006'
const TYPES = 'application/vnd.openxmlformats-officedocument.spreadsheetml'
const WIDTHS: { readonly [K in Kind]: number } = { text: 18, number: 14, id: 12, time: 20, day: 12 }

function sheetHead(columns: readonly Column[]): string {
  const cols = columns.map(
    ({ kind, width }, i) =>
      `<col min="${i + 1}" max="${i + 1}" width="${width ?? WIDTHS[kind]}" customWidth="1"/>`,
  )
  const cells = columns.map(({ heading }, i) => inline(letters(i), 1, HEADING, heading))
  return `${XML}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>${cols.join('')}</cols><sheetData><row r="1">${cells.join('')}</row>`
}

async function parts(zip: ZipWriter, sheets: number, name: string): Promise<void> {
  const each = <T>(make: (n: number) => T): T[] => Array.from({ length: sheets }, (_, i) => make(i + 1))
  const all: [string, string][] = [
    ['xl/styles.xml', styles()],
    [
      'xl/workbook.xml',
      `${XML}<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}"><sheets>${each((n) => `<sheet name="${sheetName(name, n)}" sheetId="${n}" r:id="rId${n}"/>`).join('')}</sheets></workbook>`,
    ],
    [
      'xl/_rels/workbook.xml.rels',
      `${XML}<Relationships xmlns="${PACKAGE}/relationships">${each((n) => `<Relationship Id="rId${n}" Type="${RELATIONS}/worksheet" Target="worksheets/sheet${n}.xml"/>`).join('')}<Relationship Id="rId${sheets + 1}" Type="${RELATIONS}/styles" Target="styles.xml"/></Relationships>`,
    ],
    [
      '_rels/.rels',
      `${XML}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    ],
    [
      '[Content_Types].xml',
      `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPES}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${TYPES}.styles+xml"/>${each((n) => `<Override PartName="/xl/worksheets/sheet${n}.xml" ContentType="${TYPES}.worksheet+xml"/>`).join('')}</Types>`,
    ],
  ]
  for (const [path, text] of all) {
    await zip.open(path)
    await zip.write(text)
    await zip.close()
  }
}

/** Excel allows 31 characters, none of []:*?/\ */
function sheetName(name: string, n: number): string {
  const tail = n === 1 ? '' : ` (${n})`
  const bare = name.replace(/[[\]:*?/\\'<>&"]/g, ' ').trim() || 'Sheet'
  return [...bare].slice(0, 31 - tail.length).join('') + tail
}

function styles(): string {
  const custom = [
    'yyyy\\-mm\\-dd',
    'yyyy\\-mm\\-dd\\ hh:mm:ss',
    ...[1, 3, 4, 5, 6].map((n) => `#,##0.${'0'.repeat(n)}`),
  ]
  const FIRST_CUSTOM = 164
  const formats = custom.map((code, i) => `<numFmt numFmtId="${FIRST_CUSTOM + i}" formatCode="${code}"/>`)
  const xf = (format: number, font = 0) =>
    `<xf numFmtId="${format}" fontId="${font}" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"${font ? ' applyFont="1"' : ''}/>`
  const at = (i: number) => FIRST_CUSTOM + i
  const xfs = [
    xf(0),
    xf(49, 1),
    xf(at(0)),
    xf(at(1)),
    xf(49),
    xf(1),
    xf(3),
    xf(at(2)),
    xf(4),
    xf(at(3)),
    xf(at(4)),
    xf(at(5)),
    xf(at(6)),
  ]
  return `${XML}<styleSheet xmlns="${MAIN}"><numFmts count="${formats.length}">${formats.join('')}</numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="${xfs.length}">${xfs.join('')}</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`
}
