// A Chinese character is two columns wide on a terminal.
const wide = (cell: string): number => [...cell].reduce((n, c) => n + (/[⺀-￯]/.test(c) ? 2 : 1), 0)

export function aligned(rows: readonly (readonly string[])[]): string[] {
  const columns = Math.max(...rows.map((row) => row.length))
  const widths = Array.from({ length: columns }, (_, i) => Math.max(...rows.map((row) => wide(row[i] ?? ''))))
  return rows.map((row) =>
    row
      .map((cell, i) => cell + ' '.repeat(Math.max(0, widths[i]! - wide(cell))))
      .join('  ')
      .trimEnd(),
  )
}
