import type pg from 'pg'
import type { Ctx } from '../../../kernel/ctx.ts'
import { mustHaveRoom } from '../../../kernel/room.ts'

// A statement over a million rows runs for many seconds, in which nothing else is heard. So somebody else listens: was it
// cancelled, has another worker taken the run, is the process stopping, is the disk filling up? Then the statement is
// cancelled in the database, and the reason is what ended it.

const EVERY_MS = 400

export class Watch {
  /** why it was stopped */
  reason: unknown = null
  readonly #ctx: Ctx
  readonly #pid: number
  readonly #timer: NodeJS.Timeout
  #busy: Promise<void> | null = null

  static async over(ctx: Ctx, tx: pg.Client): Promise<Watch> {
    const { rows } = await tx.query<{ pid: number }>('select pg_backend_pid() as pid')
    return new Watch(ctx, rows[0]!.pid)
  }

  private constructor(ctx: Ctx, pid: number) {
    this.#ctx = ctx
    this.#pid = pid
    this.#timer = setInterval(() => {
      this.#busy ??= this.#look().finally(() => {
        this.#busy = null
      })
    }, EVERY_MS)
  }

  async #look(): Promise<void> {
    try {
      this.#ctx.progress?.check()
      await mustHaveRoom(this.#ctx.house)
    } catch (reason) {
      this.reason ??= reason
    }
    // Again at each beat: a cancel between two statements is heard by none.
    if (this.reason)
      await this.#ctx.house.pool.query('select pg_cancel_backend($1)', [this.#pid]).catch(() => {})
  }

  async end(): Promise<void> {
    clearInterval(this.#timer)
    await this.#busy
  }
}
