import { words } from '../../kernel/text.ts'

/** Each figure in one sentence: shown under “definition” on the page, and listed in docs/value.md. */
export const figureText = words({
  'define.equity': {
    zh: '客户权益：所有客户终身价值之和，即今后期限内的预期毛利折成今天的钱；过去已赚到的不算。',
    en: 'Customer equity: the sum of all lifetime values, that is, the margin expected within the horizon in today’s money; what was earned before is not in it.',
  },
  'define.equity_contracts': {
    zh: '每份仍在的订阅今后各次续约的毛利，按续约的概率和折现率折算到今天，再全部相加；已经结束的不计。区间同时计入模型参数和客户本身的不确定。',
    en: 'The margin of every renewal to come of the subscriptions that still run, each weighted by its chance to come, discounted to today and added up; what has ended counts nothing. The interval holds doubt about the model and about the customers.',
  },
  'define.value': {
    zh: '终身价值：从今天起逐月的预期购买次数 × 每次预期金额 × 毛利率 ×（1 − 退货占比），按月末折现，减去服务成本。',
    en: 'Lifetime value: expected purchases of each month from today × expected money of one × margin × (1 − share of returns), discounted at the month’s end, less the cost of service.',
  },
  'define.interval': {
    zh: '80% 区间：十次里有八次会落在其中；包含参数不确定和客户行为的偶然，不含毛利率等假设的误差。',
    en: '80 % interval: holds the truth eight times in ten; it covers doubt about the parameters and the chance of what customers do, not errors in assumptions such as the margin.',
  },
  'define.p_alive': {
    zh: '仍活跃：按到现在为止的购买历史，这位客户还是客户的概率；数据分不清时不显示。',
    en: 'P(alive): the probability, given the history so far, that this is still a customer; not shown where the data cannot tell.',
  },
  'define.bridge': {
    zh: '权益变化：两天之间每位客户价值之差，按新来、做大、缩小、走掉、赢回归类；各项相加正好等于总变化。',
    en: 'Change in equity: each customer’s value on the one day less that on the other, by won, grown, shrunk, lost and won back; the parts add up to the change exactly.',
  },
  'define.lost': {
    zh: '走掉：仍活跃概率跌破 50%；分不清时，沉默超过自身节奏的 99%。',
    en: 'Lost: P(alive) has fallen below 50 %; where that is not known, the silence exceeds 99 % of the own rhythm.',
  },
  'define.at_risk': {
    zh: '在险价值：若确定仍活跃时的价值 ×（1 − 仍活跃）；仍活跃不明时，逾期客户的价值 × 逾期程度。',
    en: 'Value at risk: what the customer would be worth if certainly alive × (1 − P(alive)); where that is not known, the value of overdue customers × their lateness.',
  },
  'define.overdue': {
    zh: '逾期：沉默已超过这位客户自身间隔的 90%（设定可改）；不代表已走。',
    en: 'Overdue: the silence is longer than 90 % (a setting) of this customer’s own gaps; it does not mean gone.',
  },
  'define.core': {
    zh: '核心客户：按价值从高到低，合计达到全公司价值 80% 的最少一批客户（A 类）；到 95% 为 B 类，其余 C 类。',
    en: 'Core customers: the smallest group, best first, that holds 80 % of the company’s value (class A); up to 95 % class B, the rest C.',
  },
  'define.concentration': {
    zh: '累计曲线：客户按价值从高到低排，前百分之几的客户带来百分之几的价值；基尼系数 0 为人人相等，接近 1 为集中于一人。',
    en: '80/20 curve: customers from the most valuable down, what share of them holds what share of the value; Gini 0 means all alike, near 1 one holds all.',
  },
  'define.distribution': {
    zh: '价值分布：每一档终身价值里有多少位客户、共多少价值。',
    en: 'Distribution: how many customers, and how much value, in each range of lifetime value.',
  },
  'define.rfm': {
    zh: 'RFM：最近一次、次数、金额各按全公司五等分打分（5 最好，同值同分），客群由三个分数得出。',
    en: 'RFM: recency, frequency and money each scored in fifths of the whole company (5 best, equal values equal scores); the segment is read from the three.',
  },
  'define.class': {
    zh: '购买类型：一次性为从未回购；规律为至少三次回购且间隔比随机更稳定；其余为偶尔。',
    en: 'Class: one-off never came back; regular has three or more repeat purchases at steadier gaps than chance; occasional is the rest.',
  },
  'define.cohorts': {
    zh: '同期群：按首次购买的时期分组，之后每一期有购买的客户占比。',
    en: 'Cohorts: customers by the period of their first purchase, and the share of them with a purchase in each period after.',
  },
  'define.bucket': {
    zh: '漏桶：每期新来、赢回和走掉的客户数；连续几个月没有购买算走掉（设定），其中多少新客只是补上走掉的 = 两者中较小的。',
    en: 'Leaky bucket: customers won, won back and lost per period; lost after a number of months without a purchase (a setting); how many merely replaced the lost is the smaller of the two.',
  },
  'define.revenue': {
    zh: '收入变化拆分：客户数 × 每客次数 × 每单金额，用对数平均法（LMDI）精确分解，三项相加等于总变化。',
    en: 'Change in revenue: customers × orders per customer × money per order, split by the logarithmic mean (LMDI), so that the three add up to the change exactly.',
  },
  'define.retention': {
    zh: '保留的价值：上一期买过的客户这一期又买的占比（折成年），以及提高 5 个百分点后，每位客户价值按 毛利 ×（1+折现率）/（1+折现率−保留率）会变多少。',
    en: 'What retention is worth: the share of last period’s buyers who bought again (per year), and what five points more would do to a customer’s value, margin × (1 + discount) / (1 + discount − retention).',
  },
  'define.replacement': {
    zh: '补一位客户的成本：获取投入 ÷ 新客数，加上新客长到老客水平之前少赚的毛利。',
    en: 'Cost of replacing a customer: spend to win ÷ customers won, plus the margin missed until the new one brings as much.',
  },
  'define.present': {
    zh: '现值：最近十二个月的毛利（扣除退货占比），减去服务成本。',
    en: 'Present value: the margin of the last twelve months (returns deducted), less the cost of service.',
  },
  'define.potential': {
    zh: '潜在价值：模型的终身价值，加上已知需求里还没给我们的部分 × 毛利率，在同一期限内折现；写明依据哪一种。',
    en: 'Potential value: the model’s lifetime value, plus what is known of the need and not bought from us × margin, discounted over the same horizon; it says which.',
  },
  'define.next_order': {
    zh: '预计下单：按自身节奏和已沉默的时间，到这一天下单与否机会各半；区间为一成到九成。',
    en: 'Next order: given the own rhythm and the silence so far, the day by which the next order is as likely as not; the band is from one in ten to nine in ten.',
  },
  'define.holdout': {
    zh: '留出检验：最后四分之一（最多半年）的数据不给模型看，用之前的数据预测这一段，再与实际对照。',
    en: 'Hold-out: the last quarter of the data (half a year at most) is kept from the models; they foresee it from what came before, and are held against what came.',
  },
  'define.mae': {
    zh: '平均误差：每位客户预测与实际购买次数之差的绝对值的平均。',
    en: 'MAE: the mean absolute difference between purchases foreseen and made, per customer.',
  },
  'define.bias': {
    zh: '偏差：预测总数 ÷ 实际总数 − 1；−3% 即少估百分之三。',
    en: 'Bias: total foreseen ÷ total made − 1; −3 % is three percent too few.',
  },
  'define.rank_correlation': {
    zh: '排序相关：预测与实际的名次相关（斯皮尔曼），1 为完全一致，0 为无关。',
    en: 'Rank correlation: Spearman’s, between the order foreseen and the one that came; 1 the same, 0 unrelated.',
  },
  'define.decile_lift': {
    zh: '十分位提升：按预测从高到低每十分之一的客户，实际购买是平均的几倍。',
    en: 'Decile lift: how many times the mean each tenth of the customers bought, best foreseen first.',
  },
  'define.contracts': {
    zh: '订阅：到期续订或终止的服务；价值为今后各次续订的毛利折现之和，续订概率由 sBG 或离散 Weibull 模型给出。',
    en: 'Subscriptions: services that are renewed or ended; their value is the discounted margin of the renewals to come, their chance from the sBG or the discrete Weibull model.',
  },
  'define.purchase': {
    zh: '购买：种类为订单且本位币金额大于零；同一天的多单算一次。退货、取消和调整不算购买，其金额按占比从价值里扣除；没有汇率、没有金额或没有客户的单不计。',
    en: 'Purchase: an order worth more than nothing in the base currency; several of one day are one. Returns, cancellations and adjustments are none, and their share is deducted from value; orders without a rate, an amount or a customer are left out.',
  },

  'model.dropout_not_identified': {
    zh: '数据分不清客户“走了”和“还在”：没有人走的模型同样吻合，所以不显示仍活跃概率。',
    en: 'The data cannot tell leaving from staying: a model in which nobody leaves fits as well, so no P(alive) is shown.',
  },
  'model.weak': { zh: '某个参数数据里几乎定不下来。', en: 'The data hardly determine a parameter.' },
  'model.flat': { zh: '某个参数数据里完全定不下来。', en: 'The data do not determine a parameter.' },
  'model.boundary': {
    zh: '某个参数跑到了可能范围的边上。',
    en: 'A parameter ran to the edge of what is possible.',
  },
  'model.homogeneous': {
    zh: '客户之间在这一点上分不出差别。',
    en: 'Customers cannot be told apart in this respect.',
  },
  'model.few_repeaters': { zh: '回购的客户不足 30 位。', en: 'Fewer than 30 customers came back.' },
  'model.infinite_mean': {
    zh: '每次金额的模型没有有限的平均值，改用全体平均。',
    en: 'The spend model has no finite mean; the mean of all purchases is used instead.',
  },
  'model.spend_depends_on_count': {
    zh: '买得多的客户每次金额也不同，模型假定两者无关。',
    en: 'Those who buy often spend differently each time; the model takes the two for unrelated.',
  },
  'model.never_returned': {
    zh: '这个模型把只买一次的客户都当作仍活跃；不显示。',
    en: 'This model holds all who bought once for alive; that is not shown.',
  },
  'model.dropout_mean': {
    zh: '平均每次购买后离开的概率。',
    en: 'The mean chance of leaving after a purchase.',
  },
  'model.no_model': { zh: '没有模型能拟合这些数据。', en: 'No model could be fitted to these data.' },
  'model.correlation': {
    zh: '次数与每次金额的相关。',
    en: 'Correlation between count and money of one purchase.',
  },
  'model.because.holdout': { zh: '留出检验中误差最小', en: 'Smallest error on the hold-out' },
  'model.because.asked': { zh: '设定里指定', en: 'Chosen in the settings' },
  'model.because.only_one': { zh: '其余模型拟合不了', en: 'The others could not be fitted' },
})
