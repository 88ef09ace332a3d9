import pg from 'pg'
import { type Entry, record, recordCtes, recordOf, recordValues, type Signed } from './audit.ts'
import type { Ctx, House } from './ctx.ts'

/** `ctes` write the rows of a JSON array in `$1`; a row says all that is written of it. */
export type Gathered = { name: string; ctes: string }

type Waiting = Signed & { row: string; done: () => void; failed: (error: unknown) => void }
type Gate = { waiting: Waiting[]; flying: boolean }

// While a statement is on its way, those that come wait and go together with the next: at rest nobody waits, under
// load one parse, one plan, one flush to disk serve many (docs/benchmarks.md).
const MOST = 64
// Half of them, when they are many: while PostgreSQL writes these, those that were answered come again, and neither it nor
// this process waits for the other with all of them.
const HALVED = 5

const gates = new WeakMap<House, Map<string, Gate>>()
function gateOf(house: House, name: string): Gate {
  let named = gates.get(house)
  if (!named) gates.set(house, (named = new Map()))
  let gate = named.get(name)
  if (!gate) named.set(name, (gate = { waiting: [], flying: false }))
  return gate
}

/**
 * A write of one row with its record, in one statement, which PostgreSQL makes a transaction: no begin, no commit.
 * Writes of other requests may share the statement; one that cannot be written does not hold back the others. Inside
 * `atomically` it joins that transaction.
 */
export async function writeAtOnce(ctx: Ctx, statement: Gathered, row: unknown, entry: Entry): Promise<void> {
  const { name, ctes } = statement
  if (ctx.tx) {
    await record(ctx, entry)
    await ctx.tx.query({
      name: `${name}.joined`,
      text: `with ${ctes} select`,
      values: [`[${JSON.stringify(row)}]`],
    })
    return
  }
  const recorded = await recordOf(ctx, entry)
  const gate = gateOf(ctx.house, name)
  await new Promise<void>((done, failed) => {
    gate.waiting.push({ ctx, recorded, row: JSON.stringify(row), done, failed })
    depart(ctx.house, gate, statement)
  })
}

function depart(house: House, gate: Gate, statement: Gathered): void {
  if (gate.flying || gate.waiting.length === 0) return
  gate.flying = true
  // With all that arrive in this turn of the loop: alone, the first would make the others wait for the next.
  setImmediate(() => void fly(house, gate, statement))
}

async function fly(house: House, gate: Gate, statement: Gathered): Promise<void> {
  const together = gate.waiting.splice(0, portion(gate.waiting.length))
  try {
    await write(house, statement, together)
  } catch (error) {
    await refused(house, statement, together, error)
    return next(house, gate, statement)
  }
  // Before these are answered: PostgreSQL need not wait for that.
  next(house, gate, statement)
  for (const { done } of together) done()
}

const portion = (waiting: number): number => Math.min(MOST, Math.max(HALVED, Math.ceil(waiting / 2)))

function next(house: House, gate: Gate, statement: Gathered): void {
  if (gate.waiting.length >= HALVED) return void fly(house, gate, statement)
  gate.flying = false
  depart(house, gate, statement)
}

async function refused(
  house: House,
  statement: Gathered,
  together: readonly Waiting[],
  error: unknown,
): Promise<void> {
  // Nothing of a refused statement was written: each is tried alone, and the one at fault hears why. Where the
  // answer was lost nobody knows what was written, and all hear that.
  if (together.length > 1 && error instanceof pg.DatabaseError && isRowsFault(error))
    for (const one of together) await write(house, statement, [one]).then(one.done, one.failed)
  else for (const { failed } of together) failed(error)
}

// Bad data (22), broken constraints (23), a deadlock or a serialisation (40): what is in the rows, not the server.
const isRowsFault = ({ code }: pg.DatabaseError): boolean => /^(22|23|40)/.test(code ?? '')

async function write(house: House, { name, ctes }: Gathered, together: readonly Waiting[]): Promise<void> {
  await house.pool.query({
    name,
    text: `with ${ctes}, ${recordCtes(1)} select`,
    values: [`[${together.map(({ row }) => row).join()}]`, ...recordValues(together)],
  })
}
