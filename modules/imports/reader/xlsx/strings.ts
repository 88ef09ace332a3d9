/** Strings that cells share, kept as bytes outside the heap: a million of them cost what they are long. */
import { refuse } from '../../../../kernel/refuse.ts'
import { CELL_CAP } from '../csv.ts'
import type { Part, Zip } from './parts.ts'
import { type Handler, XmlScan } from './xml.ts'

const BLOCK = 4 * 1024 * 1024
/** Bytes of UTF-8. What is more is read as CSV, where nothing has to be remembered. */
export const STRINGS_CAP = 192 * 1024 * 1024
// Twelve bytes stand for each, so that a hundred million empty ones do not fill the memory either.
const MOST = 16_000_000

export class SharedStrings {
  readonly #blocks: Buffer[] = []
  #block = Buffer.alloc(0)
  #used = 0
  #bytes = 0
  #places = new Float64Array(1024)
  #lengths = new Uint32Array(1024)
  count = 0

  add(text: string): void {
    const length = Buffer.byteLength(text)
    this.#bytes += length
    if (this.#bytes > STRINGS_CAP || this.count >= MOST)
      refuse('imports.too_many_strings', 422, { mb: STRINGS_CAP / 1024 ** 2 })
    if (this.#used + length > this.#block.length) {
      this.#block = Buffer.allocUnsafeSlow(Math.max(BLOCK, length))
      this.#blocks.push(this.#block)
      this.#used = 0
    }
    if (this.count === this.#places.length) this.#grow()
    this.#block.write(text, this.#used)
    this.#places[this.count] = (this.#blocks.length - 1) * 2 ** 32 + this.#used
    this.#lengths[this.count] = length
    this.count++
    this.#used += length
  }

  get(index: number): string | undefined {
    if (!(index >= 0 && index < this.count)) return undefined
    const place = this.#places[index]!
    const at = place % 2 ** 32
    return this.#blocks[Math.floor(place / 2 ** 32)]!.toString('utf8', at, at + this.#lengths[index]!)
  }

  #grow(): void {
    const places = new Float64Array(this.#places.length * 2)
    places.set(this.#places)
    this.#places = places
    const lengths = new Uint32Array(places.length)
    lengths.set(this.#lengths)
    this.#lengths = lengths
  }
}

export async function readStrings(zip: Zip, part: Part | undefined): Promise<SharedStrings> {
  const strings = new SharedStrings()
  if (!part) return strings
  let text = ''
  let phonetic = false
  const handler: Handler = {
    reading: false,
    open(name) {
      if (name === 'si') text = ''
      else if (name === 'rPh') phonetic = true
      else if (name === 't') handler.reading = !phonetic
    },
    text(piece) {
      text += piece
      if (text.length > CELL_CAP) refuse('imports.text_too_long', 422, { cap: CELL_CAP })
    },
    close(name) {
      if (name === 't') handler.reading = false
      else if (name === 'rPh') phonetic = false
      else if (name === 'si') strings.add(unspelled(text))
    },
  }
  const scan = new XmlScan(handler)
  const decoder = new TextDecoder('utf-8')
  for await (const chunk of zip.stream(part)) scan.push(decoder.decode(chunk, { stream: true }))
  scan.push(decoder.decode())
  scan.end()
  return strings
}

/** `_x000D_`: how spreadsheets write characters that XML cannot hold. */
export const unspelled = (text: string): string =>
  text.includes('_x')
    ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : text
