import { words } from '../../../kernel/text.ts'

/** Files of entries: spend, needs, subscriptions. */
export const text = words({
  import: { zh: '导入 CSV', en: 'Import CSV' },
  'kind.spend': { zh: '投入', en: 'Spend' },
  'kind.needs': { zh: '需求与份额', en: 'Need and share' },
  'kind.subscriptions': { zh: '订阅', en: 'Subscriptions' },
  'head.spend': {
    zh: '表头：date, purpose, driver, party, segment, campaign, amount, currency, hours, note',
    en: 'header: date, purpose, driver, party, segment, campaign, amount, currency, hours, note',
  },
  'head.needs': {
    zh: '表头：party, category, need, currency, our_share, rivals, source, date',
    en: 'header: party, category, need, currency, our_share, rivals, source, date',
  },
  'head.subscriptions': {
    zh: '表头：party, name, start, months, amount, currency, end',
    en: 'header: party, name, start, months, amount, currency, end',
  },
  imported: {
    zh: '读入 {read} 行：新建 {created}，不变 {unchanged}，退回 {rejected}',
    en: '{read line|lines} read: {created} created, {unchanged} unchanged, {rejected} turned back',
  },
  rejected_line: { zh: '第 {line} 行：{why}', en: 'Line {line}: {why}' },
  rejected_more: { zh: '还有 {n} 行', en: 'and {n} more' },
  close: { zh: '收起', en: 'Close' },
})
