import { atomically, type Ctx, planned } from '../../kernel/ctx.ts'
import { Refusal, refuse } from '../../kernel/refuse.ts'
import type { RolePatch, SettingsPatch, UnitPatch, UserPatch } from '../access/contract.ts'
import { patchRole, role } from '../access/manage/roles.ts'
import { patchSettings } from '../access/manage/settings.ts'
import { patchUnit } from '../access/manage/units.ts'
import { user } from '../access/manage/users.ts'
import { patchUser } from '../access/manage/users.write.ts'
import { lockAccess } from '../access/permissions.ts'
import type { BackupSettings } from '../backups/rules.ts'
import { changeSettings } from '../backups/settings.ts'
import { setRate } from '../orders/money.ts'
import type { ViewPatch } from '../parties/contract.ts'
import { patchView, view } from '../parties/views/views.ts'
import type { MailPatch } from '../system/contract.ts'
import { changeMail } from '../system/mail.ts'
import type { Stored } from './rows.ts'
import { depthWays } from './undo.depth.ts'

// How the house itself was changed (who works in it, with which rights, its settings, its rates), put back through the
// service that made the change: what it refuses (the last administrator, a unit that is gone, more than one has oneself)
// is refused here in the same words.

type Way = {
  /** the permission of the change itself */
  readonly may: `${string}:${string}`
  /** today's, for If-Match; refuses with 404 what is gone or beyond reach */
  readonly version: (ctx: Ctx, stored: Stored) => Promise<number | null>
  readonly back: (ctx: Ctx, id: number, was: Record<string, unknown>) => Promise<unknown>
}

const none = async () => null
const versionOf = async (reading: Promise<{ version: number }>) => (await reading).version
const at = ({ subject_id }: Stored) => ({ params: { id: subject_id } })

const ways: Readonly<Record<string, Way>> = {
  ...depthWays,
  'access.user_changed': {
    may: 'users:write',
    version: (ctx, stored) => versionOf(user(ctx, at(stored))),
    back: (ctx, id, was) => patchUser(ctx, { params: { id }, body: was as UserPatch }),
  },
  'access.role_changed': {
    may: 'roles:write',
    version: (ctx, stored) => versionOf(role(ctx, at(stored))),
    back: (ctx, id, was) => patchRole(ctx, { params: { id }, body: was as RolePatch }),
  },
  'access.unit_changed': {
    may: 'units:write',
    version: async (ctx, { subject_id }) => {
      const [row] = await planned<{ version: number }>(ctx, 'select version from unit where unit_id = $1', [
        subject_id,
      ])
      return row?.version ?? refuse('kernel.not_found', 404)
    },
    back: (ctx, id, was) => patchUnit(ctx, { params: { id }, body: was as UnitPatch }),
  },
  // Whose view it is decides there, not a permission.
  'views.changed': {
    may: 'parties:read',
    version: (ctx, stored) => versionOf(view(ctx, at(stored))),
    back: (ctx, id, was) => patchView(ctx, { params: { id }, body: was as ViewPatch }),
  },
  'access.settings_changed': {
    may: 'settings:write',
    version: none,
    back: (ctx, _id, was) => patchSettings(ctx, { body: was as SettingsPatch }),
  },
  'backups.settings_changed': {
    may: 'backups:write',
    version: none,
    back: (ctx, _id, was) => changeSettings(ctx, { body: was as Partial<BackupSettings> }),
  },
  'system.mail_changed': {
    may: 'system:write',
    version: none,
    back: (ctx, _id, was) => changeMail(ctx, { body: was as MailPatch }),
  },
  'orders.rate_set': {
    may: 'settings:write',
    version: none,
    back: (ctx, _id, was) => setRate(ctx, { body: was as Parameters<typeof setRate>[1]['body'] }),
  },
}

export const housePermissions: readonly string[] = Object.values(ways).map((way) => way.may)
export const wayOf = ({ action }: Pick<Stored, 'action'>): Way | undefined =>
  Object.hasOwn(ways, action) ? ways[action] : undefined

export type Judged = {
  state: 'possible' | 'gone' | 'nothing' | 'first_rate' | 'later'
  version: number | null
  later: number[]
}

/** Whether one record could be put back now; `ctx` reaches as the change's own permission does. */
export async function judge(ctx: Ctx, stored: Stored): Promise<Judged> {
  const way = wayOf(stored)!
  const fields = Object.keys(stored.payload ?? {})
  const no = (state: Judged['state'], later: number[] = []): Judged => ({ state, version: null, later })
  if (fields.length === 0) return no('nothing')
  try {
    const version = await way.version(ctx, stored)
    const isRate = stored.subject === 'currency_rate'
    const later = isRate
      ? await laterRates(ctx, stored)
      : [...new Set(Object.values(stored.next).map((next) => next.audit_id))]
    if (later.length > 0) return no('later', later)
    if (isRate && (stored.payload as { rate: unknown }).rate === null) return no('first_rate')
    return { state: 'possible', version, later }
  } catch (error) {
    if (error instanceof Refusal && error.status === 404) return no('gone')
    throw error
  }
}

/** Every rate is the same subject: its own later ones are of the same currencies and day. */
const laterRates = async (ctx: Ctx, { audit_id, at, payload }: Stored): Promise<number[]> => {
  const { base, currency, day } = payload as Record<'base' | 'currency' | 'day', string>
  const rows = await planned<{ audit_id: number }>(
    ctx,
    `select audit_id from audit where party_id = 0 and action = 'orders.rate_set' and (at, audit_id) > ($1::timestamptz, $2::bigint)
       and payload @> $3::jsonb order by at, audit_id limit 10`,
    [at, audit_id, JSON.stringify({ base, currency, day })],
  )
  return rows.map((row) => row.audit_id)
}

/** One at a time with every other change of access, so that what was judged still holds. */
export const putBack = (ctx: Ctx, stored: Stored, onRefused: (judged: Judged) => Promise<never>) =>
  atomically(ctx, async (ctx) => {
    await lockAccess(ctx)
    const judged = await judge(ctx, stored)
    if (judged.state !== 'possible') return onRefused(judged)
    const { base: _base, ...was } = stored.payload as Record<string, unknown>
    const after = await wayOf(stored)!.back(ctx, stored.subject_id, was)
    return (after as { version?: number }).version ?? null
  })
