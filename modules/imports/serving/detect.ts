import { type Ctx, planned } from '../../../kernel/ctx.ts'
import { scopeSql } from '../../../kernel/scope.ts'
import { companyOf } from '../../parties/company.ts'
import type { Detected } from '../contract.ts'
import { guessAll, guessKind } from '../mapping.ts'
import type { Source } from '../reader/source.ts'
import type { Kind, Mapping, MappingOptions, Target } from '../targets.ts'
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
  detected: Detected
}

const SHOWN_ROWS = 20

/** What a file is and how it would be read, with what the caller has said already. */
export async function detect(ctx: Ctx, file: Source, given: Given): Promise<Found> {
  const theirs = file.headers.map((header, i) => (ourColumn(header) ? -1 : i)).filter((i) => i >= 0)
  const headers = theirs.map((i) => file.headers[i]!)
  const sample = file.sample.map((row) => theirs.map((i) => row[i] ?? ''))
  const mends = await mendedBy(ctx, file)
  const kind = given.kind ?? mends?.kind ?? guessKind(headers) ?? 'orders'
  const fits = mends !== null && mends.kind === kind && same(mends.headers, headers)
  const guess = await guessed(ctx, kind, headers, sample, {
    ...(fits ? mends.options : {}),
    ...given.read_options,
  })
  const of = fits ? mends.columns : guess.mapping.columns
  const columns: Mapping['columns'] = file.headers.map(() => null)
  for (const [at, i] of theirs.entries()) columns[i] = of[at] ?? null
  const { encoding, delimiter, bom, gzip } = file.detected
  return {
    kind,
    source: given.source ?? mends?.source ?? null,
    columns,
    options: guess.mapping.options,
    detected: {
      encoding,
      delimiter,
      bom,
      gzip,
      headers: file.headers,
      sample: file.sample.slice(0, SHOWN_ROWS),
      kind,
      guesses: Object.entries(guess.guesses).map(([at, one]) => ({ column: theirs[Number(at)]!, ...one })),
      preset: guess.preset,
      date_order_certain: guess.date_order_certain,
      mends: mends?.import_id ?? null,
    },
  }
}

const same = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((one, i) => one === b[i])

/** What nobody said comes from a file we know by its header, else from the company. */
async function guessed(
  ctx: Ctx,
  kind: Kind,
  headers: readonly string[],
  sample: readonly (readonly string[])[],
  said: Partial<MappingOptions>,
) {
  const known = guessAll(kind, headers, sample, said)
  if (known.preset !== null) return known
  const { base_currency, region } = await companyOf(ctx)
  return guessAll(kind, headers, sample, {
    zone: await homeZone(ctx),
    currency: base_currency,
    region,
    ...said,
  })
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
  match_by: 'id',
  party_kind: 'auto',
  name_prefix: '',
  unit_id: null,
} as const
/** Where nobody says which system a file comes from. One name for all: two names would count overlapping files twice. */
export const DEFAULT_SOURCE = 'file'
