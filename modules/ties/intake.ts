import type pg from 'pg'

// Jobs of people at organisations, set-wise, for imports and their undo. unscoped: modules/imports has decided whose
// they are and whom its person reaches.
//   stage_tie (tie_id, person_id, org_id, title, since, until, status new|changed|same)
//   undo_tie (tie_id, what take|put|swap, image, other)   `image`: what it becomes; `other`: what it is now

type Made = { source: string; user_id: number | null; now: Date }

const both = (person: string, organisation: string) =>
  `cross join lateral (values (${person}, ${organisation}, 'from'), (${organisation}, ${person}, 'to')) as s (party_id, other_id, side)`

export async function addTies(tx: pg.ClientBase, { source, user_id, now }: Made): Promise<void> {
  await tx.query(
    `insert into tie (party_id, home_party_id, other_id, side, tie_id, kind, title, since, until, source, created_by, created_at)
     select s.party_id, s.party_id, s.other_id, s.side, t.tie_id, 'works_at', coalesce(t.title, ''), t.since, t.until, $1, $2, $3
     from stage_tie t ${both('t.person_id', 't.org_id')} where t.status = 'new'`,
    [source, user_id, now],
  )
  await tx.query(
    `update tie x set title = coalesce(t.title, x.title), since = coalesce(t.since, x.since), until = coalesce(t.until, x.until), version = x.version + 1
     from stage_tie t where t.status = 'changed' and x.tie_id = t.tie_id`,
  )
}

/** Those that are not to be there, and those that become what they were. */
export async function takeTies(tx: pg.ClientBase): Promise<void> {
  await tx.query(`delete from tie x using undo_tie u where u.what = 'take' and x.tie_id = u.tie_id`)
  await tx.query(
    `update tie x set title = u.image ->> 'title', since = (u.image ->> 'since')::date, until = (u.image ->> 'until')::date, version = x.version + 1
     from undo_tie u where u.what = 'swap' and x.tie_id = u.tie_id`,
  )
}

/** Those that come again, where both are there to be tied. */
export async function putTies(tx: pg.ClientBase): Promise<void> {
  await tx.query(
    `delete from undo_tie u where u.what = 'put' and 2 > (
       select count(*) from party p where p.merged_into is null and p.party_id in ((u.image ->> 'party_id')::bigint, (u.image ->> 'other_id')::bigint))`,
  )
  await tx.query(
    `insert into tie (party_id, home_party_id, other_id, side, tie_id, kind, title, department, relation, since, until, is_primary, source, note, version, created_by, created_at)
     select s.party_id, s.party_id, s.other_id, s.side, i.tie_id, i.kind, i.title, i.department, i.relation, i.since, i.until, i.is_primary, i.source, i.note, i.version + 1,
       i.created_by, i.created_at
     from undo_tie u cross join lateral jsonb_populate_record(null::tie, u.image) i ${both('i.party_id', 'i.other_id')} where u.what = 'put'`,
  )
}
