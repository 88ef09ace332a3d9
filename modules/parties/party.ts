import { type Ctx, named } from '../../kernel/ctx.ts'
import { notFound } from '../../kernel/refuse.ts'
import { mask, masked, scopeSql } from '../../kernel/scope.ts'
import { companyOf } from './company.ts'
import type { ContactKind, ContactPoint, MarketRole, Party, PartyKind } from './contract.ts'
import { toldFields } from './fields/values.ts'
import type { Facts } from './list/project.ts'
import { refuseGone, survivorOf } from './merging/survivor.ts'
import { isContact } from './names/numbers.ts'
import { heldOn, latestDay, maskOf, rolesHeld } from './rules.ts'

export type ContactRow = {
  id: number
  kind: ContactKind
  value: string
  value_key: string
  label: string
  preferred: boolean
  verified_at: string | null
  created_at: string
}
export type RoleRow = { id: number; role: MarketRole; since: string; until: string | null }

/** A party as it is stored, with all that hangs on it. Never leaves the server as it is: see `present`. */
export type Loaded = Omit<Party, 'id' | 'owner' | 'unit' | 'roles' | 'contact_points' | 'currency'> & {
  party_id: number
  owner_id: number | null
  owner_name: string | null
  unit_id: number
  unit_name: string
  roles: RoleRow[]
  contacts: ContactRow[]
}

const loadText = (whose: string, scope: string) => `
select p.party_id, p.version, p.kind, p.name, coalesce(l.name_romanised, '') as name_romanised, p.language, p.channel_preference,
  p.country, p.note, p.fields, p.owner_id, o.name as owner_name, p.unit_id, u.name as unit_name, p.tags, p.live, p.erased_at, p.created_at, p.updated_at,
  coalesce(l.order_count, 0) as order_count, coalesce(l.revenue_minor, 0) as revenue_minor, coalesce(l.unrated_count, 0) as unrated_count, l.first_order_at, l.last_order_at,
  (select coalesce(json_agg(json_build_object('id', r.party_role_id, 'role', r.role, 'since', r.since, 'until', r.until)
     order by r.since, r.party_role_id), '[]') from party_role r where r.party_id = p.party_id) as roles,
  (select coalesce(json_agg(json_build_object('id', c.contact_point_id, 'kind', c.kind, 'value', c.value, 'value_key', c.value_key,
     'label', c.label, 'preferred', c.preferred, 'verified_at', c.verified_at, 'created_at', c.created_at)
     order by c.preferred desc, c.contact_point_id), '[]') from contact_point c where c.party_id = p.party_id) as contacts,
  (select coalesce(json_agg(json_build_object('source', e.source, 'value', e.value) order by e.source, e.value), '[]')
     from external_id e where e.party_id = p.party_id) as external_ids
from party p
join unit u on u.unit_id = p.unit_id
left join app_user o on o.user_id = p.owner_id
left join party_listed l on l.party_id = p.party_id
where p.party_id ${whose} and p.kind <> 'anonymous' and p.merged_into is null and ${scope}`

/** The party, if the caller reaches it; else 404. Of a merged one, a refusal that says who it became. */
export const loadParty = async (ctx: Ctx, id: number): Promise<Loaded> =>
  (await findParty(ctx, id)) ?? refuseGone(ctx, id)

async function findParty(ctx: Ctx, id: number): Promise<Loaded | undefined> {
  const scope = scopeSql(ctx.reach, 'p', 2)
  const [row] = await named<Loaded>(ctx, `parties.load.${ctx.reach.kind}`, loadText('= $1', scope.text), [
    id,
    scope.value,
  ])
  return row
}

/** Those of them that the caller reaches. */
export async function loadParties(ctx: Ctx, ids: readonly number[]): Promise<Loaded[]> {
  const scope = scopeSql(ctx.reach, 'p', 2)
  return named<Loaded>(
    ctx,
    `parties.load_many.${ctx.reach.kind}`,
    loadText('= any($1::bigint[])', scope.text),
    [ids, scope.value],
  )
}

export type Reached = {
  party_id: number
  version: number
  live: boolean
  unit_id: number
  owner_id: number | null
}

/** Whether the caller reaches it, and no more: for what hangs on a party. `lock` keeps other writers out until commit. */
export async function reachParty(ctx: Ctx, id: number, lock = false): Promise<Reached> {
  const scope = scopeSql(ctx.reach, 'p', 2)
  const [row] = await named<Reached>(
    ctx,
    `parties.reach.${ctx.reach.kind}.${lock ? 'lock' : 'look'}`,
    `select p.party_id, p.version, p.live, p.unit_id, p.owner_id from party p
     where p.party_id = $1 and p.kind <> 'anonymous' and p.merged_into is null and ${scope.text}${lock ? ' for update' : ''}`,
    [id, scope.value],
  )
  return row ?? refuseGone(ctx, id)
}

const iso = (at: string | null) => at && new Date(at).toISOString()

export function presentContact(ctx: Ctx, { value_key: _, ...row }: ContactRow): ContactPoint {
  const field = maskOf[row.kind]
  const withheld = field !== null && masked(ctx, field)
  const value = withheld ? mask(row.value, field) : row.value
  return { ...row, value, withheld, verified_at: iso(row.verified_at), created_at: iso(row.created_at)! }
}

type ExternalId = Loaded['external_ids'][number]
/** A source may know people by their e-mail or phone: a number that is a hidden contact point hides with it. */
function presentNumber(ctx: Ctx, contacts: readonly ContactRow[], id: ExternalId): ExternalId {
  for (const contact of contacts) {
    const field = maskOf[contact.kind]
    if (field !== null && masked(ctx, field) && isContact(id.value, contact))
      return { ...id, value: mask(id.value, field) }
  }
  return id
}

/** As the caller may see it. */
export async function present(ctx: Ctx, loaded: Loaded): Promise<Party> {
  const { party_id, owner_id, owner_name, unit_id, unit_name, contacts, roles, ...rest } = loaded
  const day = latestDay(ctx.now)
  return {
    ...rest,
    id: party_id,
    owner: owner_id === null ? null : { id: owner_id, name: owner_name ?? '' },
    unit: { id: unit_id, name: unit_name },
    roles: roles.map((role) => ({ ...role, active: heldOn(role, day) })),
    contact_points: contacts.map((row) => presentContact(ctx, row)),
    external_ids: rest.external_ids.map((id) => presentNumber(ctx, contacts, id)),
    fields: (await toldFields(ctx, [rest.fields]))[0]!,
    currency: (await companyOf(ctx)).base_currency,
  }
}

/** What its list row is made of. */
export const factsOf = (ctx: Ctx, { roles, contacts, external_ids, kind, ...rest }: Loaded): Facts => ({
  party_id: rest.party_id,
  version: rest.version,
  unit_id: rest.unit_id,
  owner_id: rest.owner_id,
  live: rest.live,
  kind: kind as PartyKind,
  name: rest.name,
  roles: rolesHeld(roles, latestDay(ctx.now)),
  tags: rest.tags,
  country: rest.country,
  created_at: rest.created_at,
  fields: rest.fields,
  external_ids: external_ids.map(({ value }) => value),
  contacts: contacts.map(({ kind, value_key }) => ({ kind, value_key })),
})

/** By an id of before a merge too: then the survivor, which says so in `merged_into`. */
export async function getParty(ctx: Ctx, { params }: { params: { id: number } }): Promise<Party> {
  const found = await findParty(ctx, params.id)
  if (found) return present(ctx, found)
  const merged_into = (await survivorOf(ctx, params.id)) ?? notFound()
  return { ...(await present(ctx, await loadParty(ctx, merged_into))), merged_into }
}
