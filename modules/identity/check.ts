import { type Ctx, named } from '../../kernel/ctx.ts'
import { masked, reaches } from '../../kernel/scope.ts'
import { companyOf } from '../parties/company.ts'
import { namesOf } from '../parties/list/names.ts'
import { contactKey } from '../parties/names/contacts.ts'
import type { Candidate, Checked, Draft } from './contract.ts'
import { catchUp, type Found, factsOf, keyOf, keysOf, kindOf, progressOf } from './keys.ts'
import { lettersOf, nearLetters } from './rules.names.ts'
import { bandOf, type Contact, compare, nameText, type Prepared, prepared, probability } from './rules.ts'
import { maskFor, partiesTold, reasonOf } from './told.ts'

// Who may be meant already, asked while somebody types: a few index look-ups, whatever the size of the company.
// unscoped: partiesTold cuts to the caller's reach; of others only the unit is said, where the company wants that

const TOLD = 10
const LOOKED_AT = 50
const NEAR = 100
// Of fewer letters any other name is near.
const NEAR_LETTERS = [5, 30] as const

export async function checkDraft(ctx: Ctx, { body }: { body: Draft }): Promise<Checked> {
  await catchUp(ctx)
  const draft = await draftOf(ctx, body)
  const { counts, ids } = await around(ctx, draft)
  const found = (await factsOf(ctx, ids)).filter(({ party_id }) => party_id !== body.id)
  const judged = found.flatMap((party) => {
    const evidence = compare(draft, party, (text) => counts.get(keyOf(text)) ?? 2)
    const score = probability(evidence)
    const band = evidence.length > 0 ? bandOf(score) : null
    return band ? [{ party, evidence, score, band }] : []
  })
  judged.sort((a, b) => b.score - a.score || a.party.party_id - b.party.party_id)
  const told = await partiesTold(
    ctx,
    judged.map(({ party }) => party.party_id),
  )
  const candidates = judged.flatMap(({ party, evidence, score, band }): Candidate[] => {
    const shown = told.get(party.party_id)
    if (!shown) return []
    return [{ party: shown, score: rounded(score), band, reasons: evidence.map((one) => reasonOf(ctx, one)) }]
  })
  const beyond = judged.filter(({ party, band }) => band !== 'possible' && !reaches(ctx.reach, party))
  return { candidates: candidates.slice(0, TOLD), elsewhere: await elsewhere(ctx, beyond) }
}

export const rounded = (score: number): number => Math.round(score * 1000) / 1000

type Beyond = { party: Found; band: Candidate['band'] }
async function elsewhere(ctx: Ctx, beyond: readonly Beyond[]): Promise<Checked['elsewhere']> {
  if (beyond.length === 0 || !(await progressOf(ctx)).elsewhere_hints) return []
  const { units } = await namesOf(
    ctx,
    beyond.map(({ party }) => ({ owner_id: null, unit_id: party.unit_id })),
  )
  const first = new Map<number, Beyond>()
  for (const one of beyond) if (!first.has(one.party.unit_id)) first.set(one.party.unit_id, one)
  return [...first.values()]
    .slice(0, 3)
    .map(({ party, band }) => ({ unit: units.get(party.unit_id) ?? '', band }))
}

/** Without what the caller may not see of others: typing a number must not tell whose it is. */
async function draftOf(ctx: Ctx, body: Draft): Promise<Prepared> {
  const { region } = await companyOf(ctx)
  const contacts = (body.contact_points ?? []).flatMap(({ kind, value }): Contact[] => {
    const hidden = maskFor(kind)
    const value_key = contactKey(kind, value.normalize('NFC').trim(), region)
    return value_key === undefined || (hidden !== null && masked(ctx, hidden))
      ? []
      : [{ kind, value, value_key }]
  })
  return prepared({
    party_id: body.id ?? 0,
    kind: body.kind,
    name: body.name ?? '',
    country: body.country ?? null,
    contacts,
  })
}

type Met = { key: number; n: number; party_ids: number[] }
/** Whoever shares a key, and whose name is one letter away; how common each key is. */
async function around(ctx: Ctx, draft: Prepared): Promise<{ counts: Map<number, number>; ids: number[] }> {
  const own =
    draft.forms.core === '' ? keysOf(draft).filter((key) => !'nm'.includes(kindOf(key))) : keysOf(draft)
  const near = draft.forms.spelled.flatMap((spelled) => {
    const letters = lettersOf(spelled)
    if (letters.length < NEAR_LETTERS[0] || letters.length > NEAR_LETTERS[1]) return []
    return nearLetters(letters).map((one) => keyOf(nameText(draft.kind, one)))
  })
  const rows = await named<Met>(
    ctx,
    'identity.met',
    `select k.key, (select count(*) from (select from identity_key i where i.key = k.key limit 400) x) as n,
       array(select i.party_id from identity_key i where i.key = k.key limit 41) as party_ids
     from unnest($1::bigint[]) as k (key)
     union all
     select -1, 1, array(select i.party_id from identity_key i where i.key = any($2::bigint[]) limit ${NEAR})
     union all
     select 0, 1, array(select c.party_id from unnest($3::text[], $4::text[]) as w (kind, value_key),
       lateral (select x.party_id from contact_point x where x.value_key = w.value_key and x.kind = w.kind limit 20) c)`,
    [own, near, draft.contacts.map(({ kind }) => kind), draft.contacts.map(({ value_key }) => value_key)],
  )
  const met = new Map<number, number>()
  const mine = new Set(own)
  for (const { key, party_ids } of rows) {
    const telling = mine.has(key) ? (party_ids.length <= 40 ? 2 : 1) : 0.5
    const strong = key === 0 || 'uoepx'.includes(kindOf(key)) ? 4 : telling
    for (const id of party_ids) met.set(id, (met.get(id) ?? 0) + strong)
  }
  const ids = [...met].sort((a, b) => b[1] - a[1]).slice(0, LOOKED_AT)
  return {
    counts: new Map(rows.filter(({ key }) => mine.has(key)).map(({ key, n }) => [key, n + 1])),
    ids: ids.map(([id]) => id),
  }
}
