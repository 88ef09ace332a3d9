export { csvText, csvWriter, protect, unprotect } from './csv.ts'
export type { Cell, Column, Kind, Row, Sink, Writer } from './table.ts'
export { CELL_CHARS, SHEET_ROWS, xlsxWriter } from './xlsx.ts'
