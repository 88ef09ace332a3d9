import { type Clock, periodOf } from '../rules.ts'
import type { ContractRow } from './contracted.ts'
import { type Facts, factLayout } from './facts.ts'
import type { Figures } from './score.ts'

// Customers of orders and customers of contracts as one list, in the order of their ids. Pure.

type Names = keyof typeof factLayout

/** Orders tell what they tell; who has none is told by what the contracts came to. `of`: each contract row's place. */
export function withContracts(
  facts: Facts,
  contracts: readonly ContractRow[],
  clock: Clock,
): { facts: Facts; of: Int32Array } {
  const at = new Map(Array.from(facts.party_id, (id, i) => [id, i]))
  const ids = [...new Set([...facts.party_id, ...contracts.map((row) => row.party_id)])].sort((a, b) => a - b)
  const row = new Map(contracts.map((one) => [one.party_id, one]))
  const columns = Object.entries(factLayout).map(([name, kind]) => {
    const column = kind === 'int4' ? new Int32Array(ids.length) : new Float64Array(ids.length)
    const had = facts[name as Names]
    ids.forEach((id, i) => {
      const place = at.get(id)
      column[i] = place === undefined ? factOf(name as Names, row.get(id)!, clock) : had[place]!
    })
    return [name, column]
  })
  const place = new Map(ids.map((id, i) => [id, i]))
  return {
    facts: Object.fromEntries(columns) as Facts,
    of: Int32Array.from(contracts, (one) => place.get(one.party_id)!),
  }
}

function factOf(name: Names, row: ContractRow, clock: Clock): number {
  const told: Partial<Record<Names, number>> = {
    party_id: row.party_id,
    first: periodOf(clock, row.first_on),
    last: periodOf(clock, row.last_on),
    first_on: row.first_on,
    last_on: row.last_on,
    x: row.renewals,
    revenue: row.revenue,
    repeat: row.repeat,
    recent: row.recent,
    cal_x: -1,
  }
  return told[name] ?? 0
}

const REGULAR = 2

/** Whether they are still there is known of contracts: 1 or 0, and never late. */
export function contractFigures(figures: Figures, contracts: readonly ContractRow[], of: Int32Array): void {
  contracts.forEach((row, n) => {
    const i = of[n]!
    figures.value[i] = row.value
    figures.at_risk[i] = row.at_risk
    figures.p_alive[i] = row.gone ? 0 : 1
    figures.unknown[i] = 0
    figures.usual_days[i] = row.usual_days
    figures.expected[i] = row.expected
    figures.expected_minor[i] = row.each
    figures.next_on[i] = row.next_on
    figures.gone[i] = row.gone ? 1 : 0
    if (row.renewals > 0) figures.class[i] = REGULAR
  })
}
