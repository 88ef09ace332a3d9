import type { Ctx } from '../../kernel/ctx.ts'
import { writeAtOnce } from '../../kernel/gather.ts'
import { refuse } from '../../kernel/refuse.ts'
import { mustReach, mustSee } from '../../kernel/scope.ts'
import { companyOf } from './company.ts'
import type { Party, PartyWrite } from './contract.ts'
import { refuseTaken } from './external.ts'
import { bucketsIn } from './fields/bucketed.ts'
import { allFields } from './fields/catalogue.ts'
import { isTaken, keysOf, refuseTaken as refuseTakenValue } from './fields/keys.ts'
import { slotColumns, slotColumnsOf, slotRecord, slotRows } from './fields/slots.ts'
import { newValues } from './fields/values.ts'
import { checkOverlap, contactRow, ownerName, roleRow } from './input.ts'
import { refuseUndefined } from './labels/policy.ts'
import { forgetCounts } from './list/count.ts'
import { findColumns, headsSpread, ownColumns } from './list/find.columns.ts'
import { namesOf } from './list/names.ts'
import { labelsOf, listColumns, listRecord, listRow } from './list/project.ts'
import { type ContactRow, factsOf, type Loaded, present } from './party.ts'
import { cleanName, cleanTags } from './rules.ts'

/** One statement writes the party, what hangs on it, its list row, the counts and the record. */
export async function createParty(ctx: Ctx, { body }: { body: PartyWrite }): Promise<Party> {
  const given = await toLoad(ctx, body)
  mustReach(ctx, given)
  mustSee(ctx, given)
  const listing = listRow(factsOf(ctx, given))
  const party = { ...given, name_romanised: listing.name_romanised }
  const { party_id, external_ids } = party
  const defined = await allFields(ctx)
  const keys = keysOf(defined, party.fields)
  const created_by = ctx.who.kind === 'user' ? ctx.who.id : null
  const slots = slotRows(defined, [listing])
  const buckets = bucketsIn(defined, party.fields)
  const row = { ...party, created_by, keys, slots, buckets, listing }
  const held = keys.length > 0 || slots.length > 0 || buckets.length > 0
  const statement = held ? withFields : plainly
  const entry = { action: 'parties.created', subject: 'party', subject_id: party_id, party_id }
  try {
    await writeAtOnce(ctx, statement, row, entry)
  } catch (error) {
    // The statement is undone: who holds the id is asked outside of it.
    if ((error as { constraint?: string }).constraint === 'external_id_pkey')
      return refuseTaken({ ...ctx, tx: null }, external_ids, party_id)
    if (isTaken(error)) return refuseTakenValue(ctx, defined, keys, party_id)
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
    fields: await newValues(ctx, body.fields),
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
  await refuseUndefined(ctx, party.tags)
  return party
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

// $1 parties, each with its roles, contact points, external ids, list row and who created it
const createCtes = `
given as materialized (
  select * from json_to_recordset($1::json) as p (party_id bigint, kind text, name text, language text, channel_preference text,
    country text, note text, fields jsonb, owner_id bigint, unit_id bigint, tags text[], created_by bigint, created_at timestamptz,
    roles json, contacts json, external_ids json, listing json, keys json, slots json, buckets integer[])
), p as (
  insert into party (party_id, kind, name, language, channel_preference, country, note, fields, owner_id, unit_id, tags, version,
                     created_by, created_at, updated_at)
  select party_id, kind, name, language, channel_preference, country, note, fields, owner_id, unit_id, tags, 1, created_by, created_at, created_at
  from given
), held as (
  insert into party_role (party_id, party_role_id, role, since, until)
  select g.party_id, r.id, r.role, r.since, r.until
  from given g, json_to_recordset(g.roles) as r (id bigint, role text, since date, until date)
), reached as (
  insert into contact_point (party_id, contact_point_id, home_party_id, kind, value, value_key, label, preferred, verified_at, created_at)
  select g.party_id, c.id, g.party_id, c.kind, c.value, c.value_key, c.label, c.preferred, c.verified_at, g.created_at
  from given g, json_to_recordset(g.contacts)
    as c (id bigint, kind text, value text, value_key text, label text, preferred boolean, verified_at timestamptz)
), ids as (
  insert into external_id (source, value, party_id, created_at)
  select e.source, e.value, g.party_id, g.created_at
  from given g, json_to_recordset(g.external_ids) as e (source text, value text)
), listing as materialized (
  select l.* from given g, json_to_record(g.listing) as l ${listRecord}
), listed as (
  insert into party_list (${listColumns}) select ${listColumns} from listing
), found as (
  insert into party_find (${findColumns})
  select party_id, unit_id, 0, created_at, ${headsSpread('l')} from listing l
), owned as (
  insert into party_own (${ownColumns})
  select party_id, owner_id, 1, true, name_sort, created_at, created_at, marks, ${headsSpread('l')} from listing l
), counted as (
  insert into party_count (label, unit_id, delta)
  select x.label, l.unit_id, count(*) from listing l, unnest(${labelsOf('l')}) as x (label) group by x.label, l.unit_id
)`

// Only where there is something to keep: every create would pay for the two.
const fieldCtes = `, valued as (
  insert into custom_value_key (custom_field_id, value_key, party_id)
  select k.custom_field_id, k.value_key, g.party_id
  from given g, json_to_recordset(g.keys) as k (custom_field_id bigint, value_key text)
), slotted as (
  insert into party_slot (${slotColumns})
  select ${slotColumnsOf('s')} from given g, json_to_recordset(g.slots) as s ${slotRecord}
), bucketed as (
  insert into party_bucket (party_id, buckets) select party_id, buckets from given where buckets <> '{}'
)`

const plainly = { name: 'parties.create', ctes: createCtes }
const withFields = { name: 'parties.create.fields', ctes: createCtes + fieldCtes }
