import { record } from '../../kernel/audit.ts'
import { atomically, type Ctx, planned } from '../../kernel/ctx.ts'
import { refuse } from '../../kernel/refuse.ts'
import { companyOf } from '../access/company.ts'
import type { Settings, SettingsPatch } from './contract.model.ts'

// Assumptions, each version kept: a figure says by which it was computed.

type Kept = Omit<Settings, 'id' | 'currency' | 'valid_from' | 'changed_by'>
type Row = {
  settings_id: number
  settings: Partial<Kept>
  valid_from: string
  changed_by_name: string | null
}

const START: Kept = {
  clock: 'day',
  model: 'auto',
  discount_rate: 0.1,
  horizon_months: 60,
  margin: 0.3,
  returns: 'deducted',
  as_of: 'auto',
  bucket_months: 6,
  overdue_from: 0.9,
  ramp_months: 6,
  cost_of_service: { basic: 0, reactive: 0, accountable: 0, proactive: 0, partnership: 0, none: 0 },
}

const rowsText = `select s.settings_id, s.settings, s.valid_from, u.name as changed_by_name
  from value_settings s left join app_user u on u.user_id = s.changed_by`

const fields = Object.keys(START) as (keyof Kept)[]
// a version may hold what was a setting once: only what is one now is told
const known = (settings: Row['settings']) =>
  Object.fromEntries(fields.flatMap((key) => (key in settings ? [[key, settings[key]]] : [])))

const present = (row: Row, currency: string): Settings => ({
  id: row.settings_id,
  currency,
  ...START,
  ...known(row.settings),
  valid_from: row.valid_from,
  changed_by: row.changed_by_name,
})

/** In force. The first read writes the starting ones: they are assumptions like any other, with a date. */
export async function settingsOf(ctx: Ctx): Promise<Settings> {
  const { base_currency } = await companyOf(ctx)
  const latest = () =>
    planned<Row>(ctx, `${rowsText} order by s.valid_from desc, s.settings_id desc limit 1`, [])
  let [row] = await latest()
  if (!row) {
    // machinery: nobody decided anything yet
    await planned(
      ctx,
      `insert into value_settings (settings, valid_from) select $1, $2 where not exists (select from value_settings)`,
      [JSON.stringify(START), ctx.now],
    )
    ;[row] = await latest()
  }
  return present(row!, base_currency)
}

export async function settingsById(ctx: Ctx, settings_id: number): Promise<Settings> {
  const { base_currency } = await companyOf(ctx)
  const [row] = await planned<Row>(ctx, `${rowsText} where s.settings_id = $1`, [settings_id])
  return row ? present(row, base_currency) : settingsOf(ctx)
}

export async function settingsHistory(ctx: Ctx): Promise<{ items: Settings[] }> {
  await settingsOf(ctx)
  const { base_currency } = await companyOf(ctx)
  const rows = await planned<Row>(
    ctx,
    `${rowsText} order by s.valid_from desc, s.settings_id desc limit 200`,
    [],
  )
  return { items: rows.map((row) => present(row, base_currency)) }
}

/** Assumptions and models are the company's: a part of it cannot change them. */
export function mustReachAll(ctx: Ctx): void {
  if (ctx.reach.kind !== 'all') refuse('value.whole_company', 422)
}

/** What is computed anew is the caller's to start: see module.ts. */
export async function patchSettings(
  ctx: Ctx,
  body: SettingsPatch,
): Promise<{ settings: Settings; changed: string[] }> {
  mustReachAll(ctx)
  return atomically(ctx, async (ctx) => {
    await planned(ctx, 'select pg_advisory_xact_lock(7261140)', [])
    const before = await settingsOf(ctx)
    const { id: _, currency: __, valid_from: ___, changed_by: ____, ...kept } = before
    const after: Kept = {
      ...kept,
      ...body,
      cost_of_service: { ...kept.cost_of_service, ...body.cost_of_service },
    }
    const changed = (Object.keys(after) as (keyof Kept)[]).filter(
      (key) => JSON.stringify(after[key]) !== JSON.stringify(kept[key]),
    )
    if (changed.length > 0) {
      const who = ctx.who.kind === 'user' ? ctx.who.id : null
      await planned(
        ctx,
        // the sequence's own next number, not one of a block taken earlier: the highest is the one in force
        'insert into value_settings (settings, valid_from, changed_by) values ($1, $2, $3)',
        [JSON.stringify(after), ctx.now, who],
      )
    }
    await record(ctx, {
      action: 'value.settings_changed',
      subject: 'value_settings',
      subject_id: before.id,
      was: Object.fromEntries(changed.map((key) => [key, kept[key]])),
      event: { changed },
    })
    return { settings: await settingsOf(ctx), changed }
  })
}
