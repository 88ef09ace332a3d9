import type { Static, TSchema } from 'typebox'
import type { Ctx } from './ctx.ts'

/** What a step of a job says: it is done, or it wants to go on from `cursor` in a step of its own. */
export type Step = { done: true; result?: unknown } | { done: false; cursor: unknown }

export type Job<S extends TSchema> = {
  /** `module.verb` */
  readonly name: string
  readonly payload: S
  /** one pending job per key: enqueuing again moves it */
  readonly key?: (payload: Static<S>) => string
  /** cron line in the company's zone: for jobs that come round */
  readonly every?: string
  readonly attempts?: number
  /** safe to run twice; ≤ 30 s a step unless it says why; `cursor` is null at the first step */
  readonly run: (ctx: Ctx, payload: Static<S>, cursor: unknown) => Promise<Step | void>
}
// biome-ignore lint: a list of jobs forgets each one's payload; the worker validates it again by its schema
export type AnyJob = Omit<Job<TSchema>, 'run' | 'key'> & { readonly run: (ctx: Ctx, payload: never, cursor: unknown) => Promise<Step | void>; readonly key?: (payload: never) => string }

export const job = <const S extends TSchema>(definition: Job<S>): Job<S> => definition
