import { hash } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import { type Ctx, named, planned, unaudited } from '../../kernel/ctx.ts'
import { type Facts, keyTexts, type Prepared, prepared } from './rules.ts'

// What parties have in common, as numbers: 4 bits for the kind of thing and 48 of a digest. Two texts may share one;
// whoever meets by a number is compared by what they say. unscoped: keys answer nobody, check.ts and pairs.ts decide.

/** Blocks with more parties than these tell too little; what is in both (`x`) finds those that matter. */
export const MOST: Readonly<Record<string, number>> = {
  u: 30,
  o: 30,
  e: 30,
  p: 30,
  a: 20,
  w: 20,
  d: 20,
  n: 4,
  m: 12,
  x: 12,
}
const KINDS = Object.keys(MOST)
const DIGEST = 2 ** 48
export const kindOf = (key: number): string => KINDS[Math.floor(key / DIGEST) - 1] ?? ''
export const FIRST = DIGEST
export const LAST = (KINDS.length + 1) * DIGEST

export function keyOf(text: string): number {
  // As text: a buffer for each costs three times the digest itself.
  const digest = hash('sha1', text, 'binary')
  let bits = 0
  for (let i = 0; i < 6; i++) bits = bits * 256 + digest.charCodeAt(i)
  return (KINDS.indexOf(text.charAt(0)) + 1) * DIGEST + bits
}
export const keysOf = (party: Prepared): number[] => keyTexts(party).map(keyOf)

export type Found = Prepared & { unit_id: number; owner_id: number | null }
type Row = Facts & { unit_id: number; owner_id: number | null }

/** Of those that are there: in the trash or merged, nobody is anybody's double. */
export async function factsOf(ctx: Ctx, party_ids: readonly number[]): Promise<Found[]> {
  const rows = await named<Row>(
    ctx,
    'identity.facts',
    `select p.party_id, p.kind, p.name, p.country, p.unit_id, p.owner_id,
       (select coalesce(json_agg(json_build_object('kind', c.kind, 'value', c.value, 'value_key', c.value_key)), '[]')
        from contact_point c where c.party_id = p.party_id) as contacts
     from party p where p.party_id = any($1::bigint[]) and p.live and p.merged_into is null and p.kind <> 'anonymous'`,
    [party_ids],
  )
  const found: Found[] = []
  for (const row of rows) {
    if (found.length % AT_ONCE === AT_ONCE - 1) await turn()
    found.push({ ...prepared(row), unit_id: row.unit_id, owner_id: row.owner_id })
  }
  return found
}

/** Parties whose names are read in one turn of the loop: requests of people come between, after a millisecond or two. */
const AT_ONCE = 40

/** Their keys, in turns. */
export async function keysOfAll(parties: readonly Prepared[]): Promise<number[][]> {
  const keys: number[][] = []
  for (const party of parties) {
    if (keys.length % AT_ONCE === AT_ONCE - 1) await turn()
    keys.push(keysOf(party))
  }
  return keys
}

/** The keys of these parties as they are now; of those that are gone, none. */
export async function keyParties(ctx: Ctx, party_ids: readonly number[]): Promise<Found[]> {
  if (party_ids.length === 0) return []
  const found = await factsOf(ctx, party_ids)
  const keys = await keysOfAll(found)
  const pairs = found.flatMap((party, i) => keys[i]!.map((key) => [party.party_id, key] as const))
  await named(
    ctx,
    'identity.rekey',
    `with wanted as (select * from unnest($2::bigint[], $3::bigint[]) as w (party_id, key)),
     gone as (
       delete from identity_key k where k.party_id = any($1::bigint[])
         and not exists (select from wanted w where w.party_id = k.party_id and w.key = k.key)
     )
     insert into identity_key (party_id, key) select party_id, key from wanted order by key on conflict do nothing`,
    [party_ids, pairs.map(([id]) => id), pairs.map(([, key]) => key)],
  )
  return found
}

/** How many hold each, as far as anybody needs to know. */
export async function countsOf(ctx: Ctx, keys: readonly number[]): Promise<Map<number, number>> {
  const rows = await named<{ key: number; n: number }>(
    ctx,
    'identity.counts',
    `select k.key, (select count(*) from (select from identity_key i where i.key = k.key limit 400) x) as n from unnest($1::bigint[]) as k (key)`,
    [keys],
  )
  return new Map(rows.map(({ key, n }) => [key, n]))
}

export type Progress = {
  filled_to: number
  filled: boolean
  heard_at: string
  paired_at: string
  scanned_at: string | null
  elsewhere_hints: boolean
}
export const progressOf = async (ctx: Ctx): Promise<Progress> =>
  (
    await named<Progress>(
      ctx,
      'identity.progress',
      `select filled_to, filled, heard_at, paired_at, scanned_at, elsewhere_hints from identity_progress
       union all select 0, false, '-infinity', '-infinity', null, true limit 1`,
      [],
    )
  )[0]!

/** The row to change, locked; null while another transaction has it. */
async function held(ctx: Ctx, wait: boolean): Promise<Progress | null> {
  await planned(
    ctx,
    // A record of a moment ago may not be committed yet: what is heard begins a little earlier.
    `insert into identity_progress (progress_id, heard_at, paired_at) values (1, $1::timestamptz - interval '1 minute', $1::timestamptz - interval '1 minute')
     on conflict do nothing`,
    [ctx.now],
  )
  const rows = await planned<Progress>(
    ctx,
    `select filled_to, filled, heard_at, paired_at, scanned_at, elsewhere_hints from identity_progress for update ${wait ? '' : 'skip locked'}`,
    [],
  )
  return rows[0] ?? null
}

const nextIds = async (ctx: Ctx, after: number, limit: number): Promise<number[]> =>
  (
    await named<{ party_id: number }>(
      ctx,
      'identity.next',
      `select party_id from party where party_id > $1 and kind <> 'anonymous' order by party_id limit $2`,
      [after, limit],
    )
  ).map((row) => row.party_id)

/** The next parties of the first scan; false when all have their keys. In the caller's transaction. */
export async function fillNext(ctx: Ctx, limit: number): Promise<number> {
  const place = await held(ctx, true)
  if (place!.filled) return 0
  const ids = await nextIds(ctx, place!.filled_to, limit)
  await keyParties(ctx, ids)
  await planned(ctx, 'update identity_progress set filled_to = $1, filled = $2', [
    ids.at(-1) ?? place!.filled_to,
    ids.length < limit,
  ])
  return ids.length
}

// Requests whose records are stamped earlier may commit later than others.
const LATE_MS = 5000

// A change of an owner, a unit or tags makes nobody a double: a bulk change of those would be heard a hundred thousand times.
const telling = `a.subject in ('party', 'contact_point', 'party_role', 'external_id')
  and (a.subject <> 'party' or a.action <> 'parties.updated' or a.payload is null or a.payload = '{}'
    or a.payload - '{owner_id,unit_id,tags,language,channel_preference,note}'::text[] <> '{}')`

/** Whose records were written since `from`, a bounded number of them, and up to when that is. */
export async function changedSince(
  ctx: Ctx,
  from: string,
  limit: number,
): Promise<{ ids: number[]; until: string }> {
  const rows = await planned<{ party_id: number; at: string }>(
    ctx,
    `select party_id, at from (
       select a.party_id, a.at from audit a where a.at > $1 and ${telling}
       order by a.at limit $2) x where party_id <> 0`,
    [from, limit],
  )
  const late = new Date(ctx.now.getTime() - LATE_MS).toISOString()
  const last = rows.at(-1)?.at
  const until = last && rows.length >= limit ? new Date(last).toISOString() : late
  // The last instant may have more records than were read.
  const edge = rows.length >= limit ? new Date(Date.parse(until) - 1).toISOString() : until
  const next = edge > from || from === '-infinity' ? edge : until
  return { ids: [...new Set(rows.map((row) => row.party_id))], until: next < from ? from : next }
}

const INLINE = 300
/** What was written a moment ago is found a moment later: a check first hears what is new, if that is little. */
export async function catchUp(ctx: Ctx): Promise<void> {
  const [state] = await named<{ filled: boolean; news: boolean }>(
    { ...ctx, tx: null },
    'identity.news',
    `select p.filled, exists (select from audit a where a.at > p.heard_at
       and ${telling}) as news from identity_progress p`,
    [],
  )
  if (state?.filled && !state.news) return
  await unaudited({ ...ctx, tx: null }, 'keys of parties that changed', async (ctx) => {
    const place = await held(ctx, false)
    if (!place) return
    if (!place.filled) {
      await fillNext(ctx, INLINE)
      if (!(await progressOf(ctx)).filled) return
    }
    const { ids, until } = await changedSince(ctx, place.heard_at, INLINE)
    await keyParties(ctx, ids)
    await planned(ctx, 'update identity_progress set heard_at = $1', [until])
  })
}
