import { setImmediate as turn } from 'node:timers/promises'
import { type Ctx, named, planned } from '../../kernel/ctx.ts'
import { countsOf, type Found, factsOf, keyOf, keysOf, kindOf, MOST } from './keys.ts'
import type { Band } from './rules.shapes.ts'
import { bandOf, compare, type Evidence, probability } from './rules.ts'

// Pairs that may be one, judged and kept. unscoped: a job's work; the worklist cuts to the caller's reach (worklist.ts).

export type Judged = { a: number; b: number; score: number; band: Band; evidence: Evidence[] }
export type Block = { key: number; party_ids: number[] }

/** Every pair of these blocks once: in the smallest of the keys that both have and that is not too common. */
export async function judgeBlocks(ctx: Ctx, blocks: readonly Block[]): Promise<Judged[]> {
  const pairs = await pairsOf(ctx, blocks)
  const counts = await countsOf(ctx, [...new Set(pairs.flatMap(({ shared }) => shared))])
  const isTelling = (key: number) => (counts.get(key) ?? 2) <= MOST[kindOf(key)]!
  // Who is judged under another key is not read here: of two blocks with the same parties one is spared.
  const mine = pairs.filter(({ key, shared }) => key === Math.min(...shared.filter(isTelling)))
  const facts = await factsOf(ctx, [...new Set(mine.flatMap(({ a, b }) => [a, b]))])
  const found = new Map(facts.map((one) => [one.party_id, one]))
  const judged: Judged[] = []
  for (const [n, { a, b }] of mine.entries()) {
    if (n % PAIRS === PAIRS - 1) await turn()
    const [one, other] = [found.get(a), found.get(b)]
    const said = one && other && judge(one, other, counts)
    if (said) judged.push(said)
  }
  return judged
}

type Pair = { key: number; a: number; b: number; shared: number[] }
/** Who meets in these blocks, with all keys that both have, as they are kept. */
async function pairsOf(ctx: Ctx, blocks: readonly Block[]): Promise<Pair[]> {
  const ids = [...new Set(blocks.flatMap(({ party_ids }) => party_ids))]
  const rows = await named<{ party_id: number; keys: number[] }>(
    ctx,
    'identity.keys_of',
    'select party_id, array_agg(key) as keys from identity_key where party_id = any($1::bigint[]) group by party_id',
    [ids],
  )
  const keys = new Map(rows.map((row) => [row.party_id, new Set(row.keys)]))
  const pairs: Pair[] = []
  for (const [n, { key, party_ids }] of blocks.entries()) {
    if (n % BLOCKS === BLOCKS - 1) await turn()
    // Who was keyed anew a moment ago may have left the block.
    const there = party_ids.filter((id) => keys.get(id)?.has(key)).sort((a, b) => a - b)
    for (const [i, a] of there.entries())
      for (const b of there.slice(i + 1)) {
        const theirs = keys.get(b)!
        pairs.push({ key, a, b, shared: [...keys.get(a)!].filter((one) => theirs.has(one)) })
      }
  }
  return pairs
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
