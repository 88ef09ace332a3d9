/** A workbook's table of contents: its sheets, its date system, where their parts are. */
import { refuse } from '../../../../kernel/refuse.ts'
import type { Part, Zip } from './parts.ts'
import { attribute, type Handler, XmlScan } from './xml.ts'

export type SheetInfo = { name: string; hidden: boolean; part: Part }
export type Book = {
  sheets: SheetInfo[]
  date_1904: boolean
  strings: Part | undefined
  styles: Part | undefined
}

// Characters. Thousands of sheets fit.
const CAP = 8 * 1024 * 1024

type Seen = { name: string; attributes: string }

/** Every tag with its attributes, in order: for small parts. */
export async function tagsOf(zip: Zip, part: Part): Promise<Seen[]> {
  const seen: Seen[] = []
  const handler: Handler = {
    reading: false,
    open: (name, attributes) => seen.push({ name, attributes }),
    text() {},
    close() {},
  }
  const scan = new XmlScan(handler)
  scan.push(await zip.text(part, CAP))
  scan.end()
  return seen
}

/** What a ZIP file that is no workbook is; `undefined`: it is one. */
export function notWorkbook(zip: Zip): { code: string; looks_like: string } | undefined {
  const has = (name: string) => zip.parts.has(name)
  const starts = (name: string) => [...zip.parts.keys()].some((one) => one.startsWith(name))
  if (has('xl/vbaProject.bin') || has('xl/macrosheets/sheet1.xml'))
    return { code: 'imports.macros', looks_like: 'XLSM' }
  if (has('xl/workbook.bin')) return { code: 'imports.other_workbook', looks_like: 'XLSB' }
  if (starts('Index/') || has('Index.zip')) return { code: 'imports.other_workbook', looks_like: 'Numbers' }
  if (has('content.xml') && has('mimetype'))
    return { code: 'imports.other_workbook', looks_like: 'OpenDocument (ODS)' }
  if (starts('word/')) return { code: 'imports.not_text', looks_like: 'Word' }
  if (starts('ppt/')) return { code: 'imports.not_text', looks_like: 'PowerPoint' }
  if (!has('[Content_Types].xml')) return { code: 'imports.archive', looks_like: 'ZIP' }
  return undefined
}

export async function readBook(zip: Zip): Promise<Book> {
  const types = await tagsOf(zip, zip.parts.get('[Content_Types].xml')!)
  if (types.some(({ attributes }) => /macroEnabled/i.test(attributes)))
    refuse('imports.macros', 422, { looks_like: 'XLSM' })
  const path = await workbookPath(zip)
  const book = zip.parts.get(path)
  if (!book) return refuse('imports.workbook_broken', 422, { why: 'workbook' })
  const folder = path.slice(0, path.lastIndexOf('/') + 1)
  const links = await linksOf(zip, `${folder}_rels/${path.slice(folder.length)}.rels`, folder)
  const tags = await tagsOf(zip, book)
  const sheets: SheetInfo[] = []
  for (const { name, attributes } of tags) {
    if (name !== 'sheet') continue
    const link = links.get(attribute(attributes, 'id') ?? '')
    const part = link && /worksheet$/.test(link.type) ? zip.parts.get(link.target) : undefined
    // Sheets of charts and dialogs hold no rows.
    if (!part) continue
    const state = attribute(attributes, 'state')
    sheets.push({
      name: attribute(attributes, 'name') ?? `#${sheets.length + 1}`,
      hidden: state !== undefined && state !== 'visible',
      part,
    })
  }
  if (sheets.length === 0) refuse('imports.empty', 422)
  const date_1904 = tags.some(
    ({ name, attributes }) =>
      name === 'workbookPr' && /^(?:1|true)$/.test(attribute(attributes, 'date1904') ?? ''),
  )
  const linked = (type: RegExp) => {
    const link = [...links.values()].find((one) => type.test(one.type))
    return link && zip.parts.get(link.target)
  }
  return { sheets, date_1904, strings: linked(/sharedStrings$/), styles: linked(/styles$/) }
}

async function workbookPath(zip: Zip): Promise<string> {
  const links = await linksOf(zip, '_rels/.rels', '')
  const link = [...links.values()].find((one) => /officeDocument$/.test(one.type))
  return link?.target ?? 'xl/workbook.xml'
}

type Link = { type: string; target: string }
async function linksOf(zip: Zip, path: string, folder: string): Promise<Map<string, Link>> {
  const part = zip.parts.get(path)
  if (!part) return new Map()
  const links = new Map<string, Link>()
  for (const { name, attributes } of await tagsOf(zip, part)) {
    if (name !== 'Relationship' || attribute(attributes, 'TargetMode') === 'External') continue
    const target = attribute(attributes, 'Target') ?? ''
    links.set(attribute(attributes, 'Id') ?? '', {
      type: attribute(attributes, 'Type') ?? '',
      target: target.startsWith('/') ? target.slice(1) : resolved(folder, target),
    })
  }
  return links
}

/** `../sharedStrings.xml` from `xl/worksheets/`; names inside the ZIP only, never paths of the machine. */
function resolved(folder: string, target: string): string {
  const steps: string[] = []
  for (const step of `${folder}${target}`.split('/')) {
    if (step === '..') steps.pop()
    else if (step !== '.' && step !== '') steps.push(step)
  }
  return steps.join('/')
}
