import { setImmediate as turn } from 'node:timers/promises'
import { type Ctx, named, planned } from '../../kernel/ctx.ts'
import { countsOf, type Found, factsOf, keyOf, keysOf, keysOfAll, kindOf, MOST } from './keys.ts'
import type { Band } from './rules.shapes.ts'
import { bandOf, compare, type Evidence, probability } from './rules.ts'

// Pairs that may be one, judged and kept. unscoped: a job's work; the worklist cuts to the caller's reach (worklist.ts).

export type Judged = { a: number; b: number; score: number; band: Band; evidence: Evidence[] }
export type Block = { key: number; party_ids: number[] }

/** Every pair of these blocks once: in the smallest of the keys that both have and that is not too common. */
export async function judgeBlocks(ctx: Ctx, blocks: readonly Block[]): Promise<Judged[]> {
  const facts = await factsOf(ctx, [...new Set(blocks.flatMap(({ party_ids }) => party_ids))])
  const found = new Map(facts.map((one) => [one.party_id, one]))
  const all = await keysOfAll(facts)
  const keys = new Map(facts.map((one, i) => [one.party_id, new Set(all[i])]))
  const pairs: { key: number; a: Found; b: Found; shared: number[] }[] = []
  for (const [n, { key, party_ids }] of blocks.entries()) {
    if (n % BLOCKS === BLOCKS - 1) await turn()
    const there = party_ids.flatMap((id) => found.get(id) ?? []).sort((a, b) => a.party_id - b.party_id)
    for (const [i, a] of there.entries())
      for (const b of there.slice(i + 1)) {
        const mine = keys.get(a.party_id)!
        const shared = [...keys.get(b.party_id)!].filter((one) => mine.has(one))
        if (shared.includes(key)) pairs.push({ key, a, b, shared })
      }
  }
  const counts = await countsOf(ctx, [...new Set(pairs.flatMap(({ shared }) => shared))])
  const judged: Judged[] = []
  for (const [n, { key, a, b, shared }] of pairs.entries()) {
    if (n % PAIRS === PAIRS - 1) await turn()
    const telling = shared.filter((one) => (counts.get(one) ?? 2) <= MOST[kindOf(one)]!)
    const one = key === Math.min(...telling) ? judge(a, b, counts) : null
    if (one) judged.push(one)
  }
  return judged
}

// So much is looked at in one turn of the loop, in a millisecond or two: requests of people come between.
const BLOCKS = 25
const PAIRS = 150

// The pairs of a block ask for the same names and addresses.
const KEYS_KEPT = 5000
const known = new Map<string, number>()
function keyKnown(text: string): number {
  let key = known.get(text)
  if (key === undefined) {
    if (known.size >= KEYS_KEPT) known.clear()
    known.set(text, (key = keyOf(text)))
  }
  return key
}

export function judge(a: Found, b: Found, counts: ReadonlyMap<number, number>): Judged | null {
  const evidence = compare(a, b, (text) => counts.get(keyKnown(text)) ?? 2)
  if (evidence.length === 0) return null
  const score = probability(evidence)
  const band = bandOf(score)
  return band && { a: a.party_id, b: b.party_id, score, band, evidence }
}

/** Those of a few parties that changed, with whoever shares a telling key. */
export async function pairsAround(ctx: Ctx, parties: readonly Found[]): Promise<Judged[]> {
  const wanted = [...new Set(parties.flatMap(keysOf))]
  const rows = await named<Block & { n: number }>(
    ctx,
    'identity.around',
    `select k.key, array(select i.party_id from identity_key i where i.key = k.key limit 31) as party_ids
     from unnest($1::bigint[]) as k (key)`,
    [wanted],
  )
  const mine = new Set(parties.map(({ party_id }) => party_id))
  const blocks = rows.filter(
    ({ key, party_ids }) => party_ids.length > 1 && party_ids.length <= MOST[kindOf(key)]!,
  )
  return (await judgeBlocks(ctx, blocks)).filter(({ a, b }) => mine.has(a) || mine.has(b))
}

/**
 * A no is remembered. It is asked again only when the facts have become certain and were not when it was said.
 */
export async function keepPairs(ctx: Ctx, pairs: readonly Judged[]): Promise<void> {
  if (pairs.length === 0) return
  const column = <K extends keyof Judged>(key: K) => pairs.map((one) => one[key])
  await named(
    ctx,
    'identity.keep',
    `insert into identity_pair as p (party_id, other_id, score, band, reasons, found_at, seen_at)
     select a, b, score, band, reasons, $6::timestamptz, $6 from unnest($1::bigint[], $2::bigint[], $3::real[], $4::text[], $5::jsonb[])
       as x (a, b, score, band, reasons)
     on conflict (party_id, other_id) do update set score = excluded.score, band = excluded.band, reasons = excluded.reasons, seen_at = excluded.seen_at,
       state = case when p.state = 'merged' or p.state = 'not_same' and excluded.band = 'certain' and coalesce(p.said_at_score, 1) < 0.95
                    then 'open' else p.state end`,
    [
      column('a'),
      column('b'),
      column('score'),
      column('band'),
      pairs.map(({ evidence }) => JSON.stringify(evidence)),
      ctx.now,
    ],
  )
}

/** Open suspicions of these parties that nothing speaks for any more. */
export const dropStale = (ctx: Ctx, party_ids: readonly number[]) =>
  planned(
    ctx,
    `delete from identity_pair where state in ('open', 'later') and (party_id = any($1::bigint[]) or other_id = any($1::bigint[])) and seen_at < $2`,
    [party_ids, ctx.now],
  )
