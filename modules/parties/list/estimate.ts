import { type Ctx, planned } from '../../../kernel/ctx.ts'

// unscoped: how many there may be, to pick a way; it answers nobody

type Explained = { 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }

/** The planner's own guess: good for labels, whose frequencies it keeps; rough for words. */
export async function estimate(ctx: Ctx, from: string, values: unknown[]): Promise<number> {
  const [row] = await planned<Explained>(ctx, `explain (format json) select 1 ${from}`, values)
  return Math.round(row!['QUERY PLAN'][0].Plan['Plan Rows'])
}
