import type pg from 'pg'

// Parties set-wise, from the staging area of an import (modules/imports). unscoped: the import has decided, for each
// row, whether its importer reaches the party, and stages only those.
//   stage_party (party_id, created, changed, version, kind, name, country, language, channel_preference, note, fields, tags,
//     owner_id, unit_id, since)            the whole row as it shall be
//   stage_contact (party_id, contact_point_id, kind, value, value_key, preferred)
//   stage_role (party_id, party_role_id, role, since)      stage_external (value, party_id)

export type Intake = { source: string; now: Date; user_id: number | null }

/** Creates the parties of `stage_party` that are `created`. */
export async function createParties(tx: pg.ClientBase, { now, user_id }: Intake): Promise<void> {
  await tx.query(
    `insert into party (party_id, kind, name, language, channel_preference, country, note, fields, owner_id, unit_id, tags, created_by, created_at, updated_at)
     select party_id, kind, name, language, channel_preference, country, note, fields, owner_id, unit_id, tags, $1, $2, $2
     from stage_party where created order by party_id`,
    [user_id, now],
  )
}

/** Writes what changed; false when somebody else changed one of them meanwhile. */
export async function updateParties(tx: pg.ClientBase, { now }: Intake): Promise<boolean> {
  const { rows } = await tx.query<{ wanted: number; done: number }>(
    `with done as (
       update party p set kind = s.kind, name = s.name, language = s.language, channel_preference = s.channel_preference,
         country = s.country, note = s.note, fields = s.fields, owner_id = s.owner_id, unit_id = s.unit_id, tags = s.tags,
         version = p.version + 1, updated_at = $1
       from stage_party s where s.changed and p.party_id = s.party_id and p.version = s.version
       returning 1
     ) select (select count(*) from stage_party where changed) as wanted, (select count(*) from done) as done`,
    [now],
  )
  return rows[0]!.wanted === rows[0]!.done
}

/** What hangs on a party; each row is new, as the import has found out. */
export async function addToParties(tx: pg.ClientBase, { source, now }: Intake): Promise<void> {
  await tx.query(
    `insert into external_id (source, value, party_id, created_at) select $1, value, party_id, $2 from stage_external order by value`,
    [source, now],
  )
  await tx.query(
    `insert into party_role (party_id, party_role_id, role, since) select party_id, party_role_id, role, since from stage_role order by party_id`,
  )
  await tx.query(
    `insert into contact_point (party_id, contact_point_id, home_party_id, kind, value, value_key, preferred, created_at)
     select party_id, contact_point_id, party_id, kind, value, value_key, preferred, $1 from stage_contact order by party_id`,
    [now],
  )
}

/**
 * Values that no two parties may have: those of `stage_value_key (party_id, custom_field_id, value_key)` are theirs from
 * here on; false when somebody else has one.
 */
export async function takeValueKeys(tx: pg.ClientBase): Promise<boolean> {
  await tx.query(
    `delete from custom_value_key x using stage_value_key n
     where x.party_id = n.party_id and x.custom_field_id = n.custom_field_id and x.value_key <> n.value_key`,
  )
  await tx.query(
    `insert into custom_value_key (custom_field_id, value_key, party_id)
     select custom_field_id, value_key, party_id from stage_value_key on conflict do nothing`,
  )
  const { rowCount } = await tx.query(
    `select from stage_value_key n where not exists (
       select from custom_value_key x where x.party_id = n.party_id and x.custom_field_id = n.custom_field_id and x.value_key = n.value_key)
     limit 1`,
  )
  return !rowCount
}

/**
 * The parties that stand for `buckets` of orders without a customer, one of 64 per source: made when first needed, and answered.
 * Outside every list, count and model. The ids carry a control character, so that no file can name one.
 */
export async function anonymousParties(
  tx: pg.ClientBase,
  { source, now }: Intake,
  buckets: readonly number[],
  unit_id: number,
): Promise<number[]> {
  const { rows } = await tx.query<{ party_id: number }>(
    `with wanted as (
       select nextval('entity_id') as party_id, chr(31) || 'anonymous:' || b as value from unnest($1::int[]) as w (b)
       where not exists (select from external_id e where e.source = $2 and e.value = chr(31) || 'anonymous:' || b)
     ), made as (
       insert into party (party_id, kind, name, unit_id, created_at, updated_at)
       select party_id, 'anonymous', 'anonymous', $3, $4, $4 from wanted
     )
     insert into external_id (source, value, party_id, created_at) select $2, value, party_id, $4 from wanted returning party_id`,
    [buckets, source, unit_id, now],
  )
  return rows.map((row) => row.party_id)
}
