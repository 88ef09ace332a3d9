import { atomically, type Ctx, expectVersion, planned } from '../../kernel/ctx.ts'
import type { Follows } from '../../kernel/follow.ts'
import { notFound, refuse } from '../../kernel/refuse.ts'
import { mustReach } from '../../kernel/scope.ts'
import type { Party } from '../parties/contract.ts'
import { hiddenFields } from '../parties/history/history.ts'
import { forgetCounts } from '../parties/list/count.ts'
import {
  continues,
  heldIn,
  type Patch,
  type Row,
  same,
  withField,
  without,
} from '../parties/merging/fields.ts'
import { lockRows, partNow, readParts, setPart, wouldTurn, writeRow } from '../parties/merging/rows.ts'
import { survivorOf } from '../parties/merging/survivor.ts'
import { loadParty, present, reachParty } from '../parties/party.ts'
import { type Came, cameAfter } from './after.ts'
import type { UnmergeBody } from './contract.ts'
import { keepApart } from './decided.ts'
import { differences, type Kept, say, settle } from './merge.ts'
import { type Merge, moveHome } from './moving.ts'

export type Stored = Merge & { at: string; unmerged_at: string | null; patch: Kept }

const columns = 'merge_id, party_id, survivor_id, at, unmerged_at, patch'
export const mergesInto = (ctx: Ctx, survivor_id: number): Promise<Stored[]> =>
  planned<Stored>(
    ctx,
    `select ${columns} from identity_merge where survivor_id = $1 and unmerged_at is null order by merge_id`,
    [survivor_id],
  )

/** The merge, if it can be parted now; else why not. The caller reaches the survivor. */
export async function partable(ctx: Ctx, survivor_id: number, merge_id: number): Promise<Stored> {
  const [merge] = await planned<Stored>(ctx, `select ${columns} from identity_merge where merge_id = $1`, [
    merge_id,
  ])
  if (!merge) return notFound()
  if (merge.survivor_id !== survivor_id) {
    // Of a merge further in: whoever took it in has to come out first.
    const final = await survivorOf(ctx, merge.survivor_id)
    return final === survivor_id
      ? refuse('identity.outer_first', 409, { party_id: merge.survivor_id })
      : notFound()
  }
  if (merge.unmerged_at !== null) refuse('identity.already_parted', 409)
  return merge
}

/** Both as they were, and what came since goes where the person says: `survivor` unless they say `merged`. */
export async function unmergeParties(
  follows: readonly Follows[],
  ctx: Ctx,
  { params, body }: { params: { id: number }; body: UnmergeBody },
): Promise<{ survivor: Party; restored: Party }> {
  const both = await atomically(ctx, async (ctx) => {
    const survivor = await reachParty(ctx, params.id)
    expectVersion(ctx, survivor.version)
    const merge = await partable(ctx, params.id, body.merge_id)
    const locked = await lockRows(ctx, [merge.survivor_id, merge.party_id])
    const [a, b] = [merge.survivor_id, merge.party_id].map((id) => locked.find((row) => row.party_id === id))
    if (!a || !b) return notFound()
    if (a.erased_at || b.erased_at) refuse('parties.erased', 409)
    if (!a.live) refuse('parties.in_trash', 409)
    await part(ctx, follows, merge, a, b, body)
    return [await loadParty(ctx, a.party_id), await loadParty(ctx, b.party_id)] as const
  }).catch((error: { code?: string; table?: string }) =>
    // Two rows alike on one side: what was given there is there already.
    error.code === '23505' ? refuse('identity.collides', 409, { table: error.table }) : Promise.reject(error),
  )
  forgetCounts(ctx.house)
  return { survivor: await present(ctx, both[0]), restored: await present(ctx, both[1]) }
}

async function part(
  ctx: Ctx,
  follows: readonly Follows[],
  merge: Stored,
  a: Row,
  b: Row,
  { assign = {}, rest }: UnmergeBody,
): Promise<void> {
  const goes = (item: string, table: string): boolean =>
    (assign[item] ?? assign[`${table}:*`] ?? rest ?? 'survivor') === 'merged'
  const came = await cameAfter(ctx, follows, merge, 100_000)
  const into = await mergesInto(ctx, a.party_id)
  const known = new Set([
    ...came.map(({ item }) => item),
    ...(await newRoles(ctx, merge)),
    ...(await fieldsTold(ctx, newFields(merge, a, into))),
  ])
  for (const item of Object.keys(assign))
    if (!known.has(item) && !item.endsWith(':*')) refuse('identity.unknown_item', 422, { item })
  const { back, gone } = fieldsHome(merge, a, b, goes, into, await otherTags(ctx, merge))
  for (const { merge_id, party_id, patch } of gone)
    await planned(ctx, 'update identity_merge set patch = $3 where party_id = $1 and merge_id = $2', [
      party_id,
      merge_id,
      JSON.stringify(patch),
    ])
  for (const change of merge.patch.changes.filter(({ path }) => !path.startsWith('field:')))
    await partHome(ctx, merge, change)
  const given = new Map<string, string[]>()
  const give = ({ table, key }: Pick<Came, 'table' | 'key'>) =>
    given.set(table, [...(given.get(table) ?? []), key])
  for (const one of came.filter(({ item, table }) => goes(item, table))) give(one)
  for (const item of (await newRoles(ctx, merge)).filter((item) => goes(item, 'party_role')))
    give({ table: 'party_role', key: JSON.stringify({ party_role_id: Number(item.split(':')[1]) }) })
  await moveHome(ctx, follows, merge, given)
  mustReach(ctx, back.a)
  mustReach(ctx, back.b)
  await writeRow(ctx, back.a)
  await writeRow(ctx, { ...back.b, live: true, merged_into: null })
  await planned(
    ctx, // What it took to part them is not needed any more, and names people.
    `with done as (delete from identity_moved where party_id = $1 and merge_id = $2)
     update identity_merge set unmerged_at = $3, patch = '{}' where party_id = $1 and merge_id = $2`,
    [merge.party_id, merge.merge_id, ctx.now],
  )
  await settle(ctx, follows, [a.party_id, b.party_id])
  await keepApart(ctx, merge)
  await say(ctx, 'parties.unmerged', a.party_id, { ...differences(a, back.a), merged_with: b.party_id })
  await say(ctx, 'parties.unmerged', b.party_id, differences(b, back.b))
}

/** Without custom fields that the caller does not see: for them there is nothing to decide about. */
async function fieldsTold(ctx: Ctx, items: readonly string[]): Promise<string[]> {
  const unseen = new Set((await hiddenFields(ctx)).map((field) => `field:${field}`))
  return items.filter((item) => !unseen.has(item))
}

/** Roles that came after the merge: they have no instant of their own, so the merge kept who was there. */
export async function newRoles(ctx: Ctx, merge: Stored): Promise<string[]> {
  const { roles } = await readParts(ctx, merge.survivor_id)
  const later = await planned<{ id: number }>(
    ctx,
    `select (m.key ->> 'party_role_id')::bigint as id from identity_moved m
     join identity_merge g on g.party_id = m.party_id and g.merge_id = m.merge_id
     where g.survivor_id = $1 and g.unmerged_at is null and m.table_name = 'party_role' and m.what = 'moved'`,
    [merge.survivor_id],
  )
  const known = new Set([...merge.patch.left.roles, ...later.map(({ id }) => id)])
  return roles.filter(({ id }) => !known.has(id)).map(({ id }) => `party_role:${id}`)
}

/** Fields that somebody changed after the merge, as `field:name`; tags one by one. What another merge brought is no news. */
export function newFields(merge: Stored, a: Row, into: readonly Stored[]): string[] {
  const { fields } = merge.patch.left
  const later = into.filter(({ merge_id }) => merge_id > merge.merge_id)
  const names = new Set([...Object.keys(fields), ...Object.keys(a.fields).map((key) => `fields.${key}`)])
  return [...names].flatMap((field) => {
    const left = fields[field] ?? null
    const changes = changesOf(later, field)
    if (field !== 'tags')
      return same(left, unwound(heldIn(a, field) ?? null, changes)) ? [] : [`field:${field}`]
    const brought = new Set(
      [left, ...changes.map(({ became }) => became)].flatMap((tags) => tags as string[]),
    )
    return a.tags.filter((tag) => !brought.has(tag)).map((tag) => `tag:${tag}`)
  })
}

const changesOf = (merges: readonly Stored[], field: string): Patch[] =>
  merges.flatMap(({ patch }) => patch.changes.filter(({ path }) => path === `field:${field}`))
/** What people left it at, under what later merges took instead. */
const unwound = (now: unknown, changes: readonly Patch[]): unknown =>
  changes.reduceRight<unknown>((value, { was, became }) => (same(value, became) ? was : value), now)

/** Tags that parties merged into the survivor by other merges brought with them. */
async function otherTags(ctx: Ctx, merge: Stored): Promise<string[]> {
  // unscoped: the survivor is reached, and these are part of it
  const rows = await planned<{ tags: string[] }>(
    ctx,
    'select p.tags from party p where p.merged_into = $1 and p.party_id <> $2',
    [merge.survivor_id, merge.party_id],
  )
  return rows.flatMap(({ tags }) => tags)
}

type Goes = (item: string, table: string) => boolean
/** Both rows as they shall be, and what later merges into the survivor have to remember instead. */
function fieldsHome(
  merge: Stored,
  a: Row,
  b: Row,
  goes: Goes,
  into: readonly Stored[],
  keep: readonly string[],
): { back: { a: Row; b: Row }; gone: Stored[] } {
  const later = into.filter(({ merge_id }) => merge_id > merge.merge_id)
  const touched = new Map<number, Stored>()
  let [left, right] = [a, b]
  // First what people changed since and give to the one that leaves: it takes the value, the survivor has its own again.
  for (const item of newFields(merge, a, into)) {
    const field = item.slice(item.indexOf(':') + 1)
    if (item.startsWith('tag:') && goes(item, 'tag')) {
      left = withField(
        left,
        'tags',
        left.tags.filter((tag) => tag !== field),
      )
      right = withField(right, 'tags', [...new Set([...right.tags, field])])
    } else if (item.startsWith('field:') && goes(item, 'field')) {
      const given = unwound(heldIn(left, field) ?? null, changesOf(later, field))
      const own = merge.patch.left.fields[field] ?? null
      right = withField(right, field, given)
      const next = later.find((one) => changesOf([one], field).some(({ was }) => same(was, given)))
      if (same(heldIn(left, field) ?? null, given)) left = withField(left, field, own)
      else if (next)
        touched.set(
          next.merge_id,
          continued(touched.get(next.merge_id) ?? next, { path: `field:${field}`, was: own, became: given }),
        )
    }
  }
  for (const change of merge.patch.changes.filter(({ path }) => path.startsWith('field:'))) {
    const field = change.path.slice('field:'.length)
    const next = later.find(({ patch }) => patch.changes.some(({ path }) => path === change.path))
    if (field === 'tags') {
      left = withField(left, field, without(change, left.tags, keep))
      for (const [i, one] of later.entries())
        touched.set(one.merge_id, withoutTags(touched.get(one.merge_id) ?? one, change, keep, i === 0))
    } else if (next) touched.set(next.merge_id, continued(touched.get(next.merge_id) ?? next, change))
    else left = withField(left, field, without(change, heldIn(left, field)))
  }
  // What stood unchanged since a later merge still does.
  for (const one of later.map((merge) => touched.get(merge.merge_id) ?? merge)) {
    const held = one.patch.left.fields
    const moved = Object.keys(held).filter(
      (field) =>
        field !== 'tags' &&
        same(held[field], heldIn(a, field)) &&
        !same(heldIn(a, field), heldIn(left, field)),
    )
    if (moved.length === 0) continue
    const fields = {
      ...held,
      ...Object.fromEntries(moved.map((field) => [field, heldIn(left, field) ?? null])),
    }
    touched.set(one.merge_id, { ...one, patch: { ...one.patch, left: { ...one.patch.left, fields } } })
  }
  return { back: { a: left, b: right }, gone: [...touched.values()] }
}

const patched = (merge: Stored, change: (patch: Patch) => Patch, left = merge.patch.left): Stored => ({
  ...merge,
  patch: { changes: merge.patch.changes.map(change), left },
})
const continued = (merge: Stored, gone: Patch): Stored =>
  patched(merge, (patch) => (continues(gone, patch) ? { ...patch, was: gone.was } : patch))

/** `next`: the one that remembers from now on that tags which stay for others' sake were not the survivor's own. */
function withoutTags(merge: Stored, gone: Patch, keep: readonly string[], next: boolean): Stored {
  const { fields } = merge.patch.left
  const tags = without(gone, fields['tags'] ?? [], keep)
  const left = { ...merge.patch.left, fields: { ...fields, tags } }
  const was = without(gone, tags)
  const untold = next && !same(was, tags) && !merge.patch.changes.some(({ path }) => path === gone.path)
  const told = untold ? [{ path: gone.path, was, became: tags }] : []
  return patched(
    { ...merge, patch: { ...merge.patch, changes: [...merge.patch.changes, ...told] } },
    (patch) =>
      patch.path === gone.path && !told.includes(patch)
        ? { ...patch, was: without(gone, patch.was), became: without(gone, patch.became, keep) }
        : patch,
    left,
  )
}

/** A role's period or a contact point's mark as it was, unless somebody changed it since. */
async function partHome(ctx: Ctx, merge: Stored, change: Patch): Promise<void> {
  const later = (await mergesInto(ctx, merge.survivor_id)).find(
    ({ merge_id, patch }) =>
      merge_id > merge.merge_id && patch.changes.some(({ path }) => path === change.path),
  )
  if (later) {
    await planned(ctx, 'update identity_merge set patch = $3 where party_id = $1 and merge_id = $2', [
      later.party_id,
      later.merge_id,
      JSON.stringify(continued(later, change).patch),
    ])
    return
  }
  const now = await partNow(ctx, change.path)
  if (now === undefined || !sameInstant(now, change.became) || (await wouldTurn(ctx, change))) return
  await setPart(ctx, change.path, change.was)
}

const sameInstant = (a: unknown, b: unknown): boolean =>
  same(a, b) ||
  (typeof a === 'string' && typeof b === 'string' && a.includes('T') && Date.parse(a) === Date.parse(b))
