import { finished } from 'node:stream/promises'
import type pg from 'pg'
import { from } from 'pg-copy-streams'

// Bytes. Big enough that a COPY's own cost vanishes, small enough that parsing and COPY overlap.
const BLOCK = 1024 * 1024
// Characters of a text before they become bytes: so short a one dies where it is young.
const GATHERED = 16 * 1024
// Blocks that may wait for the database before the reader is held up.
const AHEAD = 3

/** One table of the staging area: rows gather here and leave in blocks. */
export type Lane = { flush(): void }

/** Several COPYs over one connection, block after block; formatting the next block overlaps the last one's COPY. */
export class Copier {
  readonly #client: pg.ClientBase
  readonly #lanes: Lane[] = []
  readonly #waiting: { sql: string; bytes: Buffer; taken: (() => void) | undefined }[] = []
  #pump: Promise<void> = Promise.resolve()
  #pumping = false
  #failure: unknown = null

  constructor(client: pg.ClientBase) {
    this.#client = client
  }

  add<L extends Lane>(lane: L): L {
    this.#lanes.push(lane)
    return lane
  }

  /** `taken` is called once the database has the block. */
  send(sql: string, bytes: Buffer, taken?: () => void): void {
    this.#waiting.push({ sql, bytes, taken })
    if (!this.#pumping) this.#pump = this.#run()
  }

  /** Holds the reader up while the database is behind; throws what a COPY threw. */
  async ready(): Promise<void> {
    while (this.#waiting.length > AHEAD && !this.#failure) await this.#step()
    if (this.#failure) throw this.#failure
  }

  async end(): Promise<void> {
    for (const lane of this.#lanes) lane.flush()
    await this.#pump
    if (this.#failure) throw this.#failure
  }

  #moved: (() => void) | null = null
  #step(): Promise<void> {
    return new Promise((resolve) => {
      this.#moved = resolve
    })
  }

  async #run(): Promise<void> {
    this.#pumping = true
    try {
      for (let next = this.#waiting.shift(); next && !this.#failure; next = this.#waiting.shift()) {
        const stream = this.#client.query(from(next.sql))
        stream.end(next.bytes)
        await finished(stream)
        next.taken?.()
        this.#moved?.()
      }
    } catch (error) {
      this.#failure = error
      this.#moved?.()
    } finally {
      // Not by the promise itself: after a failure this end is reached before whoever called has the promise.
      this.#pumping = false
    }
  }
}

/** Text COPY: lines as `rows/cells.ts` writes them. */
export class TextLane implements Lane {
  readonly #copier: Copier
  readonly #sql: string
  /** blocks that the database has taken, to be filled again */
  readonly #free: Buffer[] = []
  #block: Buffer | null = null
  #at = 0
  #text = ''
  constructor(copier: Copier, table: string, columns: readonly string[]) {
    this.#copier = copier
    this.#sql = `copy ${table} (${columns.join(', ')}) from stdin`
    copier.add(this)
  }
  write(line: string): void {
    this.#text += line
    if (this.#text.length > GATHERED) this.#gather()
  }
  #gather(): void {
    const text = this.#text
    this.#text = ''
    // A character is three bytes at most.
    if (text.length * 3 > BLOCK) {
      this.#send()
      this.#copier.send(this.#sql, Buffer.from(text))
      return
    }
    if (this.#at + text.length * 3 > BLOCK) this.#send()
    this.#block ??= this.#free.pop() ?? Buffer.allocUnsafeSlow(BLOCK)
    this.#at += this.#block.write(text, this.#at)
  }
  #send(): void {
    const block = this.#block
    if (block === null) return
    this.#copier.send(this.#sql, block.subarray(0, this.#at), () => this.#free.push(block))
    this.#block = null
    this.#at = 0
  }
  flush(): void {
    if (this.#text !== '') this.#gather()
    this.#send()
  }
}

const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1')
const HIGH = 2 ** 32

/**
 * Binary COPY of whole numbers only, `small` int4 columns before `large` int8 ones: half the work of text on both
 * sides. After `row()` each value is put in the order of the columns.
 */
export class NumberLane implements Lane {
  readonly #copier: Copier
  readonly #sql: string
  readonly #fields: number
  readonly #room: number
  /** blocks that the database has taken, to be filled again */
  readonly #free: Buffer[] = []
  #block: Buffer | null = null
  #view: DataView = new DataView(new ArrayBuffer(0))
  #at = 0
  #full = 0
  constructor(copier: Copier, table: string, small: readonly string[], large: readonly string[]) {
    this.#copier = copier
    this.#sql = `copy ${table} (${[...small, ...large].join(', ')}) from stdin (format binary)`
    this.#fields = small.length + large.length
    this.#room = 4 + small.length * 8 + large.length * 12
    copier.add(this)
  }
  row(): void {
    if (this.#at >= this.#full) this.#open()
    this.#view.setInt16(this.#at, this.#fields)
    this.#at += 2
  }
  small(value: number): void {
    const at = this.#at
    this.#view.setInt32(at, 4)
    this.#view.setInt32(at + 4, value)
    this.#at = at + 8
  }
  large(value: number): void {
    const at = this.#at
    const view = this.#view
    view.setInt32(at, 8)
    view.setInt32(at + 4, Math.floor(value / HIGH))
    view.setInt32(at + 8, value)
    this.#at = at + 12
  }
  #open(): void {
    this.flush()
    const block = this.#free.pop() ?? Buffer.allocUnsafeSlow(BLOCK)
    this.#block = block
    this.#view = new DataView(block.buffer, block.byteOffset, block.length)
    this.#at = SIGNATURE.copy(block)
    this.#full = block.length - this.#room
  }
  flush(): void {
    const block = this.#block
    if (block === null) return
    block.writeInt16BE(-1, this.#at)
    this.#copier.send(this.#sql, block.subarray(0, this.#at + 2), () => this.#free.push(block))
    this.#block = null
    this.#at = this.#full = 0
  }
}
