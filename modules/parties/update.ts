import { type Entry, record } from '../../kernel/audit.ts'
import { atomically, type Ctx, expectVersion, named } from '../../kernel/ctx.ts'
import { refuse } from '../../kernel/refuse.ts'
import { mustReach, mustSee } from '../../kernel/scope.ts'
import type { Party, PartyPatch } from './contract.ts'
import { allFields } from './fields/catalogue.ts'
import { moveKeys } from './fields/keys.ts'
import { mergedValues, type Values } from './fields/values.ts'
import { ownerName, unitName } from './input.ts'
import { mustFit } from './kind.ts'
import { refuseUndefined } from './labels/policy.ts'
import { forgetCounts } from './list/count.ts'
import { type Facts, listRow, projectFacts } from './list/project.ts'
import { factsOf, type Loaded, loadParty, present, reachParty } from './party.ts'
import { cleanName, cleanTags } from './rules.ts'

/** A change as it was made: the party after it, and what to record. No entry: nothing changed. */
export type Made = { after: Loaded; entries: Omit<Entry, 'party_id'>[] }
export type Changing = (ctx: Ctx, before: Loaded) => Promise<Made>

class Unchanged extends Error {
  readonly party: Loaded
  constructor(party: Loaded) {
    super('nothing to write')
    this.party = party
  }
}

/**
 * The one way to change a party: locked, in scope, at the version the caller saw; then its list row, its
 * version and the record. A save that changes nothing writes nothing.
 */
export async function changeParty(
  ctx: Ctx,
  id: number,
  body: Changing,
  { trashed = false } = {},
): Promise<Party> {
  try {
    const after = await atomically(ctx, async (ctx) => {
      await reachParty(ctx, id, true)
      const before = await loadParty(ctx, id)
      if (before.erased_at) refuse('parties.erased', 409)
      expectVersion(ctx, before.version)
      if (!before.live && !trashed) refuse('parties.in_trash', 409)
      const { after, entries } = await body(ctx, before)
      if (entries.length === 0) throw new Unchanged(before)
      mustReach(ctx, after)
      const made = { ...after, version: before.version + 1, updated_at: ctx.now.toISOString() }
      await write(ctx, made)
      const facts = factsOf(ctx, made)
      if (showsInList(factsOf(ctx, before), facts)) {
        made.name_romanised = listRow(facts).name_romanised
        await projectFacts(ctx, [facts])
      }
      for (const entry of entries) await record(ctx, { ...entry, party_id: id })
      return made
    })
    forgetCounts(ctx.house)
    return present(ctx, after)
  } catch (error) {
    if (error instanceof Unchanged) return present(ctx, error.party)
    throw error
  }
}

const showsInList = (before: Facts, after: Facts): boolean =>
  JSON.stringify({ ...before, version: 0 }) !== JSON.stringify({ ...after, version: 0 })

const writeText = `
update party set kind = $2, name = $3, language = $4, channel_preference = $5, country = $6, note = $7, owner_id = $8, unit_id = $9,
  tags = $10, live = $11, version = $12, updated_at = $13, fields = $14 where party_id = $1`

const write = (ctx: Ctx, p: Loaded) =>
  named(ctx, 'parties.update', writeText, [
    p.party_id,
    p.kind,
    p.name,
    p.language,
    p.channel_preference,
    p.country,
    p.note,
    p.owner_id,
    p.unit_id,
    p.tags,
    p.live,
    p.version,
    p.updated_at,
    JSON.stringify(p.fields),
  ])

/** The fields that a save or an undo may set; owner and unit come with their names. */
export async function setFields(
  ctx: Ctx,
  before: Loaded,
  { fields, ...body }: PartyPatch,
): Promise<{ after: Loaded; was: Record<string, unknown> }> {
  const given = {
    ...body,
    ...(body.name === undefined ? {} : { name: cleanName(body.name) }),
    ...(body.tags === undefined ? {} : { tags: cleanTags(body.tags) }),
  }
  if (given.tags) await refuseUndefined(ctx, given.tags, before.tags)
  const was: Record<string, unknown> = {}
  for (const [field, value] of Object.entries(given)) {
    const old = before[field as Exclude<keyof PartyPatch, 'fields'>]
    if (value !== undefined && JSON.stringify(old) !== JSON.stringify(value)) was[field] = old
  }
  const after = { ...before, ...given } as Loaded
  if (fields) after.fields = await setValues(ctx, before, fields, was)
  if ('kind' in was) await mustFit(ctx, before.party_id, after.kind)
  if ('owner_id' in was) after.owner_name = await ownerName(ctx, after.owner_id)
  if ('unit_id' in was) {
    after.unit_name = await unitName(ctx, after.unit_id)
    mustSee(ctx, after)
  }
  return { after, was }
}

/** Custom fields are merged by key, and each is a change of its own: `fields.<key>`. */
async function setValues(
  ctx: Ctx,
  { party_id, fields: held }: Loaded,
  given: Values,
  was: Record<string, unknown>,
): Promise<Values> {
  const after = await mergedValues(ctx, held, given)
  for (const key of Object.keys(given))
    if (JSON.stringify(held[key]) !== JSON.stringify(after[key])) was[`fields.${key}`] = held[key] ?? null
  await moveKeys(ctx, await allFields(ctx), party_id, held, after)
  return after
}

export const updateParty = (
  ctx: Ctx,
  { params, body }: { params: { id: number }; body: PartyPatch },
): Promise<Party> =>
  changeParty(ctx, params.id, async (ctx, before) => {
    const { after, was } = await setFields(ctx, before, body)
    const entry = { action: 'parties.updated', subject: 'party', subject_id: before.party_id, was }
    return { after, entries: Object.keys(was).length > 0 ? [entry] : [] }
  })

const setLive =
  (live: boolean) =>
  async (_ctx: Ctx, before: Loaded): Promise<Made> => {
    const action = live ? 'parties.restored' : 'parties.removed'
    const entry = { action, subject: 'party', subject_id: before.party_id, was: { live: before.live } }
    return { after: { ...before, live }, entries: before.live === live ? [] : [entry] }
  }

/** To the trash: out of every list and count, and back with one call. Erasure is something else. */
export const removeParty = (ctx: Ctx, { params }: { params: { id: number } }): Promise<Party> =>
  changeParty(ctx, params.id, setLive(false), { trashed: true })
export const restoreParty = (ctx: Ctx, { params }: { params: { id: number } }): Promise<Party> =>
  changeParty(ctx, params.id, setLive(true), { trashed: true })
