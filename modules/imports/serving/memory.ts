import { type Ctx, planned } from '../../../kernel/ctx.ts'
import { scopeSql } from '../../../kernel/scope.ts'
import type { Detected, Layout, RunOptions } from '../contract.ts'
import type { Kind, MappingOptions, Target } from '../targets.ts'
import { ourColumn } from './ours.ts'

// What an import that was done meant by its columns is offered for the next file of its source. No list of its own: the
// imports are the memory, and whoever may see one may use what it knew.

export type Memory = {
  import_id: number
  source: string
  kind: Kind
  at: string
  /** by header, as they are compared; null: left out on purpose */
  columns: Map<string, Target | null>
  options: MappingOptions
  run_options: RunOptions
}
export type Recalled = {
  import_id: number
  source: string
  at: string
  columns: number
  added: string[]
  gone: string[]
}

type Row = {
  import_id: number
  source: string
  kind: Kind
  at: string
  mapping: { columns: (Target | null)[]; options: MappingOptions; layout?: Partial<Layout> }
  options: RunOptions
  detected: Partial<Detected>
}

// Imports looked at, the latest first: a file series shows in far fewer.
const LOOKED_AT = 40
// Of the columns that had a meaning, how many must be there again; more where nobody has said whose file this is.
const ENOUGH = 0.5
const PLAIN = 0.8

const key = (header: string) => header.normalize('NFKC').trim().toLowerCase().replace(/\s+/g, ' ')

/**
 * The latest import of the source whose columns come again, in whatever order. Where nobody has said a source: that of
 * the imports with exactly these columns, else with nearly all of them, if they all had the same.
 */
export async function recall(
  ctx: Ctx,
  given: { kind?: Kind | undefined; source?: string | undefined; guess: Kind | undefined; common: string },
  headers: readonly string[],
): Promise<Memory | null> {
  const scope = scopeSql(ctx.reach, 'i', 1)
  const rows = await planned<Row>(
    ctx,
    `select i.import_id, i.source, i.kind, coalesce(i.finished_at, i.created_at) as at, i.mapping, i.options, i.detected
     from (select *, created_by as owner_id from import) i
     where (${scope.text}) and i.state = 'done' and ($2::text is null or i.kind = $2) and ($3::text is null or i.source = $3)
     order by i.created_at desc, i.import_id desc limit ${LOOKED_AT}`,
    [scope.value, given.kind ?? null, given.source ?? null],
  )
  const here = new Set(headers.map(key))
  const found = rows.flatMap((row): Candidate[] => {
    const memory = memoryOf(row)
    if (!memory) return []
    const whole = [...here].every((one) => memory.columns.has(one))
    // A customer's columns also stand in files of orders: another kind than the header says needs all of them.
    if (given.guess !== undefined && row.kind !== given.guess && given.kind === undefined && !whole) return []
    const used = [...memory.columns].filter(([, target]) => target !== null)
    const share = used.filter(([header]) => here.has(header)).length / Math.max(1, used.length)
    return used.length === 0 ? [] : [{ memory, share, exact: whole && memory.columns.size === here.size }]
  })
  if (given.source !== undefined) return best(found.filter(({ share }) => share >= ENOUGH))
  const exact = found.filter((one) => one.exact)
  const some = exact.length > 0 ? exact : found.filter(({ share }) => share >= PLAIN)
  const sources = new Set(some.map(({ memory }) => `${memory.kind} ${memory.source}`))
  if (sources.size === 1) return best(some)
  // Under the source that it has unless somebody says another.
  return best(found.filter(({ memory, share }) => share >= ENOUGH && memory.source === given.common))
}

type Candidate = { memory: Memory; share: number; exact: boolean }

/** Rows come latest first: of equals the latest. */
function best(found: readonly Candidate[]): Memory | null {
  let most: Candidate | null = null
  for (const one of found) if (most === null || one.share > most.share) most = one
  return most?.memory ?? null
}

function memoryOf({ import_id, source, kind, at, mapping, options, detected }: Row): Memory | null {
  if (!detected.headers) return null
  const columns = new Map<string, Target | null>()
  detected.headers.forEach((header, i) => {
    if (!ourColumn(header)) columns.set(key(header), mapping.columns[i] ?? null)
  })
  return { import_id, source, kind, at, columns, options: mapping.options, run_options: options }
}

/** What is remembered goes first; a column that is new means what it is guessed to, unless that is taken. */
export function applied(
  memory: Memory,
  headers: readonly string[],
  guessed: readonly (Target | null)[],
): { columns: (Target | null)[]; known: Set<number>; recalled: Recalled } {
  const taken = new Set<Target>()
  const known = new Set<number>()
  const columns = headers.map((header, i) => {
    const target = memory.columns.get(key(header))
    if (target === undefined) return null
    known.add(i)
    if (target === null || taken.has(target)) return null
    taken.add(target)
    return target
  })
  headers.forEach((_, i) => {
    const target = guessed[i]
    if (known.has(i) || !target || taken.has(target)) return
    taken.add(target)
    columns[i] = target
  })
  const here = new Set(headers.map(key))
  const { import_id, source, at } = memory
  return {
    columns,
    known,
    recalled: {
      import_id,
      source,
      at,
      columns: [...known].filter((i) => columns[i] !== null).length,
      added: headers.filter((_, i) => !known.has(i)).slice(0, 100),
      gone: [...memory.columns]
        .filter(([header, target]) => target !== null && !here.has(header))
        .map(([header]) => header)
        .slice(0, 100),
    },
  }
}
