import { type Static, Type as T } from 'typebox'
import { Body, ById, Id, Instant, Nullable, oneOf, Page, pageOf, route, routes } from '../../kernel/route.ts'
import { locales } from '../../kernel/text.ts'
import { maskable, rowScopes, unitKinds } from './rules.ts'

const Name = T.String({ minLength: 1, maxLength: 200, pattern: '\\S' })
const Email = T.String({ minLength: 3, maxLength: 254, pattern: '^\\s*[^\\s@]+@[^\\s@]+\\s*$' })
/** How good it must be is a rule (rules.ts) with words of its own, not a schema error. */
const Password = T.String({ minLength: 1, maxLength: 200 })
const Token = T.String({ minLength: 1, maxLength: 200 })
const Zone = T.String({ minLength: 1, maxLength: 64, description: 'IANA time zone, as Asia/Shanghai' })
const Currency = T.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217' })
const LocaleCode = oneOf(...locales)
const RoleCode = T.String({ pattern: '^[a-z][a-z0-9_]{1,39}$' })
const Scope = oneOf(...rowScopes)
const Grants = T.Record(T.String({ pattern: '^[a-z_]+:[a-z_]+$' }), Scope, {
  description: 'permission → row scope',
})
const Masks = T.Array(oneOf(...maskable), { uniqueItems: true, maxItems: maskable.length })

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
})
export type RolePatch = Static<typeof RolePatch>

export const UnitView = T.Object({
  unit_id: Id,
  parent_id: Nullable(Id),
  kind: oneOf(...unitKinds),
  name: T.String(),
  depth: T.Integer({ description: '0 is headquarters' }),
  users: T.Integer({ description: 'active users placed in it, not below it' }),
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
})
export type Settings = Static<typeof Settings>
export const SettingsPatch = Body({
  company_name: T.Optional(Name),
  base_currency: T.Optional(Currency),
  time_zone: T.Optional(Zone),
})
export type SettingsPatch = Static<typeof SettingsPatch>

const ByToken = T.Object({ token: Token })

export const access = routes({
  setupState: route('GET /setup', {
    may: 'anyone',
    does: 'Say whether this installation still needs its first administrator, and whether the link is good',
    query: T.Object({ token: T.Optional(T.String({ maxLength: 200 })) }),
    gives: T.Object({ valid: T.Boolean(), needed: T.Boolean() }),
  }),
  setup: route('POST /setup', {
    may: 'anyone',
    does: 'Create the company and its first administrator with the one-time link, and sign in',
    body: SetupWrite,
    gives: SessionView,
    refuses: ['access.setup_done', 'access.setup_link'],
  }),
  invitationState: route('GET /invitation', {
    may: 'anyone',
    does: 'Say whom an invitation is for, if it is good',
    query: ByToken,
    gives: T.Object({ valid: T.Boolean(), name: Nullable(T.String()), email: Nullable(T.String()) }),
  }),
  acceptInvitation: route('POST /invitation', {
    may: 'anyone',
    does: 'Choose a password with a one-time invitation, and sign in',
    body: Body({ token: Token, password: Password }),
    gives: SessionView,
    refuses: [
      'access.invitation_link',
      'access.password_short',
      'access.password_common',
      'access.password_is_email',
    ],
  }),

  session: route('GET /session', {
    may: 'signed_in',
    does: 'Who is signed in, what they may, and the CSRF token of the session',
    gives: SessionView,
    refuses: ['access.needs_session'],
  }),
  signIn: route('POST /session', {
    may: 'anyone',
    does: 'Sign in with e-mail and password',
    body: Body({ email: Email, password: Password }),
    gives: SessionView,
    refuses: ['access.wrong_password', 'access.throttled'],
  }),
  signOut: route('DELETE /session', { may: 'signed_in', does: 'Sign out', gives: 'nothing' }),
  changeProfile: route('PATCH /session', {
    may: 'signed_in',
    does: "Change one's own name, language or time zone",
    body: Body({ name: T.Optional(Name), locale: T.Optional(LocaleCode), time_zone: T.Optional(Zone) }),
    gives: SessionView,
    refuses: ['access.needs_session', 'access.zone_unknown'],
  }),
  changePassword: route('POST /session/password', {
    may: 'signed_in',
    does: "Change one's own password; every other session ends",
    body: Body({ old_password: Password, new_password: Password }),
    gives: 'nothing',
    refuses: ['access.wrong_password', 'access.throttled', 'access.password_short', 'access.needs_session'],
  }),
  sessions: route('GET /sessions', {
    may: 'signed_in',
    does: "List one's own sessions",
    gives: T.Object({ items: T.Array(OwnSession) }),
    refuses: ['access.needs_session'],
  }),
  signOutEverywhere: route('DELETE /sessions', {
    may: 'signed_in',
    does: "End all of one's own sessions, this one too",
    gives: 'nothing',
    refuses: ['access.needs_session'],
  }),
  endSession: route('DELETE /sessions/:id', {
    may: 'signed_in',
    does: "End one of one's own sessions",
    params: T.Object({ id: T.String({ pattern: '^[0-9a-f]{16}$' }) }),
    gives: 'nothing',
    refuses: ['access.needs_session'],
  }),

  users: route('GET /users', {
    may: 'users:read',
    does: 'List users by name',
    query: T.Object({
      q: T.Optional(T.String({ maxLength: 200 })),
      role: T.Optional(RoleCode),
      unit_id: T.Optional(Id),
      active: T.Optional(T.Boolean()),
      ...Page,
    }),
    gives: pageOf(User),
  }),
  colleagues: route('GET /colleagues', {
    may: 'signed_in',
    does: 'Names of the people one works with, to choose an owner from; no e-mail, no rights',
    query: T.Object({ q: T.Optional(T.String({ maxLength: 200 })), unit_id: T.Optional(Id), ...Page }),
    gives: pageOf(Colleague),
  }),
  createUser: route('POST /users', {
    may: 'users:write',
    does: 'Create a user with an initial password, or with an invitation link that is shown once',
    body: UserWrite,
    gives: T.Object({ ...User.properties, invitation: Nullable(Invitation) }),
    creates: true,
    secret: true,
    refuses: [
      'access.email_taken',
      'access.beyond_own',
      'access.role_unknown',
      'access.unit_unknown',
      'access.zone_unknown',
    ],
  }),
  user: route('GET /users/:id', { may: 'users:read', does: 'Show a user', params: ById, gives: User }),
  patchUser: route('PATCH /users/:id', {
    may: 'users:write',
    does: "Change a user's name, e-mail, role, unit, or whether they are active; deactivation ends their sessions",
    params: ById,
    body: UserPatch,
    gives: User,
    versioned: true,
    refuses: [
      'access.email_taken',
      'access.beyond_own',
      'access.last_administrator',
      'access.role_unknown',
      'access.unit_unknown',
    ],
  }),
  invite: route('POST /users/:id/invitation', {
    may: 'users:write',
    does: 'Make a new one-time link with which the user chooses a password; earlier links end',
    params: ById,
    gives: Invitation,
    refuses: ['access.beyond_own', 'access.user_inactive'],
  }),

  roles: route('GET /roles', {
    may: 'roles:read',
    does: 'List roles with what they grant',
    gives: T.Object({ items: T.Array(RoleView) }),
  }),
  createRole: route('POST /roles', {
    may: 'roles:write',
    does: 'Create a role',
    body: RoleWrite,
    gives: RoleView,
    creates: true,
    refuses: ['access.role_taken', 'access.permission_unknown', 'access.scope_all_only', 'access.beyond_own'],
  }),
  role: route('GET /roles/:id', { may: 'roles:read', does: 'Show a role', params: ById, gives: RoleView }),
  patchRole: route('PATCH /roles/:id', {
    may: 'roles:write',
    does: 'Change what a role is called, grants and masks; acts at once on everyone who has it',
    params: ById,
    body: RolePatch,
    gives: RoleView,
    versioned: true,
    refuses: [
      'access.permission_unknown',
      'access.scope_all_only',
      'access.beyond_own',
      'access.administrator_fixed',
      'access.auditor_reads_only',
    ],
  }),
  deleteRole: route('DELETE /roles/:id', {
    may: 'roles:write',
    does: 'Remove a role of your own making that nobody has',
    params: ById,
    gives: 'nothing',
    refuses: ['access.role_builtin', 'access.role_in_use'],
  }),

  units: route('GET /units', {
    may: 'units:read',
    does: 'The tree of units, parents before children',
    gives: T.Object({ items: T.Array(UnitView) }),
  }),
  createUnit: route('POST /units', {
    may: 'units:write',
    does: 'Create a unit below another',
    body: UnitWrite,
    gives: UnitView,
    creates: true,
    refuses: ['access.unit_unknown', 'access.unit_order', 'access.unit_name_taken'],
  }),
  patchUnit: route('PATCH /units/:id', {
    may: 'units:write',
    does: 'Rename a unit, move it, or change its kind',
    params: ById,
    body: UnitPatch,
    gives: UnitView,
    versioned: true,
    refuses: [
      'access.unit_unknown',
      'access.unit_order',
      'access.unit_cycle',
      'access.unit_root',
      'access.unit_name_taken',
      'access.beyond_own',
    ],
  }),
  deleteUnit: route('DELETE /units/:id', {
    may: 'units:write',
    does: 'Remove a unit that nothing and nobody belongs to',
    params: ById,
    gives: 'nothing',
    refuses: ['access.unit_in_use', 'access.unit_root'],
  }),

  keys: route('GET /keys', {
    may: 'keys:read',
    does: 'List API keys, newest first',
    query: T.Object(Page),
    gives: pageOf(Key),
  }),
  createKey: route('POST /keys', {
    may: 'keys:write',
    does: 'Create an API key; the key itself is shown once',
    body: KeyWrite,
    gives: T.Object({ ...Key.properties, key: T.String({ description: 'shown once' }) }),
    creates: true,
    secret: true,
    refuses: ['access.role_unknown', 'access.unit_unknown', 'access.beyond_own'],
  }),
  revokeKey: route('DELETE /keys/:id', {
    may: 'keys:write',
    does: 'Revoke an API key, at once and for good',
    params: ById,
    gives: 'nothing',
  }),

  settings: route('GET /settings', {
    may: 'settings:read',
    does: 'Company name, base currency and zone',
    gives: Settings,
  }),
  patchSettings: route('PATCH /settings', {
    may: 'settings:write',
    does: 'Change company name, base currency or zone',
    body: SettingsPatch,
    gives: Settings,
    refuses: ['access.zone_unknown', 'access.currency_unknown'],
  }),
  permissions: route('GET /permissions', {
    may: 'signed_in',
    does: "Every permission a role can grant, in the caller's language",
    gives: T.Object({
      items: T.Array(
        T.Object({
          code: T.String(),
          words: T.String(),
          scopes: T.Array(Scope, { description: 'what a role may choose' }),
        }),
      ),
    }),
  }),
})
