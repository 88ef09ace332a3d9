import { setTimeout as sleep } from 'node:timers/promises'
import { ask, read, type Seat } from './seat.ts'

const ORDERS = 3000
const PROBES = [0, 1, ORDERS / 2, ORDERS - 1]
const PATIENCE_MS = 180_000
const READY_MS = 30_000

/** `unknown`: no answer came to what was asked last, so both ends are right, but neither half. */
type Import = { round: number; id: number | null; wants: 'in' | 'out' | 'unknown'; undos: number }
export type ImportCounts = {
  tried: number
  undone: number
  brought_back: number
  whole: number
  absent: number
  half: number
}

/** Imports through the API, so that the worker inside Guanxi runs them and is killed with them; then undone and brought back. */
export class Imports {
  readonly #all: Import[] = []
  #undone = 0
  #broughtBack = 0

  async begin(seat: Seat, round: number): Promise<void> {
    const lines = Array.from(
      { length: ORDERS * 4 },
      (_, i) =>
        `R${round}-${Math.floor(i / 4)},P${i % 50},Item ${i % 50},${1 + (i % 7)},2024-03-0${1 + (i % 9)} 10:00:00,2.50,C${Math.floor(i / 4) % 300},United Kingdom`,
    )
    const raw = `InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n${lines.join('\n')}\n`
    const query = new URLSearchParams({
      kind: 'orders',
      source: `crash-${round}`,
      file_name: `orders-${round}.csv`,
      run: 'true',
    })
    const one: Import = { round, id: null, wants: 'unknown', undos: 0 }
    this.#all.push(one)
    const answer = await ask<{ id: number }>(seat, 'POST', `/imports/file?${query}`, { raw })
    if (answer?.status === 201) Object.assign(one, { id: answer.body.id, wants: 'in' })
  }

  /** An undo needs an import that is through: kills come faster than imports end. */
  async ready(seat: Seat): Promise<void> {
    const until = Date.now() + READY_MS
    const one = this.#turnable()
    while (one && Date.now() < until) {
      const { state } = await read<{ state: string }>(seat, `/imports/${one.id}`)
      if (!['uploaded', 'waiting', 'running'].includes(state)) return
      await sleep(100)
    }
  }

  #turnable(): Import | undefined {
    return this.#all.findLast(({ id, wants, undos }) => id !== null && wants !== 'unknown' && undos < 3)
  }

  /** Undoes the last import that can be, or brings it back. */
  async turn(seat: Seat): Promise<void> {
    const one = this.#turnable()
    if (!one) return
    const verb = one.wants === 'in' ? 'undo' : 'redo'
    const answer = await ask(seat, 'POST', `/imports/${one.id}/${verb}`)
    // Not run yet, or under way: it says so and does nothing.
    if (answer && answer.status >= 400) return
    one.undos++
    if (verb === 'undo') this.#undone++
    else this.#broughtBack++
    one.wants = answer === null ? 'unknown' : verb === 'undo' ? 'out' : 'in'
  }

  /** Whatever was killed: never some orders of a file and not others. */
  async check(seat: Seat): Promise<void> {
    for (const { round } of this.#all.slice(-2)) {
      const found = await ordersOf(seat, round)
      // Probes are several requests: a commit between two of them shows some and not yet others.
      const again = found === 0 || found === PROBES.length ? found : await ordersOf(seat, round)
      if (again !== 0 && again !== PROBES.length) throw new Error(`import of round ${round}: half there`)
    }
  }

  /** At the end every import is as what was asked last: whole, or gone. */
  async settle(seat: Seat): Promise<ImportCounts> {
    const counts = {
      tried: this.#all.length,
      undone: this.#undone,
      brought_back: this.#broughtBack,
      whole: 0,
      absent: 0,
      half: 0,
    }
    for (const { round, wants } of this.#all) {
      const until = Date.now() + (wants === 'unknown' ? 2000 : PATIENCE_MS)
      const fits = (found: number) =>
        found === (wants === 'out' ? 0 : PROBES.length) ||
        (wants === 'unknown' && found === 0 && Date.now() > until)
      let found = await ordersOf(seat, round)
      while (!fits(found) && Date.now() < until) {
        await sleep(500)
        found = await ordersOf(seat, round)
      }
      if (!fits(found)) counts.half++
      else if (found === 0) counts.absent++
      else counts.whole++
    }
    return counts
  }
}

async function ordersOf(seat: Seat, round: number): Promise<number> {
  let found = 0
  for (const n of PROBES) {
    const path = `/orders?source=crash-${round}&number=R${round}-${n}`
    const { items } = await read<{ items: { line_count: number }[] }>(seat, path)
    found += items.filter((order) => order.line_count === 4).length
  }
  return found
}
