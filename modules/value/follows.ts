import type { Ctx } from '../../kernel/ctx.ts'
import type { Follows } from '../../kernel/follow.ts'
import { enqueue } from '../../kernel/job.ts'
import { orderHeard } from './jobs.ts'

/** What was entered follows; what is computed is made anew of it, right after the merge. */
export const valueFollows: Follows = {
  tables: [
    {
      table: 'spend',
      how: 'moves',
      key: ['spend_id'],
      once: [['digest']],
      at: 'created_at',
      says: { zh: '投入', en: 'Spend' },
      shows: `concat_ws(' · ', x.spent_on, nullif(x.campaign, ''), nullif(left(x.note, 40), ''))`,
    },
    {
      table: 'need',
      how: 'moves',
      key: ['need_id'],
      once: [['category', 'known_on']],
      at: 'created_at',
      says: { zh: '需求与份额', en: 'Needs and shares' },
      shows: `x.category || ' · ' || x.known_on`,
    },
    {
      table: 'subscription',
      how: 'moves',
      key: ['subscription_id'],
      once: [['name', 'started_on']],
      at: 'created_at',
      says: { zh: '订阅', en: 'Subscriptions' },
      shows: `x.name || ' · ' || x.started_on`,
    },
    { table: 'value_alert', how: 'moves', key: ['alert_id'], once: [['kind', 'last_on']] },
    {
      table: 'customer_value',
      how: 'made',
      because: 'computed of the orders, in the job that settle starts',
    },
    { table: 'value_due', how: 'made', because: 'whom that job has still to compute' },
  ],
  settle: async (ctx: Ctx, party_ids) => {
    for (const party_id of party_ids) await enqueue(ctx, orderHeard, { party_id })
  },
}
