import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { type TestHouse, testHouse } from '../../kernel/testing.ts'
import { modules } from '../index.ts'
import { orders } from '../orders/contract.ts'
import { parties } from '../parties/contract.ts'
import { company, director } from '../parties/testing.ts'
import { value } from '../value/contract.ts'
import { identity } from './contract.ts'
import { listOf, miscounted, type State, stateOf } from './testing.ts'

let h: TestHouse
before(async () => {
  h = await testHouse(modules)
  await company(h)
})
after(() => h.close())

const api = () => {
  const who = h.as(director)
  return { people: who.api(parties), order: who.api(orders), worth: who.api(value), one: who.api(identity) }
}

// Few values, so that parties have much in common and merges have to put things aside.
const day = (n: number) => `2024-0${1 + (n % 9)}-10`
const role = fc.record({
  role: fc.constantFrom('customer' as const, 'partner' as const),
  since: fc.integer({ min: 0, max: 4 }),
  months: fc.option(fc.integer({ min: 1, max: 4 })),
})
const being = fc.record({
  name: fc.constantFrom('王伟', '王偉', 'Wang Wei'),
  note: fc.constantFrom('', '老客户', 'met at the fair'),
  country: fc.constantFrom(null, 'CN', 'GB'),
  tags: fc.uniqueArray(fc.constantFrom('VIP', '苏州', 'cold'), { maxLength: 3 }),
  emails: fc.uniqueArray(fc.constantFrom('a@x.cn', 'b@x.cn', 'c@x.cn'), { maxLength: 3 }),
  preferred: fc.boolean(),
  verified: fc.boolean(),
  roles: fc.array(role, { maxLength: 2 }),
  owner_id: fc.constantFrom(null, 101, 102),
  ids: fc.integer({ min: 0, max: 2 }),
  orders: fc.integer({ min: 0, max: 2 }),
  contracts: fc.uniqueArray(fc.constantFrom('Gold', 'Silver'), { maxLength: 2 }),
  needs: fc.uniqueArray(fc.constantFrom('pumps', 'seals'), { maxLength: 2 }),
  spend: fc.integer({ min: 0, max: 1 }),
})
type Being = typeof being extends fc.Arbitrary<infer B> ? B : never
const fact = fc.constantFrom(
  'order' as const,
  'contact' as const,
  'tag' as const,
  'external' as const,
  'contract' as const,
  'name' as const,
  'note' as const,
  'role' as const,
)
const step = fc.record({ fact, to: fc.constantFrom('survivor' as const, 'merged' as const) })

let serial = 0
const fresh = () => `n${++serial}`

async function bear(b: Being): Promise<number> {
  const { people, order, worth } = api()
  const roles = b.roles.filter((one, i) => b.roles.findIndex(({ role }) => role === one.role) === i)
  const { id } = await people.create({
    body: {
      kind: 'person',
      name: b.name,
      note: b.note,
      country: b.country,
      tags: b.tags,
      owner_id: b.owner_id,
      unit_id: b.owner_id === null ? 1 : 21,
      roles: roles.map(({ role, since, months }) => ({
        role,
        since: day(since),
        until: months === null ? null : day(since + months),
      })),
      contact_points: b.emails.map((email, i) => ({
        kind: 'email' as const,
        value: email,
        preferred: b.preferred && i === 0,
        verified: b.verified,
      })),
      external_ids: Array.from({ length: b.ids }, () => ({ source: 'shop', value: fresh() })),
    },
  })
  for (let i = 0; i < b.orders; i++) await sell(order, id)
  for (const name of b.contracts) await contract(worth, id, name)
  for (const category of b.needs)
    await worth.addNeed({
      params: { id },
      body: {
        category,
        need_minor: 100 * serial,
        currency: 'GBP',
        our_share: 0.5,
        source: 'visit',
        known_on: '2024-01-01',
      },
    })
  return id
}
const sell = (order: ReturnType<typeof api>['order'], party_id: number) =>
  order.create({
    body: {
      party_id,
      number: fresh(),
      currency: 'GBP',
      ordered_at: `2024-0${1 + (serial % 9)}-03T10:00:00Z`,
      lines: [{ quantity: 2, price_micro: 1_500_000, description: 'cup' }],
    },
  })
const contract = (worth: ReturnType<typeof api>['worth'], id: number, name: string) =>
  worth.addSubscription({
    params: { id },
    body: { name, started_on: '2024-01-31', period_months: 12, amount_minor: 1000 + serial, currency: 'GBP' },
  })

/** A new fact about the survivor; answers the item by which it is given away. */
async function happen(
  what: (typeof step extends fc.Arbitrary<infer S> ? S : never)['fact'],
  id: number,
): Promise<string> {
  const { people, order, worth } = api()
  const params = { id }
  switch (what) {
    case 'order':
      return `orders:${(await sell(order, id)).id}`
    case 'contact': {
      const value = `${fresh()}@new.cn`
      const made = await people.addContact({ params, body: { kind: 'email', value } })
      return `contact_point:${made.contact_points.find((one) => one.value === value)!.id}`
    }
    case 'tag': {
      const tag = fresh()
      const { tags } = await people.get({ params })
      await people.update({ params, body: { tags: [...tags, tag] } })
      return `tag:${tag}`
    }
    case 'external': {
      const given = fresh()
      await people.addExternalId({ params, body: { source: 'erp', value: given } })
      return `external_id:erp/${given}`
    }
    case 'contract':
      return `subscription:${(await contract(worth, id, fresh())).id}`
    case 'name':
      await people.update({ params, body: { name: `新名 ${fresh()}` } })
      return 'field:name'
    case 'note':
      await people.update({ params, body: { note: fresh() } })
      return 'field:note'
    case 'role': {
      const made = await people
        .addRole({ params, body: { role: 'influencer', since: day(1), until: day(2) } })
        .catch(() => null)
      const row = made?.roles.find((one) => one.role === 'influencer')
      return row ? `party_role:${row.id}` : ''
    }
  }
}

const isPart = (item: string) => /^(tag|field):/.test(item)
/** The rows of what came, by where they shall be. */
function expected(was: State, came: State, given: string[]): State {
  const rows = { ...was.rows }
  const orderIds = given
    .filter((item) => item.startsWith('orders:'))
    .map((item) => item.slice('orders:'.length))
  for (const [key, row] of Object.entries(came.rows))
    if (
      given.includes(key) ||
      orderIds.some((id) => key === `order_line:${id}/1` || String(row['order_id']) === id)
    )
      rows[key] = row
  return { party: was.party, rows }
}

function withParts(state: State, given: string[], said: ReadonlyMap<string, unknown>): State {
  const party = { ...state.party, tags: [...(state.party['tags'] as string[])] }
  for (const item of given.filter(isPart)) {
    const [what, ...rest] = item.split(':')
    if (what === 'tag') (party.tags as string[]).push(rest.join(':'))
    else Object.assign(party, { [rest.join(':')]: said.get(item) })
  }
  return { ...state, party }
}

const sorted = (state: State) => ({
  party: { ...state.party, tags: [...(state.party['tags'] as string[])].sort() },
  rows: Object.fromEntries(Object.entries(state.rows).sort(([a], [b]) => (a < b ? -1 : 1))),
})

const plain: Being = {
  ...{ name: '王伟', note: '', country: null, tags: [], emails: [], preferred: false, verified: false },
  ...{ roles: [], owner_id: null, ids: 0, orders: 0, contracts: [], needs: [], spend: 0 },
}
const tagged: Being = { ...plain, tags: ['VIP'] }
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never
type History = [Being, Being, Being, Step[], Step[], 'last first' | 'first first', Record<string, 'a' | 'b'>]
/** Both that are merged bring one tag, and the first leaves first: the second has to remember whose it was not. */
const ONE_TAG_OF_TWO: History = [
  ...([plain, tagged, tagged] as const),
  ...([[], [{ fact: 'tag', to: 'survivor' }]] as const satisfies [Step[], Step[]]),
  'first first',
  {},
]

test('merge, new facts, unmerge: both are exactly what they were, and each fact stands where it was given', async () => {
  await fc.assert(
    fc.asyncProperty(
      being,
      being,
      being,
      fc.array(step, { maxLength: 6 }),
      fc.array(step, { maxLength: 3 }),
      fc.constantFrom('last first' as const, 'first first' as const),
      fc.dictionary(fc.constantFrom('name', 'country', 'tags', 'note'), fc.constantFrom('a', 'b')),
      async (one, two, three, facts, more, order, take) => {
        const { one: it } = api()
        const [a, b, c] = [await bear(one), await bear(two), await bear(three)]
        const [a0, b0, c0] = [await stateOf(h, a), await stateOf(h, b), await stateOf(h, c)]
        const lists = await listOf(h, [a, b, c])
        await it.merge({ params: { id: a }, body: { other: b, take } })
        const said = new Map<string, unknown>()
        const hear = async (what: Parameters<typeof happen>[0]) => {
          const item = await happen(what, a)
          if (item.startsWith('field:')) said.set(item, (await stateOf(h, a)).party[item.slice(6)])
          return item
        }
        const happened: { item: string; to: 'survivor' | 'merged' }[] = []
        for (const { fact, to } of facts) happened.push({ item: await hear(fact), to })
        await it.merge({ params: { id: a }, body: { other: c, take } })
        for (const { fact } of more) happened.push({ item: await hear(fact), to: 'survivor' })
        const { items } = await it.merges({ params: { id: a } })
        const [ofC, ofB] = items
        assert.deepEqual([ofC!.party.id, ofB!.party.id], [c, b])

        const part = async (merge_id: number, given: typeof happened) => {
          const { items } = await it.after({ params: { id: a, merge_id } })
          const asked = new Set(items.map(({ item }) => item))
          const assign = Object.fromEntries(
            given.filter(({ item }) => asked.has(item)).map(({ item, to }) => [item, to]),
          )
          await it.unmerge({ params: { id: a }, body: { merge_id, assign } })
          return Object.keys(assign).filter((item) => assign[item] === 'merged')
        }
        const first = order === 'last first' ? ofC! : ofB!
        const last = order === 'last first' ? ofB! : ofC!
        const toB: string[] = []
        let came = await stateOf(h, a)
        const given = (merge: typeof first) => (merge === ofB ? happened : [])
        if (first === ofB) toB.push(...(await part(first.merge_id, given(first))))
        else await part(first.merge_id, [])
        if (last === ofB) {
          came = await stateOf(h, a)
          toB.push(...(await part(last.merge_id, given(last))))
        } else await part(last.merge_id, [])

        const stays = happened.map(({ item }) => item).filter((item) => item && !toB.includes(item))
        const b1 = withParts(expected(b0, came, toB), toB, said)
        const a1 = withParts(expected(a0, came, stays), stays, said)
        assert.deepEqual(sorted(await stateOf(h, c)), sorted(c0))
        assert.deepEqual(sorted(await stateOf(h, b)), sorted(b1))
        assert.deepEqual(sorted(await stateOf(h, a)), sorted(a1))
        assert.deepEqual(await miscounted(h), [])
        if (happened.length === 0) assert.deepEqual(await listOf(h, [a, b, c]), lists)
      },
    ),
    { numRuns: 20, examples: [ONE_TAG_OF_TWO] },
  )
})
