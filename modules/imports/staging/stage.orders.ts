import { copyText } from '../rows/cells.ts'
import { own, type ProductWords } from '../rows/orders.product.ts'
import type { OrderRow } from '../rows/types.ts'
import { looksLikeOrganisation } from '../values/words.ts'
import type { Copier } from './copy.ts'
import { NumberLane, TextLane } from './copy.ts'

// What lines repeat is staged once: a `head` per run of neighbouring lines that share it, a `product` per distinct
// wording. A line is then eight numbers. Nothing here grows with the file.

// Entries; a dictionary that is full is written out and begun anew, and SQL adds the parts up again.
const DICTIONARY = 50_000
// Twice as many and more, so that a slot is found soon; a power of two.
const SLOTS = 131_072
// Lines of one run that are compared with each other; a run beyond it is no order.
const SEEN = 100_000
// Characters of an external id.
const KEY = 200
const LOW = 2 ** 32
export const DIGEST_MODULUS = 2 ** 53

export const orderTables = `
create temp table stage_line (
  head int4 not null, product int4 not null, pos int4 not null, line int4 not null,
  quantity int8 not null, price int8 not null, amount int8 not null, hash int8 not null
) on commit drop;
create temp table stage_head (
  head int4 not null, line int4 not null, number text collate "C" not null, ordered_at timestamptz(3) not null,
  kind text not null, currency text not null, customer text collate "C", customer_name text, email text, phone text,
  organisation bool not null, country text, channel text not null, store text not null,
  n int4 not null, digest int8 not null, amount int8 not null, forward bool not null
) on commit drop;
create temp table stage_product (
  product int4 not null, line int4 not null, code text collate "C", name text, description text not null,
  kind text not null, category text, cost int8, currency text not null, n int4 not null
) on commit drop;`

const HEAD = [
  'head',
  'line',
  'number',
  'ordered_at',
  'kind',
  'currency',
  'customer',
  'customer_name',
  'email',
  'phone',
  'organisation',
  'country',
  'channel',
  'store',
  'n',
  'digest',
  'amount',
  'forward',
] as const
const PRODUCT = [
  'product',
  'line',
  'code',
  'name',
  'description',
  'kind',
  'category',
  'cost',
  'currency',
  'n',
] as const

export type Wording = {
  /** number of the dictionary that it stands in */
  book: number
  seq: number
  n: number
  line: number
  product: ProductWords
  description: string | null
  kind: OrderRow['line_kind']
  category: string | null
  cost: number | null
  currency: string
}

let books = 0

export class OrderStage {
  readonly #lines: NumberLane
  readonly #heads: TextLane
  readonly #products: TextLane
  /** An open hash table over `#wordings`: at a slot stands an entry's place + 1. */
  readonly #slots = new Int32Array(SLOTS)
  #wordings: Wording[] = []
  #book = ++books
  #next_product = 0
  #head: OrderRow | null = null
  #head_line = 0
  #seq = 0
  #n = 0
  #low = 0
  #high = 0
  #amount = 0
  #forward = false
  /** lines equal to an earlier one of the same run */
  duplicates = 0
  #hashes = new Float64Array(256)

  constructor(copier: Copier) {
    this.#lines = new NumberLane(
      copier,
      'stage_line',
      ['head', 'product', 'pos', 'line'],
      ['quantity', 'price', 'amount', 'hash'],
    )
    this.#heads = new TextLane(copier, 'stage_head', HEAD)
    this.#products = new TextLane(copier, 'stage_product', PRODUCT)
  }

  add(row: OrderRow, line: number): void {
    if (this.#head === null || !sameHead(this.#head, row)) {
      this.#closeHead()
      this.#head = row
      this.#head_line = line
      this.#seq++
    }
    const { hash, amount_minor, quantity_e4 } = row
    if (this.#n < SEEN) this.#remember(hash)
    this.#n++
    this.#low += hash >>> 0
    this.#high += Math.floor(hash / LOW)
    this.#amount += amount_minor
    if (quantity_e4 >= 0) this.#forward = true
    const lines = this.#lines
    lines.row()
    lines.small(this.#seq)
    lines.small(this.#productOf(row, line))
    lines.small(this.#n)
    lines.small(line)
    lines.large(quantity_e4)
    lines.large(row.unit_price_micro)
    lines.large(amount_minor)
    lines.large(hash)
  }

  end(): void {
    this.#closeHead()
    this.#closeDictionary()
  }

  #closeHead(): void {
    const head = this.#head
    if (head === null) return
    this.duplicates += this.#countDuplicates()
    const key =
      head.customer_id ??
      head.customer_email ??
      head.customer_phone ??
      head.customer_name?.slice(0, KEY) ??
      null
    const text = copyText
    this.#heads.write(
      `${this.#seq}\t${this.#head_line}\t${text(head.order_number)}\t${head.ordered_at}\t${head.order_kind}\t${head.currency}\t${text(key)}\t${text(
        head.customer_name === null ? null : cleanName(head.customer_name),
      )}\t${text(head.customer_email)}\t${text(head.customer_phone)}\t${
        head.customer_name !== null && looksLikeOrganisation(head.customer_name) ? 't' : 'f'
      }\t${text(head.country)}\t${text(head.channel ?? '')}\t${text(head.store ?? '')}\t${this.#n}\t${digestOf(
        this.#low,
        this.#high,
      )}\t${this.#amount}\t${this.#forward ? 't' : 'f'}\n`,
    )
    this.#head = null
    this.#n = this.#low = this.#high = this.#amount = 0
    this.#forward = false
  }

  #remember(hash: number): void {
    if (this.#n === this.#hashes.length) {
      const more = new Float64Array(this.#n * 4)
      more.set(this.#hashes)
      this.#hashes = more
    }
    this.#hashes[this.#n] = hash
  }

  #countDuplicates(): number {
    if (this.#n < 2) return 0
    const hashes = this.#hashes.subarray(0, Math.min(this.#n, SEEN)).sort()
    let n = 0
    for (let i = 1; i < hashes.length; i++) if (hashes[i] === hashes[i - 1]) n++
    return n
  }

  #productOf(row: OrderRow, line: number): number {
    const last = row.product.wording
    if (last !== null && last.book === this.#book && sameWording(last, row)) {
      last.n++
      return last.seq
    }
    const wording = this.#wordingOf(row, line)
    row.product.wording = wording
    return wording.seq
  }

  #wordingOf(row: OrderRow, line: number): Wording {
    let slot = row.product.hash & (SLOTS - 1)
    for (;;) {
      const place = this.#slots[slot]!
      if (place === 0) break
      const wording = this.#wordings[place - 1]!
      if (sameWording(wording, row)) {
        wording.n++
        return wording
      }
      slot = (slot + 1) & (SLOTS - 1)
    }
    if (this.#wordings.length >= DICTIONARY) {
      this.#closeDictionary()
      return this.#wordingOf(row, line)
    }
    const wording = freshWording(row, ++this.#next_product, line, this.#book)
    this.#wordings.push(wording)
    this.#slots[slot] = this.#wordings.length
    return wording
  }

  #closeDictionary(): void {
    for (const wording of this.#wordings) this.#writeWording(wording)
    this.#wordings = []
    this.#book = ++books
    this.#slots.fill(0)
  }

  #writeWording({
    seq,
    line,
    product: { code, name },
    description,
    kind,
    category,
    cost,
    currency,
    n,
  }: Wording): void {
    const text = copyText
    this.#products.write(
      `${seq}\t${line}\t${text(code)}\t${text(name)}\t${text(description ?? name ?? '')}\t${kind}\t${text(category)}\t${
        cost ?? '\\N'
      }\t${currency}\t${n}\n`,
    )
  }
}

/** The reader answers the same strings while a head stays the same, so most comparisons are of pointers. */
const sameHead = (a: OrderRow, b: OrderRow): boolean =>
  a.order_number === b.order_number &&
  a.ordered_at === b.ordered_at &&
  a.customer_id === b.customer_id &&
  a.order_kind === b.order_kind &&
  a.currency === b.currency &&
  a.customer_name === b.customer_name &&
  a.customer_email === b.customer_email &&
  a.customer_phone === b.customer_phone &&
  a.country === b.country &&
  a.channel === b.channel &&
  a.store === b.store

const sameWording = (a: Wording, b: OrderRow): boolean =>
  (a.product === b.product || (a.product.code === b.product_code && a.product.name === b.product_name)) &&
  a.kind === b.line_kind &&
  a.description === b.line_description &&
  a.category === b.category &&
  a.cost === b.unit_cost_micro &&
  a.currency === b.currency

const freshWording = (row: OrderRow, seq: number, line: number, book: number): Wording => ({
  book,
  seq,
  n: 1,
  line,
  product: ownWords(row.product),
  description: own(row.line_description),
  kind: row.line_kind,
  category: own(row.category),
  cost: row.unit_cost_micro,
  currency: row.currency,
})

const ownWords = (words: ProductWords): ProductWords =>
  words.own ? words : { ...words, code: own(words.code), name: own(words.name), own: true }

const cleanName = (name: string): string => name.normalize('NFC').replace(/\s+/g, ' ').slice(0, 300)
const digestOf = (low: number, high: number): number =>
  Number((BigInt(high) * BigInt(LOW) + BigInt(low)) % BigInt(DIGEST_MODULUS))
