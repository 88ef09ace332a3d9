import { isSupportedCountry } from 'libphonenumber-js/min'
import type { Ctx } from '../../kernel/ctx.ts'
import { companyOf as settingsOf } from '../access/company.ts'

export type Company = {
  /** ISO 4217: figures across currencies are summed in it, at the order's date */
  base_currency: string
  /** ISO 3166: of telephone numbers without a country code */
  region: string
}

// Read for every list row's currency; a changed setting shows within this time.
const AGE_MS = 2000
const kept = new WeakMap<object, { at: number; company: Company }>()

/** The base currency also says where the company is at home: CNY → CN, GBP → GB. */
export async function companyOf(ctx: Ctx): Promise<Company> {
  const earlier = kept.get(ctx.house)
  if (earlier && Date.now() - earlier.at < AGE_MS) return earlier.company
  const { base_currency } = await settingsOf(ctx)
  const home = base_currency.slice(0, 2)
  const company = { base_currency, region: isSupportedCountry(home) ? home : 'CN' }
  kept.set(ctx.house, { at: Date.now(), company })
  return company
}
