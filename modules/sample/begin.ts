import { randomInt } from 'node:crypto'
import { record } from '../../kernel/audit.ts'
import { atomically, type Ctx, planned } from '../../kernel/ctx.ts'
import { startRun } from '../../kernel/job.ts'
import { refuse } from '../../kernel/refuse.ts'
import { phrase } from '../../kernel/text.ts'
import { companyOf, found, rootOf } from '../access/company.ts'
import { isGuessed } from '../access/currency.ts'
import { setPasswords } from '../access/manage/together.ts'
import { createUnit } from '../access/manage/units.ts'
import { createUser } from '../access/manage/users.write.ts'
import { lockAccess } from '../access/permissions.ts'
import type { Begun } from './contract.ts'
import { loadJob } from './jobs.ts'
import { emailOf, LAST_ORDER, SOURCE, units, users, weeksToNow } from './rules.people.ts'
import { type Stored, stored } from './store.ts'
import { text } from './text.ts'
import { view } from './view.ts'

// No letter or digit that is mistaken for another.
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789'
/** 79 bits, read out in four groups. */
const newPassword = (): string =>
  Array.from({ length: 4 }, () =>
    Array.from({ length: 4 }, () => ALPHABET[randomInt(ALPHABET.length)]).join(''),
  ).join('-')

export type Given = { beside_real?: boolean | undefined; background: boolean }

/** Units and users at once, so that their password is never kept; the rest follows. */
export async function begin(
  ctx: Ctx,
  { beside_real = false, background }: Given,
): Promise<{ password: string; run_id: number | null }> {
  if (await stored(ctx)) refuse('sample.there', 409)
  return atomically(ctx, async (ctx) => {
    await lockAccess(ctx)
    if (await stored(ctx)) refuse('sample.there', 409)
    await mustBeFree(ctx, beside_real)
    const root = (await rootOf(ctx)) ?? (await foundCompany(ctx))
    const was = await settingsNow(ctx)
    const password = newPassword()
    const unit_ids = await makeUnits(ctx, root)
    const user_ids = await makeUsers(ctx, root, unit_ids, password)
    const { base_currency } = await companyOf(ctx)
    const run_id = background ? (await startRun(ctx, loadJob, {}, { subject: {} })).run_id : null
    await planned(
      ctx,
      `insert into sample (state, weeks, currency, was, unit_ids, user_ids, run_id, created_by, created_at)
       values ('loading', $1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        weeksToNow(LAST_ORDER, ctx.now),
        base_currency,
        JSON.stringify(was),
        [...unit_ids.values()],
        user_ids,
        run_id,
        ctx.who.kind === 'user' ? ctx.who.id : null,
        ctx.now,
      ],
    )
    await record(ctx, { action: 'sample.load_started', subject: 'sample', subject_id: 1, event: false })
    return { password, run_id }
  })
}

async function mustBeFree(ctx: Ctx, beside_real: boolean): Promise<void> {
  // unscoped: yes or no, and how many; only who reaches everything loads a sample
  const [row] = await planned<{ parties: number; taken: boolean }>(
    ctx,
    `select (select count(*) from party where kind <> 'anonymous') as parties,
       exists (select from external_id where source = $1) or exists (select from order_key where source = $1)
         or exists (select from product where source = $1) as taken`,
    [SOURCE],
  )
  if (row!.taken) refuse('sample.source_taken', 409)
  if (row!.parties > 0 && !beside_real) refuse('sample.not_empty', 409, { parties: row!.parties })
}

/** What the load may change: the first orders settle a base currency that was only guessed. */
const settingsNow = async (ctx: Ctx): Promise<Stored['was']> =>
  (await isGuessed(ctx)) ? { guessed: (await companyOf(ctx)).base_currency } : {}

const foundCompany = (ctx: Ctx): Promise<number> =>
  found(ctx, { organisation: phrase(text['sample.company'], ctx.locale), time_zone: ctx.zone }, ctx.locale)

async function makeUnits(ctx: Ctx, root: number): Promise<Map<string, number>> {
  const made = new Map<string, number>()
  for (const { key, parent, kind, name } of units) {
    const parent_id = parent === null ? root : made.get(parent)!
    made.set(key, (await createUnit(ctx, { body: { parent_id, kind, name } })).unit_id)
  }
  return made
}

async function makeUsers(
  ctx: Ctx,
  root: number,
  unit_ids: Map<string, number>,
  password: string,
): Promise<number[]> {
  const ids: number[] = []
  for (const { sign_in, name, role, unit, locale } of users) {
    const unit_id = unit === null ? root : unit_ids.get(unit)!
    const { user_id } = await createUser(ctx, {
      body: { email: emailOf(sign_in), name, role, unit_id, locale, password },
    })
    ids.push(user_id)
  }
  return ids
}

export async function load(ctx: Ctx, { body }: { body: { beside_real?: boolean } }): Promise<Begun> {
  const { password } = await begin(ctx, { ...body, background: true })
  return { ...(await view(ctx)), password }
}

/** For whoever lost the first one: it is kept nowhere. */
export const renewPassword = (ctx: Ctx): Promise<{ password: string }> =>
  atomically(ctx, async (ctx) => {
    const row = (await stored(ctx, 'for update')) ?? refuse('sample.none', 409)
    const password = newPassword()
    await setPasswords(ctx, row.user_ids, password)
    await record(ctx, { action: 'sample.password_renewed', subject: 'sample', subject_id: 1, event: false })
    return { password }
  })
