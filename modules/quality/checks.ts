import type { Entry } from '../../kernel/audit.ts'
import { type Ctx, named } from '../../kernel/ctx.ts'
import { notFound, refuse } from '../../kernel/refuse.ts'
import type { Input } from '../../kernel/route.ts'
import { companyOf } from '../access/company.ts'
import { setContact } from '../parties/parts.ts'
import type { ContactRow, Loaded } from '../parties/party.ts'
import { changeParty, type Made } from '../parties/update.ts'
import { todayIn } from '../value/rules.ts'
import type { CheckShape, PartyQuality, quality } from './contract.ts'
import { partyQuality } from './read/party.ts'
import { judging, refresh } from './store.ts'

// Somebody looked whether a contact point is right: who, when and how stands on record, and the newest look counts.
// unscoped: every write here runs inside changeParty, which has reached and locked the party

type Verify = Input<typeof quality.verify>
type Mark = Input<typeof quality.mark>
type Check = {
  outcome: CheckShape['outcome']
  how: CheckShape['how']
  source: string
  checked_on: string | undefined
}

export const verifyContact = (ctx: Ctx, { params, body }: Verify): Promise<PartyQuality> =>
  check(ctx, params, {
    outcome: 'verified',
    how: body.how,
    source: body.source?.trim() ?? '',
    checked_on: body.checked_on,
  })

export const markContact = (ctx: Ctx, { params, body }: Mark): Promise<PartyQuality> =>
  check(ctx, params, {
    outcome: body.outcome,
    how: null,
    source: body.source?.trim() ?? '',
    checked_on: body.checked_on,
  })

async function check(
  ctx: Ctx,
  { id, contact_point_id }: Verify['params'],
  given: Check,
): Promise<PartyQuality> {
  const { time_zone } = await companyOf(ctx)
  const today = todayIn(time_zone, ctx.now)
  const checked_on = given.checked_on ?? today
  if (checked_on > today) refuse('quality.later_than_today', 422)
  const by = await judging(ctx)
  await changeParty(ctx, id, async (ctx, before) => {
    const row = before.contacts.find((one) => one.id === contact_point_id) ?? notFound()
    const made = await keep(ctx, before, row, { ...given, checked_on })
    return made
  })
  // Its new version is there only now: the figures follow in a transaction of their own, and within seconds anyway.
  await refresh(ctx, [id], by)
  return partyQuality(ctx, id)
}

async function keep(
  ctx: Ctx,
  before: Loaded,
  row: ContactRow,
  { outcome, how, source, checked_on }: Check & { checked_on: string },
): Promise<Made> {
  const check_id = await ctx.house.ids.next()
  await named(ctx, 'quality.check', insertText, [
    before.party_id,
    check_id,
    row.id,
    row.value_key,
    outcome,
    how,
    source,
    checked_on,
    ctx.who.kind,
    ctx.who.id,
    ctx.now,
  ])
  const at =
    checked_on === ctx.now.toISOString().slice(0, 10) ? ctx.now.toISOString() : `${checked_on}T12:00:00.000Z`
  const verified_at = outcome === 'verified' ? at : outcome === 'withdrawn' ? row.verified_at : null
  const made = await setContact(ctx, before, row, { ...row, verified_at })
  const entry: Omit<Entry, 'party_id'> = {
    action: outcome === 'verified' ? 'quality.contact_verified' : 'quality.contact_marked',
    subject: 'contact_check',
    subject_id: check_id,
    was: { kind: row.kind, outcome, ...(how ? { how } : {}), checked_on },
  }
  return { after: made.after, entries: [...made.entries, entry] }
}

const insertText = `
insert into contact_check (party_id, check_id, home_party_id, contact_point_id, value_key, outcome, how, source, checked_on, actor_kind, actor_id, at)
values ($1, $2, $1, $3, $4, $5, $6, $7, $8, $9, $10, $11)`
