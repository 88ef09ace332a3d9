import { type Static, Type as T } from 'typebox'
import { Body, Id, Instant, Nullable, oneOf } from '../../kernel/route.ts'
import { locales } from '../../kernel/text.ts'
import { maskable, rowScopes, unitKinds } from './rules.ts'

export const Name = T.String({ minLength: 1, maxLength: 200, pattern: '\\S' })
export const Email = T.String({ minLength: 3, maxLength: 254, pattern: '^\\s*[^\\s@]+@[^\\s@]+\\s*$' })
/** How good it must be is a rule (rules.ts) with words of its own, not a schema error. */
export const Password = T.String({ minLength: 1, maxLength: 200 })
export const Token = T.String({ minLength: 1, maxLength: 200 })
export const Code = T.String({ maxLength: 40, description: 'six digits, or a recovery code' })
export const Zone = T.String({ minLength: 1, maxLength: 64, description: 'IANA time zone, as Asia/Shanghai' })
export const Currency = T.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217' })
export const LocaleCode = oneOf(...locales)
export const RoleCode = T.String({ pattern: '^[a-z][a-z0-9_]{1,39}$' })
export const Scope = oneOf(...rowScopes)
export const Grants = T.Record(T.String({ pattern: '^[a-z_]+:[a-z_]+$' }), Scope, {
  description: 'permission → row scope',
})
export const Masks = T.Array(oneOf(...maskable), { uniqueItems: true, maxItems: maskable.length })

export const SessionView = T.Object({
  user: T.Object({
    id: Id,
    name: T.String(),
    email: T.String(),
    locale: LocaleCode,
    time_zone: T.String(),
    unit_id: Id,
    unit_name: T.String(),
    role: T.String(),
    role_name: T.String({ description: 'in the language of the user' }),
  }),
  permissions: Grants,
  masks: Masks,
  must_enrol: T.Boolean({
    description: 'the role asks for a second factor; nothing is permitted before it is set up',
  }),
  csrf: T.String({ description: 'to be sent as x-csrf-token with every write of this session' }),
  company: T.Object({ name: T.String(), base_currency: T.String(), time_zone: T.String() }),
})
export type SessionView = Static<typeof SessionView>

export const SetupWrite = Body({
  token: Token,
  name: Name,
  email: Email,
  password: Password,
  organisation: Name,
  locale: LocaleCode,
  time_zone: Zone,
  base_currency: T.Optional(Currency),
})
export type SetupWrite = Static<typeof SetupWrite>

export const OwnSession = T.Object({
  id: T.String(),
  current: T.Boolean(),
  address: Nullable(T.String()),
  agent: Nullable(T.String()),
  created_at: Instant,
  seen_at: Instant,
  expires_at: Instant,
})

export const User = T.Object({
  user_id: Id,
  email: T.String(),
  name: T.String(),
  role: T.String(),
  role_name: T.String(),
  unit_id: Id,
  unit_name: T.String(),
  locale: LocaleCode,
  time_zone: T.String(),
  active: T.Boolean(),
  invited: T.Boolean({ description: 'has not chosen a password yet' }),
  second_factor: T.Boolean({ description: 'signs in with a code besides the password' }),
  seen_at: Nullable(Instant),
  version: T.Integer(),
  created_at: Instant,
  updated_at: Instant,
})
export type User = Static<typeof User>
export const Invitation = T.Object({
  token: T.String({ description: 'shown once' }),
  path: T.String({ description: 'the page of this installation that takes it' }),
  expires_at: Instant,
})
export const UserWrite = Body({
  email: Email,
  name: Name,
  role: RoleCode,
  unit_id: Id,
  password: T.Optional(Password),
  locale: T.Optional(LocaleCode),
  time_zone: T.Optional(Zone),
})
export type UserWrite = Static<typeof UserWrite>
export const UserPatch = Body({
  email: T.Optional(Email),
  name: T.Optional(Name),
  role: T.Optional(RoleCode),
  unit_id: T.Optional(Id),
  locale: T.Optional(LocaleCode),
  active: T.Optional(T.Boolean()),
})
export type UserPatch = Static<typeof UserPatch>
export const Colleague = T.Object({
  user_id: Id,
  name: T.String(),
  unit_id: Id,
  unit_name: T.String(),
  active: T.Boolean(),
})

export const RoleView = T.Object({
  role_id: Id,
  code: T.String(),
  name_zh: T.String(),
  name_en: T.String(),
  grants: Grants,
  masks: Masks,
  second_factor: T.Boolean({ description: 'asked of everybody who has it' }),
  builtin: T.Boolean(),
  users: T.Integer({ description: 'how many active users have it' }),
  version: T.Integer(),
  created_at: Instant,
})
export type RoleView = Static<typeof RoleView>
export const RoleWrite = Body({
  code: RoleCode,
  name_zh: Name,
  name_en: Name,
  grants: Grants,
  masks: T.Optional(Masks),
})
export type RoleWrite = Static<typeof RoleWrite>
export const RolePatch = Body({
  name_zh: T.Optional(Name),
  name_en: T.Optional(Name),
  grants: T.Optional(Grants),
  masks: T.Optional(Masks),
  second_factor: T.Optional(T.Boolean()),
})
export type RolePatch = Static<typeof RolePatch>

export const UnitView = T.Object({
  unit_id: Id,
  parent_id: Nullable(Id),
  kind: oneOf(...unitKinds),
  name: T.String(),
  depth: T.Integer({ description: '0 is headquarters' }),
  users: T.Integer({ description: 'active users placed in it, not below it' }),
  customers: Nullable(
    T.Integer({
      description: 'live parties of it, not below it; null where the caller reaches them not all',
    }),
  ),
  version: T.Integer(),
  created_at: Instant,
})
export type UnitView = Static<typeof UnitView>
export const UnitWrite = Body({ parent_id: Id, kind: oneOf('branch', 'region', 'team'), name: Name })
export type UnitWrite = Static<typeof UnitWrite>
export const UnitPatch = Body({
  parent_id: T.Optional(Id),
  kind: T.Optional(oneOf('branch', 'region', 'team')),
  name: T.Optional(Name),
})
export type UnitPatch = Static<typeof UnitPatch>

export const Key = T.Object({
  key_id: Id,
  name: T.String(),
  hint: T.String({ description: 'its first characters' }),
  role: T.String(),
  role_name: T.String(),
  unit_id: Id,
  unit_name: T.String(),
  created_by: Nullable(Id),
  created_by_name: Nullable(T.String()),
  created_at: Instant,
  last_used_at: Nullable(Instant),
  revoked_at: Nullable(Instant),
})
export type Key = Static<typeof Key>
export const KeyWrite = Body({ name: Name, role: RoleCode, unit_id: T.Optional(Id) })
export type KeyWrite = Static<typeof KeyWrite>

export const Settings = T.Object({
  company_name: T.String(),
  base_currency: T.String(),
  time_zone: T.String(),
  second_factor: oneOf('roles', 'all'),
})
export type Settings = Static<typeof Settings>
export const SettingsPatch = Body({
  company_name: T.Optional(Name),
  base_currency: T.Optional(Currency),
  time_zone: T.Optional(Zone),
  second_factor: T.Optional(oneOf('roles', 'all')),
})
export type SettingsPatch = Static<typeof SettingsPatch>
