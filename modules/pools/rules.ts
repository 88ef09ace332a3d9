// When an owner loses a customer, and what one may claim. Pure: see store.ts for whom it is asked.

export type Resting = {
  no_order_days: number | null
  no_change_days: number | null
  warn_days: number
}
/** Days since 1970. An owner has the full time from the day on which the customer became theirs. */
export type Held = { owned_since: number; last_order: number | null; last_change: number }

export type Due = { day: number; because: 'no_order' | 'no_change' }

/** The day on which the customer goes back unless something happens; null: never. */
export function dueOn({ no_order_days, no_change_days }: Resting, held: Held): Due | null {
  const ways: Due[] = []
  if (no_order_days !== null)
    ways.push({
      day: Math.max(held.last_order ?? 0, held.owned_since) + no_order_days,
      because: 'no_order',
    })
  if (no_change_days !== null)
    ways.push({
      day: Math.max(held.last_change, held.last_order ?? 0, held.owned_since) + no_change_days,
      because: 'no_change',
    })
  return ways.reduce<Due | null>((first, way) => (first === null || way.day < first.day ? way : first), null)
}

/** Nobody loses a customer without having been warned `warn_days` before, whatever the rules say today. */
export const warnedUntil = (due: number, today: number, warn_days: number): number =>
  Math.max(due, today + warn_days)

/** Is it time to warn? */
export const isNear = (due: number, today: number, warn_days: number): boolean => due - today <= warn_days

export type Caps = { claim_cap: number | null; holding_cap: number | null }
/** How many more somebody may claim, and what stops them; null: as many as there are. */
export function room(
  { claim_cap, holding_cap }: Caps,
  { claimed, holding }: { claimed: number; holding: number },
): { left: number; by: 'claim_cap' | 'holding_cap' } | null {
  const ways = [
    ...(claim_cap === null ? [] : [{ left: Math.max(0, claim_cap - claimed), by: 'claim_cap' as const }]),
    ...(holding_cap === null
      ? []
      : [{ left: Math.max(0, holding_cap - holding), by: 'holding_cap' as const }]),
  ]
  return ways.reduce<(typeof ways)[number] | null>(
    (least, way) => (least === null || way.left < least.left ? way : least),
    null,
  )
}
