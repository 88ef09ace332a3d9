import type pg from 'pg'

/** A long job's row in `job_run`, seen live on the page and in the terminal. */
export type Progress = {
  readonly run_id: number
  /**
   * What to show. Kept in memory and written twice a second over a connection of its own, so it is seen while
   * the step's transaction is still open. Throws `jobs.cancelled` when a person asked to stop.
   */
  report(state: { done?: number; total?: number | null; phase?: string }): Promise<void>
  /**
   * Throws when cancel was asked or the process is stopping; cheap, for tight loops. It learns of either
   * only while the event loop turns: a loop that never awaits is never stopped.
   */
  check(): void
  /**
   * For jobs with `transaction: 'own'`: the place to go on from, written in `on`'s open transaction beside the
   * writes it speaks of (alone without `on`). Throws when another worker has taken the run over.
   */
  keep(cursor: unknown, on?: Pick<pg.ClientBase, 'query'>): Promise<void>
}
