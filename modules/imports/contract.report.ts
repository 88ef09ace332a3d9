import { type Static, Type as T } from 'typebox'
import { Nullable, oneOf } from '../../kernel/route.ts'

// What would happen to each row, and what did.

/** read = created + updated + unchanged + rejected, always. */
export const Counts = T.Object({
  read: T.Integer(),
  created: T.Integer(),
  updated: T.Integer(),
  unchanged: T.Integer(),
  rejected: T.Integer(),
})
export type Counts = Static<typeof Counts>

/** A decision that was taken for lines of the file; none of them loses a line. */
export const Notice = T.Object({
  code: T.String(),
  message: T.String({ description: 'in the language of the caller' }),
  count: T.Integer(),
  of: oneOf('lines', 'orders', 'parties', 'products'),
  warning: T.Boolean({ description: 'true: worth a look before going on' }),
  base: T.Optional(T.String({ description: 'no_rate, base_adopted: what the company counts in, or will' })),
  was: T.Optional(T.String({ description: 'base_adopted: what it was guessed to count in' })),
  currencies: T.Optional(
    T.Array(T.Object({ currency: T.String(), orders: T.Integer(), first_day: T.String() }), {
      description: 'no_rate: orders whose day no rate covers, and the first such day',
    }),
  ),
})
export type Notice = Static<typeof Notice>

export const ReasonCount = T.Object({
  code: T.String(),
  message: T.String(),
  advice: T.String({ description: 'how to mend it' }),
  lines: T.Integer(),
  first_line: T.Integer(),
  value: T.String({ description: 'what stood there, in the first of them' }),
})

const results = {
  lines: Counts,
  orders: Counts,
  parties: Counts,
  products: Counts,
  sums: T.Object(
    {
      net: T.String({ description: 'Σ quantity × unit price over the lines taken: an exact decimal' }),
      rejected: T.String({ description: 'the same over rejected lines, where both could be read' }),
      by_currency: T.Array(T.Object({ currency: T.String(), net: T.String(), rejected: T.String() })),
    },
    { description: 'of an orders file' },
  ),
  notices: T.Array(Notice),
  reasons: T.Array(ReasonCount, { description: 'of the rejected lines, the most frequent first' }),
  seconds: T.Number(),
  lines_per_s: T.Integer(),
}
export const Report = T.Object({
  ...results,
  rejects_file: T.Optional(T.String({ description: 'command line: where the rejected rows were written' })),
})
export type Report = Static<typeof Report>

export const PreviewChange = T.Object({
  field: T.String({ description: 'a field of the order, party or product; `line` for an added line' }),
  line_no: Nullable(T.Integer({ description: 'the line of the order that it is about' })),
  was: Nullable(T.String()),
  becomes: Nullable(T.String()),
})
export const PreviewItem = T.Object({
  line: T.Integer({ description: 'in the file: the first of its lines' }),
  key: T.String({ description: 'order number, customer id, product code' }),
  party: T.String({ description: 'name of the customer; empty when there is none' }),
  name: T.String({ description: 'of the party or product' }),
  lines: T.Integer({ description: 'how many lines of the file' }),
  amount_minor: Nullable(T.Integer({ description: 'by how much the order’s amount changes' })),
  currency: Nullable(T.String()),
  changes: T.Array(PreviewChange),
})
export type PreviewItem = Static<typeof PreviewItem>

const Reason = T.Object({
  code: T.String(),
  field: Nullable(T.String()),
  value: T.String(),
  message: T.String(),
})
export const Reject = T.Object({
  line: T.Integer({ description: 'where the record begins in the file' }),
  raw: T.String({ description: 'as it was written; cut at 2,000 characters here, never in the file' }),
  reasons: T.Array(Reason),
})
export type Reject = Static<typeof Reject>

const Samples = T.Object({
  created: T.Array(PreviewItem),
  updated: T.Array(PreviewItem),
  unchanged: T.Array(PreviewItem),
})
export const Preview = T.Object({
  ...results,
  orders_sample: Samples,
  parties_sample: Samples,
  products_sample: Samples,
  rejects_sample: T.Array(Reject),
})
export type Preview = Static<typeof Preview>
