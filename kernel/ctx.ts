import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { type Recorded, writeRecords } from './audit.ts'
import type { Config } from './config.ts'
import type { Db, Ids, Reader } from './db.ts'
import type { Progress } from './progress.ts'
import { refuse } from './refuse.ts'
import type { Locale } from './text.ts'

export type Log = {
  debug(details: object, message?: string): void
  info(details: object, message?: string): void
  warn(details: object, message?: string): void
  error(details: object, message?: string): void
}

/** What a process holds. Made once in apps/, passed by hand; nothing in modules/ is global. */
export type House = {
  readonly config: Config
  readonly database: { kind: 'embedded' | 'external'; version: string }
  readonly pool: pg.Pool
  readonly reader: Pick<Reader, 'query' | 'end'>
  readonly ids: Ids
  /** Opens a connection outside the pool, for COPY and temporary tables. The caller ends it. */
  readonly connect: () => Promise<pg.Client>
  /** As who may change the schema, in this database or another of the server: for restoring backups only. */
  readonly connectOwner: (database?: string) => Promise<pg.Client>
  /** 32 bytes kept in GUANXI_HOME, outside the database: seals the audit chain. */
  readonly seal_key: Buffer
  readonly clock: () => Date
  readonly log: Log
}

export type RowScope = 'own' | 'team' | 'branch' | 'all'
export type Actor = {
  readonly kind: 'user' | 'key' | 'system' | 'cli'
  readonly id: number
  readonly name: string
  readonly role: string
  readonly unit_id: number
  /** permission → row scope, as the role grants it */
  readonly grants: Readonly<Record<string, RowScope>>
  readonly masks: ReadonlySet<string>
  /** units below the actor's own, and below its branch: what `team` and `branch` mean for this actor */
  readonly team_units: readonly number[]
  readonly branch_units: readonly number[]
}

export type Reach =
  | { readonly kind: 'all' }
  | { readonly kind: 'units'; readonly unit_ids: readonly number[] }
  | { readonly kind: 'own'; readonly user_id: number }

/** Passed first, everywhere, by hand. */
export type Ctx = {
  readonly house: House
  /** the transaction's connection, inside `atomically` */
  readonly tx: pg.PoolClient | null
  readonly who: Actor
  /** whose rows this request may touch: of the route's permission */
  readonly reach: Reach
  readonly now: Date
  readonly locale: Locale
  readonly zone: string
  readonly request_id: string
  readonly log: Log
  readonly recorded: Recorded[] | null
  /** the version that If-Match names, when it was sent */
  readonly if_match: number | null
  /** a job's progress row, inside a job */
  readonly progress: Progress | null
}

/**
 * The one write path: row change, audit and outbox in one transaction. A write that records nothing does
 * not commit. Nested calls join the transaction.
 */
export async function atomically<R>(ctx: Ctx, write: (ctx: Ctx) => Promise<R>): Promise<R> {
  if (ctx.tx) return write(ctx)
  return transaction(ctx, async (inner) => {
    const answer = await write(inner)
    if (inner.recorded!.length === 0)
      throw new Error(`a write without an audit record: request ${ctx.request_id}`)
    await writeRecords(inner)
    return answer
  })
}

/** For tables that are machinery (sessions, progress, throttles) and say so in `why`. */
export const unaudited = <R>(ctx: Ctx, _why: string, write: (ctx: Ctx) => Promise<R>): Promise<R> =>
  ctx.tx ? write(ctx) : transaction(ctx, write)

async function transaction<R>(ctx: Ctx, work: (ctx: Ctx) => Promise<R>): Promise<R> {
  const tx = await ctx.house.pool.connect()
  let broken: Error | undefined
  try {
    await tx.query('begin')
    const answer = await work({ ...ctx, tx, recorded: [] })
    await tx.query('commit')
    return answer
  } catch (error) {
    await tx.query('rollback').catch((failure: Error) => {
      broken = failure
    })
    throw error
  } finally {
    tx.release(broken)
  }
}

/** A fixed hot text as a named prepared statement: pipelined outside a transaction, on its connection inside. */
export async function named<R extends pg.QueryResultRow>(
  ctx: Ctx,
  name: string,
  text: string,
  values: unknown[],
): Promise<R[]> {
  if (ctx.tx) return (await ctx.tx.query<R>({ name, text, values })).rows
  return ctx.house.reader.query<R>({ name, text, values })
}

/** Planned with its actual values each time: for lists whose best plan depends on the scope and the filter. */
export async function planned<R extends pg.QueryResultRow>(
  ctx: Ctx,
  text: string,
  values: unknown[],
): Promise<R[]> {
  return (await (ctx.tx ?? ctx.house.pool).query<R>(text, values)).rows
}

/**
 * For statements that are put together rather than written out. Kysely comes with the first of them: hot ones are texts, and
 * it is a tenth of what a server at rest holds.
 */
export async function builder(ctx: Ctx): Promise<Db> {
  const { kyselyOver } = await import('./db.build.ts')
  return kyselyOver(ctx.tx ?? ctx.house.pool)
}

/** If-Match against the row's version, where the caller sent one. */
export function expectVersion(ctx: Ctx, version: number): void {
  if (ctx.if_match !== null && ctx.if_match !== version) refuse('kernel.version_changed', 412, { version })
}

export const may = (who: Actor, permission: string): boolean => permission in who.grants

const SYSTEM: Actor = {
  kind: 'system',
  id: 0,
  name: 'system',
  role: 'system',
  unit_id: 0,
  grants: {},
  masks: new Set(),
  team_units: [],
  branch_units: [],
}

/** What jobs, the command line and set-up run as: everything, said openly in the audit as `system` or `cli`. */
export const systemCtx = (house: House, over: Partial<Ctx> = {}): Ctx => ({
  house,
  tx: null,
  who: SYSTEM,
  reach: { kind: 'all' },
  now: house.clock(),
  locale: 'en',
  zone: 'UTC',
  request_id: `system-${randomUUID()}`,
  log: house.log,
  recorded: null,
  if_match: null,
  progress: null,
  ...over,
})
