import { writeAtOnce } from '../../kernel/audit.ts'
import type { Ctx } from '../../kernel/ctx.ts'
import { refuse } from '../../kernel/refuse.ts'
import { mustReach } from '../../kernel/scope.ts'
import { companyOf } from './company.ts'
import type { Party, PartyWrite } from './contract.ts'
import { refuseTaken } from './external.ts'
import { checkOverlap, contactRow, ownerName, roleRow } from './input.ts'
import { forgetCounts } from './list/count.ts'
import { namesOf } from './list/names.ts'
import { labelsOf, listColumns, listRecord, listRow } from './list/project.ts'
import { type ContactRow, factsOf, type Loaded, present } from './party.ts'
import { cleanName, cleanTags } from './rules.ts'

/** One statement writes the party, what hangs on it, its list row, the counts and the record. */
export async function createParty(ctx: Ctx, { body }: { body: PartyWrite }): Promise<Party> {
  const party = await toLoad(ctx, body)
  mustReach(ctx, party)
  const { party_id, external_ids } = party
  const created_by = ctx.who.kind === 'user' ? ctx.who.id : null
  const values = [JSON.stringify(party), JSON.stringify(listRow(factsOf(ctx, party))), created_by]
  const entry = { action: 'parties.created', subject: 'party', subject_id: party_id, party_id }
  try {
    await writeAtOnce(ctx, { name: 'parties.create', ctes: createCtes, result: 'select', values }, entry)
  } catch (error) {
    // The statement is undone: who holds the id is asked outside of it.
    if ((error as { constraint?: string }).constraint === 'external_id_pkey')
      return refuseTaken({ ...ctx, tx: null }, external_ids, party_id)
    throw error
  }
  forgetCounts(ctx.house)
  return present(ctx, party)
}

/** The party as it will be loaded, made before the first round trip of the transaction. */
async function toLoad(ctx: Ctx, body: PartyWrite): Promise<Loaded> {
  const { region } = await companyOf(ctx)
  const owner_id =
    body.owner_id ?? (ctx.reach.kind === 'own' && body.owner_id === undefined ? ctx.who.id : null)
  const unit_id = body.unit_id ?? ctx.who.unit_id
  const roles = await Promise.all(
    (body.roles ?? []).map((given) => roleRow(ctx, typeof given === 'string' ? { role: given } : given)),
  )
  checkOverlap(roles)
  const contacts = await Promise.all(
    (body.contact_points ?? []).map((contact) => contactRow(ctx, contact, region)),
  )
  const [owner_name, { units }] = await Promise.all([
    ownerName(ctx, owner_id),
    namesOf(ctx, [{ owner_id: null, unit_id }]),
  ])
  const unit_name = units.get(unit_id) ?? refuse('parties.bad_unit', 422, { unit_id })
  const at = ctx.now.toISOString()
  const party = {
    party_id: await ctx.house.ids.next(),
    version: 1,
    kind: body.kind,
    name: cleanName(body.name),
    name_romanised: '',
    language: body.language ?? null,
    channel_preference: body.channel_preference ?? null,
    country: body.country ?? null,
    note: body.note ?? '',
    owner_id,
    owner_name,
    unit_id,
    unit_name,
    tags: cleanTags(body.tags ?? []),
    live: true,
    erased_at: null,
    created_at: at,
    updated_at: at,
    order_count: 0,
    revenue_minor: 0,
    unrated_count: 0,
    first_order_at: null,
    last_order_at: null,
    roles,
    contacts: withoutDoubles(contacts),
    external_ids: [
      ...new Map((body.external_ids ?? []).map((id) => [JSON.stringify([id.source, id.value]), id])).values(),
    ],
  }
  return { ...party, name_romanised: listRow(factsOf(ctx, party)).name_romanised }
}

/** One of each kind and key, and one preferred of each kind: the first. */
function withoutDoubles(contacts: readonly ContactRow[]): ContactRow[] {
  const preferred = new Set<string>()
  return [...new Map(contacts.toReversed().map((row) => [`${row.kind} ${row.value_key}`, row])).values()]
    .toReversed()
    .map((row) => {
      const first = row.preferred && !preferred.has(row.kind)
      if (first) preferred.add(row.kind)
      return { ...row, preferred: first }
    })
}

// $1 the party with its roles, contact points and external ids; $2 its list row; $3 who created it
const createCtes = `
p as (
  insert into party (party_id, kind, name, language, channel_preference, country, note, owner_id, unit_id, tags, version,
                     created_by, created_at, updated_at)
  select party_id, kind, name, language, channel_preference, country, note, owner_id, unit_id, tags, 1, $3::bigint, created_at, created_at
  from json_to_record($1::json) as p (party_id bigint, kind text, name text, language text, channel_preference text, country text,
    note text, owner_id bigint, unit_id bigint, tags text[], created_at timestamptz)
  returning party_id, created_at
), roles as (
  insert into party_role (party_id, party_role_id, role, since, until)
  select p.party_id, r.id, r.role, r.since, r.until
  from p, json_to_recordset($1::json -> 'roles') as r (id bigint, role text, since date, until date)
), contacts as (
  insert into contact_point (party_id, contact_point_id, home_party_id, kind, value, value_key, label, preferred, verified_at, created_at)
  select p.party_id, c.id, p.party_id, c.kind, c.value, c.value_key, c.label, c.preferred, c.verified_at, p.created_at
  from p, json_to_recordset($1::json -> 'contacts')
    as c (id bigint, kind text, value text, value_key text, label text, preferred boolean, verified_at timestamptz)
), ids as (
  insert into external_id (source, value, party_id, created_at)
  select e.source, e.value, p.party_id, p.created_at
  from p, json_to_recordset($1::json -> 'external_ids') as e (source text, value text)
), listing as (
  select * from json_to_record($2::json) as r ${listRecord}
), listed as (
  insert into party_list (${listColumns}) select ${listColumns} from listing
), counted as (
  insert into party_count (label, unit_id, delta) select unnest(${labelsOf('l')}), l.unit_id, 1 from listing l
)`
