import type { Search } from '../../../../apps/web/ui/index.ts'
import { exponentOf } from '../../../../kernel/text.ts'

/** The figures of a picture as a table: shown, and saved as CSV. */
export type Cell = string | number | null
export type SheetColumn = { title: string; kind: 'text' | 'count' | 'money' | 'share' | 'number' | 'day' }
export type SheetRow = {
  key: string
  cells: readonly Cell[]
  /** the customers behind it */
  to?: Search | undefined
  /** the party that it is */
  party?: number
}
export type Sheet = { columns: readonly SheetColumn[]; rows: readonly SheetRow[]; currency: string }

// A text that a spreadsheet would calculate is kept as text.
const FORMULA = /^[=+\-@\t\r]/
const quoted = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

function plain(cell: Cell, { kind }: SheetColumn, currency: string): string {
  if (cell === null) return ''
  if (typeof cell === 'string') return quoted(FORMULA.test(cell) ? `'${cell}` : cell)
  if (kind !== 'money') return String(cell)
  const exponent = exponentOf(currency)
  return (cell / 10 ** exponent).toFixed(exponent)
}

/** UTF-8 with a mark, so that spreadsheets read the Chinese; money in whole units, its currency in the head. */
export function csvOf({ columns, rows, currency }: Sheet): string {
  const head = columns.map(({ title, kind }) => quoted(kind === 'money' ? `${title} (${currency})` : title))
  const lines = rows.map(({ cells }) => columns.map((column, i) => plain(cells[i] ?? null, column, currency)))
  return `\uFEFF${[head, ...lines].map((line) => line.join(',')).join('\r\n')}\r\n`
}

export function save(name: string, content: Blob): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(content)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}

export const saveCsv = (name: string, sheet: Sheet): void =>
  save(`${name}.csv`, new Blob([csvOf(sheet)], { type: 'text/csv;charset=utf-8' }))
