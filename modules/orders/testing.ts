import assert from 'node:assert/strict'
import type { TestHouse } from '../../kernel/testing.ts'

/** Waits until a check holds; what it last said of itself is the failure. */
export async function eventually(check: () => Promise<void>): Promise<void> {
  for (let tries = 0; ; tries++)
    try {
      return await check()
    } catch (error) {
      if (tries === 200) throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
}

/** A run that was started has come to its good end. */
export const ended = (h: TestHouse, run_id: number | null): Promise<void> =>
  eventually(async () => {
    const text = 'select state, done, total from job_run where run_id = $1'
    const { rows } = await h.house.pool.query<{ state: string; done: number; total: number }>(text, [run_id])
    assert.equal(rows[0]?.state, 'done')
    assert.equal(rows[0].done, rows[0].total)
  })
