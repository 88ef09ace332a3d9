import { type Ctx, planned } from '../../../kernel/ctx.ts'
import { reachParty } from '../../parties/party.ts'
import type { PartyQuality } from '../contract.ts'
import { bandOf, type Verdict, verdict } from '../rules.ts'
import { tellerFor } from '../say.ts'
import { judging, loadFacts } from '../store.ts'
import { checksOf } from './checks.ts'

type Skip = PartyQuality['skips'][number]

const nothing: Verdict = {
  score: null,
  completeness: null,
  validity: null,
  freshness: null,
  bits: 0,
  reasons: [],
  due: null,
}

/** As of this moment, not as of the last sweep. */
export async function partyQuality(ctx: Ctx, id: number): Promise<PartyQuality> {
  await reachParty(ctx, id)
  const by = await judging(ctx)
  const known = (await loadFacts(ctx, [id])).get(id)
  const checks = await checksOf(ctx, id)
  const skips = await skipsOf(ctx, [id])
  const teller = await tellerFor(ctx, by.rules)
  const { score, completeness, validity, freshness, reasons } = known
    ? verdict(known, by.rules, by.today)
    : nothing
  return {
    score,
    completeness,
    validity,
    freshness,
    band: score === null ? null : bandOf(score),
    reasons: reasons.filter(({ code }) => teller.told.has(code)).map(teller.reason),
    checks,
    skips: (skips.get(id) ?? []).filter(({ code }) => teller.told.has(code)),
  }
}

/** unscoped: the parties were reached by the caller */
export async function skipsOf(ctx: Ctx, ids: readonly number[]): Promise<Map<number, Skip[]>> {
  const rows = await planned<Skip & { party_id: number }>(
    ctx,
    `select s.party_id, s.code, s.reason, s.until::text as until, u.name as by, s.skipped_at as at
     from quality_skip s left join app_user u on u.user_id = s.skipped_by where s.party_id = any($1::bigint[]) order by s.skipped_at desc`,
    [ids],
  )
  const found = new Map<number, Skip[]>()
  for (const { party_id, ...skip } of rows) found.set(party_id, [...(found.get(party_id) ?? []), skip])
  return found
}
