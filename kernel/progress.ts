/** A long job's row in `job_run`, seen live on the page and in the terminal. */
export type Progress = {
  readonly run_id: number
  /** Throttled: at most two writes a second reach the database. Throws `jobs.cancelled` when a person asked to stop. */
  report(state: { done?: number; total?: number | null; phase?: string }): Promise<void>
  /** Throws when cancel was asked; cheap, for tight loops. */
  check(): void
}
