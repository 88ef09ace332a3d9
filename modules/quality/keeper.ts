import { type Ctx, planned } from '../../kernel/ctx.ts'
import type { Keeper } from '../../kernel/personal.ts'

// unscoped: the erasure has reached the party (modules/erasure)

const tables = ['party_quality', 'contact_check', 'quality_skip'] as const

export const qualityKeeper: Keeper = {
  parts: async (ctx, { party_id }) => {
    const [row] = await planned<{ checks: number; skips: number; figures: number }>(
      ctx,
      `select (select count(*)::int from contact_check where party_id = $1) as checks,
         (select count(*)::int from quality_skip where party_id = $1) as skips,
         (select count(*)::int from party_quality where party_id = $1) as figures`,
      [party_id],
    )
    return [
      {
        what: 'contact_check',
        says: { zh: '联系方式核实记录', en: 'Verifications of contact points' },
        fate: 'removed',
        count: row!.checks,
      },
      {
        what: 'quality_skip',
        says: { zh: '数据质量搁置记录', en: 'Quality findings put aside' },
        fate: 'removed',
        count: row!.skips,
      },
      {
        what: 'party_quality',
        says: { zh: '数据质量得分', en: 'Quality score' },
        fate: 'removed',
        count: row!.figures,
      },
    ]
  },
  erase: async (ctx, { party_id }) => {
    for (const table of tables) await planned(ctx, `delete from ${table} where party_id = $1`, [party_id])
  },
  everything: async (ctx, { party_id }) => {
    const rows = (columns: string, table: string) =>
      planned<Record<string, unknown>>(ctx, `select ${columns} from ${table} where party_id = $1`, [party_id])
    return [
      {
        what: 'contact_check',
        says: { zh: '联系方式核实记录', en: 'Verifications of contact points' },
        rows: await rows(
          'contact_point_id, value_key, outcome, how, source, checked_on, at',
          'contact_check',
        ),
      },
      {
        what: 'quality_skip',
        says: { zh: '数据质量搁置记录', en: 'Quality findings put aside' },
        rows: await rows('code, reason, until, skipped_at', 'quality_skip'),
      },
      {
        what: 'party_quality',
        says: { zh: '数据质量得分', en: 'Quality score' },
        rows: await rows('score, completeness, validity, freshness, checked_at', 'party_quality'),
      },
    ]
  },
}

export const purgeQuality = async (ctx: Ctx, party_ids: readonly number[]): Promise<void> => {
  for (const table of tables)
    await planned(ctx, `delete from ${table} where party_id = any($1::bigint[])`, [party_ids])
}
