import type { Follows } from '../../kernel/follow.ts'
import { judging, refresh } from './store.ts'

export const qualityFollows: Follows = {
  tables: [
    {
      table: 'contact_check',
      how: 'moves',
      key: ['check_id'],
      at: 'at',
      says: { zh: '联系方式核实记录', en: 'Verifications of contact points' },
      shows: `x.outcome || ' · ' || x.checked_on`,
    },
    {
      table: 'quality_skip',
      how: 'moves',
      key: ['code'],
      once: [['code']],
      at: 'skipped_at',
      says: { zh: '搁置的数据质量提示', en: 'Quality findings put aside' },
      shows: 'x.reason',
    },
    { table: 'party_quality', how: 'made', because: 'made anew of what moved: see settle' },
  ],
  settle: async (ctx, party_ids) => {
    await refresh(ctx, party_ids, await judging(ctx))
  },
}
