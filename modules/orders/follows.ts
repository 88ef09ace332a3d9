import type { Follows } from '../../kernel/follow.ts'
import { refreshFigures } from './figures.ts'

/** In a merge orders go with their lines; their home and their number stay. */
export const orderFollows: Follows = {
  tables: [
    {
      table: 'orders',
      how: 'moves',
      key: ['order_id'],
      at: 'created_at',
      says: { zh: '订单', en: 'Orders' },
      shows: 'x.number',
    },
    {
      table: 'order_line',
      how: 'moves',
      key: ['order_id', 'line_no'],
      along: { table: 'orders', by: 'order_id' },
    },
    {
      table: 'order_key',
      how: 'moves',
      key: ['source', 'number'],
      along: { table: 'orders', by: 'order_id' },
    },
  ],
  settle: refreshFigures,
}
