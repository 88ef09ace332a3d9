import { isSupportedCountry } from 'libphonenumber-js/min'
import type { Ctx } from '../../kernel/ctx.ts'
import { companyOf as settingsOf } from '../access/company.ts'
import { currencyGuess } from '../access/rules.ts'

export type Company = {
  /** ISO 4217: figures across currencies are summed in it, at the order's date */
  base_currency: string
  /** ISO 3166: of telephone numbers without a country code */
  region: string
}

// Read for every list row's currency; a changed setting shows within this time.
const AGE_MS = 2000
const kept = new WeakMap<object, { at: number; company: Company }>()

export async function companyOf(ctx: Ctx): Promise<Company> {
  const earlier = kept.get(ctx.house)
  if (earlier && Date.now() - earlier.at < AGE_MS) return earlier.company
  const { base_currency, time_zone } = await settingsOf(ctx)
  const company = { base_currency, region: regionOf(base_currency, time_zone) }
  kept.set(ctx.house, { at: Date.now(), company })
  return company
}

/** Where the company is at home, by its zone, else by its currency (GBP → GB; dollars are used everywhere), else China. */
function regionOf(base_currency: string, time_zone: string): string {
  const byZone = currencyGuess(time_zone, 'zh-CN').slice(0, 2)
  if (byZone !== 'CN' && isSupportedCountry(byZone)) return byZone
  const byCurrency = base_currency.slice(0, 2)
  return byCurrency !== 'US' && isSupportedCountry(byCurrency) ? byCurrency : 'CN'
}
