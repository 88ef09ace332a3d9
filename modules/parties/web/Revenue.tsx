import { Money, useText } from '../../../apps/web/ui/index.ts'
import type { PartyRow } from '../contract.ts'
import { text } from './text.ts'

type RevenueProps = {
  of: Pick<PartyRow, 'order_count' | 'revenue_minor' | 'currency' | 'unrated_count'>
  bare?: boolean
  /** of one order */
  average?: boolean
}

/** What a party's orders come to: a dash where it has none, or where a rate is missing and any sum would be false. */
export function Revenue({ of, bare = false, average = false }: RevenueProps) {
  const say = useText(text)
  const { order_count, revenue_minor, currency, unrated_count } = of
  if (unrated_count > 0)
    return (
      <span className="mut" title={say('unrated', { n: unrated_count, base: currency })}>
        —
      </span>
    )
  if (order_count === 0) return <span className="mut">—</span>
  const minor = average ? Math.round(revenue_minor / order_count) : revenue_minor
  return <Money minor={minor} currency={currency} bare={bare} whole />
}
