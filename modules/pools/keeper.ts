import { type Ctx, planned } from '../../kernel/ctx.ts'
import type { Follows } from '../../kernel/follow.ts'
import type { Keeper } from '../../kernel/personal.ts'

// unscoped: the erasure has reached the party (modules/erasure)

const says = { zh: '公海领取与退回记录', en: 'Claims and returns of pools' }

export const poolKeeper: Keeper = {
  parts: async (ctx, { party_id }) => {
    const [row] = await planned<{ moves: number; warnings: number }>(
      ctx,
      `select (select count(*)::int from pool_move where party_id = $1) as moves,
         (select count(*)::int from pool_warning where party_id = $1) as warnings`,
      [party_id],
    )
    return [
      { what: 'pool_move', says, fate: 'removed', count: row!.moves },
      {
        what: 'pool_warning',
        says: { zh: '公海回收提醒', en: 'Warnings of pools' },
        fate: 'removed',
        count: row!.warnings,
      },
    ]
  },
  erase: (ctx, { party_id }) => purgePools(ctx, [party_id]),
  everything: async (ctx, { party_id }) => [
    {
      what: 'pool_move',
      says,
      rows: await planned<Record<string, unknown>>(
        ctx,
        'select at, kind, reason from pool_move where party_id = $1 order by at',
        [party_id],
      ),
    },
  ],
}

export const purgePools = async (ctx: Ctx, party_ids: readonly number[]): Promise<void> => {
  for (const table of ['pool_move', 'pool_warning'])
    await planned(ctx, `delete from ${table} where party_id = any($1::bigint[])`, [party_ids])
}

export const poolFollows: Follows = {
  tables: [
    { table: 'pool_move', how: 'moves', key: ['move_id'], at: 'at', says, shows: 'x.kind' },
    { table: 'pool_warning', how: 'made', because: 'the next night warns anew whoever has to be' },
  ],
  settle: async (ctx, party_ids) => {
    await planned(ctx, 'delete from pool_warning where party_id = any($1::bigint[])', [party_ids])
  },
}
