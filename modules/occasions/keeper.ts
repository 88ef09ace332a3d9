import { type Ctx, planned } from '../../kernel/ctx.ts'
import type { Keeper } from '../../kernel/personal.ts'
import { seenSql } from './occasions.ts'

// unscoped: the erasure has reached the party (modules/erasure)

export const occasionKeeper: Keeper = {
  async parts(ctx, { party_id }) {
    const [row] = await planned<{ n: number }>(
      ctx,
      'select count(*) as n from occasion where party_id = $1',
      [party_id],
    )
    return [
      { what: 'occasion', says: { zh: '重要日子', en: 'Important dates' }, fate: 'removed', count: row!.n },
    ]
  },
  async erase(ctx, { party_id }) {
    await planned(ctx, 'delete from occasion where party_id = $1', [party_id])
  },
  async everything(ctx, { party_id }) {
    const rows = await planned<Record<string, unknown>>(
      ctx,
      `select kind, label, calendar, year, month, day, leap, remind_days, note, created_at
       from occasion o where party_id = $1 and ${seenSql(ctx)} order by month, day, occasion_id`,
      [party_id],
    )
    return [{ what: 'occasion', says: { zh: '重要日子', en: 'Important dates' }, rows }]
  },
}

/** For good, with their parties (modules/sample). */
export const purgeOccasions = (ctx: Ctx, party_ids: readonly number[]): Promise<unknown> =>
  planned(ctx, 'delete from occasion where party_id = any($1::bigint[])', [party_ids])
