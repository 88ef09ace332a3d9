import type { Played, TestHouse } from '../../kernel/testing.ts'

/** A small company: headquarters 1, branches 2 and 3, teams 21 and 31; users 101 (team 21), 102 (21), 103 (31). */
export async function company({ house }: TestHouse): Promise<void> {
  await house.pool.query(`
    insert into unit (unit_id, parent_id, kind, name, created_at) values
      (1, null, 'headquarters', 'HQ', now()), (2, 1, 'branch', 'East', now()), (3, 1, 'branch', 'South', now()),
      (21, 2, 'team', 'Suzhou', now()), (31, 3, 'team', 'Canton', now());
    insert into role (role_id, code, name_zh, name_en, grants, created_at) values (51, 'seller', '销售', 'Seller', '{}', now());
    insert into app_user (user_id, email, name, role_id, unit_id, created_at, updated_at) values
      (101, 'wang@x.cn', '王敏', 51, 21, now(), now()), (102, 'li@x.cn', '李倩', 51, 21, now(), now()),
      (103, 'chan@x.cn', 'Chan', 51, 31, now(), now())`)
}

export const wang: Played = { id: 101, unit_id: 21, scope: 'own', team_units: [21], branch_units: [2, 21] }
export const east: Played = { id: 102, unit_id: 21, scope: 'branch', team_units: [21], branch_units: [2, 21] }
export const south: Played = {
  id: 103,
  unit_id: 31,
  scope: 'branch',
  team_units: [31],
  branch_units: [3, 31],
}
export const director: Played = { id: 102, unit_id: 1, scope: 'all' }

/** The problem a call ends in. */
export async function refusal(
  call: Promise<unknown>,
): Promise<{ status: number; code: string; details?: Record<string, unknown> }> {
  try {
    await call
  } catch (error) {
    return (error as { problem: { status: number; code: string } }).problem
  }
  throw new Error('it was not refused')
}
export const codeOf = async (call: Promise<unknown>): Promise<string> => (await refusal(call)).code
