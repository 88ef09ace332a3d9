/** Workbooks for tests, part by part: what no writing library would write. */
import { crc32, deflateRawSync } from 'node:zlib'

export type MadePart = {
  name: string
  content: string | Buffer
  stored?: boolean
  flags?: number
  unpacked?: number
}

export function zipOf(parts: readonly MadePart[]): Buffer {
  const bodies: Buffer[] = []
  const table: Buffer[] = []
  let at = 0
  for (const { name, content, stored, flags = 0, unpacked } of parts) {
    const bytes = Buffer.from(content as string)
    const packed = stored ? bytes : deflateRawSync(bytes)
    const names = Buffer.from(name)
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50)
    local.writeUInt16LE(20, 4)
    local.writeUInt16LE(flags, 6)
    local.writeUInt16LE(stored ? 0 : 8, 8)
    local.writeUInt32LE(crc32(bytes), 14)
    local.writeUInt32LE(packed.length, 18)
    local.writeUInt32LE(unpacked ?? bytes.length, 22)
    local.writeUInt16LE(names.length, 26)
    const entry = Buffer.alloc(46)
    entry.writeUInt32LE(0x02014b50)
    local.copy(entry, 6, 4, 28)
    entry.writeUInt32LE(at, 42)
    bodies.push(local, names, packed)
    table.push(entry, names)
    at += 30 + names.length + packed.length
  }
  const entries = Buffer.concat(table)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50)
  end.writeUInt16LE(parts.length, 8)
  end.writeUInt16LE(parts.length, 10)
  end.writeUInt32LE(entries.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...bodies, entries, end])
}

export type MadeSheet = { name: string; rows: string; state?: string; after?: string }
export type Made = {
  sheets: readonly MadeSheet[]
  strings?: string
  styles?: string
  date_1904?: boolean
  more?: readonly MadePart[]
}

const R = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const REL = 'http://schemas.openxmlformats.org/package/2006/relationships'
const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

/** `rows`: what stands inside sheetData. */
export function bookOf({ sheets, strings, styles, date_1904, more = [] }: Made): Buffer {
  const links = sheets.map(
    (_, i) => `<Relationship Id="rId${i + 1}" Type="${R}/worksheet" Target="worksheets/sheet${i + 1}.xml"/>`,
  )
  if (strings !== undefined)
    links.push(`<Relationship Id="s" Type="${R}/sharedStrings" Target="sharedStrings.xml"/>`)
  if (styles !== undefined) links.push(`<Relationship Id="t" Type="${R}/styles" Target="styles.xml"/>`)
  return zipOf([
    {
      name: '[Content_Types].xml',
      content: `${head}<Types><Default Extension="xml" ContentType="application/xml"/></Types>`,
    },
    {
      name: '_rels/.rels',
      content: `${head}<Relationships xmlns="${REL}"><Relationship Id="rId1" Type="${R}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    },
    {
      name: 'xl/workbook.xml',
      content: `${head}<workbook xmlns:r="${R}"><workbookPr${date_1904 ? ' date1904="1"' : ''}/><sheets>${sheets
        .map(
          ({ name, state }, i) =>
            `<sheet name="${name}" sheetId="${i + 1}"${state ? ` state="${state}"` : ''} r:id="rId${i + 1}"/>`,
        )
        .join('')}</sheets></workbook>`,
    },
    {
      name: 'xl/_rels/workbook.xml.rels',
      content: `${head}<Relationships>${links.join('')}</Relationships>`,
    },
    ...sheets.map(({ rows, after = '' }, i) => ({
      name: `xl/worksheets/sheet${i + 1}.xml`,
      content: `${head}<worksheet><dimension ref="A1"/><sheetData>${rows}</sheetData>${after}</worksheet>`,
    })),
    ...(strings === undefined ? [] : [{ name: 'xl/sharedStrings.xml', content: strings }]),
    ...(styles === undefined ? [] : [{ name: 'xl/styles.xml', content: styles }]),
    ...more,
  ])
}

const letters = (column: number): string =>
  column < 26 ? String.fromCharCode(65 + column) : letters(Math.floor(column / 26) - 1) + letters(column % 26)
const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')

/** Cells as inline text, numbers as numbers; null is no cell. */
export const sheetRows = (rows: readonly (readonly (string | number | null)[])[], first = 1): string =>
  rows
    .map(
      (cells, i) =>
        `<row r="${first + i}">${cells
          .map((cell, c) => {
            const ref = `${letters(c)}${first + i}`
            if (cell === null) return ''
            return typeof cell === 'number'
              ? `<c r="${ref}"><v>${cell}</v></c>`
              : `<c r="${ref}" t="inlineStr"><is><t xml:space="preserve">${escaped(cell)}</t></is></c>`
          })
          .join('')}</row>`,
    )
    .join('')
