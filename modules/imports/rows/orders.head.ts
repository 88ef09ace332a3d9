import { refuse } from '../../../kernel/refuse.ts'
import { emailKey, phoneKey } from '../../parties/names/contacts.ts'
import { cleanName } from '../../parties/rules.ts'
import { bitOf, type OrderKind, orderKindOf } from '../rules.ts'
import type { Mapping, OrderTarget } from '../targets.ts'
import { currencyCode } from '../values/currencies.ts'
import { parseDate } from '../values/dates.ts'
import { openZone } from '../values/zones.ts'
import {
  columnOf,
  countryOf,
  dropDecimalZero,
  isDamagedId,
  noDate,
  reason,
  remembering,
  textReader,
} from './cells.ts'
import { hashState, mixText, startHash } from './hash.ts'
import type { Notes } from './orders.ts'

/** What all lines of an order share, with the state of the hash over it. */
export type OrderHead = {
  order_number: string
  ordered_at: string
  order_kind: OrderKind
  status: string | null
  customer_id: string | null
  customer_name: string | null
  customer_email: string | null
  customer_phone: string | null
  country: string | null
  country_text: string | null
  currency: string
  channel: string | null
  store: string | null
  flags: number
  hash_a: number
  hash_b: number
}

// biome-ignore format: a list
const HEAD: readonly OrderTarget[] = [
  'order_number', 'ordered_at', 'status', 'customer_id', 'customer_name', 'customer_email', 'customer_phone',
  'country', 'currency', 'channel', 'store',
]

/** Lines of an order mostly follow one another: a head is read once and kept while its cells stay the same. */
export function headReader(mapping: Mapping, notes: Notes): (fields: readonly string[]) => OrderHead {
  const read = freshHead(mapping, notes)
  const columns = HEAD.map((target) => columnOf(mapping.columns, target)).filter((i) => i >= 0)
  const last: string[] = columns.map(() => '')
  let head: OrderHead | undefined
  return (fields) => {
    let same = head !== undefined
    for (let i = 0; i < columns.length; i++) {
      const cell = fields[columns[i]!]!
      if (cell === last[i]) continue
      last[i] = cell
      same = false
    }
    if (same) return head!
    const fresh = read(fields)
    head = notes.reasons.length === 0 ? fresh : undefined
    return fresh
  }
}

function freshHead(mapping: Mapping, notes: Notes): (fields: readonly string[]) => OrderHead {
  const { columns, options } = mapping
  const text = (target: OrderTarget) => textReader(columns, target, notes.reasons)
  const [number, status, customer, name] = [
    text('order_number'),
    text('status'),
    text('customer_id'),
    text('customer_name'),
  ]
  const [email, phone, country, money] = [
    text('customer_email'),
    text('customer_phone'),
    text('country'),
    text('currency'),
  ]
  const [channel, store, when] = [text('channel'), text('store'), text('ordered_at')]
  const readWhen = dateReader(mapping, notes)
  const readCountry = remembering(countryOf)
  const hasCustomer = (['customer_id', 'customer_name', 'customer_email', 'customer_phone'] as const).some(
    (t) => columns.includes(t),
  )
  const id = (target: OrderTarget, cell: string | null): string | null => {
    if (cell === null) return null
    if (isDamagedId(cell)) notes.reasons.push(reason(target, 'damaged_id', cell))
    const bare = dropDecimalZero(cell)
    if (bare.length !== cell.length) notes.flags |= bitOf.id_decimal_zero
    return bare
  }

  return (fields) => {
    const before = notes.flags
    const order_number = id('order_number', number(fields))
    if (order_number === null) notes.reasons.push(reason('order_number', 'missing_order_number', ''))
    const customer_id = id('customer_id', customer(fields))
    const given = name(fields)
    const customer_name = given === null ? null : cleanName(given)
    const contact = contacts(email(fields), phone(fields), customer_id, options.region, notes)
    if (hasCustomer && !customer_id && !customer_name && !contact.email && !contact.phone)
      notes.flags |= bitOf.missing_customer
    const [code, words] = readCountry(country(fields) ?? '')
    if (words !== null) notes.flags |= bitOf.country_unnamed
    const state = status(fields)
    const order_kind = orderKindOf(order_number ?? '', state, options)
    if (order_kind === 'cancellation') notes.flags |= bitOf.cancellation
    else if (order_kind === 'adjustment') notes.flags |= bitOf.adjustment
    else if (order_kind === 'return') notes.flags |= bitOf.returned
    const head: OrderHead = {
      order_number: order_number ?? '',
      ordered_at: readWhen(when(fields) ?? ''),
      order_kind,
      status: state,
      customer_id,
      customer_name,
      customer_email: contact.email,
      customer_phone: contact.phone,
      country: code,
      country_text: words,
      currency: currencyOf(money(fields), options.currency, notes),
      channel: channel(fields),
      store: store(fields),
      flags: notes.flags,
      hash_a: 0,
      hash_b: 0,
    }
    notes.flags = before
    hashHead(head)
    return head
  }
}

function dateReader({ options }: Mapping, notes: Notes): (cell: string) => string {
  const zone = openZone(options.zone) ?? refuse('imports.unknown_zone', 422, { zone: options.zone })
  const iso = remembering((cell: string) => {
    const at = parseDate(cell, zone, options.date_order, options.date_system)
    return Number.isNaN(at) ? '' : new Date(at).toISOString()
  })
  return (cell) => {
    const at = iso(cell)
    if (at === '') notes.reasons.push(reason('ordered_at', noDate(cell, options.date_order), cell))
    return at
  }
}

function currencyOf(cell: string | null, fallback: string, notes: Notes): string {
  if (cell === null) return fallback
  const code = currencyCode(cell, fallback)
  if (code === undefined) notes.reasons.push(reason('currency', 'unknown_currency', cell))
  return code ?? fallback
}

const NONE = { email: null, phone: null }

/** A contact that cannot be used refuses the line only where it is all that names the customer. */
function contacts(
  email: string | null,
  phone: string | null,
  customer_id: string | null,
  region: string,
  notes: Notes,
) {
  if (email === null && phone === null) return NONE
  const mail = email === null ? undefined : emailKey(email)
  const number = phone === null ? undefined : phoneKey(phone, region)
  const lost = (email !== null && mail === undefined) || (phone !== null && number === undefined)
  if (lost && (customer_id !== null || mail !== undefined || number !== undefined))
    notes.flags |= bitOf.contact_unusable
  else if (lost) {
    if (email !== null) notes.reasons.push(reason('customer_email', 'bad_email', email))
    if (phone !== null) notes.reasons.push(reason('customer_phone', 'bad_phone', phone))
  }
  return { email: mail ?? null, phone: number ?? null }
}

/** Column numbers are part of what is stored: add, never renumber. */
function hashHead(head: OrderHead): void {
  startHash()
  mixText(1, head.order_number)
  mixText(2, head.ordered_at)
  mixText(3, head.order_kind)
  mixText(4, head.status)
  mixText(5, head.customer_id)
  mixText(6, head.customer_name)
  mixText(7, head.customer_email)
  mixText(8, head.customer_phone)
  mixText(9, head.country ?? head.country_text)
  mixText(10, head.currency)
  mixText(11, head.channel)
  mixText(12, head.store)
  const [a, b] = hashState()
  head.hash_a = a
  head.hash_b = b
}
