import type { Column, Row, Sink, Writer } from './table.ts'

// RFC 4180 with CRLF, and a byte order mark, without which Excel takes UTF-8 for something else.

// What a spreadsheet runs or swallows at the beginning of a cell (OWASP, CSV injection), also behind quotes and blanks,
// also full-width. Numbers are told by their column, so a telephone number is text here and -5.20 is none.
const DANGEROUS = /^['"\s]*[=+\-@＝＋－＠\t\r\n]/

/** An apostrophe in front makes it text for every spreadsheet. */
export const protect = (cell: string): string => (DANGEROUS.test(cell) ? `'${cell}` : cell)
/** Exactly what `protect` did, undone: `unprotect(protect(x))` is x for every x. */
export const unprotect = (cell: string): string =>
  cell.charCodeAt(0) === 39 && DANGEROUS.test(cell.slice(1)) ? cell.slice(1) : cell

export const quote = (cell: string): string => `"${cell.replaceAll('"', '""')}"`

// One look decides for most cells that nothing needs doing.
const SPECIAL = /^['"\s=+\-@＝＋－＠]|[",\r\n]|\s$/
const QUOTED = /[",\r\n]|^\s|\s$/

export function csvText(cell: string): string {
  if (!SPECIAL.test(cell)) return cell
  const safe = protect(cell)
  return QUOTED.test(safe) ? quote(safe) : safe
}

const MARK = '\uFEFF'

export function csvWriter(columns: readonly Column[], sink: Sink): Writer {
  const isText = columns.map(({ kind }) => kind === 'text')
  let head = `${MARK}${columns.map(({ heading }) => csvText(heading)).join(',')}\r\n`
  const last = columns.length - 1
  const line = (row: Row): string => {
    let text = ''
    for (let i = 0; i <= last; i++) {
      const cell = row[i]!
      if (cell !== null) text += isText[i] ? csvText(cell) : cell
      if (i < last) text += ','
    }
    // A record of one empty cell would read as no record.
    return last === 0 && text === '' ? '""\r\n' : `${text}\r\n`
  }
  return {
    async write(rows) {
      let text = head
      head = ''
      for (const row of rows) text += line(row)
      if (text) await sink(Buffer.from(text))
    },
    async end() {
      if (head) await sink(Buffer.from(head))
    },
  }
}
