import { protect as madeSafe, unprotect } from '../../../packages/sheets/src/index.ts'

/** Our own columns in a file of rejected rows; the importer reads past them and knows by them what it mends. */
export const OUR_COLUMNS = ['guanxi_line', 'guanxi_reasons', 'guanxi_import'] as const
export type OurColumn = (typeof OUR_COLUMNS)[number]

export const ourColumn = (header: string): OurColumn | null => {
  const name = header.trim().toLowerCase()
  return OUR_COLUMNS.find((column) => column === name) ?? null
}

const PLAIN_NUMBER = /^[-+]?(?:\d+(?:[.,]\d+)*|[.,]\d+)(?:[eE][-+]?\d+)?%?$/

/** As exports do it; here no column says what is a number, so plain numbers stay numbers. */
export const protect = (cell: string): string => (PLAIN_NUMBER.test(cell) ? cell : madeSafe(cell))
export { unprotect }

export const csvCell = (cell: string, delimiter: string): string =>
  cell.includes('"') || cell.includes(delimiter) || /[\r\n]|^\s|\s$/.test(cell)
    ? `"${cell.replaceAll('"', '""')}"`
    : cell
