import { Readable } from 'node:stream'

// What is ready and not yet taken.
const WAITING_BYTES = 256 * 1024
// A reader that takes nothing for so long keeps a snapshot open for nobody.
const STALLED_MS = 600_000
const LOOK_MS = 5

/** The file on its way out: whoever writes waits for whoever reads. */
export class Outlet extends Readable {
  #wanted: (() => void) | null = null
  constructor() {
    super({ highWaterMark: WAITING_BYTES })
  }
  override _read(): void {
    this.#wanted?.()
  }
  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#wanted?.()
    done(error)
  }
  put(bytes: Buffer): Promise<void> | undefined {
    if (this.destroyed) throw new Error('the reader has gone')
    if (this.push(bytes)) return undefined
    return this.#room()
  }
  async #room(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(() => this.destroy(new Error('the reader has stalled')), STALLED_MS)
    this.#wanted = resolve
    await promise
    clearTimeout(timer)
    this.#wanted = null
    if (this.destroyed) throw new Error('the reader has gone')
  }
  /** All that was put has been taken. */
  async taken(): Promise<void> {
    const started = Date.now()
    while (this.readableLength > 0) {
      if (this.destroyed || Date.now() - started > STALLED_MS) throw new Error('the reader has gone')
      await new Promise((done) => setTimeout(done, LOOK_MS))
    }
  }
  finish(): void {
    this.push(null)
  }
}
