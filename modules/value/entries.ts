import { refuse } from '../../kernel/refuse.ts'
import { checkCurrency } from '../orders/money.ts'

// What every entry that a person makes is checked for: spend, needs, subscriptions.

export function checkCurrencyOf(currency: string): string {
  if (!Intl.supportedValuesOf('currency').includes(currency)) refuse('value.bad_currency', 422, { currency })
  return checkCurrency(currency)
}

export function mustBeDay(day: string): void {
  if (day < '1900-01-01' || day > '2200-01-01') refuse('value.bad_day', 422, { day })
}
