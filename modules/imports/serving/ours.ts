/** Our own columns in a file of rejected rows; the importer reads past them and knows by them what it mends. */
export const OUR_COLUMNS = ['guanxi_line', 'guanxi_reasons', 'guanxi_import'] as const
export type OurColumn = (typeof OUR_COLUMNS)[number]

export const ourColumn = (header: string): OurColumn | null => {
  const name = header.trim().toLowerCase()
  return OUR_COLUMNS.find((column) => column === name) ?? null
}

const PLAIN_NUMBER = /^[-+]?(?:\d+(?:[.,]\d+)*|[.,]\d+)(?:[eE][-+]?\d+)?%?$/

/** A spreadsheet runs what begins so; an apostrophe before it makes it text. Plain numbers stay numbers. */
export const protect = (cell: string): string =>
  /^'*[=+\-@\t\r]/.test(cell) && !PLAIN_NUMBER.test(cell) ? `'${cell}` : cell
export const unprotect = (cell: string): string => (/^'+[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell)

export const csvCell = (cell: string, delimiter: string): string =>
  cell.includes('"') || cell.includes(delimiter) || /[\r\n]|^\s|\s$/.test(cell)
    ? `"${cell.replaceAll('"', '""')}"`
    : cell
