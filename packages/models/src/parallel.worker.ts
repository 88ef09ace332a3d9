import { parentPort } from 'node:worker_threads'
import type { Column, Covariates, CustomerData } from './data.ts'
import { ModelError } from './error.ts'
import { models } from './index.ts'
import type { RepeatModel } from './model.ts'
import type { Answer, Task } from './parallel.ts'

/** A worker's own rows of shared columns, without copying. */
function rowsOf(
  { x, t_x, T, sum_log_itt, covariates }: CustomerData,
  from: number,
  to: number,
): CustomerData {
  const cut = (column: Column) => (column as Float64Array).subarray(from, to)
  const side = (columns: Record<string, Column> | undefined) =>
    columns && Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, cut(column)]))
  const own: Covariates | undefined = covariates && {
    purchase: side(covariates.purchase),
    dropout: side(covariates.dropout),
  }
  return {
    x: cut(x),
    t_x: cut(t_x),
    T: cut(T),
    ...(sum_log_itt && { sum_log_itt: cut(sum_log_itt) }),
    ...(own && { covariates: own }),
  }
}

function run({ from, to, request, out }: Task): void {
  const model = models[request.model] as unknown as RepeatModel<object>
  const data = rowsOf(request.data, from, to)
  const { p_alive, expected_purchases } = model.score(request.params, data, request.t)
  out[0]!.set(p_alive, from)
  out[1]!.set(expected_purchases, from)
  if (!request.weighted) return
  out[2]!.set(
    model.weightedPurchases(request.params, data, request.weighted.times, request.weighted.weights),
    from,
  )
}

parentPort?.on('message', (task: Task) => {
  const answer: Answer = { id: task.id }
  try {
    if (task.to > task.from) run(task)
  } catch (error) {
    const code = error instanceof ModelError ? error.code : 'pool.failed'
    answer.error = { code, message: error instanceof Error ? error.message : String(error) }
  }
  parentPort?.postMessage(answer)
})
