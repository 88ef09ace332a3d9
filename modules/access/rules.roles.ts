import type { RowScope } from '../../kernel/ctx.ts'
import type { Grants, maskable } from './rules.ts'

const [A, B, T, O, _] = ['all', 'branch', 'team', 'own', null] as const
type Cell = RowScope | null

/**
 * The starting roles: what each may, and over whose rows. A company edits them later.
 *
 * administrator        everything, over all; cannot be narrowed (somebody must be able to mend the rest)
 * auditor              every `…:read` over all, contacts withheld, writes nothing; cannot be given a write
 * compliance_officer   every `…:read` over all with contacts shown (a gift register names people); erases on request
 * director             the whole company's customers, reads and writes; keys, users and roles are not theirs
 * regional_manager     placed on a region: `team` is that region with its teams
 * relationship_manager reads the team's customers (to stand in for a colleague), writes their own
 * marketer             sees the branch without contacts: campaigns are sent by the system, not from a phone
 * service_agent        callers come from the whole branch; the masked phone still verifies a caller by its last digits
 * field_engineer       the customers assigned to them, with phone and address: they drive there
 * channel_manager      their team's distributors and partners
 * analyst              all figures, no contacts, writes nothing
 */
const columns = [
  'director',
  'regional_manager',
  'relationship_manager',
  'marketer',
  'service_agent',
  'field_engineer',
  'channel_manager',
  'analyst',
] as const
const matrix: { readonly [permission: string]: readonly Cell[] } = {
  // in the order of `columns`
  'users:read': [A, T, T, _, _, _, T, _],
  'users:write': [_, _, _, _, _, _, _, _],
  'roles:read': [A, _, _, _, _, _, _, _],
  'roles:write': [_, _, _, _, _, _, _, _],
  'units:read': [A, A, A, A, A, A, A, A],
  'units:write': [_, _, _, _, _, _, _, _],
  'keys:read': [_, _, _, _, _, _, _, _],
  'keys:write': [_, _, _, _, _, _, _, _],
  'webhooks:read': [_, _, _, _, _, _, _, _],
  'webhooks:write': [_, _, _, _, _, _, _, _],
  'settings:read': [A, A, A, A, A, A, A, A],
  'settings:write': [_, _, _, _, _, _, _, _],
  'jobs:read': [A, T, O, O, _, _, O, O],
  'jobs:write': [A, T, O, O, _, _, O, _],
  'system:read': [_, _, _, _, _, _, _, _],
  'system:write': [_, _, _, _, _, _, _, _],
  'backups:read': [_, _, _, _, _, _, _, _],
  'backups:write': [_, _, _, _, _, _, _, _],
  'audit:read': [A, _, _, _, _, _, _, _],
  'audit:export': [_, _, _, _, _, _, _, _],
  // Taking lists away as files. Who keeps relationships does not need it, and who leaves could take the book along.
  'data:export': [A, A, _, A, _, _, _, A],
  'parties:read': [A, T, T, B, B, O, T, A],
  'parties:write': [A, T, O, _, T, _, T, _],
  'parties:delete': [A, T, _, _, _, _, _, _],
  'parties:merge': [A, T, _, _, _, _, _, _],
  'parties:erase': [_, _, _, _, _, _, _, _],
  'occasions:read': [A, T, T, B, B, O, T, _],
  'occasions:write': [A, T, O, _, T, _, T, _],
  'ties:read': [A, T, T, B, B, O, T, A],
  'ties:write': [A, T, O, _, T, _, T, _],
  'views:share': [A, T, _, B, _, _, T, A],
  'fields:write': [_, _, _, _, _, _, _, _],
  // Notes and files are what colleagues say of a customer: not for those who only count.
  'notes:read': [A, T, T, _, B, O, T, _],
  'notes:write': [A, T, T, _, B, O, T, _],
  'tasks:read': [A, T, T, O, T, O, T, _],
  'tasks:write': [A, T, T, O, T, O, T, _],
  'attachments:read': [A, T, T, _, B, O, T, _],
  'attachments:write': [A, T, O, _, T, O, T, _],
  'products:read': [A, A, A, A, A, A, A, A],
  'products:write': [A, _, _, _, _, _, _, _],
  'orders:read': [A, T, T, B, B, O, T, A],
  'orders:write': [A, T, O, _, _, _, T, _],
  'imports:read': [A, T, O, _, _, _, O, _],
  'imports:write': [A, T, O, _, _, _, O, _],
  'value:read': [A, T, T, B, _, _, T, A],
  'value:write': [A, T, O, _, _, _, T, _],
  'spend:read': [A, T, T, B, _, _, T, A],
  'spend:write': [A, T, O, B, _, _, T, _],
  'labels:write': [A, _, _, _, _, _, _, _],
  // Whoever may claim sees who waits in the branch, by name and revenue, without how to reach them.
  'pools:claim': [A, T, B, _, _, _, B, _],
  'pools:write': [A, T, _, _, _, _, _, _],
  'quality:read': [A, T, T, B, B, O, T, A],
  'quality:write': [_, _, _, _, _, _, _, _],
  'sample:write': [_, _, _, _, _, _, _, _],
}

const contacts = ['phone', 'email', 'address', 'wechat'] as const
type Masks = readonly (typeof maskable)[number][]
type Starting = { name_zh: string; name_en: string; masks: Masks }

export const startingRoles = {
  administrator: { name_zh: '管理员', name_en: 'Administrator', masks: [] },
  director: { name_zh: '总监', name_en: 'Director', masks: [] },
  regional_manager: { name_zh: '区域经理', name_en: 'Regional manager', masks: [] },
  relationship_manager: { name_zh: '客户经理', name_en: 'Relationship manager', masks: ['cost'] },
  marketer: { name_zh: '市场专员', name_en: 'Marketer', masks: contacts },
  service_agent: { name_zh: '客服专员', name_en: 'Service agent', masks: ['phone', 'wechat', 'cost'] },
  field_engineer: { name_zh: '现场工程师', name_en: 'Field engineer', masks: ['email', 'wechat', 'cost'] },
  channel_manager: { name_zh: '渠道经理', name_en: 'Channel manager', masks: ['cost'] },
  analyst: { name_zh: '分析师', name_en: 'Analyst', masks: contacts },
  compliance_officer: { name_zh: '合规专员', name_en: 'Compliance officer', masks: [] },
  auditor: { name_zh: '审计员', name_en: 'Auditor', masks: contacts },
} as const satisfies { readonly [code: string]: Starting }
export type StartingRole = keyof typeof startingRoles

export const isStarting = (code: string): code is StartingRole => Object.hasOwn(startingRoles, code)
/** The auditor's file of the audit is reading, too. */
export const isRead = (permission: string): boolean =>
  permission.endsWith(':read') || permission === 'audit:export'
/** What the compliance officer does besides reading: a person's request to be erased is theirs to fulfil. */
const OFFICERS = new Set(['parties:erase'])

/** Every permission that the starting roles decide about; a module's own list may be longer. */
export const decided: readonly string[] = Object.keys(matrix)

/** What a starting role grants of these permissions. One that nobody decided about is the administrator's alone. */
export function startingGrants(role: StartingRole, permissions: readonly string[]): Grants {
  const scope = (permission: string): Cell => {
    if (role === 'administrator') return 'all'
    if (role === 'compliance_officer' && OFFICERS.has(permission)) return 'all'
    if (role === 'auditor' || role === 'compliance_officer') return isRead(permission) ? 'all' : null
    return matrix[permission]?.[columns.indexOf(role)] ?? null
  }
  const granted = permissions.map((permission) => [permission, scope(permission)] as const)
  return Object.fromEntries(granted.filter((pair): pair is readonly [string, RowScope] => pair[1] !== null))
}
