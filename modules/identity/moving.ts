import { type Ctx, planned } from '../../kernel/ctx.ts'
import type { Follow, Follows, Moving } from '../../kernel/follow.ts'
import type { Module } from '../../kernel/module.ts'

// Moves the rows of every module from one party to another, as each declares (kernel/follow.ts), and keeps of every row
// what it takes to bring it home. By insert and delete: a sharding key is not updated. unscoped: the caller
// (merge.ts, unmerge.ts) has reached both parties.

export type Merge = { merge_id: number; survivor_id: number; party_id: number }

export const followsOf = (modules: readonly Module[]): readonly Follows[] =>
  modules.flatMap(({ follows }) => (follows ? [follows] : []))
const moves = (follow: Follow): follow is Moving => follow.how === 'moves'
export const movingOf = (follows: readonly Follows[]): readonly Moving[] =>
  follows.flatMap(({ tables }) => tables.filter(moves))

/** Names come from declarations and from the catalogue, never from a request; quoted all the same. */
const q = (name: string): string => `"${name}"`
const list = (names: readonly string[]): string => names.map(q).join(', ')
const keyJson = (row: string, key: readonly string[]): string =>
  `jsonb_build_object(${key.map((k) => `'${k}', ${row}.${q(k)}`).join(', ')})`
const sameKey = (row: string, key: readonly string[], json: string): string =>
  key.map((k) => `to_jsonb(${row}.${q(k)}) = ${json} -> '${k}'`).join(' and ')

const columns = new WeakMap<object, Map<string, Promise<string[]>>>()
/** In their order, without those that PostgreSQL computes itself. */
export function columnsOf(ctx: Ctx, table: string): Promise<string[]> {
  let known = columns.get(ctx.house)
  if (!known) columns.set(ctx.house, (known = new Map()))
  let found = known.get(table)
  if (!found) {
    found = planned<{ name: string }>(
      ctx,
      `select attname::text as name from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped
         and attgenerated = '' order by attnum`,
      [table],
    ).then((rows) => rows.map((row) => row.name))
    known.set(table, found)
    found.catch(() => known.delete(table))
  }
  return found
}

const numbered = `(select coalesce(max(n), 0) from identity_moved where party_id = $2::bigint and merge_id = $1::bigint)`
const keep = (what: string, of: string, key: string, image: string, home: string, column: string) => `
insert into identity_moved (merge_id, party_id, n, table_name, what, home_party_id, column_name, key, image)
select $1::bigint, $2::bigint, ${numbered} + row_number() over (), $3::text, '${what}', ${home}, ${column}, ${key}, ${image} from ${of}`

/** Everything that hangs on the merged party goes to the survivor. */
export async function moveAll(ctx: Ctx, follows: readonly Follows[], merge: Merge): Promise<void> {
  for (const follow of movingOf(follows)) {
    if (follow.along) await moveAlong(ctx, follow, merge)
    else await moveTable(ctx, follow, merge)
  }
}

async function moveTable(ctx: Ctx, follow: Moving, merge: Merge): Promise<void> {
  const { table, key, once = [], also = [] } = follow
  const of = [merge.merge_id, merge.party_id, table, merge.survivor_id]
  const aside = (where: string) =>
    planned(
      ctx,
      `with gone as (delete from ${q(table)} x where ${where} returning x.*)
       ${keep('aside', 'gone g', keyJson('g', key), 'to_jsonb(g)', 'g.party_id', 'null')}`,
      of,
    )
  // Both parameters are always named, so that their types are known: $2 the merged party, $4 the survivor.
  for (const columns of once) {
    const equal = columns.map((c) => `a.${q(c)} = x.${q(c)}`).join(' and ')
    await aside(
      `x.party_id = $2 and exists (select from ${q(table)} a where a.party_id = $4::bigint and ${equal})`,
    )
  }
  for (const column of also)
    await aside(
      `x.party_id = $2 and x.${q(column)} = $4::bigint or x.party_id = $4::bigint and x.${q(column)} = $2`,
    )
  await move(ctx, follow, merge, merge.survivor_id, 'x.party_id = $2 and $4::bigint > 0')
  for (const column of also) {
    for (const columns of once.filter((set) => set.includes(column))) {
      const equal = columns.map((c) => (c === column ? `a.${q(c)} = $4::bigint` : `a.${q(c)} = x.${q(c)}`))
      await aside(
        `x.${q(column)} = $2 and exists (select from ${q(table)} a where a.party_id = x.party_id and ${equal.join(' and ')})`,
      )
    }
    await planned(
      ctx,
      `with named as (update ${q(table)} x set ${q(column)} = $4::bigint where x.${q(column)} = $2 returning x.*)
       ${keep('renamed', 'named g', keyJson('g', key), 'null', 'g.party_id', `'${column}'`)}`,
      of,
    )
  }
}

/** `where` names rows `x` by $2 and $4; each is kept on record as moved. */
async function move(
  ctx: Ctx,
  { table, key }: Moving,
  merge: Merge,
  to: number,
  where: string,
): Promise<void> {
  const names = await columnsOf(ctx, table)
  const home = names.includes('home_party_id') ? 'g.home_party_id' : 'g.party_id'
  await planned(
    ctx,
    `with gone as (delete from ${q(table)} x where ${where} returning x.*),
     come as (insert into ${q(table)} (${list(names)}) select ${shifted(names, 'g', '$5::bigint')} from gone g)
     ${keep('moved', 'gone g', keyJson('g', key), 'null', home, 'null')}`,
    [merge.merge_id, merge.party_id, table, merge.survivor_id, to],
  )
}

/** The row's columns with another party. */
const shifted = (names: readonly string[], row: string, to: string): string =>
  names.map((name) => (name === 'party_id' ? to : `${row}.${q(name)}`)).join(', ')

/** Lines go where their orders went, whichever way these went: nothing of them is kept on record. */
async function moveAlong(ctx: Ctx, { table, along }: Moving, merge: Merge): Promise<void> {
  const names = await columnsOf(ctx, table)
  await planned(
    ctx,
    `with gone as (
       delete from ${q(table)} x using identity_moved m where m.merge_id = $1 and m.party_id = $2 and m.table_name = $3 and m.what = 'moved'
         and x.party_id = $2 and to_jsonb(x.${q(along!.by)}) = m.key -> '${along!.by}' returning x.*
     )
     insert into ${q(table)} (${list(names)}) select ${shifted(names, 'g', '$4::bigint')} from gone g`,
    [merge.merge_id, merge.party_id, along!.table, merge.survivor_id],
  )
}

/** Home again: rows that were moved go back, those put aside are there again, names are what they were. */
export async function moveHome(
  ctx: Ctx,
  follows: readonly Follows[],
  merge: Merge,
  given: ReadonlyMap<string, readonly string[]>,
): Promise<void> {
  const all = movingOf(follows)
  for (const follow of all.filter(({ along }) => !along)) {
    await rename(ctx, follow, merge)
    await back(ctx, follow, merge)
    await give(ctx, follow, merge, given.get(follow.table) ?? [])
  }
  for (const follow of all.filter(({ along }) => along)) await backAlong(ctx, follow, merge)
  for (const follow of all.filter(({ along }) => !along)) {
    await unshelve(ctx, follow, merge)
    await standIn(ctx, follow, merge)
  }
}

const logged = (what: string) =>
  `identity_moved m where m.merge_id = $1 and m.party_id = $2 and m.table_name = $3 and m.what = '${what}'`

async function rename(ctx: Ctx, { table, key, also = [] }: Moving, merge: Merge): Promise<void> {
  for (const column of also)
    await planned(
      ctx,
      `update ${q(table)} x set ${q(column)} = $2 from ${logged('renamed')} and m.column_name = '${column}'
       and ${sameKey('x', key, 'm.key')} and x.${q(column)} = $4::bigint`,
      [merge.merge_id, merge.party_id, table, merge.survivor_id],
    )
}

async function back(ctx: Ctx, { table, key }: Moving, merge: Merge): Promise<void> {
  const names = await columnsOf(ctx, table)
  await planned(
    ctx,
    `with gone as (
       delete from ${q(table)} x using ${logged('moved')} and x.party_id = $4::bigint and ${sameKey('x', key, 'm.key')} returning x.*
     )
     insert into ${q(table)} (${list(names)}) select ${shifted(names, 'g', '$2')} from gone g`,
    [merge.merge_id, merge.party_id, table, merge.survivor_id],
  )
}

/** Rows that came after the merge and that somebody gives to the party that leaves. `keys` as JSON. */
async function give(ctx: Ctx, { table, key }: Moving, merge: Merge, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return
  const names = await columnsOf(ctx, table)
  await planned(
    ctx,
    `with gone as (
       delete from ${q(table)} x using unnest($1::jsonb[]) as m (key) where x.party_id = $3 and ${sameKey('x', key, 'm.key')} returning x.*
     )
     insert into ${q(table)} (${list(names)}) select ${shifted(names, 'g', '$2::bigint')} from gone g`,
    [keys, merge.party_id, merge.survivor_id],
  )
}

/** After the rows that they go with: those of `along.table` that stand at the party now. */
async function backAlong(ctx: Ctx, { table, along }: Moving, merge: Merge): Promise<void> {
  const names = await columnsOf(ctx, table)
  await planned(
    ctx,
    `with gone as (
       delete from ${q(table)} x using ${q(along!.table)} o where o.party_id = $1 and x.party_id = $2 and x.${q(along!.by)} = o.${q(along!.by)}
       returning x.*
     )
     insert into ${q(table)} (${list(names)}) select ${shifted(names, 'g', '$1::bigint')} from gone g`,
    [merge.party_id, merge.survivor_id],
  )
}

/** Columns that came with a later version get their defaults. */
async function unshelve(ctx: Ctx, { table }: Moving, merge: Merge): Promise<void> {
  const of = [merge.merge_id, merge.party_id, table]
  const kept = await planned<{ columns: string[] }>(
    ctx,
    `select array(select jsonb_object_keys(m.image)) as columns from ${logged('aside')} limit 1`,
    of,
  )
  if (kept.length === 0) return
  const names = (await columnsOf(ctx, table)).filter((name) => kept[0]!.columns.includes(name))
  await planned(
    ctx,
    `insert into ${q(table)} (${list(names)}) select ${names.map((name) => `r.${q(name)}`).join(', ')}
     from ${logged('aside').replace(' where ', ` cross join lateral jsonb_populate_record(null::${q(table)}, m.image) r where `)} order by m.n`,
    of,
  )
}

/**
 * What another merge into the same survivor put aside because of a row that has gone home now: it stands in for it, so
 * that the survivor still has what those who stayed brought.
 */
async function standIn(ctx: Ctx, { table, once = [] }: Moving, merge: Merge): Promise<void> {
  if (once.length === 0) return
  const names = await columnsOf(ctx, table)
  const free = once
    .map(
      (set) =>
        `not exists (select from ${q(table)} a where a.party_id = $2 and ${set.map((c) => `a.${q(c)} = r.${q(c)}`).join(' and ')})`,
    )
    .join(' and ')
  const waiting = await planned<{ merge_id: number; party_id: number; n: number }>(
    ctx,
    `select m.merge_id, m.party_id, m.n from identity_moved m join identity_merge g on g.party_id = m.party_id and g.merge_id = m.merge_id
     cross join lateral jsonb_populate_record(null::${q(table)}, m.image) r
     where g.survivor_id = $2 and g.unmerged_at is null and m.merge_id <> $1 and m.table_name = $3 and m.what = 'aside'
       and m.home_party_id = m.party_id and ${free} order by m.merge_id, m.n`,
    [merge.merge_id, merge.survivor_id, table],
  )
  // One after the other: of two that are alike only the first stands in.
  for (const one of waiting)
    await planned(
      ctx,
      `with come as (
         insert into ${q(table)} (${list(names)})
         select ${names.map((name) => (name === 'party_id' ? '$2::bigint' : `r.${q(name)}`)).join(', ')}
         from identity_moved m cross join lateral jsonb_populate_record(null::${q(table)}, m.image) r
         where m.merge_id = $1 and m.party_id = $3 and m.n = $4 and ${free} returning 1
       )
       update identity_moved m set what = 'moved', image = null where m.merge_id = $1 and m.party_id = $3 and m.n = $4 and exists (select from come)`,
      [one.merge_id, merge.survivor_id, one.party_id, one.n],
    )
}
