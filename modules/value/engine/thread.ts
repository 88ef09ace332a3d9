import { Worker } from 'node:worker_threads'
import type { Contracted } from './contracted.ts'
import type { FitReport } from './report.ts'
import type { FitStep, Scored, ScoreStep, Setting } from './task.ts'
import type { Question, Reply } from './worker.ts'

/** The models' thread, seen from the server's: fitting a million customers must not keep a page waiting. */
export class Thread {
  readonly #worker = new Worker(new URL('./worker.ts', import.meta.url))
  readonly #waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  #next = 0
  #dead: Error | null = null
  constructor() {
    this.#worker.on('message', ({ id, value, error }: Reply) => {
      const asked = this.#waiting.get(id)
      this.#waiting.delete(id)
      if (error === undefined) asked?.resolve(value)
      else asked?.reject(new Error(error))
    })
    const fail = (error: Error) => {
      this.#dead = error
      for (const { reject } of this.#waiting.values()) reject(error)
      this.#waiting.clear()
    }
    this.#worker.on('error', fail)
    this.#worker.on('exit', () => fail(new Error('the models’ thread has ended')))
  }
  begin = (setting: Setting): Promise<void> => this.#ask('begin', [setting])
  feed = (chunk: Buffer): Promise<void> => {
    const own = new Uint8Array(chunk)
    return this.#ask('feed', [own], [own.buffer])
  }
  fed = (): Promise<number> => this.#ask('fed', [])
  fit = (step: FitStep): Promise<FitReport> => this.#ask('fit', [step])
  score = (step: ScoreStep): Promise<Scored> => this.#ask('score', [step])
  contracts = (contracted: Contracted, as_of: number, scored: Scored): Promise<Scored> =>
    this.#ask('contracts', [contracted, as_of, scored])
  rows = (snapshot_id: number, from: number, to: number): Promise<Uint8Array> =>
    this.#ask('rows', [snapshot_id, from, to])
  async end(): Promise<void> {
    await this.#worker.terminate()
  }
  #ask<R>(ask: Question['ask'], args: unknown[], transfer: ArrayBuffer[] = []): Promise<R> {
    if (this.#dead) return Promise.reject(this.#dead)
    const id = this.#next++
    return new Promise<R>((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject })
      this.#worker.postMessage({ id, ask, args } satisfies Question, transfer)
    })
  }
}
