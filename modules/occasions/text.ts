import { words } from '../../kernel/text.ts'

export const text = words({
  'may.occasions:read': { zh: '查看重要日子', en: 'See important dates' },
  'may.occasions:write': { zh: '记录重要日子', en: 'Record important dates' },
  'occasions.no_such_day': {
    zh: '没有这一天：请核对月份的天数，以及那一年有没有这个闰月。',
    en: 'There is no such day: check how many days that month has, and whether that year has this leap month.',
  },
  'occasions.birthday_withheld': {
    zh: '你的角色看不到生日，也不能记录生日。',
    en: 'Your role does not see birthdays, so it cannot record them.',
  },
  'occasions.label_missing': { zh: '请给这个日子起个名字。', en: 'Give this date a name.' },
  'occasions.too_many': {
    zh: '一位客户最多记 {most} 个日子。',
    en: 'A customer can have {most important date|important dates} at most.',
  },
})
