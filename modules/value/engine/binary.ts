// PostgreSQL's COPY in binary, both ways: rows of fixed width into typed arrays, and figures back into rows. Text would
// cost several times as much for a million customers.

const HEADER = 19
const EPOCH_2000 = 10_957

export type Kind = 'int4' | 'int8' | 'float8'
export type Layout = { readonly [column: string]: Kind }
export type Columns<L extends Layout> = {
  readonly [K in keyof L]: L[K] extends 'int4' ? Int32Array<ArrayBuffer> : Float64Array<ArrayBuffer>
}
type Typed = Int32Array<ArrayBuffer> | Float64Array<ArrayBuffer>

const BYTES = { int4: 4, int8: 8, float8: 8 } as const

/** Reads `copy (…) to stdout (format binary)` of columns that are never null; chunks may end anywhere. */
export class BinaryReader<L extends Layout> {
  readonly #kinds: readonly Kind[]
  readonly #names: readonly string[]
  readonly #stride: number
  #arrays: Typed[]
  #room = 4096
  #rest: Buffer = Buffer.alloc(0)
  #begun = false
  rows = 0
  constructor(layout: L) {
    this.#names = Object.keys(layout)
    this.#kinds = Object.values(layout)
    this.#stride = 2 + this.#kinds.reduce((sum, kind) => sum + 4 + BYTES[kind], 0)
    this.#arrays = this.#kinds.map((kind) => make(kind, this.#room))
  }

  push(chunk: Buffer): void {
    let data = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk
    if (!this.#begun) {
      if (data.length < HEADER) {
        this.#rest = data
        return
      }
      data = data.subarray(HEADER + data.readInt32BE(15))
      this.#begun = true
    }
    const whole = Math.floor(data.length / this.#stride)
    while (this.rows + whole > this.#room) this.#grow()
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
    for (let row = 0; row < whole; row++) this.#row(view, row * this.#stride)
    this.#rest = Buffer.from(data.subarray(whole * this.#stride))
  }

  #row(view: DataView, start: number): void {
    let at = start + 2
    for (let c = 0; c < this.#kinds.length; c++) {
      const kind = this.#kinds[c]!
      if (view.getInt32(at) < 0) throw new Error(`a null in a column that has none: ${this.#names[c]}`)
      at += 4
      const array = this.#arrays[c]!
      if (kind === 'int4') array[this.rows] = view.getInt32(at)
      else if (kind === 'float8') array[this.rows] = view.getFloat64(at)
      else array[this.rows] = view.getInt32(at) * 4_294_967_296 + view.getUint32(at + 4)
      at += BYTES[kind]
    }
    this.rows++
  }

  #grow(): void {
    this.#room *= 2
    this.#arrays = this.#arrays.map((array, c) => {
      const larger = make(this.#kinds[c]!, this.#room)
      larger.set(array)
      return larger
    })
  }

  end(): Columns<L> {
    // what is left is the trailer: a tuple of −1 fields
    if (!this.#begun || this.#rest.length !== 2 || this.#rest.readInt16BE(0) !== -1)
      throw new Error('the stream of rows broke off')
    const columns = this.#names.map((name, c) => [name, this.#arrays[c]!.subarray(0, this.rows)])
    return Object.fromEntries(columns) as Columns<L>
  }
}

const make = (kind: Kind, room: number): Typed =>
  kind === 'int4' ? new Int32Array(room) : new Float64Array(room)

/** Writes rows for `copy … from stdin (format binary)`. */
export class BinaryWriter {
  #buffer: Buffer
  #at = 0
  constructor(bytes: number) {
    this.#buffer = Buffer.allocUnsafe(bytes)
  }
  static readonly header = Buffer.from([
    0x50, 0x47, 0x43, 0x4f, 0x50, 0x59, 0x0a, 0xff, 0x0d, 0x0a, 0x00, 0, 0, 0, 0, 0, 0, 0, 0,
  ])
  static readonly trailer = Buffer.from([0xff, 0xff])
  row(fields: number): void {
    this.#at = this.#buffer.writeInt16BE(fields, this.#at)
  }
  null(): void {
    this.#at = this.#buffer.writeInt32BE(-1, this.#at)
  }
  int8(value: number | null): void {
    if (value === null || Number.isNaN(value)) {
      this.null()
      return
    }
    this.#at = this.#buffer.writeInt32BE(8, this.#at)
    this.#at = this.#buffer.writeInt32BE(Math.floor(value / 4_294_967_296), this.#at)
    this.#at = this.#buffer.writeUInt32BE(value - Math.floor(value / 4_294_967_296) * 4_294_967_296, this.#at)
  }
  int4(value: number): void {
    this.#at = this.#buffer.writeInt32BE(4, this.#at)
    this.#at = this.#buffer.writeInt32BE(value, this.#at)
  }
  int2(value: number | null): void {
    if (value === null) {
      this.null()
      return
    }
    this.#at = this.#buffer.writeInt32BE(2, this.#at)
    this.#at = this.#buffer.writeInt16BE(value, this.#at)
  }
  float4(value: number | null): void {
    if (value === null || !Number.isFinite(value)) {
      this.null()
      return
    }
    this.#at = this.#buffer.writeInt32BE(4, this.#at)
    this.#at = this.#buffer.writeFloatBE(value, this.#at)
  }
  float8(value: number): void {
    this.#at = this.#buffer.writeInt32BE(8, this.#at)
    this.#at = this.#buffer.writeDoubleBE(value, this.#at)
  }
  bool(value: boolean): void {
    this.#at = this.#buffer.writeInt32BE(1, this.#at)
    this.#at = this.#buffer.writeUInt8(value ? 1 : 0, this.#at)
  }
  /** `day`: days since 1970-01-01 */
  date(day: number | null): void {
    if (day === null) this.null()
    else this.int4(day - EPOCH_2000)
  }
  ascii(value: string): void {
    this.#at = this.#buffer.writeInt32BE(value.length, this.#at)
    this.#at += this.#buffer.write(value, this.#at, 'latin1')
  }
  take(): Buffer {
    return this.#buffer.subarray(0, this.#at)
  }
}
