import { record } from '../../../kernel/audit.ts'
import { type Ctx, planned } from '../../../kernel/ctx.ts'
import { lockAccess } from '../permissions.ts'
import { hashPassword } from '../signing/passwords.ts'

// Users and units that came together and go together (modules/sample). In the caller's transaction.

/** One password for all of them; their sessions end. */
export async function setPasswords(ctx: Ctx, user_ids: readonly number[], password: string): Promise<void> {
  const password_hash = await hashPassword(password)
  await planned(
    ctx,
    'update app_user set password_hash = $2, version = version + 1, updated_at = $3 where user_id = any($1::bigint[])',
    [user_ids, password_hash, ctx.now],
  )
  await planned(ctx, 'delete from session where user_id = any($1::bigint[])', [user_ids])
}

/** With their sessions, invitations and the API keys they made: nothing of them lets anybody in any more. */
export async function purgeUsers(ctx: Ctx, user_ids: readonly number[]): Promise<number> {
  await lockAccess(ctx)
  for (const [table, column] of [
    ['session', 'user_id'],
    ['invitation', 'user_id'],
    ['second_factor', 'user_id'],
    ['recovery_code', 'user_id'],
    ['api_key', 'created_by'],
  ])
    await planned(ctx, `delete from ${table} where ${column} = any($1::bigint[])`, [user_ids])
  const gone = await planned<{ user_id: number; email: string; name: string }>(
    ctx,
    'delete from app_user where user_id = any($1::bigint[]) returning user_id, email, name',
    [user_ids],
  )
  for (const { user_id, email, name } of gone)
    await record(ctx, {
      action: 'access.user_deleted',
      subject: 'user',
      subject_id: user_id,
      was: { email, name },
    })
  return gone.length
}

/** Those of these units that nothing and nobody is in, from the leaves up; the others stay. `used`: by other modules. */
export async function purgeUnits(
  ctx: Ctx,
  unit_ids: readonly number[],
  used: readonly number[],
): Promise<number> {
  let n = 0
  for (;;) {
    const gone = await planned<{ unit_id: number; name: string }>(
      ctx,
      `delete from unit u where u.unit_id = any($1::bigint[]) and u.unit_id <> all($2::bigint[])
         and not exists (select from unit x where x.parent_id = u.unit_id)
         and not exists (select from app_user x where x.unit_id = u.unit_id)
         and not exists (select from api_key x where x.unit_id = u.unit_id)
         and not exists (select from webhook x where x.unit_id = u.unit_id)
       returning unit_id, name`,
      [unit_ids, used],
    )
    if (gone.length === 0) return n
    for (const { unit_id, name } of gone)
      await record(ctx, {
        action: 'access.unit_deleted',
        subject: 'unit',
        subject_id: unit_id,
        was: { name },
      })
    n += gone.length
  }
}
