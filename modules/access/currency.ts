import { record } from '../../kernel/audit.ts'
import { type Ctx, named, planned } from '../../kernel/ctx.ts'
import { companyOf, writeSettings } from './company.ts'

// Orders keep what they come to in the base currency. Who values them reads it under a shared lock; who changes it, or a
// rate, takes the lock alone. So whatever was valued before the change is committed when the change is, and the job that
// values everything anew sees it.
const BASE = 7_261_130

/** Alone, until commit: before the base currency or a rate changes. */
export const lockBase = (ctx: Ctx) => planned(ctx, 'select pg_advisory_xact_lock($1)', [BASE])

/** The base currency to value in: it stays so until the caller's transaction ends. */
export async function baseToValueIn(ctx: Ctx): Promise<string> {
  if (!ctx.tx) throw new Error('baseToValueIn() outside a transaction')
  await named(ctx, 'access.base_lock', 'select pg_advisory_xact_lock_shared($1)', [BASE])
  return (await companyOf(ctx)).base_currency
}

/** Nobody chose it: a command founded the house, or set-up was left as it was, and no orders have come yet. */
export async function isGuessed(ctx: Ctx): Promise<boolean> {
  const text = "select value from setting where key = 'base_currency_guessed'"
  const [row] = await named<{ value: unknown }>(ctx, 'access.base_guessed', text, [])
  return row?.value === true
}

/** From here on it is no guess, whether it changes or not. */
export async function settleCurrency(ctx: Ctx, base_currency: string): Promise<void> {
  await lockBase(ctx)
  const before = (await companyOf(ctx)).base_currency
  await writeSettings(ctx, { base_currency, base_currency_guessed: false })
  const changed = before === base_currency ? [] : ['base_currency']
  await record(ctx, {
    action: 'access.settings_changed',
    subject: 'setting',
    subject_id: 0,
    was: changed.length > 0 ? { base_currency: before } : {},
    event: { changed },
  })
}

/** A settled currency is a guess again: what settled it was taken back. Under `lockBase`. */
export async function guessCurrency(ctx: Ctx, base_currency: string): Promise<void> {
  const before = (await companyOf(ctx)).base_currency
  await writeSettings(ctx, { base_currency, base_currency_guessed: true })
  const changed = before === base_currency ? [] : ['base_currency']
  await record(ctx, {
    action: 'access.settings_changed',
    subject: 'setting',
    subject_id: 0,
    was: changed.length > 0 ? { base_currency: before } : {},
    event: { changed },
  })
}
