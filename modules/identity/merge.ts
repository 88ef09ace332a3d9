import { record } from '../../kernel/audit.ts'
import { atomically, type Ctx, expectVersion, planned } from '../../kernel/ctx.ts'
import type { Follows } from '../../kernel/follow.ts'
import { notFound, refuse } from '../../kernel/refuse.ts'
import { mustReach, reaches } from '../../kernel/scope.ts'
import type { Party } from '../parties/contract.ts'
import { fieldsWritten } from '../parties/fields/catalogue.ts'
import { mergedValues } from '../parties/fields/values.ts'
import { ownerName, unitName } from '../parties/input.ts'
import { forgetCounts } from '../parties/list/count.ts'
import {
  customKey,
  fieldsOf,
  heldIn,
  type Patch,
  type Row,
  same,
  type Take,
  taken,
  usual,
  withField,
} from '../parties/merging/fields.ts'
import { uniteRoles } from '../parties/merging/roles.ts'
import { dropRoles, lockRows, readParts, setPart, writeRow } from '../parties/merging/rows.ts'
import { loadParty, present, reachParty } from '../parties/party.ts'
import { cleanName, cleanTags } from '../parties/rules.ts'
import { MERGE_MAX, type MergeBody } from './contract.ts'
import { closePairs } from './decided.ts'
import { type Merge, moveAll } from './moving.ts'
import { readTake, takesOf } from './takes.ts'

/** What the survivor was left as: what differs from it later came after. */
export type Left = { fields: Record<string, unknown>; roles: number[] }
export type Kept = { changes: Patch[]; left: Left }

/** Both must be there, of one kind, and neither erased nor in the trash. */
export function mustFit(a: Row, b: Row): void {
  if (a.party_id === b.party_id) refuse('identity.same_party', 422)
  for (const row of [a, b]) {
    if (row.merged_into !== null) refuse('parties.merged', 409, { merged_into: row.merged_into })
    if (row.erased_at) refuse('parties.erased', 409)
    if (!row.live) refuse('parties.in_trash', 409, { party_id: row.party_id })
  }
  if (a.kind !== b.kind) refuse('identity.kinds_differ', 409, { a: a.kind, b: b.kind })
}

/** One or several into one, in one transaction; each is a merge of its own and can be parted by itself. */
export async function mergeParties(
  follows: readonly Follows[],
  ctx: Ctx,
  { params, body }: { params: { id: number }; body: MergeBody },
): Promise<Party> {
  const others = [...new Set([...(body.others ?? []), ...(body.other === undefined ? [] : [body.other])])]
  const loaded = await atomically(ctx, async (ctx) => {
    const survivor = await reachParty(ctx, params.id)
    if (others.length === 0 || others.length > MERGE_MAX) refuse('identity.how_many', 422, { max: MERGE_MAX })
    for (const id of others) await reachParty(ctx, id)
    expectVersion(ctx, survivor.version)
    const locked = await lockRows(ctx, [params.id, ...others])
    const row = (id: number): Row => locked.find((one) => one.party_id === id) ?? notFound()
    let a = row(params.id)
    expectVersion(ctx, a.version)
    for (const id of [params.id, ...others]) if (!reaches(ctx.reach, row(id))) notFound()
    for (const [i, id] of others.entries())
      a = await mergeOne(ctx, follows, a, row(id), takesOf(body.take ?? {}, id, params.id, i === 0))
    return loadParty(ctx, params.id)
  })
  forgetCounts(ctx.house)
  return present(ctx, loaded)
}

type Takes = Readonly<Record<string, Take>>
async function mergeOne(ctx: Ctx, follows: readonly Follows[], a: Row, b: Row, takes: Takes): Promise<Row> {
  mustFit(a, b)
  const after = await combined(ctx, a, b, takes)
  mustReach(ctx, after)
  const merge: Merge = {
    merge_id: await ctx.house.ids.next(),
    survivor_id: a.party_id,
    party_id: b.party_id,
  }
  const was = differences(a, after)
  const changes: Patch[] = Object.entries(was).map(([field, value]) => ({
    path: `field:${field}`,
    was: value,
    became: heldIn(after, field),
  }))
  await planned(
    ctx,
    'insert into identity_merge (party_id, merge_id, survivor_id, at, actor_kind, actor_id) values ($1, $2, $3, $4, $5, $6)',
    [b.party_id, merge.merge_id, a.party_id, ctx.now, ctx.who.kind, ctx.who.id],
  )
  changes.push(...(await uniteParts(ctx, merge)))
  await moveAll(ctx, follows, merge)
  await writeRow(ctx, after)
  await writeRow(ctx, { ...b, live: false, merged_into: a.party_id })
  const { roles } = await readParts(ctx, a.party_id)
  const fields = Object.fromEntries(fieldsOf(after, b).map((field) => [field, heldIn(after, field)]))
  const kept: Kept = { changes, left: { fields, roles: roles.map(({ id }) => id) } }
  await planned(ctx, 'update identity_merge set patch = $3 where party_id = $1 and merge_id = $2', [
    b.party_id,
    merge.merge_id,
    JSON.stringify(kept),
  ])
  await settle(ctx, follows, [a.party_id, b.party_id])
  await closePairs(ctx, merge)
  await say(ctx, 'parties.merged', a.party_id, { ...was, merged_with: b.party_id })
  await say(ctx, 'parties.merged', b.party_id, {})
  return { ...after, version: a.version + 1 }
}

export const say = (ctx: Ctx, action: 'parties.merged' | 'parties.unmerged', id: number, was: object) =>
  action === 'parties.merged'
    ? record(ctx, { action: 'parties.merged', subject: 'party', subject_id: id, party_id: id, was })
    : record(ctx, { action: 'parties.unmerged', subject: 'party', subject_id: id, party_id: id, was })

/** Read models and figures of both, each module's own, in the order of the modules. */
export async function settle(
  ctx: Ctx,
  follows: readonly Follows[],
  party_ids: readonly number[],
): Promise<void> {
  for (const { settle } of follows) await settle?.(ctx, party_ids)
}

export const differences = (before: Row, after: Row): Record<string, unknown> =>
  Object.fromEntries(
    fieldsOf(before, after)
      .filter((field) => !same(heldIn(before, field), heldIn(after, field)))
      .map((field) => [field, heldIn(before, field)]),
  )

/** The survivor's row as it shall be. */
async function combined(ctx: Ctx, a: Row, b: Row, takes: Takes): Promise<Row> {
  let after = a
  const given: Record<string, unknown> = {}
  for (const [field, take] of Object.entries(takes)) readTake(field, take)
  const edited = new Set((await fieldsWritten(ctx)).map(({ key }) => key))
  for (const field of new Set([...fieldsOf(a, b), ...Object.keys(takes)])) {
    const [mine, theirs] = [heldIn(a, field), heldIn(b, field)]
    const key = customKey(field)
    const asked = takes[field]
    // A custom field that the caller may not edit goes by the rule, whichever side they ask for.
    const ruled = asked === undefined || (key !== null && !('value' in asked) && !edited.has(key))
    const take = ruled ? { from: usual(field, mine, theirs) } : asked
    if (key !== null && 'value' in take) given[key] = take.value
    else after = withField(after, field, taken(field, mine, theirs, take))
  }
  if (Object.keys(given).length > 0)
    after = { ...after, fields: await mergedValues(ctx, after.fields, given) }
  return checked(ctx, after, takes)
}

async function checked(ctx: Ctx, after: Row, takes: Takes): Promise<Row> {
  const named = (field: string) => takes[field] !== undefined && 'value' in takes[field]
  if (named('owner_id')) await ownerName(ctx, after.owner_id)
  if (named('unit_id')) await unitName(ctx, after.unit_id)
  return { ...after, name: cleanName(after.name), tags: cleanTags(after.tags) }
}

/** Periods of roles joined, one preferred contact point of each kind, a verification not lost. Answers what it changed. */
async function uniteParts(ctx: Ctx, { merge_id, survivor_id, party_id }: Merge): Promise<Patch[]> {
  const [mine, theirs] = [await readParts(ctx, survivor_id), await readParts(ctx, party_id)]
  const changes: Patch[] = []
  const set = async (path: string, was: unknown, became: unknown) => {
    if (same(was, became)) return
    changes.push({ path, was, became })
    await setPart(ctx, path, became)
  }
  const { longer, covered } = uniteRoles(mine.roles, theirs.roles)
  for (const { row, since, until } of longer) {
    await set(`role:${row.id}.since`, row.since, since)
    await set(`role:${row.id}.until`, row.until, until)
  }
  await asideRoles(
    ctx,
    { merge_id, survivor_id, party_id },
    covered.map(({ id }) => id),
  )
  for (const contact of theirs.contacts) {
    const twin = mine.contacts.find((one) => one.kind === contact.kind && one.value_key === contact.value_key)
    if (twin) {
      if (twin.verified_at === null) await set(`contact:${twin.id}.verified_at`, null, contact.verified_at)
    } else if (contact.preferred && mine.contacts.some((one) => one.kind === contact.kind && one.preferred))
      await set(`contact:${contact.id}.preferred`, true, false)
  }
  return changes
}

const asideRoles = (ctx: Ctx, { merge_id, party_id }: Merge, ids: readonly number[]) =>
  planned(
    ctx,
    `insert into identity_moved (merge_id, party_id, n, table_name, what, home_party_id, key, image)
     select $1::bigint, $2::bigint, row_number() over (), 'party_role', 'aside', $2::bigint,
       jsonb_build_object('party_role_id', r.party_role_id), to_jsonb(r)
     from party_role r where r.party_id = $2::bigint and r.party_role_id = any($3::bigint[])`,
    [merge_id, party_id, ids],
  ).then(() => dropRoles(ctx, party_id, ids))
