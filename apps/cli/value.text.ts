import { words } from '../../kernel/text.ts'

export const valueCli = words({
  fit: {
    zh: '选择并拟合模型，计算每位客户的价值',
    en: 'choose and fit the model, and score every customer',
  },
  score: { zh: '用现有模型计算每位客户的价值', en: 'score every customer with the model in force' },
  report: {
    zh: '显示客户权益、模型与留出检验',
    en: 'show customer equity, the model and its hold-out',
  },
  import: {
    zh: '从 CSV 导入投入、需求或订阅',
    en: 'import spend, needs or subscriptions from a CSV file',
  },
  as_of: {
    zh: '算到哪一天（YYYY-MM-DD）；缺省为今天，订单较旧时为最后一单那天',
    en: 'as of which day (YYYY-MM-DD); default today, or the last order’s day where orders are old',
  },
  bad_day: {
    zh: '日期应为 YYYY-MM-DD，且不晚于今天：{day}',
    en: 'A day is YYYY-MM-DD, and not after today: {day}',
  },
  progress_quarter: { zh: '补算 {day}', en: 'computing {day}' },
  earlier: {
    zh: '较早的 {n} 个季度末由正在运行的 Guanxi 在后台补算',
    en: '{n earlier quarter end follows|earlier quarter ends follow} in the background, computed by the Guanxi that is running',
  },
  done: {
    zh: '截至 {as_of}：{customers} 位客户，客户权益 {equity}，用时 {seconds} 秒',
    en: 'As of {as_of}: {customers customer|customers}, customer equity {equity}, in {seconds} s',
  },
  too_few: {
    zh: '截至 {as_of}：{customers} 位客户，其中 {repeaters} 位回购，跨 {span_days} 天。数据太少，只列计数（至少要 {least}）',
    en: 'As of {as_of}: {customers customer|customers}, {repeaters} of them buying again, over {span_days day|days}. Too few to model: counts only (it takes at least {least})',
  },
  least: {
    zh: '{customers} 位客户、{repeaters} 位回购、{span_days} 天',
    en: '{customers customer|customers}, {repeaters repeat buyer|repeat buyers}, {span_days day|days}',
  },
  none: {
    zh: '还没有算过：先运行 guanxi value fit',
    en: 'Nothing has been computed yet: run guanxi value fit first',
  },
  equity: { zh: '客户权益', en: 'Customer equity' },
  interval: { zh: '{level} 区间', en: '{level} interval' },
  customers: { zh: '客户', en: 'Customers' },
  core: { zh: '核心客户', en: 'Core customers' },
  overdue: { zh: '逾期客户', en: 'Overdue customers' },
  at_risk: { zh: '在险价值', en: 'Value at risk' },
  model: { zh: '模型', en: 'Model' },
  warnings: { zh: '注意', en: 'Warnings' },
  assumptions: { zh: '假设', en: 'Assumptions' },
  assumed: {
    zh: '折现率 {discount}，期限 {months} 个月，毛利率 {margin}，退货占比 {returns}',
    en: 'discount {discount}, horizon {months month|months}, margin {margin}, returns {returns}',
  },
  holdout_head: {
    zh: '模型\t留出预测\t实际\t偏差\t平均误差\t排序相关\t',
    en: 'Model\tforeseen\tcame\tbias\tMAE\trank corr.\t',
  },
  holdout: {
    zh: '留出检验：{from} 至 {to} 的数据没给模型看',
    en: 'Hold-out: {from} to {to} was kept from the models',
  },
  chosen: { zh: '← 选用', en: '← chosen' },
  failed: { zh: '拟合不了', en: 'could not be fitted' },
  imported: {
    zh: '读取 {read} 行：新增 {created}，已有 {unchanged}，拒绝 {rejected}',
    en: '{read row|rows} read: {created} created, {unchanged} there already, {rejected} rejected',
  },
  rejected: { zh: '第 {line} 行：{why}', en: 'line {line}: {why}' },
})
