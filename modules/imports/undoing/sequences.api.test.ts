import assert from 'node:assert/strict'
import { after, before, it } from 'node:test'
import fc from 'fast-check'
import { type TestHouse, testHouse } from '../../../kernel/testing.ts'
import { modules } from '../../index.ts'
import { orders as orderRoutes } from '../../orders/contract.ts'
import { csv, found, inconsistencies, take } from '../testing.ts'
import { turn } from './testing.ts'

// Imports, edits, undos and redos in any order, against a model that knows nothing of versions and images: each state of
// an order or a party is a token; an undo gives the earlier token back where the later one stands, and leaves it where
// it does not.

type Token = number
type Content = { party_id: number | null; text: string }
type Trail = {
  import_id: number
  orders: Map<string, { before: Token | null; after: Token; undone: boolean }>
  parties: Map<number, { after: Token; value: string; undone: boolean }>
}

class Model {
  readonly contents = new Map<Token, Content>()
  readonly orders = new Map<string, Token>()
  readonly parties = new Map<number, { token: Token; value: string }>()
  readonly trails: Trail[] = []
  #next = 0

  /** What an import, or a person, has made of the orders and parties; the import's own rules are tested elsewhere. */
  learn(now: Seen, import_id: number | null): void {
    const trail: Trail = { import_id: import_id ?? 0, orders: new Map(), parties: new Map() }
    for (const [value, party_id] of now.parties) {
      if (this.parties.has(party_id)) continue
      const token = ++this.#next
      this.parties.set(party_id, { token, value })
      trail.parties.set(party_id, { after: token, value, undone: false })
    }
    for (const [number, content] of now.orders) {
      const before = this.orders.get(number) ?? null
      const known = before === null ? null : this.contents.get(before)!
      if (known && known.text === content.text && known.party_id === content.party_id) continue
      const token = ++this.#next
      this.contents.set(token, content)
      this.orders.set(number, token)
      trail.orders.set(number, { before, after: token, undone: false })
    }
    if (import_id !== null) this.trails.push(trail)
  }

  touch(party_id: number): void {
    const party = this.parties.get(party_id)!
    this.parties.set(party_id, { ...party, token: ++this.#next })
  }

  undo(trail: Trail): void {
    for (const [number, row] of trail.orders) {
      if (row.undone || this.orders.get(number) !== row.after) continue
      if (row.before === null) this.orders.delete(number)
      else this.orders.set(number, row.before)
      row.undone = true
    }
    for (const [party_id, row] of trail.parties) {
      const held = [...this.orders.values()].some((token) => this.contents.get(token)!.party_id === party_id)
      // Another import's change of an order would give it back to this party.
      const wanted = this.trails.some(
        (other) =>
          other !== trail &&
          [...other.orders.values()].some(
            ({ before, undone }) =>
              !undone && before !== null && this.contents.get(before)!.party_id === party_id,
          ),
      )
      if (row.undone || this.parties.get(party_id)?.token !== row.after || held || wanted) continue
      this.parties.delete(party_id)
      row.undone = true
    }
  }

  redo(trail: Trail): void {
    for (const [party_id, row] of trail.parties) {
      const taken = [...this.parties.values()].some(({ value }) => value === row.value)
      if (!row.undone || this.parties.has(party_id) || taken) continue
      this.parties.set(party_id, { token: row.after, value: row.value })
      row.undone = false
    }
    for (const [number, row] of trail.orders) {
      const { party_id } = this.contents.get(row.after)!
      const lacks = party_id !== null && !this.parties.has(party_id)
      if (!row.undone || (this.orders.get(number) ?? null) !== row.before || lacks) continue
      this.orders.set(number, row.after)
      row.undone = false
    }
  }

  state() {
    return {
      parties: [...this.parties.entries()].map(([id, { value }]) => `${id} ${value}`).sort(),
      orders: [...this.orders.entries()]
        .map(([number, token]) => `${number} ${JSON.stringify(this.contents.get(token))}`)
        .sort(),
    }
  }
}

type Seen = { orders: Map<string, Content>; parties: Map<string, number> }
let h: TestHouse
before(async () => {
  h = await testHouse(modules)
  await found(h)
})
after(() => h.close())

async function look(source: string): Promise<Seen> {
  const { pool } = h.house
  const orders = await pool.query<{ number: string; party_id: number | null; text: string }>(
    `select o.number, case when p.kind <> 'anonymous' then o.party_id end as party_id, concat_ws('|', o.kind, o.ordered_at, o.amount_minor, o.base_minor, o.digest,
       (select string_agg(concat_ws(',', l.line_no, l.product_id, l.quantity, l.amount_minor), ';' order by l.line_no)
        from order_line l where l.party_id = o.party_id and l.order_id = o.order_id)) as text
     from orders o join party p on p.party_id = o.party_id where o.source = $1`,
    [source],
  )
  const parties = await pool.query<{ value: string; party_id: number }>(
    `select value, party_id from external_id where source = $1 and value not like chr(31) || '%'`,
    [source],
  )
  return {
    orders: new Map(orders.rows.map(({ number, party_id, text }) => [number, { party_id, text }])),
    parties: new Map(parties.rows.map(({ value, party_id }) => [value, party_id])),
  }
}
const seenState = ({ orders, parties }: Seen) => ({
  parties: [...parties].map(([value, id]) => `${id} ${value}`).sort(),
  orders: [...orders].map(([number, content]) => `${number} ${JSON.stringify(content)}`).sort(),
})

const NUMBERS = ['1', '2', '3', '4', '5']
const CUSTOMERS = ['', 'A', 'B', 'C']
const one = fc.record({
  number: fc.constantFrom(...NUMBERS),
  customer: fc.constantFrom(...CUSTOMERS),
  lines: fc.array(fc.record({ code: fc.constantFrom('P', 'Q'), qty: fc.integer({ min: 1, max: 3 }) }), {
    minLength: 1,
    maxLength: 3,
  }),
})
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('import' as const),
      orders: fc.array(one, { minLength: 1, maxLength: 4 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('undo' as const), which: fc.nat() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('redo' as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('edit_party' as const), which: fc.nat() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('edit_order' as const),
      which: fc.nat(),
      qty: fc.integer({ min: 4, max: 9 }),
    }),
  },
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

const HEADER = 'InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,CustomerID'
const fileOf = (orders: (Step & { do: 'import' })['orders']): string => {
  const known = new Map(orders.map((order) => [order.number, order]))
  return csv(
    [...known.values()].flatMap(({ number, customer, lines }) =>
      lines.map(({ code, qty }) => [number, code, qty, '2010-12-01 08:26:00', '2.55', customer].join(',')),
    ),
    HEADER,
  )
}

async function act(model: Model, source: string, what: Step): Promise<void> {
  if (what.do === 'import') {
    const { import_id } = await take(h, fileOf(what.orders), { source })
    return model.learn(await look(source), import_id)
  }
  if (what.do === 'edit_party') {
    const [id] = [...model.parties.keys()].slice(what.which % Math.max(1, model.parties.size))
    if (id === undefined) return
    await h.as().send({
      method: 'PATCH',
      url: `/api/v1/parties/${id}`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ note: `${Math.random()}` }),
    })
    return model.touch(id)
  }
  if (what.do === 'edit_order') return editOrder(model, source, what)
  const trail = model.trails[what.which % Math.max(1, model.trails.length)]
  if (!trail) return
  await turn(h, trail.import_id, what.do).catch((error: { code?: string }) =>
    assert.match(String(error.code), /^imports\.nothing_to_/),
  )
  model[what.do](trail)
}

async function editOrder(model: Model, source: string, { which, qty }: Step & { do: 'edit_order' }) {
  const named = [...model.orders].filter(([, token]) => model.contents.get(token)!.party_id !== null)
  const number = named[which % Math.max(1, named.length)]?.[0]
  if (number === undefined) return
  const { rows } = await h.house.pool.query<{ order_id: number }>(
    'select order_id from order_key where source = $1 and number = $2',
    [source, number],
  )
  await h
    .as()
    .api(orderRoutes)
    .replace({
      params: { id: rows[0]!.order_id },
      body: { ordered_at: '2011-01-01T00:00:00Z', lines: [{ quantity: qty, price_micro: 1_000_000 }] },
    })
  model.learn(await look(source), null)
}

it('any sequence of imports, edits, undos and redos leaves what the model says, and nothing that contradicts itself', async () => {
  let run = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 12 }), async (steps) => {
      const source = `s${run++}`
      const model = new Model()
      // Known before, so that no import brings them: what came along is tested in undo.api.test.ts.
      await h.house.pool.query(
        `insert into product (source, code, name, created_at, updated_at) select $1, c, c, now(), now() from unnest(array['P', 'Q']) c`,
        [source],
      )
      for (const what of steps) {
        await act(model, source, what)
        assert.deepEqual(seenState(await look(source)), model.state(), JSON.stringify(what))
      }
      assert.deepEqual(await inconsistencies(h), [])
    }),
    { numRuns: 12, endOnFailure: true },
  )
})
