import type { Follows } from '../../../kernel/follow.ts'
import { settleParties } from './rows.ts'

/** How what the parties module keeps follows in a merge. The party's own row stays: see modules/identity/merge.ts. */
export const partyFollows: Follows = {
  tables: [
    { table: 'party', how: 'stays', because: 'the merged party keeps its row, which says into whom it went' },
    {
      table: 'contact_point',
      how: 'moves',
      key: ['contact_point_id'],
      once: [['kind', 'value_key']],
      at: 'created_at',
      says: { zh: '联系方式', en: 'Contact points' },
      shows: "x.kind || ' ' || x.value",
    },
    // Periods of one role are joined before: see modules/identity/merge.ts.
    {
      table: 'party_role',
      how: 'moves',
      key: ['party_role_id'],
      says: { zh: '市场角色', en: 'Market roles' },
    },
    {
      table: 'external_id',
      how: 'moves',
      key: ['source', 'value'],
      at: 'created_at',
      says: { zh: '外部编号', en: 'Ids of other systems' },
      shows: `x.source || ': ' || x.value`,
    },
    { table: 'custom_value_key', how: 'moves', key: ['custom_field_id', 'value_key'] },
    { table: 'party_list', how: 'made', because: 'the read model: see settle' },
    { table: 'party_own', how: 'made', because: 'the read model: see settle' },
    { table: 'party_find', how: 'made', because: 'the read model: see settle' },
    { table: 'party_slot', how: 'made', because: 'the read model: see settle' },
    { table: 'party_bucket', how: 'made', because: 'the read model: see settle' },
  ],
  settle: settleParties,
}
