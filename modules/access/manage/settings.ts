import { record } from '../../../kernel/audit.ts'
import { atomically, type Ctx } from '../../../kernel/ctx.ts'
import { refuse } from '../../../kernel/refuse.ts'
import { companyOf, writeSettings } from '../company.ts'
import type { Settings, SettingsPatch } from '../contract.ts'
import { lockBase } from '../currency.ts'
import { lockAccess } from '../permissions.ts'
import { isCurrency } from '../rules.ts'
import { mustBeZone } from '../signing/sign_in.ts'

export const settings = (ctx: Ctx): Promise<Settings> => companyOf(ctx)

/** Who keeps amounts in the base currency hears `access.settings_changed` and reckons them anew. */
export async function patchSettings(ctx: Ctx, { body }: { body: SettingsPatch }): Promise<Settings> {
  const { company_name, base_currency, time_zone, second_factor } = body
  if (base_currency !== undefined && !isCurrency(base_currency))
    refuse('access.currency_unknown', 422, { base_currency })
  const wanted: Partial<Settings> = {
    ...(company_name === undefined ? {} : { company_name: company_name.trim() }),
    ...(base_currency === undefined ? {} : { base_currency }),
    ...(time_zone === undefined ? {} : { time_zone: mustBeZone(time_zone) }),
    ...(second_factor === undefined ? {} : { second_factor }),
  }
  return atomically(ctx, async (ctx) => {
    await lockAccess(ctx)
    if (base_currency !== undefined) await lockBase(ctx)
    const before = await companyOf(ctx)
    const fields = Object.keys(wanted) as (keyof Settings)[]
    const changed = fields.filter((field) => wanted[field] !== before[field])
    await writeSettings(ctx, {
      ...wanted,
      ...(base_currency === undefined ? {} : { base_currency_guessed: false }),
    })
    await record(ctx, {
      action: 'access.settings_changed',
      subject: 'setting',
      subject_id: 0,
      was: Object.fromEntries(changed.map((field) => [field, before[field]])),
      event: { changed },
    })
    return companyOf(ctx)
  })
}
