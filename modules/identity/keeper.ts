import { type Ctx, planned } from '../../kernel/ctx.ts'
import type { Keeper, Kept, Part, Person } from '../../kernel/personal.ts'

// Suspicions and what a merge put aside go with the person; that there was a merge stays, as ids only.
// unscoped: the erasure has reached the party (modules/erasure)

const PAIRS = 'identity_pair where party_id = $1 or other_id = $1'
const MERGES = `identity_merge where (party_id = $1 or survivor_id = $1) and patch <> '{}'`
const MOVED = `identity_moved m where m.party_id = $1 or exists (
  select from identity_merge g where g.party_id = m.party_id and g.merge_id = m.merge_id and g.survivor_id = $1)`

async function parts(ctx: Ctx, { party_id }: Person): Promise<Part[]> {
  const [row] = await planned<{ pairs: number; merges: number }>(
    ctx,
    `select (select count(*) from ${PAIRS}) as pairs, (select count(*) from ${MERGES}) as merges`,
    [party_id],
  )
  return [
    {
      what: 'identity_pair',
      says: { zh: '疑似重复的判断', en: 'Suspected duplicates' },
      fate: 'removed',
      count: row!.pairs,
    },
    {
      what: 'identity_merge',
      says: { zh: '合并时留存的原值', en: 'What merges kept of before' },
      fate: 'removed',
      count: row!.merges,
    },
  ]
}

async function erase(ctx: Ctx, { party_id }: Person): Promise<void> {
  await planned(ctx, `delete from ${PAIRS}`, [party_id])
  await planned(ctx, 'delete from identity_key where party_id = $1', [party_id])
  await planned(ctx, `delete from ${MOVED}`, [party_id])
  await planned(ctx, `update ${MERGES.replace(' where ', " set patch = '{}' where ")}`, [party_id])
}

async function everything(ctx: Ctx, { party_id }: Person): Promise<Kept[]> {
  const rows = await planned<Record<string, unknown>>(
    ctx,
    'select merge_id, party_id, survivor_id, at, unmerged_at from identity_merge where party_id = $1 or survivor_id = $1 order by merge_id',
    [party_id],
  )
  return [{ what: 'merges', says: { zh: '合并记录', en: 'Merges' }, rows }]
}

export const identityKeeper: Keeper = { parts, erase, everything }
