import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { readLedger } from '../../modules/erasure/ledger.ts'
import { ask, type Place, read, type Seat } from './seat.ts'

/** Of the writers, so many merge people, part them and erase them, instead of making organisations. */
export const MERGERS = 3
const AT_ONCE = 8

type State = 'apart' | 'merged' | 'erased'
const becomes = { merge: 'merged', unmerge: 'apart', erase: 'erased' } as const satisfies Record<
  string,
  State
>
type Verb = keyof typeof becomes
/** Each pair goes one of these ways. */
const ways: readonly (readonly Verb[])[] = [
  ['merge', 'unmerge', 'merge', 'erase'],
  ['merge', 'erase'],
  ['merge', 'unmerge'],
]

type Pair = {
  a: number
  b: number
  name: string
  state: State
  ahead: Verb[]
  /** what was asked and not answered: until the next look nobody knows whether it was done */
  open: Verb | null
  touched: boolean
}

export type PeopleCounts = {
  pairs: number
  acknowledged: Record<Verb, number>
  /** unanswered when the kill came; of these so many had been done all the same */
  broken_off: Record<Verb, number>
  done_unheard: Record<Verb, number>
  lost: number
  half: number
  /** lines of erasures.log that say what the database does not, or the other way round */
  false_lines: number
}
const none = (): Record<Verb, number> => ({ merge: 0, unmerge: 0, erase: 0 })

/** Merges, unmerges and erasures, each of which moves or removes rows of a dozen tables: done or not, never half. */
export class People {
  readonly #pairs: Pair[] = []
  readonly #idle: Pair[] = []
  readonly #acknowledged = none()
  readonly #brokenOff = none()
  readonly #doneUnheard = none()
  #lost = 0
  #half = 0
  #falseLines = 0

  async work(seat: Seat, stop: { now: boolean }): Promise<void> {
    while (!stop.now) {
      const pair = this.#idle.pop() ?? (await this.#make(seat))
      while (!stop.now && pair?.ahead.length && (await this.#step(seat, pair)));
      if (pair?.ahead.length) this.#idle.push(pair)
      if (!pair || pair.open) await sleep(20)
    }
  }

  async #make(seat: Seat): Promise<Pair | null> {
    const name = `Crash person ${randomUUID()}`
    const made = await Promise.all([make(seat, name, 'a'), make(seat, name, 'b')])
    const [a, b] = made
    if (!a || !b) return null
    const ahead = [...ways[this.#pairs.length % ways.length]!]
    const pair: Pair = { a, b, name, state: 'apart', ahead, open: null, touched: true }
    this.#pairs.push(pair)
    return pair
  }

  /** The next of its way. Says whether an answer came. */
  async #step(seat: Seat, pair: Pair): Promise<boolean> {
    pair.touched = true
    const verb = pair.ahead[0]!
    const body = await bodyOf(seat, pair, verb)
    if (!body) return false
    pair.open = verb
    const answer = await ask<{ code?: string }>(seat, 'POST', `/parties/${pair.a}/${verb}`, { body })
    // A house that has just lost its database says so, and nothing of what it did.
    if (!answer || answer.status >= 500) return false
    if (answer.status !== 200) throw new Error(`${verb} of ${pair.a}: ${answer.status} ${answer.body.code}`)
    this.#acknowledged[verb]++
    came(pair, verb)
    return true
  }

  /** After each restart: whoever was touched since the last one. */
  async check(seat: Seat, place: Place): Promise<void> {
    const touched = this.#pairs.filter((pair) => pair.touched)
    for (let at = 0; at < touched.length; at += AT_ONCE)
      await Promise.all(touched.slice(at, at + AT_ONCE).map((pair) => this.#look(seat, pair)))
    await this.#readLines(seat, touched, place)
    for (const pair of touched) pair.touched = false
  }

  async #look(seat: Seat, pair: Pair): Promise<void> {
    const { open, a, b, state } = pair
    pair.open = null
    if (open) this.#brokenOff[open]++
    const seen = await stateOf(seat, pair)
    if (seen === state) return
    if (open && seen === becomes[open]) {
      this.#doneUnheard[open]++
      came(pair, open)
      return
    }
    if (seen === null) this.#half++
    else this.#lost++
    console.error(`${a} and ${b} should be ${state}, ${open ?? 'nothing'} open: ${seen ?? 'half'}`)
  }

  /** A line holds for whoever is erased and for nobody else; a process that starts leaves none that is only begun. */
  async #readLines(seat: Seat, pairs: readonly Pair[], place: Place): Promise<void> {
    const { held, begun } = await readLedger({ config: seat })
    // Guanxi that lived through it settles what it did not hear of within the hour.
    if (place !== 'postgres') this.#falseLines += begun.length
    const [holds, isBegun] = [held, begun].map((entries) => new Set(entries.map(({ party_id }) => party_id)))
    for (const { a, b, state } of pairs)
      for (const id of [a, b]) {
        const erased = state === 'erased'
        if (holds!.has(id) === erased || (erased && place === 'postgres' && isBegun!.has(id))) continue
        this.#falseLines++
        console.error(`${id} is ${state}, in erasures.log: ${holds!.has(id)}`)
      }
  }

  /** At the end everybody is looked at. */
  async settle(seat: Seat): Promise<PeopleCounts> {
    for (const pair of this.#pairs) pair.touched = true
    await this.check(seat, 'postgres')
    return {
      pairs: this.#pairs.length,
      acknowledged: this.#acknowledged,
      broken_off: this.#brokenOff,
      done_unheard: this.#doneUnheard,
      lost: this.#lost,
      half: this.#half,
      false_lines: this.#falseLines,
    }
  }
}

function came(pair: Pair, verb: Verb): void {
  pair.open = null
  pair.ahead.shift()
  pair.state = becomes[verb]
}

/** One of the two, with something of every kind; null when the house died over it. */
async function make(seat: Seat, name: string, which: string): Promise<number | null> {
  const body = {
    kind: 'person',
    name,
    tags: [`tag ${which}`],
    contact_points: [{ kind: 'email', value: `${which}.${name.replaceAll(' ', '.')}@crash.example` }],
    external_ids: [{ source: 'crash', value: `${name} ${which}` }],
  }
  const made = await ask<{ id: number }>(seat, 'POST', '/parties', { body })
  if (made?.status !== 201) return null
  const order = {
    party_id: made.body.id,
    number: `${name} ${which}`,
    ordered_at: '2024-03-05T10:00:00Z',
    lines: [{ quantity: 1, price_micro: 5_000_000, description: 'cup' }],
  }
  return (await ask(seat, 'POST', '/orders', { body: order }))?.status === 201 ? made.body.id : null
}

async function bodyOf(seat: Seat, { a, b, name }: Pair, verb: Verb): Promise<object | null> {
  if (verb === 'merge') return { other: b }
  if (verb === 'erase') return { confirm: name, ground: 'request' }
  const merges = await ask<Merges>(seat, 'GET', `/parties/${a}/merges`)
  return merges?.status === 200 ? { merge_id: merges.body.items[0]!.merge_id } : null
}

type Merges = { items: { merge_id: number; party: { id: number } }[] }
type Party = {
  id: number
  tags: string[]
  contact_points: unknown[]
  external_ids: unknown[]
  order_count: number
  erased_at: string | null
}

/** What the two are, looked at from all sides; null: one thing here, another there. */
async function stateOf(seat: Seat, pair: Pair): Promise<State | null> {
  // Of several requests: a backend that the kill left at its commit may come between two of them.
  return (await look(seat, pair)) ?? look(seat, pair)
}

async function look(seat: Seat, { a, b }: Pair): Promise<State | null> {
  const [one, other, { items }, { erasure }, list] = await Promise.all([
    read<Party>(seat, `/parties/${a}`),
    read<Party>(seat, `/parties/${b}`),
    read<Merges>(seat, `/parties/${a}/merges`),
    read<{ erasure: object | null }>(seat, `/parties/${a}/erasure`),
    read<{ items: { lines: unknown[] }[] }>(seat, `/parties/${a}/orders`),
  ])
  const had = ({ tags, contact_points, external_ids }: Party) =>
    [tags, contact_points, external_ids].map(({ length }) => length)
  const seen = JSON.stringify({
    into: other.id === a ? a : null,
    merges: items.length,
    erased: [one.erased_at !== null, erasure !== null],
    a: had(one),
    b: other.id === a ? null : had(other),
    orders: [one.order_count, list.items.length],
  })
  const as = (into: number | null, merges: number, erased: boolean, n: number, orders: number) =>
    JSON.stringify({
      into,
      merges,
      erased: [erased, erased],
      a: [n, n, n],
      b: into ? null : [n, n, n],
      orders: [orders, orders],
    })
  const whole: Record<State, string> = {
    apart: as(null, 0, false, 1, 1),
    merged: as(a, 1, false, 2, 2),
    erased: as(a, 1, true, 0, 2),
  }
  return (Object.keys(whole) as State[]).find((state) => whole[state] === seen) ?? null
}
