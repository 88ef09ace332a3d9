import { type Ctx, planned } from '../../../kernel/ctx.ts'
import { refuse } from '../../../kernel/refuse.ts'
import { scopeSql } from '../../../kernel/scope.ts'
import { companyOf } from '../../parties/company.ts'
import type { Detected, Layout, RunOptions } from '../contract.ts'
import { guessAll, guessKind, guessOptions } from '../mapping.ts'
import type { Source, SourceOptions } from '../reader/source.ts'
import {
  type Kind,
  type Mapping,
  type MappingOptions,
  mayHoldDates,
  type Target,
  type ValueMaps,
} from '../targets.ts'
import { currencyOfFigures } from '../values/currencies.ts'
import { parseDate } from '../values/dates.ts'
import { yesNoMap, yesNoTarget } from '../values/maps.ts'
import { parseDecimal } from '../values/numbers.ts'
import { openZone } from '../values/zones.ts'
import { orderFurtherOn } from './dates.ts'
import { customWords } from './fields.ts'
import { applied, type Memory, type Recalled, recall } from './memory.ts'
import { ourColumn } from './ours.ts'

export type Given = {
  kind?: Kind | undefined
  source?: string | undefined
  read_options?: Partial<MappingOptions> | undefined
}
export type Found = {
  kind: Kind
  source: string | null
  columns: Mapping['columns']
  options: MappingOptions
  /** as in the import that is remembered */
  run_options: Partial<RunOptions>
  detected: Detected
}

const SHOWN_ROWS = 20

/** Said by nobody: as the file itself tells. */
export const NO_LAYOUT: Layout = {
  encoding: null,
  delimiter: null,
  has_header: null,
  header_rows: null,
  sheet: null,
}
export const sourceOptions = (layout: Partial<Layout> = {}): SourceOptions => ({
  encoding: layout.encoding ?? undefined,
  delimiter: layout.delimiter ?? undefined,
  has_header: layout.has_header ?? undefined,
  header_rows: layout.header_rows ?? undefined,
  sheet: layout.sheet ?? undefined,
})

/** Rows of names as a command or an address says them: 0 is none. */
export const headerSaid = (rows: number | undefined): Pick<Layout, 'has_header' | 'header_rows'> =>
  rows === undefined
    ? { has_header: null, header_rows: null }
    : { has_header: rows > 0, header_rows: rows > 0 ? rows : null }

/** What a file is and how it would be read, with what the caller has said already. */
export async function detect(ctx: Ctx, file: Source, given: Given): Promise<Found> {
  const theirs = file.headers.map((header, i) => (ourColumn(header) ? -1 : i)).filter((i) => i >= 0)
  const headers = theirs.map((i) => file.headers[i]!)
  const names = theirs.map((i) => file.names[i]!)
  const sample = file.sample.map((row) => theirs.map((i) => row[i] ?? ''))
  const mends = await mendedBy(ctx, file)
  const memory = mends
    ? null
    : await recall(ctx, { ...given, guess: guessKind(headers, names), common: DEFAULT_SOURCE }, headers)
  const kind = given.kind ?? mends?.kind ?? memory?.kind ?? guessKind(headers, names) ?? 'orders'
  const fits = mends !== null && mends.kind === kind && same(mends.headers, headers)
  const own: Partial<MappingOptions> = file.detected.date_1904 ? { date_system: '1904' } : {}
  const guess = await guessed(
    ctx,
    kind,
    { headers, names, sample },
    {
      ...(fits ? mends.options : {}),
      ...(memory ? stillRight(memory.options, headers, sample, memory, kind) : {}),
      ...own,
      ...given.read_options,
    },
  )
  const asked = askedOf(kind, headers, sample, guess.mapping.columns)
  const past = memory && applied(memory, headers, asked.columns)
  const of = fits ? mends.columns : (past?.columns ?? asked.columns)
  const columns: Mapping['columns'] = file.headers.map(() => null)
  for (const [at, i] of theirs.entries()) columns[i] = of[at] ?? null
  const asks = guess.date_order_open && !fits && given.read_options?.date_order === undefined
  const date_order = asks ? await orderFurtherOn(file, columns) : undefined
  const said_maps = given.read_options?.value_maps ?? guess.mapping.options.value_maps
  const maps = fits || past ? said_maps : { ...asked.maps, ...said_maps }
  return {
    kind,
    source: given.source ?? mends?.source ?? memory?.source ?? null,
    columns,
    options: { ...guess.mapping.options, ...(date_order ? { date_order } : {}), value_maps: maps },
    run_options: memory?.run_options ?? {},
    detected: {
      ...aboutFile(file),
      kind,
      guesses: guessesOf(guess.guesses, theirs, past?.known ?? new Set(), of),
      preset: guess.preset,
      date_order_certain: guess.date_order_certain || date_order !== undefined,
      mends: mends?.import_id ?? null,
      remembered: past ? recalledShort(past.recalled) : null,
      choices: choicesOf(theirs, sample),
    },
  }
}

const recalledShort = (recalled: Recalled): Recalled | null => (recalled.columns > 0 ? recalled : null)

function aboutFile({ detected, headers, sample }: Source) {
  const { encoding, delimiter, bom, gzip, format, sheet, sheets, has_header, header_rows, preamble } =
    detected
  return {
    format,
    sheet,
    sheets,
    has_header,
    header_rows,
    preamble,
    repeated: [...new Set(detected.repeated_headers)],
    unnamed: detected.unnamed,
    encoding,
    delimiter,
    bom,
    gzip,
    headers,
    sample: sample.slice(0, SHOWN_ROWS),
  }
}

type Guessed = ReturnType<typeof guessAll>
function guessesOf(
  guesses: Guessed['guesses'],
  theirs: readonly number[],
  known: ReadonlySet<number>,
  of: readonly (Target | null)[],
): Detected['guesses'] {
  return theirs.flatMap((column, at): Detected['guesses'] => {
    const target = of[at]
    if (known.has(at) && target) return [{ column, target, confidence: 1, why: 'remembered' }]
    const guess = guesses[at]
    if (guess) return [{ column, ...guess }]
    return target ? [{ column, target, confidence: 0.8, why: 'header_part' }] : []
  })
}

/** Columns of yes and no that ask for something we keep, where no other column tells it. */
function askedOf(
  kind: Kind,
  headers: readonly string[],
  sample: readonly (readonly string[])[],
  guessed: readonly (Target | null)[],
): { columns: (Target | null)[]; maps: ValueMaps } {
  const columns = [...guessed]
  const maps: ValueMaps = {}
  if (kind !== 'parties') return { columns, maps }
  headers.forEach((header, i) => {
    const cells = sample.map((row) => row[i] ?? '')
    const target = yesNoTarget(header, cells)
    if (!target) return
    // Whatever its words look like, a column of yes and no holds neither names nor codes.
    const taken = columns.some((one, at) => one === target && at !== i)
    columns[i] = taken ? null : target
    const map = yesNoMap(target, header, cells)
    if (!taken && map) maps[target] = map
  })
  return { columns, maps }
}

// Different words in a column that can be a choice; a column with more is text.
const CHOICES = 30
const WORD_LENGTH = 60

function choicesOf(theirs: readonly number[], sample: readonly (readonly string[])[]): Detected['choices'] {
  return theirs.flatMap((column, at) => {
    const times = new Map<string, number>()
    for (const row of sample) {
      const value = (row[at] ?? '').trim()
      if (value.length > WORD_LENGTH) return []
      if (value !== '') times.set(value, (times.get(value) ?? 0) + 1)
      if (times.size > CHOICES) return []
    }
    if (times.size === 0) return []
    const values = [...times].map(([value, count]) => ({ value, count }))
    return [{ column, values: values.sort((a, b) => b.count - a.count) }]
  })
}

/** A file that plainly writes its dates or figures otherwise than the last one is read as it stands. */
function stillRight(
  options: MappingOptions,
  headers: readonly string[],
  sample: readonly (readonly string[])[],
  memory: Memory,
  kind: Kind,
): Partial<MappingOptions> {
  const { date_order, decimal_mark, ...others } = options
  const columns = applied(memory, headers, []).columns
  const own = guessOptions(headers, sample, columns, others)
  const fails = (order: MappingOptions) => unreadable({ kind, columns, options: order }, sample)
  const kept = { ...own.options, date_order, decimal_mark }
  return fails(kept) <=
    fails({ ...kept, date_order: own.options.date_order, decimal_mark: own.options.decimal_mark })
    ? options
    : others
}

const zone = openZone('UTC')!
/** Dates and figures of the sample that cannot be read under a mapping. */
function unreadable({ columns, options }: Mapping, sample: readonly (readonly string[])[]): number {
  let n = 0
  const none = (cell: string, target: Target | null): boolean => {
    if (mayHoldDates(target)) return Number.isNaN(parseDate(cell, zone, options.date_order))
    if (
      target === 'quantity' ||
      target === 'unit_price' ||
      target === 'line_amount' ||
      target === 'unit_cost'
    )
      return parseDecimal(cell, 6, options.decimal_mark) === undefined
    return false
  }
  for (const row of sample)
    for (const [i, target] of columns.entries()) {
      const cell = (row[i] ?? '').trim()
      if (cell !== '' && none(cell, target)) n++
    }
  return n
}

/** Columns that carry names twice, or none, and were taken for something by guessing only. */
export function checkHeaders(
  detected: Pick<Detected, 'headers' | 'guesses'> & Partial<Detected>,
  columns: readonly (Target | null)[],
): void {
  const doubt = doubtfulHeader(detected, columns)
  if (doubt) refuse(doubt.code, 422, doubt.details)
}

export function doubtfulHeader(
  {
    headers,
    guesses,
    repeated = [],
    unnamed = [],
  }: Pick<Detected, 'headers' | 'guesses'> & Partial<Detected>,
  columns: readonly (Target | null)[],
): { code: string; details: Record<string, unknown> } | null {
  const remembered = (column: number) =>
    guesses.some((guess) => guess.column === column && guess.why === 'remembered')
  for (const [column, target] of columns.entries()) {
    if (target === null || remembered(column)) continue
    const header = headers[column] ?? ''
    const name = repeated.find((one) => header === one || header.startsWith(`${one} (`))
    if (name !== undefined) return { code: 'imports.header_twice', details: { header: name } }
    if (unnamed.includes(column)) return { code: 'imports.header_unnamed', details: { column: column + 1 } }
  }
  return null
}

const same = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((one, i) => one === b[i])

/** What nobody said comes from a file we know by its header, else from the company. */
async function guessed(
  ctx: Ctx,
  kind: Kind,
  { headers, names, sample }: { headers: readonly string[]; names: readonly string[]; sample: string[][] },
  said: Partial<MappingOptions>,
) {
  const known = guessAll(kind, headers, sample, said, names)
  if (known.preset !== null) return known
  const custom = kind === 'parties' ? await customWords(ctx) : []
  const { base_currency, region } = await companyOf(ctx)
  const { columns } = known.mapping
  const figures = columns.flatMap((target, i) =>
    target === 'unit_price' || target === 'line_amount' ? sample.map((row) => row[i] ?? '') : [],
  )
  const currency = currencyOfFigures(figures, base_currency) ?? base_currency
  const base = { zone: await homeZone(ctx), currency, region, ...said }
  return guessAll(kind, headers, sample, base, names, custom)
}

/** Times in a file are the company's, not those of whoever sits at the keyboard. */
async function homeZone(ctx: Ctx): Promise<string> {
  const [row] = await planned<{ zone: string | null }>(
    ctx,
    `select value #>> '{}' as zone from setting where key = 'time_zone'`,
    [],
  )
  return row?.zone ?? ctx.zone
}

type Mended = {
  import_id: number
  kind: Kind
  source: string
  columns: (Target | null)[]
  headers: string[]
  options: MappingOptions
}

/** The import whose rejected rows these are, if the caller sees it. */
async function mendedBy(ctx: Ctx, { headers, sample }: Source): Promise<Mended | null> {
  const at = headers.findIndex((header) => ourColumn(header) === 'guanxi_import')
  const cell = sample.map((row) => row[at]?.trim() ?? '').find((text) => /^\d{1,15}$/.test(text))
  if (at < 0 || cell === undefined) return null
  const scope = scopeSql(ctx.reach, 'i', 2)
  const [row] = await planned<{
    import_id: number
    kind: Kind
    source: string
    mapping: { columns: (Target | null)[]; options: MappingOptions }
    detected: Detected
  }>(
    ctx,
    `select i.import_id, i.kind, i.source, i.mapping, i.detected from (select *, created_by as owner_id from import) i
     where i.import_id = $1 and (${scope.text})`,
    [Number(cell), scope.value],
  )
  if (!row?.detected.headers) return null
  const theirs = row.detected.headers.map((header, i) => (ourColumn(header) ? -1 : i)).filter((i) => i >= 0)
  return {
    import_id: row.import_id,
    kind: row.kind,
    source: row.source,
    options: row.mapping.options,
    columns: theirs.map((i) => row.mapping.columns[i] ?? null),
    headers: theirs.map((i) => row.detected.headers[i]!),
  }
}

export const DEFAULT_RUN_OPTIONS = {
  whole_orders: false,
  mode: 'upsert',
  match_by: 'id',
  party_kind: 'auto',
  name_prefix: '',
  doubles: 'create',
  new_organisations: false,
  unit_id: null,
} as const
/** Where nobody says which system a file comes from. One name for all: two names would count overlapping files twice. */
export const DEFAULT_SOURCE = 'file'
