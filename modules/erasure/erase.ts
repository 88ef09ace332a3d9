import { record } from '../../kernel/audit.ts'
import { atomically, type Ctx, expectVersion, planned } from '../../kernel/ctx.ts'
import type { Keeper, Part as KeptPart, Person } from '../../kernel/personal.ts'
import { refuse } from '../../kernel/refuse.ts'
import { phrase } from '../../kernel/text.ts'
import { personOf } from '../parties/erasing/person.ts'
import { forgetCounts } from '../parties/list/count.ts'
import { homesOf } from '../parties/merging/survivor.ts'
import { type Loaded, loadParty, reachParty } from '../parties/party.ts'
import { cleanName } from '../parties/rules.ts'
import type { EraseBody, Erasure, Ground, Part, Preview } from './contract.ts'
import { append, type Entry } from './ledger.ts'
import { recordOf } from './register.ts'
import { holdLedger } from './settle.ts'
import { othersOf } from './traces.ts'

const inWords = (ctx: Ctx, { says, because, ...part }: KeptPart): Part => ({
  ...part,
  label: phrase(says, ctx.locale),
  because: because ? phrase(because, ctx.locale) : null,
})

async function partsOf(ctx: Ctx, keepers: readonly Keeper[], person: Person): Promise<KeptPart[]> {
  const parts: KeptPart[] = []
  for (const keeper of keepers) parts.push(...(await keeper.parts(ctx, person)))
  return parts.filter(({ count }) => count > 0)
}

async function mustStand(ctx: Ctx, id: number): Promise<Loaded> {
  const party = await loadParty(ctx, id)
  if (party.erased_at) refuse('parties.erased', 409)
  return party
}

type ById = { params: { id: number } }

export async function previewOf(keepers: readonly Keeper[], ctx: Ctx, { params }: ById): Promise<Preview> {
  const { party_id, name, version } = await mustStand(ctx, params.id)
  const parts = await partsOf(ctx, keepers, await personOf(ctx, party_id))
  return { party: { id: party_id, name, version }, parts: parts.map((part) => inWords(ctx, part)) }
}

/** Everything at once or nothing; nobody hears that it is done before the ledger holds it. */
export async function eraseParty(
  keepers: readonly Keeper[],
  ctx: Ctx,
  { params, body }: ById & { body: EraseBody },
): Promise<Erasure> {
  const reference = body.reference?.trim() ?? ''
  const done = await atomically(ctx, async (ctx) => {
    await holdLedger(ctx)
    await reachParty(ctx, params.id, true)
    const party = await mustStand(ctx, params.id)
    expectVersion(ctx, party.version)
    if (cleanName(body.confirm) !== cleanName(party.name))
      refuse('erasure.confirm_differs', 422, { name: party.name })
    const person = await personOf(ctx, params.id)
    if (reference && person.mentions(reference)) refuse('erasure.reference_names', 422)
    // Who was merged into them is the same person: each has records of its own, and none may be left.
    const persons = [person]
    for (const id of (await homesOf(ctx, params.id)).slice(1)) persons.push(await personOf(ctx, id))
    const entries: Entry[] = []
    for (const one of persons)
      entries.push(
        await write(ctx, keepers, one, {
          erasure_id: await ctx.house.ids.next(),
          ground: body.ground,
          reference,
          reapplied_at: null,
        }),
      )
    await append(
      ctx.house,
      entries.map((begun) => ({ begun })),
    )
    return entries
  })
  forgetCounts(ctx.house)
  await append(ctx.house, done)
  return (await recordOf(ctx, params.id))!
}

type Said = { erasure_id: number; ground: Ground; reference: string; reapplied_at: Date | null }

/** `audit_ids`: records about no party that named this one; `audit verify` looks them up here. */
const accountOf = ({ what, says, fate, count, because }: KeptPart, named: readonly number[]) => ({
  what,
  says,
  fate,
  count,
  because,
  ...(what === 'audit' && named.length > 0 ? { audit_ids: named } : {}),
})

/** The writes of an erasure, also of one that is applied again. Lower modules let go first. */
export async function write(
  ctx: Ctx,
  keepers: readonly Keeper[],
  person: Person,
  said: Said,
): Promise<Entry> {
  const { party_id } = person
  const parts = await partsOf(ctx, keepers, person)
  const named = (await othersOf(ctx, person)).map(({ audit_id }) => audit_id)
  for (const keeper of keepers.toReversed()) await keeper.erase(ctx, person)
  await record(ctx, { action: 'parties.erased', subject: 'party', subject_id: party_id, party_id })
  // Not before any record that it speaks for: another request's clock may have been ahead of ours.
  const [row] = await planned<{ at: string; party_created_at: string }>(
    ctx,
    `insert into erasure (party_id, erasure_id, home_party_id, at, actor_kind, actor_id, ground, reference, parts, reapplied_at)
     select $1, $2, $1, greatest($3::timestamptz, (select max(at) from audit where party_id = $1)), $4, $5, $6, $7, $8, $9
     returning at, (select created_at from party p where p.party_id = $1) as party_created_at`,
    [
      party_id,
      said.erasure_id,
      ctx.now,
      ctx.who.kind,
      ctx.who.id,
      said.ground,
      said.reference,
      JSON.stringify(parts.map((part) => accountOf(part, named))),
      said.reapplied_at,
    ],
  )
  return {
    erasure_id: said.erasure_id,
    party_id,
    home_party_id: party_id,
    party_created_at: row!.party_created_at,
    at: row!.at,
    actor_kind: ctx.who.kind,
    actor_id: ctx.who.id,
    ground: said.ground,
  }
}
