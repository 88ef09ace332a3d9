// A block of cells as text, the way spreadsheets put it on the clipboard: cells by tabs, rows by lines, quoted where a
// cell has a tab, a line or a quote in it.

export const writeTsv = (rows: readonly (readonly string[])[]): string =>
  rows
    .map((row) =>
      row.map((cell) => (/["\t\r\n]/.test(cell) ? `"${cell.replace(/"/g, '""')}"` : cell)).join('\t'),
    )
    .join('\n')

// A quote that is closed where no cell ends belongs to the text: spreadsheets copy "A" Ltd as it stands.
const QUOTED = /"((?:[^"]|"")*)"(?=[\t\r\n]|$)/y

/** The line that spreadsheets put at the end is no row. */
export function readTsv(text: string): string[][] {
  const rows: string[][] = [[]]
  let cell = ''
  const end = () => {
    rows.at(-1)!.push(cell)
    cell = ''
  }
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!
    QUOTED.lastIndex = i
    const quoted = char === '"' && cell === '' ? QUOTED.exec(text) : null
    if (quoted) {
      cell = quoted[1]!.replaceAll('""', '"')
      i += quoted[0].length - 1
    } else if (char === '\t') end()
    else if (char === '\n' || char === '\r') {
      if (char === '\r' && text[i + 1] === '\n') i++
      if (i === text.length - 1) break
      end()
      rows.push([])
    } else cell += char
  }
  end()
  return rows
}
