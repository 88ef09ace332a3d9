import { type Ctx, may, planned } from '../../kernel/ctx.ts'
import { reachOf } from '../../kernel/scope.ts'
import { type Custom, changesShown, customOf, OF_FIELD, type Recorded } from '../parties/history/history.ts'
import { roleSayer } from '../parties/labels/known.ts'
import { type Loaded, loadParties } from '../parties/party.ts'
import { isOwnRole } from '../parties/rules.labels.ts'
import type { AuditRow, Change, Source } from './contract.ts'
import { sentenceOf } from './rules.sentence.ts'
import { type Found, sourceSql } from './search.ts'
import { costHidden, isNamed, namesOf, stateOf, type Thing, thingsOf } from './subjects.ts'
import { namesUnseen, type Unseen, unseenBy, withoutUnseen } from './unseen.ts'

// unscoped: `found` was searched within the caller's reach
export type Stored = Recorded & {
  party_id: number
  request_id: string
  source: Source
  party_name: string | null
  party_erased: boolean
}

const PARTY_SUBJECTS = new Set(['party', 'contact_point', 'party_role', 'external_id'])
/** Of what was added or removed as a whole, every field counts, not only those recorded. */
const partsOf = {
  contact_point: ['kind', 'value', 'label', 'preferred', 'verified_at'],
  party_role: ['role', 'since', 'until'],
}

const storedText = `
select a.audit_id, a.at, a.party_id, a.actor_kind, a.actor_id, coalesce(u.name, k.name) as actor_name, a.request_id, a.action, a.subject,
  a.subject_id, a.payload, case when p.kind <> 'anonymous' then p.name end as party_name, p.erased_at is not null as party_erased, ${sourceSql('a')} as source,
  (select coalesce(jsonb_object_agg(f.key, jsonb_build_object('value', n.value, 'audit_id', n.audit_id)), '{}')
   from (
     select jsonb_object_keys(case when jsonb_typeof(a.payload) = 'object' then a.payload end) union
     select jsonb_array_elements_text($3::jsonb -> a.subject) where a.action like '%\\_added' or a.action like '%\\_removed'
   ) as f (key),
   lateral (
     select n.payload -> f.key as value, n.audit_id from audit n
     where n.party_id = a.party_id and n.subject = a.subject and n.subject_id = a.subject_id
       and (n.at, n.audit_id) > (a.at, a.audit_id) and n.payload ? f.key
     order by n.at, n.audit_id limit 1
   ) n) as next
from unnest($1::bigint[], $2::timestamptz[]) with ordinality as w (audit_id, at, n)
join audit a on a.audit_id = w.audit_id and a.at = w.at
left join party p on p.party_id = a.party_id and a.party_id <> 0
left join app_user u on a.actor_kind = 'user' and u.user_id = a.actor_id
left join api_key k on a.actor_kind = 'key' and k.key_id = a.actor_id
order by w.n`

export const storedOf = (ctx: Ctx, found: readonly Found[]): Promise<Stored[]> =>
  planned<Stored>(ctx, storedText, [
    found.map((row) => row.audit_id),
    found.map((row) => row.at),
    JSON.stringify(partsOf),
  ])

/** As the caller may see them, with a sentence each. */
export async function present(ctx: Ctx, stored: readonly Stored[]): Promise<AuditRow[]> {
  const parties = await partiesOf(ctx, stored)
  const things = await thingsOf(ctx, wantedOf(stored))
  const custom = await customOf(ctx)
  const hidden = await unseenBy(ctx)
  const unseen = (row: Stored) =>
    row.subject === 'custom_field' &&
    !may(ctx.who, 'fields:write') &&
    ![...custom.seen.values()].some(({ custom_field_id }) => custom_field_id === row.subject_id)
  for (const row of stored) if (unseen(row)) things.delete(`custom_field ${row.subject_id}`)
  const rows = stored.map((row) =>
    unseen(row)
      ? { row, changes: [], details: {} }
      : { row, ...tell(ctx, row, parties, { things, custom, hidden }) },
  )
  const ids = rows.flatMap(({ changes }) =>
    changes
      .filter(({ field }) => isNamed(field))
      .flatMap(({ was, became }) => [was, became])
      .filter((id) => typeof id === 'number'),
  )
  const names = await namesOf(ctx, ids)
  const roles = await roleNames(ctx, rows)
  const own = await ownRoleNames(ctx)
  const name = (value: unknown) =>
    typeof value === 'number' ? { id: value, name: names.get(value) ?? `#${value}` } : value
  return rows.map(({ row, changes, details }) => {
    const shown = changes.map((change) =>
      isRoleOf(row, change)
        ? { ...change, field: 'role_id', was: roles(change.was), became: roles(change.became) }
        : isNamed(change.field)
          ? { ...change, was: name(change.was), became: name(change.became) }
          : change.field === 'role'
            ? { ...change, was: own(change.was), became: own(change.became) }
            : change,
    )
    const told = rowOf(ctx, row, shown, {
      details,
      thing: things.get(`${row.subject} ${row.subject_id}`),
      parties,
    })
    return row.subject === 'party_role' ? { ...told, kind: own(told.kind) as string | null } : told
  })
}

/** A market role of the company's own has no word in the house's tables: it comes with its name. */
async function ownRoleNames(ctx: Ctx): Promise<(role: unknown) => unknown> {
  const say = await roleSayer(ctx)
  return (role) => (typeof role === 'string' && isOwnRole(role) ? say(role) : role)
}

/** A user's role is recorded by its code; `role` alone is a party's market role. */
const isRoleOf = ({ subject }: Stored, { field }: Change): boolean => subject === 'user' && field === 'role'

async function roleNames(
  ctx: Ctx,
  rows: readonly { row: Stored; changes: readonly Change[] }[],
): Promise<(code: unknown) => unknown> {
  if (!rows.some(({ row, changes }) => changes.some((change) => isRoleOf(row, change)))) return (code) => code
  const found = await planned<{ id: number; code: string; name: string }>(
    ctx,
    'select role_id as id, code, case when $1 then name_zh else name_en end as name from role',
    [ctx.locale === 'zh-CN'],
  )
  return (code) => {
    const role = found.find((one) => one.code === code)
    return role ? { id: role.id, name: role.name } : code
  }
}

/** Who signs in needs not be told twice. */
const isOneself = ({ action, subject, subject_id, actor_kind, actor_id }: Stored): boolean =>
  subject === 'user' && actor_kind === 'user' && subject_id === actor_id && action !== 'access.user_changed'

type More = { details: Record<string, unknown>; thing: Thing | undefined; parties: Map<number, Loaded> }

function rowOf(ctx: Ctx, row: Stored, changes: Change[], { details, thing, parties }: More): AuditRow {
  const told = {
    audit_id: row.audit_id,
    at: row.at,
    actor: { kind: row.actor_kind, id: row.actor_id, name: row.actor_name },
    source: row.source,
    request_id: row.request_id,
    action: row.action,
    subject: row.subject,
    subject_id: row.subject_id,
    about: isOneself(row) ? null : thing?.about || null,
    kind: kindOf(row, parties.get(row.party_id)),
    party:
      row.party_name === null ? null : { id: row.party_id, name: row.party_name, erased: row.party_erased },
    changes,
    details,
    erased: row.payload === null,
  }
  return { ...told, says: sentenceOf(told, ctx.locale) }
}

/** Parties through the rights of whoever reads the audit: their reach over it decides. */
async function partiesOf(ctx: Ctx, stored: readonly Stored[]): Promise<Map<number, Loaded>> {
  const ids = [
    ...new Set(
      stored
        .filter(({ subject, party_id }) => party_id && PARTY_SUBJECTS.has(subject))
        .map(({ party_id }) => party_id),
    ),
  ]
  if (ids.length === 0) return new Map()
  const reach = reachOf(ctx.who, 'audit:read') ?? ctx.reach
  const parties = await loadParties({ ...ctx, reach }, ids)
  return new Map(parties.map((party) => [party.party_id, party]))
}

function wantedOf(stored: readonly Stored[]): Map<string, number[]> {
  const wanted = new Map<string, number[]>()
  for (const { subject, subject_id } of stored) {
    const ids = wanted.get(subject) ?? []
    if (!ids.includes(subject_id)) ids.push(subject_id)
    wanted.set(subject, ids)
  }
  return wanted
}

type Told = { changes: Change[]; details: Record<string, unknown> }

type Known = { things: Map<string, Thing>; custom: Custom; hidden: Unseen }
function tell(ctx: Ctx, row: Stored, parties: Map<number, Loaded>, { things, custom, hidden }: Known): Told {
  if (row.payload === null) return { changes: [], details: {} }
  if (PARTY_SUBJECTS.has(row.subject)) {
    const party = parties.get(row.party_id)
    return { changes: party ? changesShown(ctx, party, row, custom) : [], details: {} }
  }
  const now = stateOf(things.get(`${row.subject} ${row.subject_id}`), row.action)
  const changed = /_?(updated|changed|removed|restored|resent)$/.test(row.action)
  if (!changed)
    return {
      changes: [],
      details: withoutUnseen(hidden, costs(ctx, row.payload)) as Record<string, unknown>,
    }
  const birthday = row.subject === 'occasion' && isBirthdayHidden(ctx, now, row.payload)
  const changes = Object.entries(row.payload).map(([field, was]) => {
    const became = row.next[field] ? row.next[field].value : (now[field] ?? null)
    const withheld =
      costHidden(ctx, field) || (birthday && field !== 'kind') || namesUnseen(hidden, [field, was, became])
    return withheld ? { field, was: null, became: null, withheld } : { field, was, became, withheld }
  })
  return { changes, details: {} }
}

/** Of a date that is gone and of which nothing says what it was, it may have been one. */
function isBirthdayHidden(ctx: Ctx, now: Record<string, unknown>, was: Record<string, unknown>): boolean {
  if (!ctx.who.masks.has('birthday')) return false
  const kinds = [now['kind'], was['kind']].filter((kind) => kind !== undefined)
  return kinds.length === 0 || kinds.includes('birthday')
}

const SECRET = new Set(['contact_point', 'external_id'])
/** Whether a record's raw content would show this caller what their role withholds. */
export const isHidden = (
  ctx: Ctx,
  { subject, changes }: Pick<AuditRow, 'subject' | 'changes'>,
  { payload }: Pick<Stored, 'payload'>,
  hidden: Unseen,
): boolean =>
  changes.some(({ withheld }) => withheld) ||
  namesUnseen(hidden, payload) ||
  Object.keys(payload ?? {}).some(
    (key) => key.startsWith(OF_FIELD) && !changes.some(({ field }) => field === key),
  ) ||
  (SECRET.has(subject) &&
    ['phone', 'email', 'address', 'wechat'].some((field) => ctx.who.masks.has(field))) ||
  (subject === 'custom_field' && !may(ctx.who, 'fields:write')) ||
  (subject === 'product' && ctx.who.masks.has('cost'))

const costs = (ctx: Ctx, payload: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(payload).filter(([field]) => !costHidden(ctx, field)))

function kindOf({ payload, subject, subject_id, next }: Stored, party: Loaded | undefined): string | null {
  if (subject !== 'contact_point' && subject !== 'party_role') return null
  const key = subject === 'contact_point' ? 'kind' : 'role'
  const now =
    subject === 'contact_point'
      ? party?.contacts.find(({ id }) => id === subject_id)?.kind
      : party?.roles.find(({ id }) => id === subject_id)?.role
  return String(payload?.[key] ?? now ?? next[key]?.value ?? '') || null
}
