import { words } from '../../kernel/text.ts'

export const text = words({
  'may.ties:read': { zh: '查看客户之间的关系', en: 'See ties between customers' },
  'may.ties:write': { zh: '记录客户之间的关系', en: 'Record ties between customers' },
  'ties.unknown_other': {
    zh: '没有找到对方，请重新选择。',
    en: 'The other party was not found. Choose it again.',
  },
  'ties.may_not_create': {
    zh: '你没有新建客户的权限，请选择已有的客户。',
    en: 'You may not create customers. Choose one that exists.',
  },
  'ties.wrong_ends': {
    zh: '这种关系的两端不能是这两类客户：任职是个人对单位，集团是单位对单位，家庭是个人对个人。',
    en: 'These two cannot be tied so: people work at organisations, organisations belong to organisations, people live with people.',
  },
  'ties.cycle': {
    zh: '这样会首尾相接：下级不能同时是自己的上级。',
    en: 'That would go round in a circle: nobody can stand above its own parent.',
  },
  'ties.has_parent': {
    zh: '它已经有上级单位了，请先结束原来的。',
    en: 'It has a parent already. End that first.',
  },
  'ties.in_household': {
    zh: '其中一位已在一个家庭里了，请先结束原来的。',
    en: 'One of them lives in a household already. End that first.',
  },
  'ties.twice': { zh: '此人现在已在这家单位任职。', en: 'This person works there already.' },
  'ties.bad_period': { zh: '结束日期早于开始日期。', en: 'It ends before it begins.' },
  'ties.bad_day': {
    zh: '日期 {day} 不在 1800 到 2200 年之间。',
    en: 'The day {day} is not between 1800 and 2200.',
  },
  'ties.too_many': { zh: '关系太多，最多 {most} 条。', en: 'Too many ties: {most} at most.' },
})
