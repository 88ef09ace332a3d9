import { Worker } from 'node:worker_threads'
import { type Column, type Covariates, type CustomerData, checkCustomers } from './data.ts'
import { fail, ModelError } from './error.ts'

/** Models of repeat purchases that can be scored side by side. */
export type Scored = 'bgNbd' | 'mbgNbd' | 'bgCnbdK' | 'mbgCnbdK' | 'paretoNbd'

export type Scores = {
  p_alive: Float64Array
  expected_purchases: Float64Array
  weighted_purchases?: Float64Array
}

export type ScoreRequest = {
  model: Scored
  params: Record<string, unknown>
  data: CustomerData
  t: number
  /** With `times` and `weights` also Σ weights·E[purchases], for lifetime values (see `lifetimeValue`). */
  weighted?: { times: readonly number[]; weights: readonly number[] }
}

/** What a worker is sent: shared columns, and which rows are its own. */
export type Task = {
  id: number
  from: number
  to: number
  request: ScoreRequest
  out: (Float64Array | undefined)[]
}
export type Answer = { id: number; error?: { code: string; message: string } }

const shared = (length: number) => new Float64Array(new SharedArrayBuffer(8 * length))

function share(column: Column): Float64Array {
  if (column instanceof Float64Array && column.buffer instanceof SharedArrayBuffer) return column
  const copy = shared(column.length)
  copy.set(column)
  return copy
}

function shareCovariates(covariates: Covariates | undefined): Covariates | undefined {
  if (!covariates) return undefined
  const side = (columns: Record<string, Column> | undefined) =>
    columns && Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, share(column)]))
  return { purchase: side(covariates.purchase), dropout: side(covariates.dropout) }
}

/**
 * Worker threads that score customers side by side. The answer depends on how many there are by less than 1e-12. Columns are put
 * into shared memory (and used as they are when they already lie there); nothing is copied back. Close it when done.
 * Worth it from about 100,000 customers; a million is scored in well under a second on one thread.
 */
export function scorePool({ workers = 2 }: { workers?: number } = {}) {
  if (!Number.isInteger(workers) || workers < 1 || workers > 64)
    fail('options.workers', 'workers: 1 to 64', { workers })
  const threads = Array.from(
    { length: workers },
    () => new Worker(new URL('./parallel.worker.ts', import.meta.url)),
  )
  const waiting = new Map<number, { resolve: () => void; reject: (error: Error) => void }>()
  let next = 0
  const rejectAll = (error: Error) => {
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }
  for (const thread of threads) {
    thread.on('message', ({ id, error }: Answer) => {
      const task = waiting.get(id)
      waiting.delete(id)
      if (error) task?.reject(new ModelError(error.code, error.message))
      else task?.resolve()
    })
    thread.on('error', rejectAll)
  }
  return {
    async score(request: ScoreRequest): Promise<Scores> {
      const rows = checkCustomers(request.data)
      const { x, t_x, T, sum_log_itt } = request.data
      const data: CustomerData = {
        x: share(x),
        t_x: share(t_x),
        T: share(T),
        ...(sum_log_itt && { sum_log_itt: share(sum_log_itt) }),
        covariates: shareCovariates(request.data.covariates),
      }
      const out = [shared(rows), shared(rows), request.weighted && shared(rows)]
      const parts = threads.map(
        (thread, i) =>
          new Promise<void>((resolve, reject) => {
            const id = next++
            waiting.set(id, { resolve, reject })
            const from = Math.round((i * rows) / workers)
            const to = Math.round(((i + 1) * rows) / workers)
            thread.postMessage({ id, from, to, request: { ...request, data }, out } satisfies Task)
          }),
      )
      await Promise.all(parts)
      const [p_alive, expected_purchases, weighted_purchases] = out
      return {
        p_alive: p_alive!,
        expected_purchases: expected_purchases!,
        ...(weighted_purchases && { weighted_purchases }),
      }
    },
    async close(): Promise<void> {
      rejectAll(new ModelError('pool.closed', 'the pool was closed'))
      await Promise.all(threads.map((thread) => thread.terminate()))
    },
  }
}
