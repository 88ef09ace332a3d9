import type { Follows } from '../../kernel/follow.ts'

/** Both keep all their dates: two birthdays that differ are for a person to settle. */
export const occasionFollows: Follows = {
  tables: [
    {
      table: 'occasion',
      how: 'moves',
      key: ['occasion_id'],
      at: 'created_at',
      says: { zh: '重要日子', en: 'Important dates' },
      shows: `concat_ws(' ', nullif(x.label, ''), x.calendar, x.month || '-' || x.day)`,
    },
  ],
}
