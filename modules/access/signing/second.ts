import { createHash, randomBytes } from 'node:crypto'
import { record } from '../../../kernel/audit.ts'
import { atomically, type Ctx, planned, unaudited } from '../../../kernel/ctx.ts'
import { refuse } from '../../../kernel/refuse.ts'
import { companyOf } from '../company.ts'
import { FREE_FAILURES, THROTTLE_WINDOW_MS, waitAfter } from '../rules.ts'
import { openSecret, sealSecret } from '../secret.ts'
import { recordFailure } from './failures.ts'
import { REQUIRED } from './second.sql.ts'
import { mustBePerson } from './sessions.ts'
import { base32, stepMatching, uriOf } from './totp.ts'

// The second factor of a person. That a code is right is decided under the row's lock, so that of two at once with
// the same code one comes in; its failures are counted per person, whatever network they come from: who gets here
// knows the password already.
const SECRET_BYTES = 20
const CODES = 10
const purposeOf = (user_id: number) => `second factor ${user_id}`

type Row = { secret: Buffer; last_step: number; failures: number; failed_at: string | null }
const rowOf = async (ctx: Ctx, user_id: number, confirmed: boolean): Promise<Row | undefined> =>
  (
    await planned<Row>(
      ctx,
      `select secret, last_step, failures, failed_at from second_factor
       where user_id = $1 and (confirmed_at is not null) = $2 for update`,
      [user_id, confirmed],
    )
  )[0]

export async function hasSecond(ctx: Ctx, user_id: number): Promise<boolean> {
  const rows = await planned(
    ctx,
    'select from second_factor where user_id = $1 and confirmed_at is not null',
    [user_id],
  )
  return rows.length > 0
}

/** What must be true besides the password. Without a code it asks for one; with a wrong one it refuses and counts. */
export async function mustHaveSecond(
  ctx: Ctx,
  person: { user_id: number; email: string },
  code: string | undefined,
  address: string,
): Promise<void> {
  if (!(await hasSecond(ctx, person.user_id))) return
  if (!code) refuse('access.code_needed', 401)
  const right = await unaudited(ctx, 'counts tries; what it lets through is recorded by who asked', (ctx) =>
    check(ctx, person.user_id, code!.replace(/[\s-]/g, '')),
  )
  if (right) return
  await recordFailure(ctx, person.email, person.user_id, address)
  refuse('access.code_wrong', 401)
}

async function check(ctx: Ctx, user_id: number, code: string): Promise<boolean> {
  const row = await rowOf(ctx, user_id, true)
  if (!row) return true
  const failed = row.failed_at === null ? 0 : Date.parse(row.failed_at)
  const recent = ctx.now.getTime() - failed < THROTTLE_WINDOW_MS ? row.failures : 0
  const wait_ms = failed + waitAfter(recent, FREE_FAILURES.account) - ctx.now.getTime()
  if (recent > 0 && wait_ms > 0) refuse('access.throttled', 429, { retry_after_s: Math.ceil(wait_ms / 1000) })
  const secret = openSecret(ctx.house, purposeOf(user_id), row.secret)
  const step = secret && stepMatching(secret, code, ctx.now, row.last_step)
  const right = step !== null || (await takeRecovery(ctx, user_id, code))
  await planned(
    ctx,
    `update second_factor set last_step = $2, failures = $3, failed_at = $4 where user_id = $1`,
    [user_id, step ?? row.last_step, right ? 0 : recent + 1, right ? null : ctx.now],
  )
  return right
}

// 80 random bits each: a plain hash of them cannot be guessed back.
const newCode = () => base32(randomBytes(10)).toLowerCase()
const spaced = (code: string) => code.match(/.{4}/g)!.join('-')
const hashOf = (user_id: number, code: string) =>
  createHash('sha256').update(`${user_id}\n${code.toLowerCase()}`).digest()

async function takeRecovery(ctx: Ctx, user_id: number, code: string): Promise<boolean> {
  const used = await planned(ctx, 'delete from recovery_code where user_id = $1 and hash = $2 returning 1', [
    user_id,
    hashOf(user_id, code),
  ])
  return used.length > 0
}

async function makeCodes(ctx: Ctx, user_id: number): Promise<string[]> {
  const codes = Array.from({ length: CODES }, newCode)
  await planned(ctx, 'delete from recovery_code where user_id = $1', [user_id])
  await planned(ctx, 'insert into recovery_code (user_id, hash) select $1, unnest($2::bytea[])', [
    user_id,
    codes.map((code) => hashOf(user_id, code)),
  ])
  return codes.map(spaced)
}

const recordSelf = (ctx: Ctx, action: string) =>
  record(ctx, { action, subject: 'user', subject_id: ctx.who.id })

export async function secondState(ctx: Ctx) {
  mustBePerson(ctx)
  const [row] = await planned<{ confirmed_at: string | null; codes: number; required: boolean }>(
    ctx,
    `select f.confirmed_at, (select count(*) from recovery_code c where c.user_id = u.user_id) as codes,
            ${REQUIRED} as required
     from app_user u join role r on r.role_id = u.role_id left join second_factor f on f.user_id = u.user_id
     where u.user_id = $1`,
    [ctx.who.id],
  )
  return {
    on: row!.confirmed_at !== null,
    since: row!.confirmed_at,
    recovery_codes: row!.codes,
    required: row!.required,
  }
}

/** A new secret that waits for its first code; one that is in force stays so until then, and is not replaced. */
export async function beginSecond(ctx: Ctx, email: string) {
  const { company_name } = await companyOf(ctx)
  const secret = randomBytes(SECRET_BYTES)
  await unaudited(ctx, 'it does not count before its first code', async (ctx) => {
    const made = await planned(
      ctx,
      `insert into second_factor (user_id, secret, created_at) values ($1, $2, $3)
       on conflict (user_id) do update set secret = excluded.secret, created_at = excluded.created_at
       where second_factor.confirmed_at is null returning user_id`,
      [ctx.who.id, sealSecret(ctx.house, purposeOf(ctx.who.id), secret), ctx.now],
    )
    if (made.length === 0) refuse('access.second_on', 409)
  })
  return { secret: base32(secret), uri: uriOf(secret, company_name || 'Guanxi', email) }
}

export async function confirmSecond(ctx: Ctx, { body }: { body: { code: string } }) {
  mustBePerson(ctx)
  return atomically(ctx, async (ctx) => {
    const row = await rowOf(ctx, ctx.who.id, false)
    const secret = row && openSecret(ctx.house, purposeOf(ctx.who.id), row.secret)
    const step = secret && stepMatching(secret, body.code.replace(/\s/g, ''), ctx.now, 0)
    if (!step) return refuse('access.code_wrong', 422)
    await planned(
      ctx,
      'update second_factor set confirmed_at = $2, last_step = $3, failures = 0, failed_at = null where user_id = $1',
      [ctx.who.id, ctx.now, step],
    )
    await recordSelf(ctx, 'access.second_factor_on')
    return { recovery_codes: await makeCodes(ctx, ctx.who.id) }
  })
}

export async function renewCodes(ctx: Ctx) {
  return atomically(ctx, async (ctx) => {
    if (!(await hasSecond(ctx, ctx.who.id))) refuse('access.second_off', 409)
    await recordSelf(ctx, 'access.recovery_codes_renewed')
    return { recovery_codes: await makeCodes(ctx, ctx.who.id) }
  })
}

/** Inside a transaction. For whoever lost the device, by themselves or by somebody who may. */
export async function dropSecond(ctx: Ctx, user_ids: readonly number[]): Promise<void> {
  await planned(ctx, 'delete from second_factor where user_id = any($1::bigint[])', [user_ids])
  await planned(ctx, 'delete from recovery_code where user_id = any($1::bigint[])', [user_ids])
}
