import { type Ctx, named, planned } from '../../kernel/ctx.ts'
import { companyOf } from '../access/company.ts'
import { SAMPLE_SOURCE } from '../parties/rules.ts'
import { todayIn } from '../value/rules.ts'
import { type ContactFact, dayText, type Facts, type Rule, type Verdict, verdict } from './rules.ts'
import { rulesInForce } from './settings.ts'

// Facts in, verdicts out, a slice at a time and set-wise. unscoped: computed for everybody, read through the caller's reach

type Row = Omit<Facts, 'contacts'> & {
  live: boolean
  contacts: [number, string, string, string, 'wrong' | 'bounced' | null][] | null
}
/** What there is to look at beside the party itself: what is not there costs nothing. */
type Beside = { own: boolean; checks: boolean; pairs: boolean; sample: boolean }
const everything: Beside = { own: true, checks: true, pairs: true, sample: true }

// Probable in the eyes of modules/identity, and nobody has said otherwise. A step per side: each has its index.
const pair = (side: string) =>
  `exists (select from identity_pair i where i.${side} = p.party_id and i.state = 'open' and i.band in ('certain', 'likely'))`
const probable = `(${pair('party_id')} or ${pair('other_id')})`
// The newest check counts, and only while the value is the one that was checked.
const mark = `(select case when k.value_key = c.value_key and k.outcome in ('wrong', 'bounced') then k.outcome end from contact_check k
  where k.party_id = c.party_id and k.contact_point_id = c.contact_point_id order by k.check_id desc limit 1)`
const forOwn = 'p.language, p.channel_preference, p.tags, p.fields'
const without = `null as language, null as channel_preference, '{}'::text[] as tags, '{}'::jsonb as fields`

const ofSample = `source = '${SAMPLE_SOURCE}'`

const factsText = ({ own, checks, pairs, sample }: Beside) => `
select p.party_id, p.version, p.unit_id, p.owner_id, p.live and p.erased_at is null as live, p.kind, p.name, p.country,
  ${own ? forOwn : without}, p.note <> '' as note, coalesce(l.roles, '{}') as roles, p.created_at, p.updated_at,
  coalesce(l.last_order_at, '-infinity')::text as last_order_at, ${pairs ? probable : 'false'} as duplicate,
  ${sample ? `exists (select from external_id e where e.party_id = p.party_id and e.${ofSample})` : 'false'} as sample,
  (select json_agg(json_build_array(c.contact_point_id, c.kind, c.value_key, coalesce(c.verified_at, c.created_at), ${checks ? mark : 'null'})
     order by c.contact_point_id) from contact_point c where c.party_id = p.party_id) as contacts
from party p left join party_listed l on l.party_id = p.party_id
where p.party_id = any($1::bigint[]) and p.kind <> 'anonymous'`

const factsOf = ({ contacts, live: _, ...row }: Row): Facts => ({
  ...row,
  contacts: (contacts ?? []).map(
    ([id, kind, value_key, known_at, mark]): ContactFact => ({ id, kind, value_key, known_at, mark }),
  ),
})

/** By id; a party that is not live has none. */
export async function loadFacts(
  ctx: Ctx,
  ids: readonly number[],
  beside: Beside = everything,
): Promise<Map<number, Facts>> {
  const name = `quality.facts.${Number(beside.own)}${Number(beside.checks)}${Number(beside.pairs)}${Number(beside.sample)}`
  const rows = await named<Row>(ctx, name, factsText(beside), [ids])
  return new Map(rows.filter(({ live }) => live).map((row) => [row.party_id, factsOf(row)]))
}

/** For a sweep over everybody: asked once a step. */
export async function besides(ctx: Ctx, rules: readonly Rule[]): Promise<Beside> {
  const [row] = await planned<Omit<Beside, 'own'>>(
    ctx,
    `select exists (select from contact_check) as checks, exists (select from identity_pair where state = 'open') as pairs,
       exists (select from external_id where ${ofSample}) as sample`,
    [],
  )
  return { own: rules.some(({ code, on }) => on && code.startsWith('own_')), ...row! }
}

export type Judging = { rules: readonly Rule[]; rules_id: number; today: number }

/** Days since 1970, today in the company's zone. */
export async function today(ctx: Ctx): Promise<number> {
  const { time_zone } = await companyOf(ctx)
  return Date.parse(todayIn(time_zone, ctx.now)) / 86_400_000
}

export async function judging(ctx: Ctx): Promise<Judging> {
  const { rules, id } = await rulesInForce(ctx)
  return { rules, rules_id: id, today: await today(ctx) }
}

/**
 * Brings the quality of these parties up to date; those that are gone lose theirs. `seen`: also tells that they were looked
 * at now, where nothing came of it.
 */
export async function refresh(
  ctx: Ctx,
  ids: readonly number[],
  by: Judging,
  { seen = true, beside = everything }: { seen?: boolean; beside?: Beside } = {},
): Promise<number> {
  if (ids.length === 0) return 0
  const facts = await loadFacts(ctx, ids, beside)
  const rows = [...facts.values()].map((one) => ({ facts: one, verdict: verdict(one, by.rules, by.today) }))
  if (rows.length < ids.length)
    await planned(ctx, 'delete from party_quality where party_id = any($1::bigint[])', [
      ids.filter((id) => !facts.has(id)),
    ])
  await put(ctx, rows, by.rules_id, seen)
  return rows.length
}

type Judged = { facts: Facts; verdict: Verdict }
async function put(ctx: Ctx, rows: readonly Judged[], rules_id: number, seen: boolean): Promise<void> {
  if (rows.length === 0) return
  const fact = <K extends keyof Facts>(key: K) => rows.map(({ facts }) => facts[key])
  const said = <K extends keyof Verdict>(key: K) => rows.map(({ verdict }) => verdict[key])
  await named(ctx, 'quality.put', putText, [
    fact('party_id'),
    fact('unit_id'),
    fact('owner_id'),
    said('score'),
    said('completeness'),
    said('validity'),
    said('freshness'),
    said('bits'),
    fact('version'),
    fact('last_order_at'),
    rows.map(({ verdict: { due } }) => (due === null ? null : dayText(due))),
    rules_id,
    ctx.now,
    seen,
  ])
}

const figures =
  'unit_id, owner_id, score, completeness, validity, freshness, reasons, version, last_order_at, due_on'
const of = (row: string) => figures.replace(/\w+/g, `${row}.$&`)
const putText = `
insert into party_quality as q (party_id, ${figures}, rules_id, checked_at)
select r.*, $12::bigint, $13::timestamptz
from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::smallint[], $5::smallint[], $6::smallint[], $7::smallint[], $8::bigint[],
  $9::int[], $10::timestamptz[], $11::date[]) as r
on conflict (party_id) do update set (${figures}, rules_id, checked_at) = (${of('excluded')}, excluded.rules_id, excluded.checked_at)
where q.version <= excluded.version and ($14::boolean or (${of('q')}) is distinct from (${of('excluded')}))`

// Parties whose row is missing, too many, of an older version, or without their last order.
const staleText = `
select p.party_id from party p left join party_listed l on l.party_id = p.party_id left join party_quality q on q.party_id = p.party_id
where p.party_id > $1 and p.kind <> 'anonymous' and (
  (p.live and p.erased_at is null) <> (q.party_id is not null)
  or q.version <> p.version or q.last_order_at <> coalesce(l.last_order_at, '-infinity'))
order by p.party_id limit $2`
const everybodyText = `select party_id from party where party_id > $1 and live and kind <> 'anonymous' order by party_id limit $2`

/** The next of everybody, or of those only whose figures are not theirs any more. */
export const nextParties = async (ctx: Ctx, after: number, all: boolean, most: number): Promise<number[]> =>
  (await planned<{ party_id: number }>(ctx, all ? everybodyText : staleText, [after, most])).map(
    (row) => row.party_id,
  )

/** Those who became probable duplicates, or no longer are, without anybody changing them. */
export const nextPaired = async (ctx: Ctx, after: number, bit: number, most: number): Promise<number[]> =>
  (
    await planned<{ party_id: number }>(
      ctx,
      `select q.party_id from party_quality q left join (
         select party_id from identity_pair where state = 'open' and band in ('certain', 'likely')
         union select other_id from identity_pair where state = 'open' and band in ('certain', 'likely')
       ) i on i.party_id = q.party_id
       where q.party_id > $1 and (q.reasons & (1::bigint << $2) <> 0) <> (i.party_id is not null) order by 1 limit $3`,
      [after, bit, most],
    )
  ).map((row) => row.party_id)

/** Those on whom a day has come. */
export const nextDue = async (ctx: Ctx, day: number, most: number): Promise<number[]> =>
  (
    await planned<{ party_id: number }>(
      ctx,
      'select party_id from party_quality where due_on <= $1 order by due_on limit $2',
      [dayText(day), most],
    )
  ).map((row) => row.party_id)

export const dropOrphans = (ctx: Ctx) =>
  planned(
    ctx,
    'delete from party_quality q where not exists (select from party p where p.party_id = q.party_id and p.live and p.erased_at is null)',
    [],
  )

export async function stateOf<V>(ctx: Ctx, key: string): Promise<V | null> {
  const [row] = await planned<{ value: V }>(ctx, 'select value from quality_state where key = $1', [key])
  return row?.value ?? null
}

export const setState = (ctx: Ctx, key: string, value: unknown) =>
  planned(
    ctx,
    'insert into quality_state (key, value) values ($1, $2) on conflict (key) do update set value = excluded.value',
    [key, JSON.stringify(value)],
  )
