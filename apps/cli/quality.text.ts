import { words } from '../../kernel/text.ts'

export const qualityCli = words({
  report: {
    zh: '显示客户资料质量：得分、各档、各原因',
    en: 'show the quality of the data: score, bands, reasons',
  },
  sweep: { zh: '按现有规则检查所有客户', en: 'look at every customer by the rules in force' },
  none: { zh: '还没有可检查的客户', en: 'There is nobody to look at yet' },
  head: {
    zh: '{parties} 位客户，平均 {score} 分（完整 {completeness}，有效 {validity}，新鲜 {freshness}）',
    en: '{parties customer|customers}, mean score {score} (completeness {completeness}, validity {validity}, freshness {freshness})',
  },
  waiting: {
    zh: '还没有按现有规则查完：运行 guanxi quality sweep，或等正在运行的 Guanxi',
    en: 'Not everybody has been looked at by these rules: run guanxi quality sweep, or wait for the Guanxi that is running',
  },
  swept: {
    zh: '检查了 {parties} 位，用时 {seconds} 秒',
    en: '{parties customer|customers} looked at in {seconds} s',
  },
})
