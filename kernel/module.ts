import type { Readable } from 'node:stream'
import type { Ctx } from './ctx.ts'
import type { Follows } from './follow.ts'
import type { AnyJob } from './job.ts'
import type { Keeper } from './personal.ts'
import type { Input, Output, Route, Table } from './route.ts'
import type { Words } from './text.ts'

/** A file or a long stream, written by the server as it comes. */
export type FileAnswer = { stream: Readable; type: string; name?: string; headers?: Record<string, string> }
/** Server-sent events: called once per stream; returns how to stop. */
export type EventsAnswer = { open: (send: (topic: string, data: unknown) => void) => Promise<() => void> }

export type Incoming<R extends Route> = Input<R> & {
  /** `takes: 'stream'`: the raw body */
  stream: R['takes'] extends 'stream' ? Readable : undefined
  headers: Record<string, string | undefined>
  address: string
  /** cookies in and out: for access only */
  cookies: Record<string, string | undefined>
  setCookie: (name: string, value: string, max_age_s: number) => void
}
export type Answer<R extends Route> = R['gives'] extends 'file'
  ? FileAnswer
  : R['gives'] extends 'events'
    ? EventsAnswer
    : Output<R>
export type Handlers<R extends Table> = {
  readonly [K in keyof R]: (ctx: Ctx, input: Incoming<R[K]>) => Promise<Answer<R[K]>>
}

/** Hears an event through a job, whose payload is the event's with `event_id` and `at`: at least once, idempotent by event id. */
export type Consumer = {
  readonly event: string
  readonly job: AnyJob
  /** SQL that is false while nobody would do anything with them: such events queue no jobs */
  readonly wanted?: string
}

export type Module = {
  readonly name: string
  /** the tables that only this module writes */
  readonly tables: readonly string[]
  readonly routes: Table
  readonly handlers: { readonly [name: string]: (ctx: Ctx, input: never) => Promise<unknown> }
  readonly words: Words
  readonly jobs: readonly AnyJob[]
  readonly consumers: readonly Consumer[]
  /** small chores on machine tables (folding counts), every few seconds, each in a transaction of its own */
  readonly housekeeping: readonly ((ctx: Ctx) => Promise<void>)[]
  /**
   * after a backup was restored, in the same transaction and before anybody sees it: what must hold whatever the
   * backup says (erasures since it was taken). `taken_at`: the backup's instant.
   */
  readonly restored: ((ctx: Ctx, taken_at: Date) => Promise<void>) | null
  /** before a restore replaces everything, in its transaction: what must be kept outside the database by then */
  readonly restoring: ((ctx: Ctx) => Promise<void>) | null
  /** what it keeps about a party: previewed, erased and handed out by modules/erasure */
  readonly keeps: Keeper | null
  /** how its rows follow a party into another, and home again: moved by modules/identity */
  readonly follows: Follows | null
}

/** A module is data: a route without its handler, or a handler without its route, does not compile. */
export const defineModule = <const R extends Table>(module: {
  name: string
  tables?: readonly string[]
  routes: R
  handlers: Handlers<R>
  words: Words
  jobs?: readonly AnyJob[]
  consumers?: readonly Consumer[]
  housekeeping?: Module['housekeeping']
  restored?: NonNullable<Module['restored']>
  restoring?: NonNullable<Module['restoring']>
  keeps?: Keeper
  follows?: Follows
}): Module => ({
  name: module.name,
  tables: module.tables ?? [],
  routes: module.routes,
  handlers: module.handlers as Module['handlers'],
  words: module.words,
  jobs: module.jobs ?? [],
  consumers: module.consumers ?? [],
  housekeeping: module.housekeeping ?? [],
  restored: module.restored ?? null,
  restoring: module.restoring ?? null,
  keeps: module.keeps ?? null,
  follows: module.follows ?? null,
})

/** Every permission there is, read off the route tables. */
export const permissionsOf = (modules: readonly Module[]): string[] =>
  [
    ...new Set(
      modules
        .flatMap((m) => Object.values(m.routes).flatMap((r) => [r.may, r.also ?? 'signed_in']))
        .filter((may) => may.includes(':')),
    ),
  ].sort()
